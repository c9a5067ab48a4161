"""How the corrected scenes agree with each other, scene by scene."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from unetpp_desktop.gui.figure_grid import FigureGrid
from unetpp_desktop.nn.card import SceneAgreement
from unetpp_desktop.tasks.agreement import contradicts, oddest_first


class AgreementTable(FigureGrid):
    """Scene, share of its pixels answered as corrected, and the share to expect; the oddest come first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(wide_column=0, figure_columns=(1, 2), parent=parent)
        self.setToolTip(
            self.tr(
                "The share of your pixels that the new model, having learnt all scenes, answers as you did, "
                "and the share to expect: that of the scenes in which it answers each class best"
            )
        )

    def show_agreements(self, agreements: Sequence[SceneAgreement]) -> None:
        self.clear()
        for column, title in enumerate((self.tr("Pixels in %"), self.tr("as you"), self.tr("expected"))):
            self.add(0, column, title, quiet=True)
        for row, agreement in enumerate(oddest_first(agreements), start=1):
            strong = contradicts(agreement)
            self.add_name(row, 0, agreement.scene, strong)
            self.add(row, 1, f"{agreement.share * 100:.0f}", strong=strong)
            self.add(row, 2, f"{agreement.expected * 100:.0f}", quiet=True)
            if strong:
                self.add(row, 3, self.tr("odd"), strong=True)
