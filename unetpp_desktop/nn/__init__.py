"""U-Net++: network, losses, predictor, trainer, registry. The only room that imports torch."""

import sys
from typing import Any

# `import openvino` tells its makers over the network that it was imported, and keeps a thread for that.
# This app makes no connection: the reporting package counts as missing, which OpenVINO provides for.
_modules: dict[str, Any] = sys.modules
_modules.setdefault("openvino_telemetry", None)
