"""Loading torch's libraries early leaves a torch that works."""

import subprocess
import sys

_SCRIPT = """
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


def test_torch_works_afterwards() -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
