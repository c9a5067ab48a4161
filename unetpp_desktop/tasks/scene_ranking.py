"""In which order scenes are worth correcting: doubtful ones first, unlike ones early, some by chance.

Only doubtful scenes would look alike, and whatever the model is surely wrong about would never be seen:
so a scene counts less the more it resembles those before it (greedy k-center, Sener and Savarese, arXiv
1708.00489, weighted by uncertainty), and every fifth is drawn by chance, which is hard to beat alone.
"""

from collections.abc import Sequence

import numpy as np

from unetpp_desktop.tasks.review import SceneReview, is_reviewed

_EVERY = 5  # one scene in so many is drawn by chance
_MOST_COMPARED = 1000  # places; behind them the order is that of the doubt alone


def ranked_scenes(reviews: Sequence[SceneReview], seed: int = 0) -> tuple[str, ...]:
    """The names of the scenes, the one to correct first in front; the same ``seed`` gives the same order.

    A scene is as doubtful as the share of its pixels that is expected to be wrong in regions that nobody
    has reviewed. Two scenes are as unlike as the shares of their predicted classes (Hellinger distance).
    """
    doubt = np.array([_doubt(review) for review in reviews])
    looks = np.array([_look(review) for review in reviews])
    looks = looks[:, looks.any(0)] if len(looks) else looks
    chance = np.random.default_rng(seed)
    left = np.ones(len(reviews), np.bool_)
    apart = np.ones(len(reviews))  # of the nearest scene chosen so far
    chosen: list[int] = []
    while len(chosen) < min(len(reviews), _MOST_COMPARED):
        if len(chosen) % _EVERY == _EVERY - 1:
            best = int(chance.choice(np.flatnonzero(left)))
        else:
            best = int(np.argmax(np.where(left, doubt * apart, -1)))
        chosen.append(best)
        left[best] = False
        apart = np.minimum(apart, np.sqrt(np.square(looks - looks[best]).sum(1) / 2))
    rest = np.flatnonzero(left)
    chosen += rest[np.argsort(-doubt[rest], kind="stable")].tolist()
    return tuple(reviews[index].scene for index in chosen)


def _doubt(review: SceneReview) -> float:
    waiting = sum(region.expected_wrong for region in review.regions if not is_reviewed(region))
    return waiting / (review.size[0] * review.size[1])


def _look(review: SceneReview) -> np.ndarray:
    """``float64 (256,)``: the roots of the shares of the classes."""
    look: np.ndarray = np.sqrt(review.class_pixels / max(1, review.class_pixels.sum()))
    return look
