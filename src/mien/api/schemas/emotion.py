"""Answers about expressions."""

from __future__ import annotations

from typing import Final, Self

from pydantic import BaseModel, JsonValue

from mien.api.problems import Problem
from mien.api.schemas.example import example
from mien.api.schemas.faces import BoxResult
from mien.core.expression import Affect, Expression, ExpressiveFace
from mien.core.quality import QualityLimits
from mien.inference.expression.load import LoadedReader
from mien.service.read_expressions import ExpressiveFaces

_PREFIX: Final = 12
"""Hex digits of a model's hash that tell it from every other."""

_EXAMPLE: Final[dict[str, JsonValue]] = {
    "model": {"name": "mien", "sha256": "1f3870be274f"},
    "width": 512,
    "height": 512,
    "faces": [
        {
            "box": {"left": 179.8, "top": 63.0, "right": 269.2, "bottom": 174.5},
            "score": 0.94,
            "quality_score": 0.87,
            "expression": "happiness",
            "probabilities": {
                "neutral": 0.03,
                "happiness": 0.95,
                "surprise": 0.01,
                "sadness": 0.0,
                "anger": 0.0,
                "disgust": 0.0,
                "fear": 0.0,
                "contempt": 0.01,
            },
            "derived": {"valence": 0.757, "arousal": 0.485},
        }
    ],
}


class ExpressionModelResult(BaseModel):
    """Which network has read. sha256: the first 12 digits of its file's hash."""

    name: str
    sha256: str

    @classmethod
    def of(cls, loaded: LoadedReader) -> Self:
        """Present a network."""
        return cls(name=loaded.name, sha256=loaded.sha256[:_PREFIX])


class AffectResult(BaseModel):
    """Valence (unpleasant to pleasant) and arousal (calm to excited), each -1 to 1.

    Derived from the probabilities by a fixed table: nobody has measured them.
    """

    valence: float
    arousal: float

    @classmethod
    def of(cls, affect: Affect) -> Self:
        """Present a place in the plane."""
        return cls(valence=affect.valence, arousal=affect.arousal)


class ExpressiveFaceResult(BaseModel):
    """A face and what it expresses, which is not what the person feels.

    score: the detector's. expression: the likeliest. probabilities: of all eight; they sum to 1.
    """

    box: BoxResult
    score: float
    quality_score: float
    expression: Expression
    probabilities: dict[Expression, float]
    derived: AffectResult

    @classmethod
    def of(cls, found: ExpressiveFace, limits: QualityLimits) -> Self:
        """Present a face."""
        face, shares = found.face, found.expression
        return cls(
            box=BoxResult.of(face.box),
            score=face.score,
            quality_score=face.quality.score(limits),
            expression=shares.likeliest,
            probabilities={expression: shares[expression] for expression in Expression},
            derived=AffectResult.of(shares.affect),
        )


class EmotionResult(BaseModel):
    """What every face of an image expresses, the largest first; at least one."""

    model_config = example(**_EXAMPLE)

    model: ExpressionModelResult
    width: int
    height: int
    faces: list[ExpressiveFaceResult]

    @classmethod
    def of(cls, found: ExpressiveFaces, loaded: LoadedReader, limits: QualityLimits) -> Self:
        """Present what was read."""
        return cls(
            model=ExpressionModelResult.of(loaded),
            width=found.image.width,
            height=found.image.height,
            faces=[ExpressiveFaceResult.of(face, limits) for face in found.faces],
        )


class BatchItemResult(BaseModel):
    """One image of a batch: its result, or the problem with it; the other is null."""

    result: EmotionResult | None = None
    problem: Problem | None = None


class EmotionBatchResult(BaseModel):
    """One item for each image, in their order."""

    model_config = example(
        images=[
            {"result": _EXAMPLE, "problem": None},
            {
                "result": None,
                "problem": {
                    "type": "urn:mien:problem:NO_FACE",
                    "title": "Unprocessable Entity",
                    "status": 422,
                    "code": "NO_FACE",
                    "detail": "no face was found: face the camera, closer and in even light",
                    "request_id": "4f1c2d9e8b7a4c3f9d2e1a0b5c6d7e8f",
                    "reasons": None,
                    "sample_reasons": None,
                },
            },
        ]
    )

    images: list[BatchItemResult]
