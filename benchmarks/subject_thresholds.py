"""Whether a threshold of one's own, or scores normalized by a cohort, make fewer errors.

Some references are matched by strangers more often than others (G. Doddington et al., Sheep, goats,
lambs and wolves, ICSLP 1998: lambs). Compared are the one threshold for everybody; S-norm; and
thresholds that are raised, never lowered, for references that a cohort scores high with: to the
level at which the cohort says that the target holds (x1), or that three times the target does (x3),
and x1 no further than the subject's own enrollment photos score with each other.

People are split into thirds: of one is the cohort, one sets the thresholds, the third is tested;
every third takes every part, for two splits. Intervals of 95 % resample people.

python -m benchmarks.subject_thresholds ../shared/data/lfw_dev --data-dir DIR --cache FILE.npz
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.measure import Json, Surroundings, argument_parser, finish, show_table
from benchmarks.unlinkability import embed
from mien.bootstrap.recognition import choose
from mien.core.matching import Gist, Matcher
from mien.evaluation.metrics import Estimate, find_threshold
from mien.evaluation.normalization import (
    CohortStatistics,
    Doubles,
    cap_by_own,
    cohort_statistics,
    normalize_by_references,
    normalize_symmetrically,
    raise_thresholds,
)
from mien.evaluation.resampling import People, PeopleResampler
from mien.inference.assembly import contract_of
from mien.inference.calibration import load_calibration
from mien.inference.weights import WeightStore
from mien.settings import Settings

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

_TARGETS: Final = (1e-3, 1e-4)
_SAMPLES: Final = (1, 3)
_SPLITS: Final = 2
_THIRDS: Final = 3
_REFERENCES_EACH: Final = 3
_TOP: Final = 100
_LAMB: Final = 5.0
"""A reference that strangers match so many times as often as was tolerated."""

_GLOBAL: Final = "one threshold for all"
_METHODS: Final = (_GLOBAL, "S-norm", "raised x1", "raised x3", "raised x1, to own scores")


@dataclass(frozen=True, slots=True)
class References:
    """References of some photos each. photos: [references, samples]; own: their lowest own score.

    own: of each photo with the reference of the others; infinite where there is one photo.
    """

    photos: npt.NDArray[np.int64]
    people: People
    gist: Gist
    own: Doubles


@dataclass(frozen=True, slots=True)
class Part:
    """Scores of the references and probes of one third. genuine, impostor: which are which."""

    scores: Doubles
    genuine: Flags
    impostor: Flags
    references: Flags
    probes: Flags


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a method did in a test. rejected: of genuine comparisons; hits: each reference's FMR."""

    rejected: Flags
    people: People
    hits: Doubles
    reference_people: People


def choose_references(
    embeddings: Floats, people: People, matcher: Matcher, count: int, rng: np.random.Generator
) -> References:
    """Choose up to three references of everybody who has enough photos and one more."""
    photos = [
        rng.choice(mine, count, replace=False)
        for mine in (np.flatnonzero(people == person) for person in np.unique(people))
        if len(mine) > count
        for _ in range(_REFERENCES_EACH)
    ]
    chosen = np.unique(np.sort(np.stack(photos), axis=1), axis=0)
    own = np.full(len(chosen), np.inf)
    for left in range(count if count > 1 else 0):
        others = matcher.summarize(embeddings[np.delete(chosen, left, axis=1)])
        probes = matcher.summarize(embeddings[chosen[:, left]][:, None])
        own = np.minimum(own, _opposite(matcher, others, probes))
    return References(chosen, people[chosen[:, 0]], matcher.summarize(embeddings[chosen]), own)


def _opposite(matcher: Matcher, first: Gist, second: Gist) -> Doubles:
    rows = [
        matcher.compare_all(
            Gist(first.directions[[at]], first.strengths[[at]]),
            Gist(second.directions[[at]], second.strengths[[at]]),
        )[0, 0]
        for at in range(len(first.directions))
    ]
    return np.array(rows, np.float64)


def run_tests(
    embeddings: Floats, people: People, matcher: Matcher, count: int
) -> Iterator[tuple[float, Mapping[str, Outcome]]]:
    """Yield the target and the outcome of every method, of every test."""
    every = matcher.summarize(embeddings[:, None])
    for split in range(_SPLITS):
        rng = np.random.default_rng(split)
        third = (rng.permutation(int(people.max()) + 1) % _THIRDS).astype(np.int32)
        references = choose_references(embeddings, people, matcher, count, rng)
        scores = matcher.compare_all(references.gist, every).astype(np.float64)
        for cohort, setting, tested in permutations(range(_THIRDS)):
            chosen = _one_photo_each(people, third == cohort, rng)
            others = Gist(every.directions[chosen], every.strengths[chosen])
            by_reference = _against(
                matcher, references.gist, references.people, others, people[chosen]
            )
            by_probe = _against(matcher, every, people, others, people[chosen])
            sets = _part(scores, references, people, third == setting)
            test = _part(scores, references, people, third == tested)
            for target in _TARGETS:
                accepted = _decide(sets, test, by_reference, by_probe, references.own, target)
                yield (
                    target,
                    {
                        name: _outcome(test, references.people, people, flags)
                        for name, flags in accepted.items()
                    },
                )


