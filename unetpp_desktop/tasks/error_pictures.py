"""Scenes beside their true masks, what a model makes of them, and where it is wrong: pictures to look at."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from unetpp_desktop.core.files import write_atomically
from unetpp_desktop.core.palette import VOID, Palette
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.predictor import Predictor
from unetpp_desktop.storage.camvid import open_dataset
from unetpp_desktop.tasks.datasets import pairs_of_split, scene_name, source_of
from unetpp_desktop.tasks.evaluate import EvaluationReport

_CAPTION, _GAP = 26, 6  # pixels
_PAPER, _INK = (24, 26, 30), (232, 236, 242)
_WRONG, _UNKNOWN = (232, 56, 48), (60, 64, 72)


def draw_worst_scenes(
    data: Path,
    split: str | None,
    report: EvaluationReport,
    predictor: Predictor,
    folder: Path,
    progress: Progress,
) -> list[Path]:
    """Draws the worst scenes of ``report``, which was made of the same data and split, into ``folder``.

    One PNG for each, worst first by name: the scene, its true classes, those that ``predictor`` sees at
    the deepest depth of the report, and the wrong pixels in red.
    """
    dataset = open_dataset(data)
    pairs = {scene_name(dataset, pair): pair for pair in pairs_of_split(dataset, split)[1]}
    worst = report.worst_scenes
    source = source_of(dataset, [pairs[scene.name] for scene in worst])
    table = dataset.palette.mapping_from(predictor.card.palette)
    depth = max(map(int, report.depths))
    written = []
    for place, scene in enumerate(worst):
        progress(place, len(worst), scene.name)
        image, truth = source.load(place)
        answer = table[predictor.predict(image, depth).labels]
        caption = f"{scene.name}: {100 * scene.pixel_accuracy:.1f} % of the pixels right at depth {depth}"
        path = folder / f"{place + 1:02d}-{Path(scene.name).stem}.png"
        write_atomically(path, error_picture(image, truth, answer, dataset.palette, caption))
        written.append(path)
    return written


def error_picture(
    image: np.ndarray, truth: np.ndarray, answer: np.ndarray, palette: Palette, caption: str
) -> bytes:
    """Four panels as PNG: image ``uint8 (H, W, 3)``, truth and answer ``uint8 (H, W)``, errors on grey."""
    height, width = truth.shape
    sheet = Image.new("RGB", (2 * width + _GAP, 2 * (height + _CAPTION) + _CAPTION), _PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    draw.text((8, 4), caption, _INK, font)
    panels: tuple[tuple[str, Callable[[], np.ndarray]], ...] = (
        ("Scene", lambda: image),
        ("True classes", lambda: _colored(truth, palette)),
        ("Seen by the model", lambda: _colored(answer, palette)),
        ("Wrong pixels", lambda: _errors(image, truth, answer)),
    )
    for place, (words, pixels) in enumerate(panels):
        left, top = place % 2 * (width + _GAP), _CAPTION + place // 2 * (height + _CAPTION)
        draw.text((left + 8, top + 4), words, _INK, font)
        sheet.paste(Image.fromarray(pixels()), (left, top + _CAPTION))
    buffer = BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _colored(labels: np.ndarray, palette: Palette) -> np.ndarray:
    colored: np.ndarray = palette.colors()[labels]
    colored[labels == VOID] = _UNKNOWN
    return colored


def _errors(image: np.ndarray, truth: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """The scene in grey, wrong pixels in red, those of which the truth is void darker."""
    grey = image.mean(2, keepdims=True)
    pixels = np.repeat(64 + grey / 2, 3, 2)
    pixels[truth == VOID] /= 2
    wrong = (truth != answer) & (truth != VOID)
    pixels[wrong] = 0.25 * pixels[wrong] + 0.75 * np.array(_WRONG)
    return pixels.round().astype(np.uint8)
