"""Fine-tuning on what was corrected in a folder: the verb behind the Train tab and the command line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unetpp_desktop.core.errors import UserError
from unetpp_desktop.core.json_files import readable_name
from unetpp_desktop.core.progress import Progress
from unetpp_desktop.nn.card import DepthMetrics, FinetuneRecord, ModelCard, SceneAgreement
from unetpp_desktop.nn.checked_scenes import CheckedScenes
from unetpp_desktop.nn.device import resolve_device
from unetpp_desktop.nn.finetune_recipe import FinetuneRecipe
from unetpp_desktop.nn.finetuning import (
    FinetunedNetwork,
    FinetuneOrder,
    StepReport,
    finetune_network,
)
from unetpp_desktop.nn.registry import ModelEntry, list_models, resolve_model
from unetpp_desktop.nn.scale import AUTO, check_scale
from unetpp_desktop.storage.project import Project
from unetpp_desktop.tasks.agreement import reason_to_refuse_scenes, scene_agreements
from unetpp_desktop.tasks.base_data import BaseData, Replay, replay_of
from unetpp_desktop.tasks.candidate_folder import candidate_folder, save_candidate
from unetpp_desktop.tasks.corrected_scenes import learnt_and_held_out
from unetpp_desktop.tasks.correction_split import CorrectionSplit, split_corrections
from unetpp_desktop.tasks.gate import GateLimits, reason_to_refuse
from unetpp_desktop.tasks.human_pixels import with_known_pixels
from unetpp_desktop.tasks.kept_scenes import kept_scenes
from unetpp_desktop.tasks.lineage import root_of, weights_digest
from unetpp_desktop.tasks.reference import drawn_reference
from unetpp_desktop.tasks.scene_edits import now

_STEPS_ON_CPU, _STEPS_ON_GPU = 80, 400


@dataclass(frozen=True)
class FinetuneOptions:
    """``steps`` None: as many as suit the device. ``recipe`` replaces all settings, steps and seed too.

    It starts from the model that the chosen one goes back to, unless ``from_chosen``. ``reference``
    replaces the scenes that stand for what the root knew: some of ``base_data``, or drawn ones.
    ``scale`` is that at which the model is going to look at scenes.
    """

    steps: int | None = None
    seed: int = 0
    limits: GateLimits = field(default_factory=GateLimits)
    from_chosen: bool = False
    recipe: FinetuneRecipe | None = None
    reference: CheckedScenes | None = None
    base_data: BaseData | None = None
    scale: str = AUTO


@dataclass(frozen=True)
class FinetuneResult:
    """A candidate model, with the deepest depth's figures before and after on the same scenes.

    "Before" is the model that was in use. ``before_depths`` and ``after_depths`` hold the figures of
    all depths, ``reference_before`` and ``reference_after`` those on what the root knew, where
    there is something to measure it on. ``agreements`` tells of each scene that was learnt how all of
    what was learnt answers it. ``refused`` says why the gate is against the candidate.
    ``problems`` has one sentence for each corrected scene that could not be used, ``remarks`` one for each
    of the base data that could not, or of which some pixels could not, and one for a root that is gone. The
    candidate lies among the project's models; `tasks.discarded` takes it out.
    """

    candidate: ModelEntry
    before: DepthMetrics
    after: DepthMetrics
    before_depths: dict[int, DepthMetrics]
    after_depths: dict[int, DepthMetrics]
    compared_on: str
    scenes_used: int
    problems: tuple[str, ...]
    refused: str | None = None
    reference_before: DepthMetrics | None = None
    reference_after: DepthMetrics | None = None
    agreements: tuple[SceneAgreement, ...] = ()
    remarks: tuple[str, ...] = ()


def finetune(
    project: Project,
    chosen: ModelEntry,
    options: FinetuneOptions,
    progress: Progress,
    on_step: Callable[[StepReport], None],
    device: str = "auto",
) -> FinetuneResult:
    """Trains a copy of the base of ``chosen`` on the human pixels of the project's masks.

    A fine-tuned model is not trained further: all corrected scenes are learnt anew from the model
    that it goes back to, so that errors do not add up. What is compared is ``chosen`` and the new one.
    Pixels that nobody checked do not teach; there the root's own answers are kept, and on scenes
    without corrections. Base data take the place of these, and their masks teach, too. Classes that the
    model does not know are added to it. Raises `UserError` where nothing is corrected, where there is
    nothing to replay in the base data, and, before the first step, where the new model could not be saved.
    """
    check_scale(options.scale)
    models = list_models(project.own_folder / "models")[0]
    base = chosen if options.from_chosen else root_of(chosen, models)
    scenes, problems = with_known_pixels(project, progress)
    if not scenes:
        nothing = f"{project.folder} has no corrected pixels to learn from."
        raise UserError(problems[0] if problems else f"{nothing} Paint some, or mark a scene as done.")
    lost: dict[str, str] = {}  # a sentence for each scene that could not be read any more
    with candidate_folder(project.own_folder / "models", base) as folder:
        split = split_corrections(scenes)
        replay, remarks = _replay(project, options.base_data, progress)
        if not options.from_chosen and base.card.finetuned is not None:
            remarks = (_root_is_gone(base), *remarks)
        second = kept_scenes(project, base.card) if replay is None else replay.load
        learnt, held_out = learnt_and_held_out(
            project, split, second, progress, lambda scene, why: lost.setdefault(scene.name, why)
        )
        card = _card(project, base, folder.name, split)
        recipe = options.recipe or _recipe(options, device)
        order = FinetuneOrder(
            base=base,
            in_use=chosen,
            card=card,
            corrected=learnt,
            held_out=CheckedScenes(held_out, split.words),
            reference=options.reference
            or (drawn_reference(base.card, project.palette) if replay is None else replay.measured),
            recipe=recipe,
            device=device,
            allowed_loss=_allowed_loss(recipe, replay),
            replayed=None if replay is None else replay.classes,
            scale=options.scale,
        )
        end = finetune_network(order, progress, on_step)
        deepest = card.depth
        before, after = end.before[deepest], end.after[deepest]
        answered = [(split.learnt[place].name, matrix) for place, matrix in end.learnt.items()]
        agreements = scene_agreements(
            [(readable_name(name), matrix) for name, matrix in answered if name not in lost]
        )
        refused = reason_to_refuse_scenes(agreements) or reason_to_refuse(
            before, after, end.reference_before, end.reference_after, options.limits
        )
        record = _record(order, split, end, agreements, refused).model_copy(
            update=_origin(base, models, options, replay)
        )
        metrics = {str(depth): figures for depth, figures in end.after.items()}
        card = card.model_copy(update={"metrics": metrics, "finetuned": record})
        candidate = save_candidate(folder, card, end)
    return FinetuneResult(
        candidate,
        before,
        after,
        dict(end.before),
        dict(end.after),
        split.words,
        len(split.learnt),
        (*problems, *lost.values()),
        refused,
        end.reference_before,
        end.reference_after,
        agreements,
        remarks,
    )


def finetune_folder(
    folder: Path, labels: Path | None, model: str, options: FinetuneOptions, device: str, progress: Progress
) -> FinetuneResult:
    """`finetune` for a folder and a model name or path."""
    project = Project.open(folder, labels)
    chosen = resolve_model(model, project.own_folder / "models")
    return finetune(project, chosen, options, progress, lambda _: None, device)


def _replay(
    project: Project, data: BaseData | None, progress: Progress
) -> tuple[Replay | None, tuple[str, ...]]:
    """What of ``data`` is replayed and measured, and a sentence for each scene that cannot be used."""
    remarks: list[str] = []
    if data is None:
        return None, ()
    own = [scene.image_path for scene in project.scenes]
    return replay_of(data, project.palette, progress, remarks.append, own), tuple(remarks)


def _root_is_gone(base: ModelEntry) -> str:
    return (
        f"{base.card.parent}, the model that {base.name} came from, is not to be found: this training starts "
        f"from {base.name}, so that errors may add up. Put {base.card.parent} back where it was, or choose "
        "another model."
    )


def _recipe(options: FinetuneOptions, device: str) -> FinetuneRecipe:
    on_cpu = resolve_device(device).type == "cpu"
    steps = options.steps or (_STEPS_ON_CPU if on_cpu else _STEPS_ON_GPU)
    return FinetuneRecipe(steps=steps, seed=options.seed)


def _allowed_loss(recipe: FinetuneRecipe, replay: Replay | None) -> float:
    if replay is None:
        return recipe.known_loss
    return recipe.unseen_loss if replay.unseen else recipe.learnt_loss


def _card(project: Project, base: ModelEntry, name: str, split: CorrectionSplit) -> ModelCard:
    """The card of the model to come, without figures."""
    network = base.card.network.model_copy(update={"classes": len(project.palette)})
    changes = {
        "name": name,
        "created": now(),
        "palette": project.palette,
        "network": network,
        "parent": base.name,
        "training_data": f"{len(split.learnt)} corrected scenes of {readable_name(project.folder.name)}",
        "command": "",
        "notes": "Fine-tuned in the app.",
        "metrics": {},
        "calibration": {
            depth: found.model_copy(update={"measured_with": found.measured_with or base.name})
            for depth, found in base.card.calibration.items()
        },
        "training_hours": None,
        "processor": "",
    }
    return base.card.model_copy(update=changes)


def _record(
    order: FinetuneOrder,
    split: CorrectionSplit,
    end: FinetunedNetwork,
    agreements: tuple[SceneAgreement, ...],
    refused: str | None,
) -> FinetuneRecord:
    deepest = order.card.depth
    return FinetuneRecord(
        learnt=tuple(readable_name(scene.name) for scene in split.learnt),
        held_out=tuple(readable_name(scene.name) for scene in split.held_out),
        compared_on=split.words,
        compared_with=order.in_use.name,
        scale=order.scale,
        settings={
            **order.recipe.model_dump(exclude={"shares"}),
            "steps_done": end.steps,
            "share": end.share,
        },
        before=end.before[deepest],
        after=end.after[deepest],
        reference_before=end.reference_before,
        reference_after=end.reference_after,
        agreements=agreements,
        refused=refused,
    )


def _origin(
    base: ModelEntry, models: Sequence[ModelEntry], options: FinetuneOptions, replay: Replay | None
) -> dict[str, str | bool | None]:
    """What the record of a model says of the one it started from, and of what was replayed."""
    listed = any(entry.folder == base.folder for entry in models)
    return {
        "parent_weights": weights_digest(base),
        "parent_folder": None if listed else readable_name(str(base.folder.resolve())),
        "from_chosen": options.from_chosen,
        "base_data": None if replay is None else replay.name,
    }
