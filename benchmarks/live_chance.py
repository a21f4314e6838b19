"""How often a recording passes a live session whose demands it was not made for.

(a) Clips of people, genuine and replayed, from random places on and again and again, against plans
that are drawn anew each time. (b) Recordings of simulated people who did what one plan asked for,
against other plans: as they come, the best of a hundred, and one that shows all movements. Chance
is the probability that two plans are drawn alike. The same people live: how often they are
refused. (c) What the clips would pass if exactly that were asked for.

Simulated people (tests/people.py) have the tempo and the noise of the clips; intervals are
Clopper and Pearson's, 95 %.

python -m benchmarks.live_chance ../shared/data/videos --data-dir DIR
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.measure import Json, Surroundings, argument_parser, finish, show_table
from mien.bootstrap.liveness import LivenessModels
from mien.bootstrap.recognition import choose, load_pipeline
from mien.core.live.challenge import Challenge, Plan
from mien.core.live.channel import Channel
from mien.core.live.demands import TURNS, WEIGHTS, Demand
from mien.core.live.motion import Motion
from mien.core.live.reading import Reading
from mien.core.live.run import LiveRun
from mien.core.liveness import CheckName, LivenessPolicy
from mien.core.template import FaceSample
from mien.evaluation.metrics import estimate_proportion
from mien.learning.clips import SUFFIXES, read_clip
from mien.settings import Settings
from tests.meshes import Look
from tests.people import Person, Tempo, goal_of, loop, meet, perform

_SEED: Final = 20261121
_CANDIDATES: Final = 100
_REHEARSALS: Final = 100
"""Plans on which an attacker tries each of the candidates at home."""

_RATES: Final = (15.0, 8.0, 5.0, 3.0)
_LONGEST_CHAIN: Final = 4

_Recording = Sequence[Reading]
_NOBODY: Final = FaceSample(np.zeros(1, np.float32), 0.0)


@dataclass(frozen=True, slots=True)
class Passed:
    """Of one session: whether the demands were met, and the nose and the movement right too."""

    demands: bool
    all_checks: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Sessions of one kind."""

    name: str
    outcomes: Sequence[Passed]

    @property
    def cells(self) -> tuple[str, ...]:
        """What the table shows."""
        return (self.name, str(len(self.outcomes)), self._share("demands"), self._share("all"))

    def as_json(self) -> dict[str, Json]:
        """Return the counts."""
        return {
            "kind": self.name,
            "sessions": len(self.outcomes),
            "demands": sum(o.demands for o in self.outcomes),
            "all_checks": sum(o.all_checks for o in self.outcomes),
        }

    def _share(self, of: str) -> str:
        flags = [o.demands if of == "demands" else o.all_checks for o in self.outcomes]
        found = estimate_proportion(sum(flags), len(flags))
        return f"{found.value:.2%} ({found.low:.2%} to {found.high:.2%})"


def show(readings: Iterable[Reading], plan: Plan) -> Passed:
    """Show a recording to a session, which is judged by all that needs no recognition.

    Where no turn is asked for there is no relief to look at.
    """
    run: LiveRun | None = None
    for reading in readings:
        if run is None:
            challenge = Challenge(plan, reading.at_s)
            run = LiveRun(
                LivenessPolicy.ACTIVE, Channel(str), Motion(), challenge, random.Random(1)
            )
            run.add_face(_NOBODY, None, None)
        run.observe(reading)
        if run.challenge is None or run.challenge.is_over:
            break
    if run is None:
        return Passed(demands=False, all_checks=False)
    passed = {check.name for check in run.liveness().checks if check.passed}
    wanted = {CheckName.DEMANDS, CheckName.MOTION}
    if any(demand in TURNS for demand in plan.demands):
        wanted.add(CheckName.RELIEF)
    return Passed(CheckName.DEMANDS in passed, wanted <= passed)


def _plans(seed: int) -> Iterator[Plan]:
    rng = random.Random(seed)
    while True:
        yield Plan.draw(rng)


def _record(seed: int, plan: Plan) -> _Recording:
    rng = np.random.default_rng(seed)
    _, readings = meet(Person(rng), plan, frames_per_s=15.0, rng=rng)
    return readings


def loop_clip(name: str, clip: _Recording, sessions: int) -> Row:
    """Play a clip from random places on."""
    rng = np.random.default_rng(_SEED)
    plans = itertools.islice(_plans(_SEED), sessions)
    return Row(name, [show(loop(clip, int(rng.integers(len(clip)))), p) for p in plans])


