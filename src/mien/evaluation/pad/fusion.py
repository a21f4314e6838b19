"""A fusion of the votes that is fitted on other sources than it is measured on.

It shows what there is to gain by fitting; what mien ships is fixed by hand (docs/liveness.md).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from mien.evaluation.metrics import Flags
from mien.evaluation.pad.metrics import PadScores
from mien.evaluation.pad.scores import PadVotes

_STRENGTH: Final = 1.0
"""Inverse of the L2 penalty on standardized votes, scikit-learn's default."""


def fit_held_out(
    judged: PadVotes, bona_fide: Flags, sources: npt.NDArray[np.int32]
) -> PadScores | None:
    """Return log-odds of a logistic regression on the votes, each fitted on the other sources.

    None where there is one source, or one without which a kind is missing. A vote that was not
    given counts as 0 bits; what has no score has none here either.
    """
    if len(judged.votes) < 2 or len(np.unique(sources)) < 2:
        return None
    votes = np.nan_to_num(np.column_stack(list(judged.votes.values())))
    known = ~np.isnan(judged.scores)
    fitted = np.full(len(votes), np.nan)
    for source in np.unique(sources):
        held_out = sources == source
        taught = known & ~held_out
        if not (bona_fide[taught].any() and (~bona_fide[taught]).any()):
            return None
        center, scale = votes[taught].mean(axis=0), votes[taught].std(axis=0) + 1e-6
        model = LogisticRegression(C=_STRENGTH, class_weight="balanced")
        model.fit((votes[taught] - center) / scale, bona_fide[taught])
        asked = held_out & known
        if asked.any():
            fitted[asked] = model.decision_function((votes[asked] - center) / scale)
    return fitted
