"""What labelling costs: of the open scene, from scene to scene, and whether the next training pays."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from unetpp_desktop.gui.curves import Curve
from unetpp_desktop.gui.paragraph import Paragraph
from unetpp_desktop.gui.session import Session
from unetpp_desktop.storage.project import SceneFacts
from unetpp_desktop.tasks.effort_meter import (
    ENOUGH,
    Outlook,
    SceneEffort,
    Verdict,
    finished,
    judge,
    scene_effort,
)

_PAUSE_MS = 300
_SMOOTH_FROM = 30  # scenes; fewer are shown as they are
_MOST_NAMED = 0.9994  # what is more would be rounded to 100 %


class EffortPanel(QWidget):
    """A view of what the masks of the folder say of the work on them."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.here = Paragraph(parent=self)
        self.kept = Curve(self.tr("Kept of what the model said"), share_text, smooth=False)
        self.minutes = Curve(self.tr("Minutes per scene"), minutes_text, smooth=False)
        self.verdict = Paragraph(parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(8)
        for widget in (self.here, self.kept, self.minutes, self.verdict):
            column.addWidget(widget)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._show)
        for signal in (
            session.known.changed,
            session.known.complete,
            session.marking.changed,
            session.scene_changed,
            session.project_changed,
        ):
            signal.connect(self._soon.start)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        if not self.isVisible():
            return
        session, known = self._session, self._session.known
        facts = [found for scene in session.scenes if (found := known.facts(scene)) is not None]
        efforts = finished(facts)
        here = None if session.scene is None else known.facts(session.scene)
        self.here.setText(self._words_of(here))
        for curve, values in (
            (self.kept, [effort.kept for effort in efforts]),
            (self.minutes, [effort.minutes for effort in efforts]),
        ):
            curve.set_smooth(len(efforts) >= _SMOOTH_FROM)
            points = [(float(place), value) for place, value in enumerate(values) if value is not None]
            curve.set_points(points, len(efforts) - 1)
            curve.setVisible(len(efforts) >= ENOUGH)
        self.verdict.setText(self._verdict_of(efforts, len(session.walk.undone_scenes())))

    def _words_of(self, facts: SceneFacts | None) -> str:
        """What the open scene has cost, as far as it is saved."""
        effort = None if facts is None else scene_effort(facts)
        if effort is None:
            return self.tr("Nobody has worked on this scene yet.")
        parts = [
            self.tr("{} min").format(minutes_text(effort.minutes)),
            self.tr("one edit") if effort.strokes == 1 else self.tr("{} edits").format(f"{effort.strokes:,}"),
            self.tr("{} pixels changed").format(f"{effort.changed_pixels:,}"),
        ]
        if effort.kept is not None:
            parts.append(self.tr("{} of the model's kept").format(share_text(effort.kept)))
        return self.tr("This scene: {}.").format(", ".join(parts))

    def _verdict_of(self, efforts: list[SceneEffort], left: int) -> str:
        verdict = judge(efforts, left)
        match verdict.outlook:
            case Outlook.TOO_FEW:
                sentence = self.tr(
                    "Finish {} pre-labelled scenes: from then on this says what they cost, and after a "
                    "training whether the next one pays."
                )
                return sentence.format(ENOUGH)
            case Outlook.NOTHING_TO_COMPARE:
                sentence = self.tr(
                    "A scene takes {0} min, and {1} of what the model says is kept. Train once: then this "
                    "says whether the next training pays."
                )
                return sentence.format(minutes_text(verdict.minutes_now), share_text(verdict.kept_now))
            case Outlook.PAYS:
                return self._compared(verdict) + " " + self._gain(verdict, left)
            case Outlook.HARDLY:
                return self._compared(verdict) + " " + self._no_gain(left)

    def _compared(self, verdict: Verdict) -> str:
        sentence = self.tr(
            "With the last training a scene takes {0} min instead of {1}, and {2} of what the model says is "
            "kept instead of {3}."
        )
        return sentence.format(
            minutes_text(verdict.minutes_now),
            minutes_text(verdict.minutes_before),
            share_text(verdict.kept_now),
            share_text(verdict.kept_before),
        )

    def _gain(self, verdict: Verdict, left: int) -> str:
        if verdict.saves_minutes < 1:
            return self.tr("Another training is likely to pay.")
        sentence = self.tr(
            "If the next one brings half as much, it spares {0} min on the {1} scenes that are left: it pays."
        )
        return sentence.format(f"{verdict.saves_minutes:,.0f}", f"{left:,}")

    def _no_gain(self, left: int) -> str:
        if not left:
            return self.tr("No scene is left that another one could help with.")
        return self.tr("That is hardly more than chance: another training will hardly pay.")


def share_text(share: float) -> str:
    """Percents with one decimal; 100 % only where nothing is missing."""
    return f"{100 * min(share, _MOST_NAMED if share < 1 else 1.0):.1f} %"


def minutes_text(minutes: float) -> str:
    return f"{minutes:.1f}" if minutes < 9.95 else f"{minutes:,.0f}"
