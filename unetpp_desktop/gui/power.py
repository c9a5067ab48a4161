"""Where the computer takes its power from."""

from pathlib import Path

_SUPPLIES = Path("/sys/class/power_supply")  # of Linux; elsewhere nothing is known


def on_battery(supplies: Path = _SUPPLIES) -> bool:
    """Whether there is a mains supply, and it is not plugged in."""
    plugged = [_read(kind.parent / "online") for kind in supplies.glob("*/type") if _read(kind) == "Mains"]
    return bool(plugged) and "1" not in plugged


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