def _one_photo_each(people: People, kept: Flags, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    return np.array([rng.choice(np.flatnonzero(people == who)) for who in np.flatnonzero(kept)])


def _against(
    matcher: Matcher, gist: Gist, people: People, cohort: Gist, cohort_people: People
) -> CohortStatistics:
    scores = matcher.compare_all(gist, cohort).astype(np.float64)
    return cohort_statistics(scores, people[:, None] != cohort_people[None], _TOP)


def _part(scores: Doubles, references: References, people: People, kept: Flags) -> Part:
    rows, columns = kept[references.people], kept[people]
    is_new = np.ones(scores.shape, np.bool_)
    np.put_along_axis(is_new, references.photos, values=False, axis=1)
    same = references.people[:, None] == people[None]
    at = np.ix_(rows, columns)
    return Part(scores[at], (same & is_new)[at], ~same[at], rows, columns)


def _decide(
    sets: Part,
    test: Part,
    by_reference: CohortStatistics,
    by_probe: CohortStatistics,
    own: Doubles,
    target: float,
) -> dict[str, Flags]:
    """Return what each method accepts in the test, at thresholds of the setting third."""

    def mine(statistics: CohortStatistics, kept: Flags) -> CohortStatistics:
        return CohortStatistics(statistics.mean[kept], statistics.deviation[kept])

    def symmetric(part: Part) -> Doubles:
        references, probes = mine(by_reference, part.references), mine(by_probe, part.probes)
        return normalize_symmetrically(part.scores, references, probes)

    threshold = _threshold(sets, sets.scores, target)
    s_threshold = _threshold(sets, symmetric(sets), target)
    z_scores = normalize_by_references(sets.scores, mine(by_reference, sets.references))
    tested = mine(by_reference, test.references)
    raised = {
        times: raise_thresholds(threshold, _threshold(sets, z_scores, times * target), tested)
        for times in (1, 3)
    }
    capped = cap_by_own(raised[1], threshold, own[test.references])
    answers = (
        test.scores >= threshold,
        symmetric(test) >= s_threshold,
        test.scores >= raised[1][:, None],
        test.scores >= raised[3][:, None],
        test.scores >= capped[:, None],
    )
    return dict(zip(_METHODS, answers, strict=True))


def _threshold(part: Part, scores: Doubles, rate: float) -> float:
    return find_threshold(scores[part.impostor].astype(np.float32), rate)


def _outcome(test: Part, references: People, people: People, accepted: Flags) -> Outcome:
    whose = np.broadcast_to(people[test.probes][None], accepted.shape)
    return Outcome(
        rejected=~accepted[test.genuine],
        people=whose[test.genuine],
        hits=(accepted & test.impostor).sum(axis=1) / test.impostor.sum(axis=1),
        reference_people=references[test.references],
    )


def _measure(
    embeddings: Floats, people: People, matcher: Matcher, count: int
) -> list[tuple[float, str, dict[str, Estimate], float]]:
    """Return target, method, FNMR, extra FNMR and share of lambs, and the FMR in targets."""
    resampler = PeopleResampler(int(people.max()) + 1, np.random.default_rng(1))
    tests = list(run_tests(embeddings, people, matcher, count))
    rows = []
    for target in _TARGETS:
        of_target = [outcomes for wanted, outcomes in tests if wanted == target]
        base = np.concatenate([outcomes[_GLOBAL].rejected for outcomes in of_target])
        for name in _METHODS:
            found = [outcomes[name] for outcomes in of_target]
            rejected = np.concatenate([one.rejected for one in found])
            probed = np.concatenate([one.people for one in found])
            fnmr, more, less = resampler.estimate_rates(
                [rejected, rejected & ~base, base & ~rejected], probed, probed
            )
            hits = np.concatenate([one.hits for one in found])
            whose = np.concatenate([one.reference_people for one in found])
            (lambs,) = resampler.estimate_rates([hits > _LAMB * target], whose, whose)
            estimates = {"fnmr": fnmr, "more": more, "less": less, "lambs": lambs}
            rows.append((target, name, estimates, float(hits.mean() / target)))
    return rows


def _cells(name: str, found: Mapping[str, Estimate]) -> list[str]:
    """Return percent with intervals; what one threshold for all changes is nothing, and no cell."""
    changed = {} if name != _GLOBAL else {"more": "", "less": ""}
    return [
        changed.get(key, f"{100 * e.value:.2f} ({100 * e.low:.2f}-{100 * e.high:.2f})")
        for key, e in found.items()
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure with references of one and of three photos, and print a table of each."""
    parser = argument_parser(main.__doc__ or "")
    parser.add_argument("protocol", type=Path, help="photos in the layout of LFW")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="npz file to keep the embeddings in")
    chosen = parser.parse_args(arguments)
    surroundings = Surroundings()
    settings = Settings(data_dir=chosen.data_dir)
    embeddings, people = embed(chosen.protocol, settings, chosen.cache)
    pack = choose(settings).pack
    contract = contract_of(pack, WeightStore.of(settings.data_dir).sources.trusted_sha256)
    _, fusion = load_calibration(pack.name, contract, settings.data_dir / "calibrations")
    results: list[Json] = []
    for count in _SAMPLES:
        rows = _measure(embeddings, people, Matcher(contract.parts, fusion), count)
        show_table(
            f"pack {pack.name}, references of {count} photos, a cohort of a third of the people",
            (
                "FMR wanted",
                "method",
                "FMR / wanted",
                "FNMR",
                "newly rejected",
                "no longer",
                "lambs",
            ),
            [
                (
                    f"{target:.0e}",
                    name,
                    f"{fmr:.2f}",
                    *_cells(name, found),
                )
                for target, name, found, fmr in rows
            ],
        )
        results += [
            {
                "samples": count,
                "target": target,
                "method": name,
                "fmr_in_targets": fmr,
                **{key: [e.value, e.low, e.high] for key, e in found.items()},
            }
            for target, name, found, fmr in rows
        ]
    finish(
        "subject_thresholds",
        results,
        surroundings=surroundings,
        packages=("onnxruntime", "scipy"),
        json_file=chosen.json,
    )


if __name__ == "__main__":
    main()
