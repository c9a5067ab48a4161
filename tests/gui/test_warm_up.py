"""Loading libraries early leaves packages that work."""

import subprocess
import sys

import pytest

_TORCH = """
import sys
from unetpp_desktop.gui.warm_up import warm_up
calls = []
warm_up(lambda: calls.append(1))
assert "torch" not in sys.modules
import torch
convolution = torch.nn.Conv2d(3, 4, 3)
convolution(torch.zeros(1, 3, 8, 8)).sum().backward()
before = len(calls)
warm_up(lambda: calls.append(1))
assert len(calls) == before
"""

_ENGINE = """
import sys
import numpy as np
from unetpp_desktop.gui.warm_up import warm_up_engine
from unetpp_desktop.nn.predictor import open_predictor
from unetpp_desktop.nn.registry import resolve_model
calls = []
warm_up_engine("cpu", lambda: calls.append(1))
assert calls
assert not {"torch", "openvino"} & set(sys.modules)
predictor = open_predictor(resolve_model("light"), "cpu")
assert predictor.predict(np.zeros((32, 48, 3), np.uint8), 1).labels.shape == (32, 48)
"""


@pytest.mark.parametrize("script", [_TORCH, _ENGINE])
def test_what_was_loaded_early_works(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
