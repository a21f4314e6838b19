"""What a face expresses: eight expressions, as shares that sum to one.

An expression is what a face shows, which is not what a person feels: the link between the two is
weak, and differs between people, cultures and situations (L. F. Barrett et al., Emotional
expressions reconsidered, Psychological Science in the Public Interest 20(1), 2019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mien.core.face import Face

_SUM_TOLERANCE: Final = 1e-3


class Expression(StrEnum):
    """The eight expressions of FER+, in its order; stable words of the wire.

    Source: E. Barsoum et al., Training deep networks for facial expression recognition with
    crowd-sourced label distribution, ICMI 2016.
    """

    NEUTRAL = "neutral"
    HAPPINESS = "happiness"
    SURPRISE = "surprise"
    SADNESS = "sadness"
    ANGER = "anger"
    DISGUST = "disgust"
    FEAR = "fear"
    CONTEMPT = "contempt"


@dataclass(frozen=True, slots=True)
class Affect:
    """A place in the plane of valence and arousal, each -1 to 1.

    valence: unpleasant to pleasant. arousal: calm to excited.
    """

    valence: float
    arousal: float


AFFECT_OF: Final[Mapping[Expression, Affect]] = {
    Expression.NEUTRAL: Affect(0.0, 0.0),
    Expression.HAPPINESS: Affect(0.8, 0.5),
    Expression.SURPRISE: Affect(0.2, 0.8),
    Expression.SADNESS: Affect(-0.7, -0.3),
    Expression.ANGER: Affect(-0.6, 0.7),
    Expression.DISGUST: Affect(-0.6, 0.4),
    Expression.FEAR: Affect(-0.6, 0.8),
    Expression.CONTEMPT: Affect(-0.5, 0.2),
}
"""Where each expression lies, set by hand in the order of the circumplex.

Order: J. A. Russell, A circumplex model of affect, Journal of Personality and Social Psychology
39(6), 1980. Nobody has measured these coordinates on faces: what is derived from them ranks
moments of one camera, and is no measurement of affect.
"""


@dataclass(frozen=True, slots=True)
class ExpressionShares:
    """How probable each expression is, in the order of `Expression`; they sum to one.

    Calibrated: of faces to which 0.8 is given, people call about four fifths by the same word.
    """

    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for what is no distribution over the eight expressions."""
        fits = len(self.shares) == len(Expression) and min(self.shares) >= 0
        if not fits or abs(sum(self.shares) - 1) > _SUM_TOLERANCE:
            raise ValueError("shares are one number of 0 or more for each expression, 1 in all")

    def __getitem__(self, expression: Expression) -> float:
        """Return the share of one expression."""
        return self.shares[_PLACE[expression]]

    @property
    def likeliest(self) -> Expression:
        """The expression with the largest share; the first of several."""
        return max(Expression, key=self.__getitem__)

    @property
    def confidence(self) -> float:
        """The largest share."""
        return max(self.shares)

    @property
    def affect(self) -> Affect:
        """The mean of `AFFECT_OF`, weighted with the shares: derived, not measured."""
        places = [AFFECT_OF[expression] for expression in Expression]
        pairs = list(zip(self.shares, places, strict=True))
        return Affect(
            valence=sum(share * place.valence for share, place in pairs),
            arousal=sum(share * place.arousal for share, place in pairs),
        )


_PLACE: Final = {expression: place for place, expression in enumerate(Expression)}


@dataclass(frozen=True, slots=True)
class ExpressiveFace:
    """A face and what it expresses."""

    face: Face
    expression: ExpressionShares


def mean_of(several: Sequence[ExpressionShares]) -> ExpressionShares:
    """Return the mean of several readings of one person; raise ValueError for none."""
    if not several:
        raise ValueError("there is no mean of nothing")
    columns = zip(*(one.shares for one in several), strict=True)
    return ExpressionShares(tuple(sum(column) / len(several) for column in columns))
