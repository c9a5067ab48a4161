"""How fast the simulated annotator is: every figure that turns gestures into seconds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Seconds of single actions, and what the pointer can do.

    ``key``, ``aim``, ``button`` and ``decide`` are the operators K (an average typist without
    training), P, B and M of the Keystroke-Level Model (Card, Moran & Newell, CACM 23(7), 1980,
    pages 396 to 410). ``notch`` and ``hand_error`` are our own estimates. Speed and rate of the
    pointer are set, not measured: a person who follows a border carefully is slower.
    """

    pointer_speed: float = 400.0  # pixels of the screen per second
    pointer_rate: float = 120.0  # events per second
    zoom: float = 2.0  # pixels of the screen per image pixel in which it begins; finer work doubles it
    hand_error: float = 1.0  # standard deviation of the pointer from where it should be, screen pixels
    key: float = 0.28
    aim: float = 1.1  # from anywhere to a place
    button: float = 0.1  # down or up
    decide: float = 1.35  # look at an error, and decide what to do
    notch: float = 0.05  # of the wheel, after the first, which counts as a key

    @property
    def click(self) -> float:
        """Aim, press and release."""
        return self.aim + 2 * self.button

    @property
    def next_scene(self) -> float:
        """The key, and a look at what has come."""
        return self.key + self.decide

    def travel(self, length: float, zoom: float) -> float:
        """Seconds for a way of ``length`` image pixels, in whole events of the pointer."""
        return self.events(length, zoom) / self.pointer_rate

    def events(self, length: float, zoom: float) -> int:
        """Events of the pointer on a way of ``length`` image pixels; none on a way of length 0."""
        return -int(-length * zoom * self.pointer_rate // self.pointer_speed)
