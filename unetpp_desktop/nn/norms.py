"""Statistics of the batch norms, measured again on whole scenes.

While training they follow crops that are scaled, padded and recoloured; the network is used on
whole scenes. Measuring them anew on such scenes ("precise batch norm", Wu and Johnson, arXiv
2105.07576) costs seconds.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from unetpp_desktop.core.geometry import middle_rect
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.core.spread import spread_indexes
from unetpp_desktop.nn.batches import TrainingScenes
from unetpp_desktop.nn.learner import Learner
from unetpp_desktop.nn.weights import image_tensor, normalise

_SCENES = 120
_BATCH = 4  # scenes of one size; variances within single scenes would be too small
_SIDE = 640  # pixels; of a larger scene the middle is seen, or those of a batch would take gigabytes


def with_precise_norms(learner: Learner, scenes: TrainingScenes, progress: Progress) -> Mapping[str, Tensor]:
    """The averaged weights of ``learner`` with statistics of whole ``scenes``, spread over the set.

    Of scenes that are large the middle counts.
    """
    network = learner.averaged_network()
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    if not norms:
        return learner.average.weights
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean over all that is seen, not a moving one
    network.train()
    indexes = spread_indexes(scenes.count, _SCENES)
    for first in range(0, len(indexes), _BATCH):
        progress(first, len(indexes), "measuring the batch norms")
        loaded = (scenes.load(index)[0] for index in indexes[first : first + _BATCH])
        images = [
            image_tensor(image[middle_rect(image.shape, _SIDE).slices], learner.device) for image in loaded
        ]
        together = [image for image in images if image.shape == images[0].shape]
        with (
            torch.inference_mode(),
            torch.autocast(learner.device.type, torch.bfloat16, enabled=learner.rules.bf16),
        ):
            network(normalise(torch.cat(together), learner.card))
    return network.state_dict()
