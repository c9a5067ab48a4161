"""The light of a scene: the hour, the sky, and what the camera does to the picture."""

import cv2
import numpy as np

from unetpp_desktop.storage.street.paint import SKY, Light, Stage, noise_patch


def choose_light(rng: np.random.Generator) -> Light:
    """Noon with sun, thin cloud, overcast, or dusk."""
    hour = rng.choice(4, p=[0.42, 0.2, 0.2, 0.18])
    side = rng.choice([-1.0, 1.0])
    sun = np.array([side * rng.uniform(0.35, 1.0), rng.uniform(0.45, 1.1), rng.uniform(-0.9, 0.6)])
    sun /= np.linalg.norm(sun)
    strength = float([rng.uniform(0.7, 1.0), rng.uniform(0.3, 0.55), rng.uniform(0, 0.15), 0.05][hour])
    warm = rng.uniform(0, 1)
    sun_color = np.array([1.0, 0.96 - 0.05 * warm, 0.9 - 0.15 * warm])
    base = 0.92 - 0.42 * strength
    ambient = base * np.array([0.96, 1.0, 1.05])
    return Light(sun, strength, sun_color, ambient, bool(hour == 3))


def draw_sky(stage: Stage) -> None:
    """The whole canvas becomes sky: a gradient, and clouds stretched towards the horizon."""
    rng, light, camera = stage.rng, stage.light, stage.camera
    height, width = stage.canvas.labels.shape
    stage.canvas.labels[:] = SKY
    if light.dark:
        zenith, low = np.array([118, 128, 140]) * rng.uniform(0.7, 1.2), np.array([205, 205, 195])
    elif light.strength > 0.25 and rng.random() < 0.5:
        zenith, low = np.array([120, 165, 215]) * rng.uniform(0.85, 1.15), np.array([232, 240, 246])
    else:
        zenith, low = np.array([225, 230, 235]) * rng.uniform(0.85, 1.1), np.array([250, 250, 250])
    fall = np.clip(np.arange(height, dtype=np.float32) / max(1.0, camera.horizon), 0, 1)[:, None, None] ** 0.8
    sky = (zenith * (1 - fall) + low * fall).astype(np.float32)
    rows = np.arange(height, dtype=np.float32)[:, None]
    away = 1 / np.maximum(0.06, (camera.horizon * 1.08 - rows) / max(1.0, camera.horizon))
    column = (np.arange(width, dtype=np.float32)[None, :] - camera.center) / width
    from_above = noise_patch(rng, 256, 256, 6, 1.0)
    map_x = (column * away * 70 + 128).astype(np.float32)
    map_y = np.broadcast_to(away * 40, map_x.shape).astype(np.float32)
    cloud = cv2.remap(from_above, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    cover = np.clip((cloud + rng.uniform(-0.25, 0.25)) * 2.2, 0, 1)[:, :, None] * (0.8 - 0.5 * fall)
    tint = np.array([90, 96, 106] if light.dark else [250, 250, 252], np.float32)
    sky = np.broadcast_to(sky, (height, width, 3)) * (1 - cover) + tint * cover
    glow = np.exp(-(((column - light.sun[0] * 0.5) * 2.2) ** 2)) * (0.25 + 0.75 * fall[:, :, 0])
    sky += glow[:, :, None] * (60 * light.strength)
    stage.canvas.image[:] = np.clip(sky, 0, 255).astype(np.uint8)


def develop(rng: np.random.Generator, image: np.ndarray, light: Light) -> np.ndarray:
    """What lens, sensor and file format leave of the scene: ``uint8 (H, W, 3)``."""
    height, width = image.shape[:2]
    unit = height / 360
    picture = image.astype(np.float32)
    picture *= (1 + rng.uniform(-0.05, 0.05, 3)).astype(np.float32)
    if light.dark:
        curve, gain = rng.uniform(1.7, 2.1), rng.uniform(0.75, 0.95)
    else:
        curve, gain = rng.uniform(0.95, 1.35), rng.uniform(0.95, 1.2)
    table = (255 * gain * (np.arange(256) / 255) ** curve).astype(np.float32)
    picture = cv2.LUT(np.clip(picture, 0, 255).astype(np.uint8), table)
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    picture *= (1 - rng.uniform(0, 0.16) * (x * x + y * y))[:, :, None]
    blur = rng.uniform(0.25, 0.85) * unit
    picture = cv2.GaussianBlur(picture, (0, 0), max(0.2, blur))
    if rng.random() < 0.2:
        length = max(2, round(rng.uniform(2, 4) * unit))
        picture = cv2.blur(picture, (length, 1) if rng.random() < 0.6 else (1, length))
    grain = rng.standard_normal((height, width), np.float32) * rng.uniform(1.0, 4.0)
    picture += grain[:, :, None]
    ready: np.ndarray = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        quality = int(rng.integers(60, 95))
        _, packed = cv2.imencode(".jpg", ready, [cv2.IMWRITE_JPEG_QUALITY, quality])
        ready = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return ready
