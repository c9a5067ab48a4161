"""The brush of a street scene: it draws the same shape into the image and into the mask.

World coordinates are metres: x to the right, y up from the road, z forward from the camera.
Image coordinates are pixels. Colours are RGB triples of 0..255, unclipped until they are drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from unetpp_desktop.core.palette import VOID

SKY, BUILDING, POLE, ROAD, PAVEMENT, TREE, SIGN, FENCE, CAR, PEDESTRIAN, BICYCLIST = range(11)

Color = Sequence[float] | np.ndarray
Vector = Sequence[float] | np.ndarray
Points = Sequence[Sequence[float]] | np.ndarray

SHIFT = 4  # cv2 counts in sixteenths of a pixel
_FARTHEST = 16000.0 * (1 << SHIFT)  # beyond it cv2's fixed-point coordinates overflow
_NEAREST_M = 0.9


def vary(rng: np.random.Generator, color: Color, amount: float) -> np.ndarray:
    """``color`` a little lighter or darker, and a little off in hue; float64 (3,)."""
    return np.asarray(color, float) * rng.uniform(1 - amount, 1 + amount) + rng.uniform(-30, 30, 3) * amount


def fixed_point(points: np.ndarray) -> np.ndarray:
    """Image points in cv2's fixed-point format, ``int32 (N, 2)``."""
    scaled = points * float(1 << SHIFT)
    np.maximum(scaled, -_FARTHEST, out=scaled)
    np.minimum(scaled, _FARTHEST, out=scaled)
    return np.rint(scaled).astype(np.int32)


def drawable(color: Color) -> tuple[int, int, int]:
    """The colour as cv2 takes it."""
    red, green, blue = np.asarray(color).tolist()
    return min(255, max(0, int(red))), min(255, max(0, int(green))), min(255, max(0, int(blue)))


@dataclass(frozen=True)
class Camera:
    """A pinhole camera over a flat ground whose street bends by ``bend`` * z^2 metres to the right."""

    height: int
    width: int
    focal: float
    horizon: float
    center: float
    eye: float
    bend: float

    def project(self, points: Points) -> np.ndarray:
        """World points ``(N, 3)`` to image points ``float64 (N, 2)``; points too near are pulled forward."""
        world = np.asarray(points, float)
        z = np.maximum(world[:, 2], _NEAREST_M)
        pixels = np.empty((len(world), 2))
        pixels[:, 0] = self.center + self.focal * (world[:, 0] / z + self.bend * z)
        pixels[:, 1] = self.horizon - self.focal * (world[:, 1] - self.eye) / z
        return pixels

    def scale(self, z: float) -> float:
        """Pixels per metre at the depth ``z``."""
        return self.focal / max(z, _NEAREST_M)


@dataclass(frozen=True)
class Light:
    """Where the light comes from and what it does to a matt surface."""

    sun: np.ndarray  # unit vector towards the sun, world axes
    strength: float  # 0 overcast .. 1 hard sun
    sun_color: np.ndarray
    ambient: np.ndarray
    dark: bool  # lamps are lit

    def on(self, normal: Vector) -> np.ndarray:
        """The factor, float64 (3,), for a surface with this (unit) normal."""
        facing = max(0.0, float(np.dot(self.sun, normal)))
        above = 0.82 + 0.18 * normal[1]
        return self.ambient * above + self.sun_color * (self.strength * facing)


