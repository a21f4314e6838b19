"""Trains a small recurrent network that tells genuine sessions from attacks, on clips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from torch import nn

from mien.core.live.motion import Motion, features_of
from mien.core.live.sequence_model import INPUTS, Floats, GatedSequence, Gates, Standard
from mien.evaluation.metrics import Estimate, estimate_proportion
from mien.evaluation.tables import DataTable, format_percent
from mien.learning.takes import GENUINE, Take, cut_out, made_attacks

Progress = Callable[[int, int], None]

NOTES: Final = (
    "Each session was judged by a model of the other clips, at their threshold for a BPCER of 5 %.",
    "Intervals: 95 %, Clopper-Pearson; sessions of one clip are alike, so the truth is wider.",
)

_PARTS: Final = 12
"""How many sessions are cut out of each clip, and attacks of each species made of it."""

_LEARNING_RATE: Final = 3e-3
_DECAY: Final = 1e-2
_LONGEST_GRADIENT: Final = 1.0
_TARGET_BPCER: Final = 0.05
_WORST_BPCER: Final = 0.08
_WORST_APCER: Final = 0.50
_SEED: Final = 20261121


@dataclass(frozen=True, slots=True)
class Training:
    """How long and how large; threads: of PyTorch."""

    epochs: int = 25
    width: int = 24
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Judged:
    """A session of a clip that was held out. passes_rules: what `Motion` says without a model."""

    clip: str
    species: str
    score: float
    passes_rules: bool

    @property
    def is_genuine(self) -> bool:
        """Whether it shows a living person in front of the camera."""
        return self.species == GENUINE


@dataclass(frozen=True, slots=True)
class Assessment:
    """Every session, judged by a model that has not seen its clip."""

    judged: Sequence[Judged]

    @property
    def species(self) -> Sequence[str]:
        """`GENUINE`, then the attacks by name."""
        return sorted(
            {one.species for one in self.judged}, key=lambda name: (name != GENUINE, name)
        )

    @property
    def threshold(self) -> float:
        """From which score on a session passes: `_TARGET_BPCER` of the genuine ones do not."""
        return self._threshold_without(None)

    def errors(self, species: str) -> Estimate:
        """Return the BPCER of the genuine, the APCER of a species.

        Each session is held against the threshold that was found on the other clips.
        """
        of_clip = {one.clip: self._threshold_without(one.clip) for one in self.judged}
        return self._wrong(species, lambda one: one.score >= of_clip[one.clip])

    def errors_together(self, species: str) -> Estimate:
        """Return the same of sessions that have to pass the model and the rules."""
        of_clip = {one.clip: self._threshold_without(one.clip) for one in self.judged}
        return self._wrong(species, lambda one: one.passes_rules and one.score >= of_clip[one.clip])

    def errors_of_rules(self, species: str) -> Estimate:
        """Return the same of the rules alone."""
        return self._wrong(species, lambda one: one.passes_rules)

    def count(self, species: str) -> tuple[int, int]:
        """Return how many clips and sessions there are of a species."""
        found = [one for one in self.judged if one.species == species]
        return len({one.clip for one in found}), len(found)

    def _wrong(self, species: str, passes: Callable[[Judged], bool]) -> Estimate:
        found = [one for one in self.judged if one.species == species]
        return estimate_proportion(sum(passes(o) != o.is_genuine for o in found), len(found))

    def _threshold_without(self, clip: str | None) -> float:
        scores = [one.score for one in self.judged if one.is_genuine and one.clip != clip]
        return float(np.quantile(scores, _TARGET_BPCER))


class _Network(nn.Module):
    """A gated recurrent unit whose states are pooled over the session."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.unit = nn.GRU(INPUTS, width, batch_first=True)
        self.output = nn.Linear(2 * width, 1)

    def forward(self, inputs: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Return log-odds [n] of inputs [n, longest, INPUTS], of which so many rows count."""
        states, _ = self.unit(inputs)
        counts = (torch.arange(inputs.shape[1])[None] < lengths[:, None])[:, :, None]
        mean = (states * counts).sum(dim=1) / lengths[:, None]
        highest = states.masked_fill(~counts, -1.0).amax(dim=1)
        odds: torch.Tensor = self.output(torch.cat([mean, highest], dim=1))
        return odds[:, 0]


def cut_sessions(
    takes: Sequence[Take], rng: np.random.Generator, *, makes: bool, only: str | None = None
) -> list[Take]:
    """Return many short sessions out of whole clips. makes: attacks out of genuine clips, too.

    only: the clip that they are cut out of; faces are swapped with any.
    """
    genuine = [take for take in takes if take.is_genuine]
    sessions = []
    for take in takes:
        if only not in {None, take.clip}:
            continue
        others = [other for other in genuine if other.clip != take.clip]
        for _ in range(_PARTS):
            sessions.append(cut_out(take, rng))
            if makes and take.is_genuine and others:
                sessions += made_attacks(take, others, rng)
    return sessions


def train(sessions: Sequence[Take], training: Training) -> GatedSequence:
    """Return a model trained on all sessions; the same sessions give the same model."""
    torch.set_num_threads(training.threads)
    torch.manual_seed(_SEED)
    features = [features_of(take.readings) for take in sessions]
    standard = Standard.of(features)
    inputs, lengths = _padded([standard.inputs(f) for f in features])
    genuine = torch.tensor([float(take.is_genuine) for take in sessions])
    network = _Network(training.width)
    optimizer = torch.optim.AdamW(network.parameters(), _LEARNING_RATE, weight_decay=_DECAY)
    # Both kinds count alike, however many species there are.
    weight = (1 - genuine).sum() / genuine.sum()
    rng = np.random.default_rng(_SEED)
    for _ in range(training.epochs):
        for chosen in np.array_split(rng.permutation(len(sessions)), max(1, len(sessions) // 32)):
            loss = nn.functional.binary_cross_entropy_with_logits(
                network(inputs[chosen], lengths[chosen]), genuine[chosen], pos_weight=weight
            )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # PyTorch has not typed it
            nn.utils.clip_grad_norm_(network.parameters(), _LONGEST_GRADIENT)
            optimizer.step()
    return _in_numpy(network, standard)


def assess(
    takes: Sequence[Take], training: Training, progress: Progress, *, makes: bool
) -> Assessment:
    """Judge the sessions of each clip by a model that has not seen that clip.

    Strangers' faces in swaps that are tried may be of clips that it has seen.
    """
    clips = sorted({take.clip for take in takes})
    judged = []
    for number, held_out in enumerate(clips, start=1):
        taught = [take for take in takes if take.clip != held_out]
        rng = np.random.default_rng(_SEED)
        model = train(cut_sessions(taught, rng, makes=makes), training)
        rng = np.random.default_rng(_SEED + number)
        tried = cut_sessions(takes, rng, makes=makes, only=held_out)
        judged += [_judge(session, model) for session in tried]
        progress(number, len(clips))
    return Assessment(judged)


def _judge(session: Take, model: GatedSequence) -> Judged:
    rules = Motion()
    for reading in session.readings:
        rules.observe(reading)
    score = model.score(features_of(session.readings))
    return Judged(session.clip, session.species, score, rules.check().passed)


def train_for_use(
    takes: Sequence[Take], assessment: Assessment, training: Training, *, makes: bool
) -> GatedSequence:
    """Return a model of all clips, with the threshold that was found on clips held out."""
    model = train(cut_sessions(takes, np.random.default_rng(_SEED), makes=makes), training)
    return replace(model, threshold=assessment.threshold)


def is_worth_keeping(assessment: Assessment) -> bool:
    """Tell whether it refuses hardly any people, and together with the rules most attacks.

    In clips that it has not seen, of whichever species is refused least.
    """
    attacks = [species for species in assessment.species if species != GENUINE]
    worst = max(assessment.errors_together(species).value for species in attacks)
    return assessment.errors(GENUINE).value <= _WORST_BPCER and worst <= _WORST_APCER


def make_table(assessment: Assessment) -> DataTable:
    """Return the error rates by species."""
    rows = []
    for species in assessment.species:
        clips, sessions = assessment.count(species)
        rows.append(
            (
                f"{'BPCER' if species == GENUINE else 'APCER'}, {species}",
                str(clips),
                str(sessions),
                format_percent(assessment.errors(species)),
                format_percent(assessment.errors_of_rules(species)),
                format_percent(assessment.errors_together(species)),
            )
        )
    return DataTable(
        "Sessions of clips that were held out",
        ("rate", "clips", "sessions", "model, %", "rules, %", "both, %"),
        tuple(rows),
    )


def _padded(sessions: Sequence[Floats]) -> tuple[torch.Tensor, torch.Tensor]:
    lengths = torch.tensor([len(session) for session in sessions])
    inputs = torch.zeros(len(sessions), int(lengths.max()), INPUTS)
    for place, session in enumerate(sessions):
        inputs[place, : len(session)] = torch.from_numpy(session)
    return inputs, lengths


def _in_numpy(network: _Network, standard: Standard) -> GatedSequence:
    state = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    gates = Gates(
        state["unit.weight_ih_l0"],
        state["unit.weight_hh_l0"],
        state["unit.bias_ih_l0"],
        state["unit.bias_hh_l0"],
    )
    output_bias = float(state["output.bias"][0])
    return GatedSequence(standard, gates, state["output.weight"][0], output_bias, threshold=0.5)
