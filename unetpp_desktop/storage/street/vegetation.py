"""Trees: leafy crowns, bare winter crowns, and hedges."""

import cv2
import numpy as np

from unetpp_desktop.storage.street.noise import noise_patch
from unetpp_desktop.storage.street.paint import SHIFT, TREE, Stage, bar, fixed_point, vary

_GREENS = ((74, 92, 40), (92, 108, 52), (58, 78, 42), (112, 112, 60), (66, 84, 56))
_BARKS = ((88, 76, 62), (72, 64, 56), (104, 92, 76))


def draw_tree(stage: Stage, x: float, z: float, height: float, bare: bool) -> None:
    """A tree that stands at (x, z)."""
    if bare:
        _draw_bare(stage, x, z, height)
        return
    rng = stage.rng
    crown = height * rng.uniform(0.3, 0.42)
    bark = vary(rng, _BARKS[rng.integers(3)], 0.15) * stage.light.on((0, 0, -1))
    lean, wide = rng.uniform(-0.2, 0.2), height * rng.uniform(0.016, 0.024)
    fork = height * 0.55
    trunk = np.array([(1.7, 0.0), (1.05, 0.4), (0.8, fork), (-0.8, fork), (-1.05, 0.4), (-1.7, 0.0)])
    for color, shown in (
        (bark, trunk),
        (bark * 0.7, np.where(trunk * stage.light.sun[0] > 0, [[0, 1]], 1) * trunk),
    ):
        stage.upright(x, z, shown * [wide, 1] + np.outer(shown[:, 1] / fork, [lean, 0]), color, TREE)
    for reach in rng.uniform(-0.7, 0.7, 3) * crown:
        end = (reach, height - crown * rng.uniform(0.6, 1.2))
        stage.upright(x, z, bar((lean * 0.9, fork * 0.95), end, wide * 1.3, wide * 0.5), bark * 0.8, TREE)
    color = vary(rng, _GREENS[rng.integers(len(_GREENS))], 0.15)
    draw_crown(stage, x, height - crown, z, crown * rng.uniform(0.8, 1.15), crown, color)


def draw_crown(
    stage: Stage, x: float, y: float, z: float, radius_x: float, radius_y: float, color: np.ndarray
) -> None:
    """A ragged mass of leaves round (x, y, z)."""
    camera, rng, light = stage.camera, stage.rng, stage.light
    middle = camera.project([(x, y, z)])[0]
    half_x, half_y = radius_x * camera.scale(z) * 1.15, radius_y * camera.scale(z) * 1.15
    if half_x < 1.5 or half_y < 1.5:
        return
    left, top = middle[0] - half_x, middle[1] - half_y
    where = stage.canvas.window(top, left, middle[1] + half_y, middle[0] + half_x)
    if where is None:
        return
    rows = np.arange(where[0].start, where[0].stop, dtype=np.float32)
    columns = np.arange(where[1].start, where[1].stop, dtype=np.float32)
    v = ((rows - np.float32(middle[1])) / np.float32(half_y))[:, None]
    u = ((columns - np.float32(middle[0])) / np.float32(half_x))[None, :]
    height, width = len(rows), len(columns)
    field = np.full((height, width), -1, np.float32)
    bright = np.zeros((height, width), np.float32)
    toward = np.array([light.sun[0], -light.sun[1]]) * (0.35 + 0.65 * light.strength)
    for _ in range(8):
        angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.58)
        at_u, at_v = far * np.cos(angle), far * np.sin(angle)
        size = rng.uniform(0.34, 0.5)
        du, dv = (u - np.float32(at_u)) / np.float32(size), (v - np.float32(at_v)) / np.float32(size)
        near = 1 - du * du - dv * dv
        inside = near > field
        np.copyto(bright, du * np.float32(toward[0]) + dv * np.float32(toward[1]), where=inside)
        np.maximum(field, near, out=field)
    grain = max(0.6, camera.scale(z) / 55)  # pixels per leaf: near trees have larger ones
    leaf = noise_patch(rng, height, width, 8, (grain, grain), 100)
    clump = noise_patch(rng, height, width, 7, (grain * 1.2, grain * 1.2), 75)
    alpha = np.clip((field + 0.55 * leaf + 0.9 * clump) * 3 + 0.5, 0, 1)
    tone = np.clip(0.72 + 0.4 * bright + 0.4 * leaf + 0.5 * clump - 0.2 * v, 0.12, 1.8)
    lit = color * light.on((0, 0.5, -0.6))
    stage.canvas.blend(where, tone[:, :, None] * lit.astype(np.float32), alpha, TREE)


def _draw_bare(stage: Stage, x: float, z: float, height: float) -> None:
    """Trunk, branches and a haze of twigs; the mask takes the whole crown, as CamVid's does."""
    camera, rng = stage.camera, stage.rng
    scale = camera.scale(z)
    reach = height * 0.8 * scale
    foot = camera.project([(x, 0, z)])[0]
    where = stage.canvas.window(foot[1] - height * scale * 1.4, foot[0] - reach, foot[1] + 1, foot[0] + reach)
    if where is None:
        return
    mask = np.zeros((where[0].stop - where[0].start, where[1].stop - where[1].start), np.uint8)
    start = (foot - (where[1].start, where[0].start))[None, :]
    angle = np.array([-np.pi / 2 + rng.normal(0, 0.04)])
    length = np.array([height * 0.28 * scale])
    thick = height * 0.032 * scale
    for level in range(6):
        end = start + length[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
        if thick < 1.5:
            strength = int(255 * min(1.0, 0.42 + thick * 0.4))
            segments = fixed_point(np.stack([start, end], 1))
            twigs = np.zeros_like(mask)
            cv2.polylines(twigs, list(segments), False, (strength,), 1, cv2.LINE_AA, SHIFT)
            np.maximum(mask, twigs, out=mask)
        else:
            for first, last in zip(start, end, strict=True):
                limb = fixed_point(bar(first, last, thick, thick * 0.75))
                cv2.fillPoly(mask, [limb], (255,), cv2.LINE_AA, SHIFT)
        forks = 4 if level < 2 else 3
        if length.max() < 1.2:
            break
        along = 1 - rng.uniform(0, 0.45, len(angle) * forks) * (np.arange(len(angle) * forks) % forks > 0)
        base = np.repeat(start, forks, 0)
        start = base + (np.repeat(end, forks, 0) - base) * along[:, None]
        angle = np.repeat(angle, forks)
        angle = angle + rng.normal(0, 0.42, len(angle)) - 0.25 * (angle + np.pi / 2)
        length = np.repeat(length, forks) * rng.uniform(0.6, 0.95, len(angle))
        thick *= 0.56
    around = max(3, round(height * scale * 0.024)) | 1
    crown = cv2.blur(mask, (around, around)) > 24
    color = vary(rng, _BARKS[rng.integers(3)], 0.15) * stage.light.on((0, 0, -1)) * 0.75
    stage.canvas.blend(where, color.astype(np.float32), mask.astype(np.float32) / 255)
    stage.canvas.labels[where][crown | (mask > 127)] = TREE