@dataclass(frozen=True)
class Canvas:
    """The image ``uint8 (H, W, 3)`` and the mask ``uint8 (H, W)`` of one scene."""

    image: np.ndarray
    labels: np.ndarray

    def polygon(self, points: np.ndarray, color: Color, label: int | None = None) -> None:
        """Fills a polygon of image points: smooth edge in the image, hard edge in the mask."""
        self.polygons([points], color, label)

    def polygons(self, rings: Sequence[np.ndarray], color: Color, label: int | None = None) -> None:
        """Fills several polygons of one colour; where they overlap evenly a hole is left."""
        fixed = [fixed_point(ring) for ring in rings]
        cv2.fillPoly(self.image, fixed, drawable(color), cv2.LINE_AA, SHIFT)
        if label is not None:
            cv2.fillPoly(self.labels, fixed, (label,), cv2.LINE_8, SHIFT)

    def window(self, top: float, left: float, bottom: float, right: float) -> tuple[slice, slice] | None:
        """The part of a pixel rectangle that lies on the canvas; None where there is none."""
        height, width = self.labels.shape
        y0, y1 = max(0, int(np.floor(top))), min(height, int(np.ceil(bottom)))
        x0, x1 = max(0, int(np.floor(left))), min(width, int(np.ceil(right)))
        return (slice(y0, y1), slice(x0, x1)) if y1 > y0 and x1 > x0 else None

    def blend(
        self, where: tuple[slice, slice], color: np.ndarray, alpha: np.ndarray, label: int | None = None
    ) -> None:
        """Lays ``color`` (float32, broadcast to (h, w, 3)) by ``alpha`` (float32 (h, w), 0..1) over a window.

        The mask takes ``label`` where alpha is more than half.
        """
        under = self.image[where].astype(np.float32)
        under += (color - under) * alpha[:, :, None]
        self.image[where] = np.clip(under, 0, 255).astype(np.uint8)
        if label is not None:
            self.labels[where][alpha > 0.5] = label

    def warp(self, texture: np.ndarray, corners: np.ndarray, label: int) -> None:
        """Stretches ``texture`` (uint8 RGB) onto a quadrilateral: corners top-left, top-right, then round."""
        where = self.window(
            corners[:, 1].min() - 1, corners[:, 0].min() - 1, corners[:, 1].max() + 2, corners[:, 0].max() + 2
        )
        if where is None:
            return
        offset = np.array([where[1].start, where[0].start])
        local = corners - offset
        height, width = texture.shape[:2]
        source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
        matrix = cv2.getPerspectiveTransform(source, local.astype(np.float32))
        size = (where[1].stop - where[1].start, where[0].stop - where[0].start)
        if abs(np.linalg.det(matrix)) < 1e-9:
            return
        painted = cv2.warpPerspective(texture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        ring = fixed_point(local)
        cover = np.zeros((size[1], size[0]), np.uint8)
        cv2.fillPoly(cover, [ring], (255,), cv2.LINE_AA, SHIFT)
        edge = cover[:, :, None].astype(np.uint16)
        mixed = painted * edge + self.image[where] * (255 - edge)
        self.image[where] = (mixed // 255).astype(np.uint8)
        region = np.ascontiguousarray(self.labels[where])
        cv2.fillPoly(region, [ring], (label,), cv2.LINE_8, SHIFT)
        self.labels[where] = region


@dataclass(frozen=True)
class Stage:
    """What everything that draws needs: the canvas, the camera, the light, the dice."""

    canvas: Canvas
    camera: Camera
    light: Light
    rng: np.random.Generator

    def face(self, points: Points, color: Color, label: int | None = None) -> None:
        """Fills a polygon of world points with a ready colour."""
        self.canvas.polygon(self.camera.project(points), color, label)

    def lit(
        self,
        points: Points,
        color: Color,
        normal: Vector,
        label: int | None = None,
    ) -> None:
        """Fills a polygon of world points whose matt colour the light changes."""
        self.face(points, np.asarray(color, float) * self.light.on(normal), label)

    def upright(
        self,
        x: float,
        z: float,
        points: Points,
        color: Color,
        label: int | None,
    ) -> None:
        """Fills a polygon that stands at (x, z) and faces the camera; its points are (x, y) metres."""
        camera = self.camera
        scale = camera.scale(z)
        pixels = np.asarray(points, float) * (scale, -scale)
        pixels += (camera.center + scale * (x + camera.bend * z * z), camera.horizon + scale * camera.eye)
        self.canvas.polygon(pixels, color, label)


def blank_canvas(height: int, width: int) -> Canvas:
    """A black canvas whose mask is void."""
    return Canvas(np.zeros((height, width, 3), np.uint8), np.full((height, width), VOID, np.uint8))


def disc(x: float, y: float, radius_x: float, radius_y: float, corners: int = 14) -> np.ndarray:
    """The corners of an ellipse, ``float64 (corners, 2)``."""
    return _circle(corners) * (radius_x, radius_y) + (x, y)


@cache
def _circle(corners: int) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    unit = np.stack([np.cos(angle), np.sin(angle)], 1)
    unit.setflags(write=False)
    return unit


def bar(start: Vector, end: Vector, wide: float, narrow: float) -> np.ndarray:
    """A limb: the quadrilateral round a line, ``wide`` at the start and ``narrow`` at the end."""
    first, last = np.asarray(start, float), np.asarray(end, float)
    along = last - first
    across = np.array([-along[1], along[0]]) / (float(np.hypot(*along)) or 1.0)
    return np.array(
        [
            first + across * wide / 2,
            last + across * narrow / 2,
            last - across * narrow / 2,
            first - across * wide / 2,
        ]
    )