def recordings_against_others(sessions: int) -> Row:
    """Let each of many recordings, made for one plan, meet one other plan."""
    made_for = itertools.islice(_plans(_SEED + 1), sessions)
    recorded = (_record(seed, plan) for seed, plan in enumerate(made_for))
    met = [
        show(recording, plan) for recording, plan in zip(recorded, _plans(_SEED + 2), strict=False)
    ]
    return Row("made for another sequence", met)


def best_of_many(sessions: int) -> Row:
    """Choose the recording that passes most often at home, and bring it along."""
    at_home = list(itertools.islice(_plans(_SEED + 3), _REHEARSALS))
    made_for = itertools.islice(_plans(_SEED + 4), _CANDIDATES)
    candidates = [_record(_SEED + seed, plan) for seed, plan in enumerate(made_for)]
    best = max(candidates, key=lambda c: sum(show(c, plan).all_checks for plan in at_home))
    plans = itertools.islice(_plans(_SEED + 5), sessions)
    return Row(f"the best of {_CANDIDATES}", [show(best, plan) for plan in plans])


def best_of_many_tricks(sessions: int) -> Row:
    """Choose among recordings that do two things at once and close the eyes long in between."""
    tempo = Tempo(blink=(0.52, 0.7), between_blinks=(1.2, 2.5))
    at_home = list(itertools.islice(_plans(_SEED + 3), _REHEARSALS))
    candidates = []
    for seed, plan in enumerate(itertools.islice(_plans(_SEED + 9), _CANDIDATES)):
        rng = np.random.default_rng(seed)
        candidates.append(perform(Person(rng, tempo, goal=_two), plan, frames_per_s=15.0, rng=rng))
    best = max(candidates, key=lambda c: sum(show(c, plan).all_checks for plan in at_home))
    plans = itertools.islice(_plans(_SEED + 10), sessions)
    return Row(f"the best of {_CANDIDATES} with tricks", [show(best, plan) for plan in plans])


def _two(demand: Demand, rng: np.random.Generator) -> Look:
    """Return a look that does what is asked for and something else that goes with it."""
    look = goal_of(demand, rng)
    match demand:
        case Demand.SMILE | Demand.OPEN_MOUTH:
            return Look(smile=1.25, mouth=0.5)
        case Demand.LOOK_UP | Demand.COME_CLOSER:
            return Look(pitch_deg=-18, nearness=1.4)
        case Demand.LOOK_DOWN:
            return replace(look, shut=1.0)
        case Demand.TURN_LEFT | Demand.TURN_RIGHT:
            return replace(look, smile=1.25)
        case _:
            return look


def all_movements(sessions: int) -> Row:
    """Play a recording of all movements from random places on."""
    order = random.Random(_SEED).sample(list(Demand), len(Demand))
    rng = np.random.default_rng(_SEED)
    plan = Plan(order, [0.8] * len(order))
    clip = perform(Person(rng), plan, frames_per_s=15.0, rng=rng)
    return loop_clip("all movements, again and again", clip, sessions)


def the_right_one(sessions: int) -> Row:
    """Show each recording to a plan of the same demands with pauses of its own."""
    plans = itertools.islice(_plans(_SEED + 6), sessions)
    others = _plans(_SEED + 7)
    met = []
    for seed, plan in enumerate(plans):
        other = next(o for o in others if len(o.demands) == len(plan.demands))
        met.append(show(_record(seed, plan), Plan(plan.demands, other.pauses_s)))
    return Row("made for this very sequence", met)


def live_people(sessions: int, frames_per_s: float) -> Row:
    """Lead people who do as they are told through plans."""
    met = []
    for seed, plan in enumerate(itertools.islice(_plans(_SEED + 8), sessions)):
        rng = np.random.default_rng(seed)
        _, readings = meet(Person(rng), plan, frames_per_s=frames_per_s, rng=rng)
        met.append(show(readings, plan))
    return Row(f"people, {frames_per_s:g} frames/s", met)


