"""Parts of a training split that a recipe is chosen on, so that val and test stay unseen.

Neighbouring frames of a drive look alike, so whole blocks are held out, not random frames: of each
drive its last fifth, and the three frames before it belong to neither part. The drive is what a
file is called up to its first underscore, as in CamVid (0001TP, 0006R0, 0016E5).
"""

from collections.abc import Sequence
from itertools import groupby

from unetpp_desktop.storage.camvid import Pair

FIT = "fit"
HOLD_OUT = "hold-out"
_WITHOUT = "without-"
_ONLY = "only-"

_HELD_SHARE = 5  # one scene of so many
_DROPPED = 3  # scenes between the two parts


def drive_of(pair: Pair) -> str:
    return pair.image.stem.split("_")[0]


def part_of(pairs: Sequence[Pair], name: str) -> tuple[Pair, ...] | None:
    """The part of a training split that ``name`` stands for; None where it stands for none.

    "fit" and "hold-out"; "without-DRIVE" and "only-DRIVE" for a drive that is left out as a whole.
    """
    drives = {
        drive: sorted(members, key=lambda pair: pair.image.name)
        for drive, members in groupby(sorted(pairs, key=drive_of), drive_of)
    }
    if name in (FIT, HOLD_OUT):
        chosen = []
        for members in drives.values():
            held = len(members) - len(members) // _HELD_SHARE
            chosen += members[held:] if name == HOLD_OUT else members[: max(0, held - _DROPPED)]
        return tuple(chosen)
    for prefix, wanted in ((_WITHOUT, False), (_ONLY, True)):
        if name.startswith(prefix) and name.removeprefix(prefix) in drives:
            drive = name.removeprefix(prefix)
            return tuple(pair for pair in pairs if (drive_of(pair) == drive) is wanted)
    return None
