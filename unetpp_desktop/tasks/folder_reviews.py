"""The reviews of a whole folder, in a form that can be asked after every edit, however many scenes it has."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from unetpp_desktop.tasks.review import Region, RegionState, SceneReview, is_reviewed, review_queue

RegionKey = tuple[str, int]
"""Scene and number of a region."""

_NO_STENCIL = np.zeros((0, 0), np.bool_)


@dataclass(frozen=True)
class SceneShare:
    """Wrong pixels that are expected in a scene: in all of it, in its regions, in those that are reviewed."""

    everywhere: float
    expected: float
    reviewed: float
    waiting: int  # regions that are not reviewed


@dataclass(frozen=True, eq=False)
class FolderReviews:
    """``scenes`` has the reviews by scene, without stencils; ``order`` all regions, most urgent first.

    The order does not follow what becomes of the regions, so it is found once.
    """

    scenes: Mapping[str, SceneReview] = field(default_factory=dict)
    order: tuple[RegionKey, ...] = ()
    shares: Mapping[str, SceneShare] = field(default_factory=dict)

    def with_scene(self, review: SceneReview) -> "FolderReviews":
        """With what became of the regions of one scene, whose review is in here already."""
        name = review.scene
        scenes = {**self.scenes, name: without_stencils(review)}
        return replace(self, scenes=scenes, shares={**self.shares, name: share_of(review)})

    def keeps_order_with(self, review: SceneReview) -> bool:
        """Whether the review of a scene has the regions that are in here, whatever became of them."""
        known = self.scenes.get(review.scene)
        return (
            known is not None
            and known.judgement == review.judgement
            and len(known.regions) == len(review.regions)
        )

    def region(self, key: RegionKey) -> Region | None:
        """A region, without its stencil; None where there is none such."""
        review = self.scenes.get(key[0])
        return None if review is None or not 0 <= key[1] < len(review.regions) else review.regions[key[1]]

    def waiting(self, behind: RegionKey | None = None) -> Iterator[Region]:
        """The open regions by urgency, then the deferred ones; from behind one, and round the end."""
        first = self.order.index(behind) + 1 if behind in self.order else 0
        around = self.order[first:] + self.order[:first]
        for state in (RegionState.OPEN, RegionState.DEFERRED):
            for key in around:
                region = self.region(key)
                if region is not None and region.state is state and key != behind:
                    yield region

    @property
    def share_reviewed(self) -> float:
        """Share of the wrong pixels expected in all regions that lie in reviewed ones; 1 without regions."""
        expected = sum(share.expected for share in self.shares.values())
        return sum(share.reviewed for share in self.shares.values()) / expected if expected else 1.0

    @property
    def share_outside(self) -> float:
        """Share of all wrong pixels expected that lies in no region; 0 where none are expected."""
        everywhere = sum(share.everywhere for share in self.shares.values())
        expected = sum(share.expected for share in self.shares.values())
        return max(0.0, 1 - expected / everywhere) if everywhere else 0.0

    @property
    def waiting_count(self) -> int:
        """How many regions nobody has accepted or corrected."""
        return sum(share.waiting for share in self.shares.values())


def folder_reviews(reviews: Iterable[SceneReview]) -> FolderReviews:
    """Puts the regions of ``reviews`` in order."""
    light = {review.scene: without_stencils(review) for review in reviews}
    as_open = [
        replace(review, regions=tuple(replace(region, state=RegionState.OPEN) for region in review.regions))
        for review in light.values()
    ]
    order = tuple((region.scene, region.number) for region in review_queue(as_open))
    return FolderReviews(light, order, {name: share_of(review) for name, review in light.items()})


def without_stencils(review: SceneReview) -> SceneReview:
    """``review`` as small as it can be kept for every scene of a large folder."""
    return replace(review, regions=tuple(replace(region, stencil=_NO_STENCIL) for region in review.regions))


def share_of(review: SceneReview) -> SceneShare:
    reviewed = [region for region in review.regions if is_reviewed(region)]
    return SceneShare(
        review.expected_wrong,
        sum(region.expected_wrong for region in review.regions),
        sum(region.expected_wrong for region in reviewed),
        len(review.regions) - len(reviewed),
    )
