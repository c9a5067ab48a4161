"""U-Net++ of other libraries, asked by `bench.peers` over JSON lines; it runs in a venv of its own.

Each line on stdin is a request: {"network": "monai" or "smp", "calls": number}. Each answer is
{"ms": [..]}: milliseconds of each call, which labels one image of the network's size. First comes
{"ready": {"monai": "MONAI 1.6.1 ...", "smp": ..}}, in words, or why a network is missing.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import torch

SIZES = {"monai": (368, 480), "smp": (384, 480)}  # SMP's takes multiples of 32 only
CLASSES = 11
_MEAN, _STD = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def monai_network() -> tuple[torch.nn.Module, str]:
    """At our width: the same channels of the rows, and as many parameters as ours has."""
    import monai
    from monai.networks.nets import BasicUNetPlusPlus

    network = BasicUNetPlusPlus(2, in_channels=3, out_channels=CLASSES, features=(32, 64, 128, 256, 512, 32))
    return network, f"MONAI {monai.__version__} BasicUNetPlusPlus"


def smp_network() -> tuple[torch.nn.Module, str]:
    _stand_in_for_missing_operators()
    import segmentation_models_pytorch as smp

    network = smp.UnetPlusPlus("resnet34", encoder_weights=None, classes=CLASSES)
    return network, f"segmentation_models.pytorch {smp.__version__} UnetPlusPlus, resnet34"


def _stand_in_for_missing_operators() -> None:
    """Lets torchvision be imported beside a torch for CPUs.

    Its wheels on PyPI are built for CUDA: beside such a torch their operators cannot be loaded, and the
    import asks for two of them in vain. No U-Net++ uses them.
    """
    if torch.version.cuda is None:
        library: Any = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _kept.append(library)


_kept: list[Any] = []  # an operator lives as long as its library


class Peer:
    """One network as its documentation calls it: evaluation mode, eager, fp32."""

    def __init__(self, make: Callable[[], tuple[torch.nn.Module, str]], size: tuple[int, int]) -> None:
        network, self.words = make()
        self._network = network.eval()
        parameters = sum(parameter.numel() for parameter in network.parameters())
        self.words += f", {parameters / 1e6:.1f} M parameters"
        self._image = torch.randint(0, 256, (1, 3, *size), dtype=torch.uint8)
        self._mean, self._std = (torch.tensor(values).view(1, 3, 1, 1) * 255 for values in (_MEAN, _STD))

    def milliseconds(self) -> float:
        start = time.perf_counter()
        with torch.inference_mode():
            answer = self._network((self._image.float() - self._mean) / self._std)
            logits = answer[0] if isinstance(answer, list) else answer
            logits[0].max(0).indices.to(torch.uint8).numpy()  # several times faster than argmax
        return 1000 * (time.perf_counter() - start)


def main() -> None:
    torch.set_num_threads(int(sys.argv[1]))
    peers: dict[str, Peer] = {}
    words: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name, make in (("monai", monai_network), ("smp", smp_network)):
        try:
            peers[name] = Peer(make, SIZES[name])
            words[name] = peers[name].words
        except (ImportError, RuntimeError) as error:
            problems[name] = str(error).splitlines()[0]
    print(json.dumps({"ready": words, "problems": problems, "sizes": SIZES}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        peer = peers[request["network"]]
        print(json.dumps({"ms": [peer.milliseconds() for _ in range(request["calls"])]}), flush=True)


if __name__ == "__main__":
    main()
