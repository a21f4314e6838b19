"""What learning from use is worth, and what a false acceptance does to a reference.

Of everybody with enough photos, the first are enrolled and half of the others come one a day, each
accepted or not as in use, in the order of a shuffle: LFW knows no dates, so nobody here has changed
since the enrollment, which is when there is the least to learn. The photos that are left are tested
against the enrolled reference and against what became of it: genuine ones, and everybody else's,
each at the threshold that the calibration gives for the number of samples.

Then the attack: whoever is accepted strongly in another's name becomes the candidate, and the
person comes back with each of their photos. How often does that confirm the stranger?

python -m benchmarks.adaptation ../shared/data/lfw_dev --data-dir DIR --cache FILE.npz
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.measure import Json, Surroundings, argument_parser, finish, show_table
from benchmarks.unlinkability import embed
from mien.bootstrap.recognition import choose
from mien.core.adaptation import ADAPTATION, Change
from mien.core.attempt import AttemptId
from mien.core.learner import Learner
from mien.core.matching import Matcher
from mien.core.policy import decide
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import Origin, StoredTemplate, SubjectId, Template
from mien.evaluation.resampling import People
from mien.inference.assembly import contract_of
from mien.inference.calibration import load_calibration
from mien.inference.weights import WeightStore
from mien.settings import Settings

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]

_TARGETS: Final = (1e-3, 1e-4)
_ENROLLED: Final = (1, 2, 3)
_SHUFFLES: Final = 5
_LEAST_LEFT: Final = 6
"""Photos beside the enrolled ones: three to learn of, three to test."""

_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_A_DAY: Final = timedelta(days=1)
_SOMEBODY: Final = SubjectId("somebody")


@dataclass(frozen=True, slots=True)
class Bench:
    """The faces, and what compares them."""

    embeddings: Floats
    people: People
    matcher: Matcher
    calibration: Calibration
    learner: Learner

    def enroll(self, places: Places) -> list[StoredTemplate]:
        """Return enrolled templates of some photos."""
        return [self.template(place, Origin.ENROLLED, _START) for place in places.tolist()]

    def template(self, place: int, origin: Origin, at: datetime) -> StoredTemplate:
        """Return a template of a photo, which its place names."""
        made = Template(self.embeddings[place], "", 1.0)
        return StoredTemplate(str(place), made, origin, at, AttemptId(str(place)))

    def scores(self, stored: Sequence[StoredTemplate]) -> tuple[Floats, int]:
        """Return how similar every photo is to the reference, and its number of samples."""
        counting = [s.template.embedding for s in stored if s.origin is not Origin.CANDIDATE]
        reference = self.matcher.summarize(np.stack(counting)[None])
        every = self.matcher.summarize(self.embeddings[:, None])
        return self.matcher.compare_all(every, reference)[:, 0], len(counting)

    def learn(
        self, stored: list[StoredTemplate], place: int, target: FalseMatchRate, at: datetime
    ) -> list[StoredTemplate]:
        """Return the templates after an authentication of the person with a photo."""
        probe = self.embeddings[place]
        counting = [s.template.embedding for s in stored if s.origin is not Origin.CANDIDATE]
        reference = self.matcher.reference(_SOMEBODY, counting)
        curve = self.calibration.curve(len(counting))
        decision = decide(self.matcher.compare(probe, reference), curve, target)
        if not self.learner.is_strong(decision):
            return stored
        change = self.learner.change(stored, probe, target, at)
        return _apply(change, stored, self.template(place, Origin.CANDIDATE, at))


def _apply(
    change: Change, stored: list[StoredTemplate], probe: StoredTemplate
) -> list[StoredTemplate]:
    kept = [each for each in stored if each not in change.drop]
    if change.adopt is not None:
        kept.remove(change.adopt)
        kept.append(replace(change.adopt, origin=Origin.ADAPTED))
    return [*kept, probe] if change.keep else kept


@dataclass(slots=True)
class Tally:
    """Counts of one row of the first table."""

    people: int = 0
    adapted: int = 0
    genuine: int = 0
    impostors: int = 0
    rejected_before: int = 0
    rejected_after: int = 0
    accepted_before: int = 0
    accepted_after: int = 0


def measure_use(bench: Bench, enrolled: int, target: FalseMatchRate) -> Tally:
    """Let everybody come day after day, and test the reference that they have then."""
    tally, counts = Tally(), np.bincount(bench.people)
    for shuffle in range(_SHUFFLES):
        rng = np.random.default_rng(shuffle)
        for person in np.flatnonzero(counts >= enrolled + _LEAST_LEFT):
            places = rng.permutation(np.flatnonzero(bench.people == person))
            coming, tests = np.array_split(places[enrolled:], 2)
            stored = before = bench.enroll(places[:enrolled])
            for day, place in enumerate(coming.tolist(), start=1):
                stored = bench.learn(stored, place, target, _START + day * _A_DAY)
            _test(bench, tally, (before, stored), tests, target)
    return tally


def _test(
    bench: Bench,
    tally: Tally,
    stored: tuple[list[StoredTemplate], list[StoredTemplate]],
    tests: Places,
    target: FalseMatchRate,
) -> None:
    (before, one), (after, more) = map(bench.scores, stored)
    was = before >= bench.calibration.curve(one).threshold(target)
    is_now = after >= bench.calibration.curve(more).threshold(target)
    others = bench.people != bench.people[tests[0]]
    tally.people += 1
    tally.adapted += more > one
    tally.genuine += len(tests)
    tally.impostors += int(others.sum())
    tally.rejected_before += int((~was[tests]).sum())
    tally.rejected_after += int((~is_now[tests]).sum())
    tally.accepted_before += int(was[others].sum())
    tally.accepted_after += int(is_now[others].sum())


def measure_attack(bench: Bench, enrolled: int, target: FalseMatchRate) -> tuple[int, int, int]:
    """Return false acceptances that become candidates, the returns after them, the confirmed."""
    candidates = returns = confirmed = 0
    counts, rng = np.bincount(bench.people), np.random.default_rng(0)
    for person in np.flatnonzero(counts > enrolled):
        places = rng.permutation(np.flatnonzero(bench.people == person))
        stored = bench.enroll(places[:enrolled])
        scores, samples = bench.scores(stored)
        curve = bench.calibration.curve(samples)
        rate = ADAPTATION.strong_rate(curve, target)
        if rate is None:
            continue
        strong = (scores >= curve.threshold(rate)) & (bench.people != person)
        for stranger in np.flatnonzero(strong).tolist():
            with_stranger = bench.learn(list(stored), stranger, target, _START)
            if len(with_stranger) == len(stored):
                continue
            candidates += 1
            for place in places[enrolled:].tolist():
                after = bench.learn(with_stranger, place, target, _START + _A_DAY)
                returns += 1
                confirmed += any(each.origin is Origin.ADAPTED for each in after)
    return candidates, returns, confirmed


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure both, and print a table of each."""
    parser = argument_parser(main.__doc__ or "")
    parser.add_argument("protocol", type=Path, help="photos in the layout of LFW")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="npz file to keep the embeddings in")
    chosen = parser.parse_args(arguments)
    surroundings, settings = Surroundings(), Settings(data_dir=chosen.data_dir)
    embeddings, people = embed(chosen.protocol, settings, chosen.cache)
    pack = choose(settings).pack
    contract = contract_of(pack, WeightStore.of(settings.data_dir).sources.trusted_sha256)
    calibration, fusion = load_calibration(pack.name, contract, settings.data_dir / "calibrations")
    matcher = Matcher(contract.parts, fusion)
    bench = Bench(embeddings, people, matcher, calibration, Learner(matcher, calibration))
    cases = [(FalseMatchRate(t), enrolled) for t in _TARGETS for enrolled in _ENROLLED]
    tallies = [(target, n, measure_use(bench, n, target)) for target, n in cases]
    show_table(
        f"pack {pack.name}: a reference as it was enrolled, and after half of the photos",
        ("FMR wanted", "enrolled", "adapted", "FNMR before", "after", "FMR / wanted", "after"),
        [
            (
                f"{target:.0e}",
                str(n),
                f"{tally.adapted} of {tally.people}",
                f"{tally.rejected_before / tally.genuine:.2%}",
                f"{tally.rejected_after / tally.genuine:.2%}",
                f"{tally.accepted_before / tally.impostors / target:.2f}",
                f"{tally.accepted_after / tally.impostors / target:.2f}",
            )
            for target, n, tally in tallies
        ],
    )
    attacks = [(target, n, *measure_attack(bench, n, target)) for target, n in cases]
    show_table(
        "strangers who were accepted strongly once, and the person's own returns",
        ("FMR wanted", "enrolled", "false candidates", "returns", "confirmed a stranger"),
        [(f"{target:.0e}", *map(str, counts)) for target, *counts in attacks],
    )
    results: list[Json] = [
        {"target": target, "enrolled": n, "adapted": t.adapted, "people": t.people}
        for target, n, t in tallies
    ]
    results += [list(attack) for attack in attacks]
    finish(
        "adaptation",
        results,
        surroundings=surroundings,
        packages=("onnxruntime", "scipy"),
        json_file=chosen.json,
    )


if __name__ == "__main__":
    main()
