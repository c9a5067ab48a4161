"""What happens to crops once they are a batch."""

import torch

from unetpp_desktop.nn.augment import paste_rare


def test_rare_things_of_the_crop_before_come_with_their_pixels_and_nothing_else_does() -> None:
    labels = torch.zeros((3, 4, 4), dtype=torch.long)
    labels[0, 1, 1], labels[0, 2, 2], labels[2, 3, 3] = 5, 6, 5
    images = torch.arange(3.0).reshape(3, 1, 1, 1).expand(3, 3, 4, 4).clone()
    pasted_images, pasted = paste_rare(images, labels, torch.tensor([5]), torch.tensor([False, True, True]))
    assert torch.equal(pasted[0], labels[0])
    assert pasted[1].nonzero().tolist() == [[1, 1]]
    assert pasted[1, 1, 1] == 5
    assert (pasted_images[1] == 0).nonzero().tolist() == [[channel, 1, 1] for channel in range(3)]
    assert torch.equal(pasted[2], labels[2])  # the crop before it holds nothing rare
    assert torch.equal(pasted_images[2], images[2])
