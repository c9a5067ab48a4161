"""``python -m unetpp_desktop``."""

from unetpp_desktop.cli.main import main

if __name__ == "__main__":
    main()
