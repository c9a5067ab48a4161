"""The light of a scene: the hour, the sky, and what the camera does to the picture."""

import cv2
import numpy as np

from unetpp_desktop.storage.street.noise import noise_patch
from unetpp_desktop.storage.street.paint import SKY, Light, Stage


def choose_light(rng: np.random.Generator) -> Light:
    """Noon with sun, thin cloud, overcast, or dusk."""
    hour = rng.choice(4, p=[0.42, 0.2, 0.2, 0.18])
    side = rng.choice([-1.0, 1.0])
    sun = np.array([side * rng.uniform(0.35, 1.0), rng.uniform(0.45, 1.1), rng.uniform(-0.9, 0.6)])
    sun /= np.linalg.norm(sun)
    strength = float([rng.uniform(0.7, 1.0), rng.uniform(0.3, 0.55), rng.uniform(0, 0.15), 0.05][hour])
    warm = rng.uniform(0, 1)
    sun_color = np.array([1.0, 0.96 - 0.05 * warm, 0.9 - 0.15 * warm])
    base = 0.9 - 0.46 * strength
    ambient = base * np.array([0.97, 1.0, 1.04]) * (0.62 if hour == 3 else 1.0)
    return Light(sun, strength, sun_color, ambient, bool(hour == 3))


def draw_sky(stage: Stage) -> None:
    """The whole canvas becomes sky: a gradient, and clouds that shrink towards the horizon."""
    rng, light, camera = stage.rng, stage.light, stage.camera
    height, width = stage.canvas.labels.shape
    stage.canvas.labels[:] = SKY
    small = max(1, height // 2), max(1, width // 2)  # clouds are soft: half the resolution is enough
    horizon = max(1.0, camera.horizon / 2)
    if light.dark:
        zenith, low = np.array([165, 175, 186]) * rng.uniform(0.9, 1.2), np.array([240, 238, 225])
    elif light.strength > 0.25 and rng.random() < 0.45:
        zenith, low = np.array([150, 185, 224]) * rng.uniform(0.9, 1.15), np.array([240, 246, 250])
    else:
        zenith, low = np.array([238, 241, 245]) * rng.uniform(0.88, 1.1), np.array([254, 254, 254])
    rows = np.arange(small[0], dtype=np.float32)[:, None]
    fall = np.clip(rows / np.float32(horizon), 0, 1) ** np.float32(0.8)
    away = 1 / np.maximum(0.06, 1.08 - rows / np.float32(horizon))
    column = (np.arange(small[1], dtype=np.float32)[None, :] - np.float32(camera.center / 2)) / small[1]
    from_above = np.ascontiguousarray(noise_patch(rng, 256, 256, 6))
    map_x = (column * away * 70 + 128).astype(np.float32)
    map_y = np.ascontiguousarray(np.broadcast_to(away * 40, map_x.shape), np.float32)
    cloud = cv2.remap(from_above, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    cover = np.clip(cloud * 1.3 + np.float32(rng.uniform(0, 0.5)), 0, 1) * (0.85 - 0.5 * fall)
    glow = np.exp(-(((column - np.float32(light.sun[0] * 0.5)) * 2.2) ** 2)) * (0.25 + 0.75 * fall)
    glow *= np.float32(60 * light.strength)
    tint = (120, 126, 136) if light.dark else (252, 252, 253)
    sky = np.empty((*small, 3), np.float32)
    for channel in range(3):
        clear = float(zenith[channel]) * (1 - fall) + float(low[channel]) * fall
        sky[:, :, channel] = clear + (tint[channel] - clear) * cover + glow
    whole = np.clip(sky, 0, 255).astype(np.uint8)
    cv2.resize(whole, (width, height), dst=stage.canvas.image, interpolation=cv2.INTER_LINEAR)


def develop(rng: np.random.Generator, image: np.ndarray, light: Light) -> np.ndarray:
    """What lens, sensor and file format leave of the scene: ``uint8 (H, W, 3)``."""
    height, width = image.shape[:2]
    unit = height / 360
    if light.dark:
        curve, target = rng.uniform(1.7, 2.1), rng.uniform(42, 68)
    else:
        curve, target = rng.uniform(1.1, 1.6), rng.uniform(95, 150)
    table = 255 * (np.arange(256) / 255) ** curve
    metered = float(cv2.LUT(image[::4, ::4], table.astype(np.float32)).mean())
    gain = np.clip(
        target / max(1.0, metered), 0.7 if light.dark else 1.02, 2.0
    )  # automatic exposure, which may blow out the sky
    table = (rng.uniform(4, 14) + table * gain).astype(np.float32)  # stray light lifts the shadows
    pale = rng.uniform(0.12, 0.5)  # CamVid's colours are far from saturated
    to_gray = np.full((3, 3), pale / 3)
    mix = ((1 - pale) * np.eye(3) + to_gray) * (1 + rng.uniform(-0.035, 0.035, 3))[:, None]
    picture = np.minimum(cv2.transform(cv2.LUT(image, table), mix.astype(np.float32)), 280)  # clipped below
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    grain = rng.standard_normal((height, width), np.float32) * np.float32(rng.uniform(1.0, 4.0))
    vignette = 1 - np.float32(rng.uniform(0, 0.16)) * (x * x + y * y)
    lens = rng.random()
    if lens < 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), max(0.2, rng.uniform(0.3, 0.7) * unit))
    elif lens < 0.8:  # a camera that sharpens
        soft = cv2.GaussianBlur(picture, (0, 0), max(0.3, 1.1 * unit))
        much = rng.uniform(0.4, 1.3)
        picture = cv2.addWeighted(picture, 1 + much, soft, -much, 0)
    elif lens < 0.88:
        length = max(2, round(rng.uniform(2, 3.5) * unit))
        picture = cv2.blur(picture, (length, 1) if rng.random() < 0.6 else (1, length))
    picture = cv2.merge([channel * vignette + grain for channel in cv2.split(picture)])
    ready: np.ndarray = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        quality = int(rng.integers(65, 95))
        _, packed = cv2.imencode(".jpg", ready, [cv2.IMWRITE_JPEG_QUALITY, quality])
        ready = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return ready
