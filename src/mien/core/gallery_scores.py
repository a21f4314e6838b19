"""Compare people of a gallery with themselves and with each other, to see how scores are spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self

import numpy as np
import numpy.typing as npt

from mien.core.groups import FEWEST
from mien.core.matching import Floats, Gist, Matcher
from mien.core.score_distribution import Scores

MOST_SUBJECTS: Final = 1000
MOST_PAIRS: Final = 200_000
_PEOPLE_AT_A_TIME: Final = 256
"""What bounds the memory."""

_LEFT_OUT: Final = 3
"""So many samples of each person are compared with the others: more tell little that is new."""


class EnrolledSamples(Protocol):
    """Enrolled templates of some subjects."""

    def draw(self, rng: np.random.Generator, contract: str, limit: int) -> list[Floats]:
        """Return the enrolled embeddings of up to *limit* subjects, float32 [samples, dimension].

        Evenly drawn, and without a name; only of those that were made under a contract.
        """
        ...


def compare_people(
    matcher: Matcher, people: Sequence[Floats], rng: np.random.Generator
) -> Mapping[int, Scores]:
    """Return similarities by how many samples were behind the references.

    people: the enrolled embeddings of each, float32 [samples, dimension]. Samples are compared
    with a reference of that person's others, and one such reference of each person with samples
    of other people. Left out are numbers of samples that fewer than five people have.
    """
    by_count: dict[int, list[int]] = {}
    for number, samples in enumerate(people):
        if len(samples) > 1:
            by_count.setdefault(len(samples) - 1, []).append(number)
    kept = {count: them for count, them in by_count.items() if len(them) >= FEWEST}
    references = sum(map(len, kept.values()))
    if not references:
        return {}
    probes = _Probes.draw(matcher, people, rng, MOST_PAIRS // references)
    return {
        count: _scores(matcher, [people[number] for number in them], np.array(them), probes)
        for count, them in sorted(kept.items())
    }


@dataclass(frozen=True, slots=True)
class _Probes:
    """One sample each of some people. numbers: of the people."""

    gist: Gist
    numbers: npt.NDArray[np.int64]

    @classmethod
    def draw(
        cls, matcher: Matcher, people: Sequence[Floats], rng: np.random.Generator, limit: int
    ) -> Self:
        numbers = np.sort(rng.permutation(len(people))[:limit])
        samples = [people[number][rng.integers(len(people[number]))] for number in numbers]
        return cls(matcher.summarize(np.stack(samples)[:, None]), numbers)


def _scores(
    matcher: Matcher, people: Sequence[Floats], numbers: npt.NDArray[np.int64], probes: _Probes
) -> Scores:
    """Compare people of equally many samples. numbers: which of all they are."""
    genuine, impostor, of = [], [], []
    for start in range(0, len(people), _PEOPLE_AT_A_TIME):
        rows = slice(start, start + _PEOPLE_AT_A_TIME)
        samples = np.stack(people[rows])
        for place in range(min(samples.shape[1], _LEFT_OUT)):
            own = matcher.summarize(samples[:, place : place + 1])
            genuine.append(matcher.compare_opposite(own, _without(matcher, samples, place)))
        scores = matcher.compare_all(probes.gist, _without(matcher, samples, 0))
        strangers = probes.numbers[:, None] != numbers[None, rows]
        impostor.append(scores[strangers])
        of.append(np.broadcast_to(numbers[None, rows], scores.shape)[strangers])
    return Scores(
        np.concatenate(genuine).astype(np.float64),
        np.concatenate(impostor).astype(np.float64),
        np.concatenate(of),
    )


def _without(matcher: Matcher, samples: Floats, place: int) -> Gist:
    """Return the references of people's samples but one. samples: [people, samples, dimension]."""
    return matcher.summarize(np.delete(samples, place, axis=1))
