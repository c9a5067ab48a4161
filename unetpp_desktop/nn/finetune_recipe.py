"""How a model is fine-tuned; kept in the card of the model that comes out."""

from pydantic import BaseModel, ConfigDict


class FinetuneRecipe(BaseModel):
    """Settings of a fine-tuning; docs/learning.md holds the measurements that chose them."""

    model_config = ConfigDict(frozen=True)

    steps: int
    seed: int = 0
    batch: int = 4  # crops per step
    crop: int = 256  # pixels
    rate: float = 1e-3
    warm_up_steps: int = 8
    encoder_rate: float = 0.3  # times the rate
    pull: float = 1.0  # times the rate: how far every step goes back to the base weights
    average_decay: float = 0.95  # few steps: the average must not lag behind
    class_weight_cap: float = 3.0
    painted_weight: float = 2.0  # what a person had to paint was wrong before; accepted pixels count 1
    kept_share: float = 0.5  # crops against forgetting: of base data or of scenes that nobody corrected
    keep_weight: float = 1.0  # of the root's own answers where nobody checked
    checks: int = 6  # how often the held-out corrections are measured on the way
    patience: int = 3  # checks without a gain after which it stops

    shares: tuple[float, ...] = (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)  # of what was learnt, one is taken
    known_loss: float = 0.001  # of the mIoU on drawn scenes, that a larger share may cost
    learnt_loss: float = 0.004  # the same on base data that the root has learnt
    unseen_loss: float = 0.008  # the same on base data that it has not

    def rate_at(self, step: int) -> float:
        """Linear warm-up, then linear to zero: what is learnt last counts as much as what came first."""
        warm_up = min(self.warm_up_steps, self.steps // 2)
        rising, falling = (step + 1) / (warm_up + 1), (self.steps - step) / max(1, self.steps - warm_up)
        return self.rate * min(rising, falling)

    def is_check(self, step: int) -> bool:
        """Whether the held-out corrections are measured after ``step``, counted from 0."""
        return (step + 1) % max(1, self.steps // self.checks) == 0
