"""Readings come in the order of faces and of expressions, whatever order a network has."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.expression import Expression
from mien.core.face import Face
from mien.core.image import Image
from mien.inference.expression.chips import FERPLUS_FRAME
from mien.inference.expression.models import (
    EXPRESSION_MODELS,
    FERPLUS_VGG13,
    HSEMOTION_B0,
    OWN,
    ExpressionModel,
)
from mien.inference.expression.reader import NetworkExpressionReader
from mien.inference.runtime import Tensor
from tests.unit.inference.expression.stand_ins import BrightnessNetwork, face_in, shades

MODELS = [pytest.param(model, id=name) for name, model in EXPRESSION_MODELS.items()]


@pytest.mark.parametrize("model", MODELS)
def test_every_model_names_each_expression_once(model: ExpressionModel) -> None:
    assert sorted(model.order) == sorted(Expression)
    assert model.chip(*_one_face()).shape == (model.model.side_px, model.model.side_px, 3)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("place", range(8))
def test_the_strongest_output_is_the_likeliest_expression(
    model: ExpressionModel, place: int
) -> None:
    reader = NetworkExpressionReader(BrightnessNetwork(place), model)
    image, face = _one_face(gray=250)
    (shares,) = reader.read(image, [face])
    assert shares.likeliest is model.order[place]


def test_readings_come_in_the_order_of_the_faces() -> None:
    network = BrightnessNetwork(1)
    grays = (0, 51, 102, 204, 255)
    image, _ = shades(*grays)
    faces = [face_in(FERPLUS_FRAME, 48 * number) for number in range(len(grays))]
    found = NetworkExpressionReader(network, OWN).read(image, faces)
    assert network.batches == [5]
    seen = [shares[Expression.HAPPINESS] for shares in found]
    np.testing.assert_allclose(seen, np.array(grays) / 255, atol=0.01)


@pytest.mark.parametrize(
    ("model", "batches"),
    [(OWN, [32, 32, 6]), (HSEMOTION_B0, [32, 32, 6]), (FERPLUS_VGG13, [1] * 70)],
)
def test_many_faces_are_read_in_bounded_runs(model: ExpressionModel, batches: list[int]) -> None:
    network = BrightnessNetwork(0, most=max(batches))
    image, face = _one_face()
    assert len(NetworkExpressionReader(network, model).read(image, [face] * 70)) == 70
    assert network.batches == batches


def test_without_a_face_nothing_is_run() -> None:
    network = BrightnessNetwork(0)
    image, _ = shades(0)
    assert NetworkExpressionReader(network, OWN).read(image, []) == []
    assert network.batches == []


@given(outputs=st.lists(st.floats(-80, 80, width=32), min_size=8, max_size=8))
def test_logits_become_the_softmax_of_them(outputs: list[float]) -> None:
    class Answering(BrightnessNetwork):
        def run(self, values: npt.NDArray[np.generic]) -> Tensor:
            return np.tile(np.array(outputs, np.float32), (len(values), 1))

    model = dataclasses.replace(FERPLUS_VGG13, chip=OWN.chip)
    image, face = _one_face()
    (shares,) = NetworkExpressionReader(Answering(0), model).read(image, [face])
    powers = np.exp(np.array(outputs) - max(outputs))
    np.testing.assert_allclose(shares.shares, powers / powers.sum(), atol=1e-6)


def _one_face(gray: int = 128) -> tuple[Image, Face]:
    image, _ = shades(gray)
    return image, face_in(FERPLUS_FRAME)
