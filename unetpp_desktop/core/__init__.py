"""The nouns that all rooms share.

Arrays, said once for the whole project:

- image: ``uint8 (H, W, 3)``, RGB, turned the way its EXIF orientation says;
- mask: ``uint8 (H, W)``, one class index per pixel, 255 (`palette.VOID`) where no class is known;
- origins: ``uint8 (H, W)``, one `origin.Origin` per pixel;
- point: ``(x, y)`` in image pixels, x to the right, y down;
- rect: half-open ``(top, left, bottom, right)`` in image pixels.
"""
