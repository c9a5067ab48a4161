"""Scenes to learn from and to measure on, at the scale at which the network looks at them later."""

from collections.abc import Callable
from dataclasses import replace

from unetpp_desktop.nn.batches import LabelledScene, TrainingScenes
from unetpp_desktop.nn.reduced import reduced_classes, reduced_image
from unetpp_desktop.nn.scale import scale_for


def scaled_scenes(scenes: TrainingScenes, choice: str, trained_pixels: int) -> TrainingScenes:
    """``scenes``, both sources, made smaller as `scale_for` says of their sizes.

    Who learnt from every pixel of a large photo that is predicted at a quarter of its size would learn
    how things look that it never gets to see.
    """

    def scaled(load: Callable[[int], LabelledScene]) -> Callable[[int], LabelledScene]:
        def loaded(index: int) -> LabelledScene:
            image, planes = load(index)
            scale = scale_for(choice, image.shape, trained_pixels)
            return reduced_image(image, scale), reduced_classes(planes, scale)

        return loaded

    extra = None if scenes.load_extra is None else scaled(scenes.load_extra)
    return replace(scenes, load=scaled(scenes.load), load_extra=extra)
