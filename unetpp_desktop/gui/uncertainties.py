"""How uncertain the model is about the open scene, as far as it was asked."""

from unetpp_desktop.gui.session import Session
from unetpp_desktop.gui.uncertain_areas import Uncertainty
from unetpp_desktop.nn.uncertainty import error_rates


def shown_uncertainty(session: Session) -> Uncertainty | None:
    """What the model chosen says at the depth chosen; None where nothing is known yet or no mask is open."""
    document, prediction, model = session.document, session.answers.prediction, session.model
    if document is None or prediction is None or model is None or prediction.uncertainty is None:
        return None
    rates = error_rates(model.card, prediction.depth)
    return Uncertainty(prediction.uncertainty, document.origins, rates, session.view.least_uncertainty)
