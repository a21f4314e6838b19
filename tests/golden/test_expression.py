"""The network in the package, on faces that everybody knows and on those it is measured on."""

from __future__ import annotations

import numpy as np
import pytest

from mien.core.detection import Search
from mien.core.expression import Expression, ExpressionShares
from mien.core.image import Image, Pixels
from mien.core.ports import FaceFinder
from mien.evaluation.expression.ferplus import read_ferplus
from mien.evaluation.expression.metrics import measure
from mien.inference.assembly import contract_of
from mien.inference.catalogue import YUNET
from mien.inference.detection.yunet import YuNetDetector, YuNetLandmarker
from mien.inference.expression.load import load_reader
from mien.inference.expression.reader import NetworkExpressionReader
from mien.inference.packs import BUILTIN
from mien.inference.pipeline import FacePipeline
from mien.inference.weights import WeightStore
from tests.golden.downloads import SHARED, load_downloaded
from tests.support import skip_without


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> NetworkExpressionReader:
    store = WeightStore.of(tmp_path_factory.mktemp("expression"))
    return load_reader(store, "mien", threads=1).reader


@pytest.fixture(scope="module", params=["builtin", "yunet"])
def finder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FaceFinder:
    if request.param == "builtin":
        built_in: FacePipeline = request.getfixturevalue("pipeline")
        return built_in
    network = load_downloaded(YUNET, tmp_path_factory.mktemp("yunet"))
    return FacePipeline(
        [YuNetDetector(network)], YuNetLandmarker(network), [], contract_of(BUILTIN)
    )


def read(finder: FaceFinder, reader: NetworkExpressionReader, photo: Pixels) -> ExpressionShares:
    image = Image(photo)
    faces = finder.detect(image, Search.everyone_in(image))
    (shares,) = reader.read(image, faces)
    return shares


def test_the_astronaut_smiles(
    finder: FaceFinder, reader: NetworkExpressionReader, astronaut: Pixels
) -> None:
    assert read(finder, reader, astronaut).likeliest is Expression.HAPPINESS


def test_grace_hopper_does_not(
    finder: FaceFinder, reader: NetworkExpressionReader, grace_hopper: Pixels
) -> None:
    assert read(finder, reader, grace_hopper).likeliest is Expression.NEUTRAL


def test_it_reads_faces_that_it_has_not_seen_as_well_as_its_card_says(
    reader: NetworkExpressionReader,
) -> None:
    if not (SHARED / "data" / "ferplus").is_dir():
        skip_without("FER+ is not here")
    faces = read_ferplus(SHARED / "data" / "ferplus").held_out.with_majority()
    figures = measure(reader.judge(np.repeat(faces.images[..., None], 3, axis=3)), faces.majority)
    assert figures.accuracy.value >= 0.868
    assert figures.calibration_error.value <= 0.014