def chances() -> Mapping[str, float]:
    """Return exact probabilities: that two plans are drawn of which ..., and of one recording."""
    total = sum(WEIGHTS.values())
    share = {count: weight / total for count, weight in WEIGHTS.items()}
    drawn = {count: list(_sequences(count)) for count in share}
    alike = sum(share[count] ** 2 / len(drawn[count]) for count in share)
    begins = 0.0
    for short, long in itertools.product(share, repeat=2):
        if short <= long:
            fitting = sum(_is_drawn(sequence[:short]) for sequence in drawn[long])
            pairs = len(drawn[short]) * len(drawn[long])
            begins += share[short] * share[long] * fitting / pairs
    best = max(
        sum(share[n] / len(drawn[n]) for n in share if _is_drawn(sequence[:n]))
        for sequence in drawn[max(share)]
    )
    return {
        "two plans ask the same": alike,
        "a plan asks for what another began with": begins,
        "a plan asks for what the best recording begins with": best,
    }


def _sequences(count: int) -> Iterator[tuple[Demand, ...]]:
    return filter(_is_drawn, itertools.product(Demand, repeat=count))


def _is_drawn(sequence: Sequence[Demand]) -> bool:
    repeats = any(first is second for first, second in itertools.pairwise(sequence))
    return not repeats and any(demand in TURNS for demand in sequence)


def completed(clip: _Recording) -> list[tuple[Demand, ...]]:
    """Return the longest sequences that a clip passes from its beginning, asked without pauses."""

    def passes(chain: tuple[Demand, ...]) -> bool:
        return show(clip, Plan(chain, [0.0] * len(chain))).demands

    chains: list[tuple[Demand, ...]] = [()]
    while True:
        longer = [(*chain, demand) for chain in chains for demand in Demand]
        found = [chain for chain in longer if len(chain) <= _LONGEST_CHAIN and passes(chain)]
        if not found:
            return [chain for chain in chains if chain]
        chains = found


def contained(clip: _Recording) -> str:
    """Return the demands that some part of a clip meets when that alone is asked for.

    In brackets where relief or motion then refuses; only turns have relief.
    """
    words = []
    for demand in Demand:
        starts = range(0, len(clip), 5)
        met = [show(clip[start:], Plan([demand], [0.0])) for start in starts]
        if any(outcome.all_checks for outcome in met):
            words.append(str(demand))
        elif any(outcome.demands for outcome in met):
            words.append(f"({demand})")
    return ", ".join(words) or "-"


def main(arguments: Sequence[str] | None = None) -> None:
    """Simulate the sessions and print a table of each kind."""
    parser = argument_parser(main.__doc__ or "")
    parser.add_argument("clips", type=Path, help="folder of video files")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--sessions", type=int, default=1000)
    chosen = parser.parse_args(arguments)
    surroundings, sessions = Surroundings(), chosen.sessions
    clips = _read(chosen.clips, Settings(data_dir=chosen.data_dir))
    results: dict[str, Json] = {"chances": dict(chances())}
    kinds: Mapping[str, Callable[[], list[Row]]] = {
        "clips": lambda: [loop_clip(name, clip, sessions) for name, clip in clips.items()],
        "recordings": lambda: [
            recordings_against_others(sessions),
            best_of_many(sessions),
            best_of_many_tricks(sessions),
            all_movements(sessions),
            the_right_one(sessions),
        ],
        "live": lambda: [live_people(sessions, rate) for rate in _RATES],
    }
    for kind, measure in kinds.items():
        rows = measure()
        columns = (kind, "sessions", "demands met", "and relief and motion")
        show_table("Sessions that are passed", columns, [row.cells for row in rows])
        results[kind] = [row.as_json() for row in rows]
    for what, chance in chances().items():
        print(f"Chance that {what}: {chance:.3%}")
    rows_of_clips = [
        (name, contained(clip), " | ".join(map(_arrows, completed(clip))) or "-")
        for name, clip in clips.items()
    ]
    show_table("If exactly that is asked for", ("clip", "alone", "from the start"), rows_of_clips)
    results["asked for exactly"] = [list(row) for row in rows_of_clips]
    finish(
        "live_chance",
        results,
        surroundings=surroundings,
        packages=("onnxruntime", "scipy"),
        json_file=chosen.json,
    )


def _arrows(chain: Iterable[Demand]) -> str:
    return " > ".join(chain)


def _read(folder: Path, settings: Settings) -> Mapping[str, _Recording]:
    pipeline = load_pipeline(settings, choose(settings), threads=1)
    tracker = LivenessModels.load(settings, pipeline, threads=1).tracker
    if tracker is None:
        raise SystemExit("mien models pull liveness")
    paths = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    return {path.stem: read_clip(path, tracker) for path in paths}


if __name__ == "__main__":
    main()
