"""The shapes of vehicles: side outlines in metres, (forward, up), from the front bumper over the roof."""

from dataclasses import dataclass

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Body:
    """The outline of a vehicle; every body has ten segments, of which ``glass`` lists the windows."""

    outline: Points
    glass: tuple[int, ...]
    width: float
    belt: float  # height of the lower edge of the side windows
    side_glass: tuple[Points, ...]
    axles: tuple[float, float]
    wheel: float  # radius
    taper: float  # width of the roof relative to the belt

    @property
    def length(self) -> float:
        return self.outline[0][0] - self.outline[-1][0]

    @property
    def top(self) -> float:
        return max(up for _, up in self.outline)


def _panes(starts: tuple[float, ...], wide: float, low: float, high: float) -> tuple[Points, ...]:
    """A row of upright windows."""
    return tuple(((x + wide, low), (x + wide, high), (x, high), (x, low)) for x in starts)


HATCHBACK = Body(
    outline=(
        (1.92, 0.22), (2.0, 0.5), (1.9, 0.74), (0.95, 0.98), (0.25, 1.42), (-0.3, 1.46),
        (-1.4, 1.4), (-1.85, 0.98), (-1.97, 0.82), (-2.0, 0.5), (-1.92, 0.22),
    ),
    glass=(3, 6),
    width=1.7,
    belt=0.95,
    side_glass=(
        ((0.78, 0.98), (0.22, 1.34), (-0.28, 1.37), (-0.28, 0.97)),
        ((-0.36, 0.97), (-0.36, 1.37), (-1.2, 1.32), (-1.5, 1.0)),
    ),
    axles=(1.25, -1.25),
    wheel=0.31,
    taper=0.76,
)  # fmt: skip
SALOON = Body(
    outline=(
        (2.15, 0.22), (2.25, 0.5), (2.12, 0.72), (1.0, 0.93), (0.3, 1.36), (-0.2, 1.4),
        (-0.95, 1.37), (-1.6, 1.0), (-2.2, 0.94), (-2.28, 0.6), (-2.2, 0.22),
    ),
    glass=(3, 6),
    width=1.76,
    belt=0.92,
    side_glass=(
        ((0.8, 0.94), (0.28, 1.28), (-0.2, 1.31), (-0.2, 0.94)),
        ((-0.28, 0.94), (-0.28, 1.31), (-0.9, 1.28), (-1.3, 0.98)),
    ),
    axles=(1.4, -1.35),
    wheel=0.32,
    taper=0.74,
)  # fmt: skip
ESTATE = Body(
    outline=(
        (2.15, 0.24), (2.22, 0.55), (2.1, 0.8), (1.05, 1.02), (0.4, 1.5), (-0.3, 1.56),
        (-1.85, 1.52), (-2.12, 1.08), (-2.2, 0.85), (-2.24, 0.5), (-2.15, 0.24),
    ),
    glass=(3, 6),
    width=1.78,
    belt=1.0,
    side_glass=(
        ((0.85, 1.03), (0.36, 1.42), (-0.25, 1.47), (-0.25, 1.02)),
        ((-0.33, 1.02), (-0.33, 1.47), (-1.1, 1.46), (-1.1, 1.02)),
        ((-1.18, 1.02), (-1.18, 1.46), (-1.75, 1.43), (-1.95, 1.08)),
    ),
    axles=(1.38, -1.4),
    wheel=0.33,
    taper=0.8,
)  # fmt: skip
OFFROADER = Body(
    outline=(
        (2.1, 0.4), (2.18, 0.7), (2.12, 1.02), (1.0, 1.14), (0.5, 1.74), (-0.2, 1.8),
        (-2.0, 1.76), (-2.15, 1.2), (-2.18, 0.9), (-2.2, 0.6), (-2.12, 0.4),
    ),
    glass=(3, 6),
    width=1.86,
    belt=1.15,
    side_glass=(
        ((0.85, 1.18), (0.46, 1.65), (-0.2, 1.7), (-0.2, 1.17)),
        ((-0.28, 1.17), (-0.28, 1.7), (-1.1, 1.69), (-1.1, 1.17)),
        ((-1.18, 1.17), (-1.18, 1.69), (-1.9, 1.66), (-2.0, 1.2)),
    ),
    axles=(1.35, -1.35),
    wheel=0.39,
    taper=0.84,
)  # fmt: skip
MINI = Body(
    outline=(
        (1.7, 0.22), (1.78, 0.5), (1.66, 0.78), (1.05, 1.0), (0.35, 1.48), (-0.3, 1.5),
        (-1.3, 1.46), (-1.66, 0.98), (-1.74, 0.8), (-1.76, 0.5), (-1.7, 0.22),
    ),
    glass=(3, 6),
    width=1.62,
    belt=0.96,
    side_glass=(
        ((0.82, 1.0), (0.32, 1.4), (-0.35, 1.42), (-0.35, 0.98)),
        ((-0.43, 0.98), (-0.43, 1.42), (-1.15, 1.38), (-1.35, 1.02)),
    ),
    axles=(1.15, -1.15),
    wheel=0.3,
    taper=0.78,
)  # fmt: skip
VAN = Body(
    outline=(
        (2.45, 0.3), (2.52, 0.65), (2.4, 1.05), (1.75, 1.28), (1.1, 2.05), (0.6, 2.25),
        (-2.4, 2.28), (-2.5, 1.95), (-2.52, 1.4), (-2.54, 0.6), (-2.45, 0.3),
    ),
    glass=(3, 7),
    width=1.95,
    belt=1.25,
    side_glass=(((1.55, 1.3), (1.05, 1.95), (0.45, 1.98), (0.45, 1.25)),),
    axles=(1.6, -1.5),
    wheel=0.36,
    taper=0.9,
)  # fmt: skip
BUS = Body(
    outline=(
        (5.3, 0.35), (5.42, 0.8), (5.42, 1.25), (5.4, 1.3), (5.2, 2.6), (5.0, 2.95),
        (-5.0, 2.98), (-5.3, 2.5), (-5.38, 1.5), (-5.4, 0.8), (-5.35, 0.35),
    ),
    glass=(3, 7),
    width=2.45,
    belt=1.3,
    side_glass=_panes((3.6, 2.1, 0.6, -0.9, -2.4, -3.9), 1.35, 1.35, 2.45),
    axles=(3.2, -2.8),
    wheel=0.48,
    taper=0.95,
)  # fmt: skip
DOUBLE_DECKER = Body(
    outline=(
        (5.0, 0.35), (5.12, 0.8), (5.12, 1.2), (5.1, 1.25), (5.0, 2.3), (4.95, 4.1),
        (-4.8, 4.2), (-5.0, 3.6), (-5.06, 2.6), (-5.1, 0.8), (-5.05, 0.35),
    ),
    glass=(3, 7),
    width=2.5,
    belt=1.3,
    side_glass=(
        *_panes((3.4, 1.95, 0.5, -0.95, -2.4, -3.85), 1.3, 1.3, 2.25),
        *_panes((3.4, 1.95, 0.5, -0.95, -2.4, -3.85), 1.3, 2.85, 3.8),
    ),
    axles=(3.0, -2.6),
    wheel=0.48,
    taper=0.97,
)  # fmt: skip
BODIES = (HATCHBACK, HATCHBACK, SALOON, ESTATE, MINI, OFFROADER)
BUSES = (BUS, DOUBLE_DECKER)
