"""What the passive detector says of a collection, vote by vote."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mien.errors import InvalidRequestError
from mien.evaluation.labelled_face import FaceFinder, Located
from mien.evaluation.pad.faces import Progress, locate_faces
from mien.evaluation.pad.metrics import PadScores
from mien.evaluation.pad.protocol import PadProtocol
from mien.inference.antispoof.passive import PassiveDetector


@dataclass(frozen=True, slots=True)
class PadVotes:
    """Of each presentation: the fused score, float64 [n], and the votes, bits [n] by name.

    NaN for a score that there is none of, and for a vote that was not given.
    """

    scores: PadScores
    votes: dict[str, PadScores]


def collect_votes(
    protocol: PadProtocol,
    detector: PassiveDetector,
    finder: FaceFinder[Located],
    progress: Progress,
) -> PadVotes:
    """Judge every photo; raise InvalidRequestError where no photo can be judged."""
    if not detector.can_check:
        raise InvalidRequestError("a network has to judge the photos:  mien models pull minifas")
    count = len(protocol.presentations)
    scores, votes = np.full(count, np.nan), dict[str, PadScores]()
    for place, (image, box) in enumerate(locate_faces(protocol, finder, progress)):
        if box is None:
            continue
        check = detector.assess(image, box)
        if check.score is not None:
            scores[place] = check.score
        for name, bits in check.parts.items():
            votes.setdefault(name, np.full(count, np.nan))[place] = bits
    if np.isnan(scores).all():
        raise InvalidRequestError(f"no face was found in any photo of {protocol.name}")
    return PadVotes(scores, votes)
