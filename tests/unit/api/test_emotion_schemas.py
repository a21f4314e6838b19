"""What a caller is told of expressions: all of them, and which of it is derived."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.api.schemas.emotion import EmotionBatchResult, EmotionResult
from mien.core.expression import Expression, ExpressionShares, ExpressiveFace
from mien.core.image import Image
from mien.core.quality import QualityLimits
from mien.inference.expression.chips import FERPLUS_FRAME
from mien.inference.expression.load import LoadedReader
from mien.inference.expression.models import OWN
from mien.inference.expression.reader import NetworkExpressionReader
from mien.service.read_expressions import ExpressiveFaces
from tests.unit.inference.expression.stand_ins import BrightnessNetwork, face_in

LOADED = LoadedReader(
    "mien", "0123456789abcdef" * 4, NetworkExpressionReader(BrightnessNetwork(0), OWN)
)
IMAGE = Image(np.zeros((60, 80, 3), np.uint8))
WEIGHTS = st.lists(st.floats(0, 1), min_size=8, max_size=8).filter(lambda weights: sum(weights) > 0)


def present(*several: ExpressionShares) -> EmotionResult:
    faces = tuple(ExpressiveFace(face_in(FERPLUS_FRAME), shares) for shares in several)
    return EmotionResult.of(ExpressiveFaces(IMAGE, faces), LOADED, QualityLimits())


@given(weights=WEIGHTS)
def test_all_eight_are_told_by_name_and_the_likeliest_is_one_of_them(weights: list[float]) -> None:
    shares = ExpressionShares(tuple(weight / sum(weights) for weight in weights))
    (face,) = present(shares).faces
    assert list(face.probabilities) == list(Expression)
    assert sum(face.probabilities.values()) == pytest.approx(1)
    assert face.probabilities[face.expression] == max(face.probabilities.values())
    assert -1 <= face.derived.valence <= 1
    assert -1 <= face.derived.arousal <= 1


def test_the_network_is_told_by_name_and_the_first_of_its_hash() -> None:
    shares = ExpressionShares((0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    answer = present(shares).model_dump(mode="json")
    assert answer["model"] == {"name": "mien", "sha256": "0123456789ab"}
    assert answer["faces"][0]["expression"] == "happiness"
    assert answer["faces"][0]["derived"] == {"valence": 0.8, "arousal": 0.5}


@pytest.mark.parametrize("schema", [EmotionResult, EmotionBatchResult])
def test_the_documented_example_is_an_answer(
    schema: type[EmotionResult | EmotionBatchResult],
) -> None:
    (documented,) = schema.model_json_schema()["examples"]
    assert schema.model_validate(documented).model_dump(mode="json") == documented
