"""unetpp_desktop: label scenes pixel by pixel with a U-Net++ that learns from your corrections."""

__version__ = "0.1.0"
