"""Byte arrays kept as runs of equal values: what an edit stores costs what it says, not how large it is."""

from dataclasses import dataclass

import numpy as np

_BYTES_PER_RUN = 5  # one value, one uint32 length


@dataclass(frozen=True, eq=False)
class Runs:
    """A ``uint8 (N,)`` array as runs, or as it is where runs would be larger.

    ``values`` is ``uint8 (R,)`` and ``lengths`` ``uint32 (R,)``, their sum is N; with ``lengths``
    None, ``values`` is the array itself.
    """

    values: np.ndarray
    lengths: np.ndarray | None

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + (0 if self.lengths is None else self.lengths.nbytes)

    def unpacked(self) -> np.ndarray:
        """The array, ``uint8 (N,)``; not to be written to."""
        return self.values if self.lengths is None else np.repeat(self.values, self.lengths)

    def counts(self, kinds: int) -> np.ndarray:
        """``int64 (kinds,)``: how often each value below ``kinds`` occurs."""
        if self.lengths is None:
            return np.bincount(self.values, minlength=kinds)
        # Whole numbers below 2**53 are exact in the float64 that weights are summed in.
        return np.bincount(self.values, weights=self.lengths, minlength=kinds).astype(np.int64)


def pack_runs(array: np.ndarray) -> Runs:
    """Packs ``uint8 (N,)``; the array must not be written to afterwards."""
    new_run = array[1:] != array[:-1]
    if array.size == 0 or (np.count_nonzero(new_run) + 1) * _BYTES_PER_RUN >= array.size:
        return Runs(array, None)
    starts = np.concatenate(([0], np.flatnonzero(new_run) + 1))
    return Runs(array[starts], np.diff(starts, append=array.size).astype(np.uint32))
