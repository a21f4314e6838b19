from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from mien.core.detection import Detection, Search
from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.errors import ModelMissingError, ProviderMissingError, WeightsCorruptError
from mien.inference.assembly import (
    DETECTORS,
    LANDMARKERS,
    DetectorLandmarks,
    assemble,
    can_run_in,
    contract_of,
)
from mien.inference.catalogue import FACENET
from mien.inference.embedding.embedder import EMBEDDERS
from mien.inference.importers import activation_ranges
from mien.inference.model import Model, Precision
from mien.inference.packs import ACCURATE, BUILTIN, MODELS_OF, PACKS, STANDARD, Pack
from mien.inference.runtime import Provider, Session

PLAIN = replace(STANDARD, precision=Precision.FP32)
OTHER_PARTS = {
    "another detector": replace(PLAIN, detectors=("retinaface",)),
    "one more detector": replace(PLAIN, detectors=("yunet", "mmod")),
    "another landmarker": replace(PLAIN, landmarker="five_landmarks"),
    "the detector's landmarks": replace(PLAIN, landmarker="detector"),
    "another embedder": replace(PLAIN, embedders={"sface": 0.25, "resnet29": 0.75}),
    "one embedder less": replace(PLAIN, embedders={"resnet29": 1.0}),
    "other shares": replace(PLAIN, embedders={"mobilefacenet": 0.5, "resnet29": 0.5}),
    "another order": replace(PLAIN, embedders={"resnet29": 0.75, "mobilefacenet": 0.25}),
    "mirror images for all": replace(PLAIN, unmirrored=()),
    "mirror images for none": replace(PLAIN, unmirrored=("mobilefacenet", "resnet29")),
    "fp16": replace(PLAIN, precision=Precision.FP16),
    "int8": replace(PLAIN, precision=Precision.INT8),
}


class TestContract:
    @pytest.mark.parametrize("change", OTHER_PARTS)
    def test_it_changes_with_everything_that_changes_an_embedding(self, change: str) -> None:
        assert contract_of(OTHER_PARTS[change]).digest != contract_of(PLAIN).digest

    def test_no_two_of_these_have_one_contract(self) -> None:
        packs = [PLAIN, *OTHER_PARTS.values()]

        assert len({contract_of(pack).digest for pack in packs}) == len(packs)

    def test_which_detector_is_asked_first_is_part_of_it(self) -> None:
        one, other = (
            replace(STANDARD, detectors=order) for order in (("yunet", "mmod"), ("mmod", "yunet"))
        )

        assert contract_of(one).digest != contract_of(other).digest

    def test_what_a_pack_is_called_and_promises_is_not(self) -> None:
        renamed = replace(STANDARD, name="custom", summary="the same", default_fmr=1e-2)

        assert contract_of(renamed) == contract_of(STANDARD)

    def test_it_changes_with_the_ranges_that_int8_is_scaled_by(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = contract_of(STANDARD), contract_of(BUILTIN)
        monkeypatch.setattr(activation_ranges, "_text", lambda model: f"other {model}")

        assert contract_of(STANDARD).digest != before[0].digest
        assert contract_of(BUILTIN) == before[1]

    def test_a_model_without_a_published_hash_takes_the_one_that_is_vouched_for(self) -> None:
        def vouched(model: Model) -> str | None:
            return "ab" * 32 if model is FACENET else model.sha256

        sources = {part.model: part.source for part in contract_of(ACCURATE, vouched).parts}

        assert sources["facenet"].startswith("ab" * 32)
        assert str(EMBEDDERS["adaface"].model.sha256) in sources["adaface"]
        assert contract_of(ACCURATE, vouched).digest != contract_of(ACCURATE).digest

    def test_int8_without_measured_ranges_is_refused_with_what_to_set(self) -> None:
        with pytest.raises(ModelMissingError, match="MIEN_PRECISION=fp32"):
            contract_of(replace(ACCURATE, precision=Precision.INT8))

    @pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.name)
    def test_its_parts_are_as_long_as_the_models_vectors_and_their_shares_sum_to_one(
        self, pack: Pack
    ) -> None:
        contract = contract_of(pack)

        assert contract.dimension == sum(EMBEDDERS[name].dimension for name in pack.embedders)
        assert sum(part.weight for part in contract.parts) == pytest.approx(1)


@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.name)
def test_a_pack_names_parts_that_there_are(pack: Pack) -> None:
    assert set(pack.detectors) <= set(DETECTORS) <= set(MODELS_OF)
    assert pack.landmarker in LANDMARKERS
    assert set(pack.unmirrored) <= set(pack.embedders) <= set(EMBEDDERS)
    assert can_run_in(pack, pack.precision)


def test_only_measured_models_run_in_int8() -> None:
    assert can_run_in(STANDARD, Precision.INT8)
    assert not can_run_in(ACCURATE, Precision.INT8)
    assert can_run_in(ACCURATE, Precision.FP16)


def test_the_detectors_own_landmarks_are_taken_as_they_are() -> None:
    points = np.zeros((5, 2), np.float32)
    marked = Landmarks(points, LandmarkScheme.EYES_NOSE_MOUTH_CORNERS)
    image = Image(np.zeros((8, 8, 3), np.uint8))

    assert DetectorLandmarks().locate(image, Detection(Box(0, 0, 8, 8), 1, marked)) is marked
    assert DetectorLandmarks().locate(image, Detection(Box(0, 0, 8, 8), 1)) is None


def _blind_yunet(path: Path) -> Path:
    """Write a network with YuNet's outputs that never sees anything."""
    answers = {
        f"level_{stride}": np.full((1, 16, 320 // stride, 320 // stride), -20, np.float32)
        for stride in (8, 16, 32)
    }
    nodes = [helper.make_node("Identity", [f"{name}_never"], [name]) for name in answers]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in answers]
    constants = [numpy_helper.from_array(never, f"{name}_never") for name, never in answers.items()]
    graph = helper.make_graph(
        nodes,
        "blind",
        [helper.make_tensor_value_info("rgb", TensorProto.UINT8, ["n", "h", "w", 3])],
        outputs,
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


TWO_DETECTORS = replace(BUILTIN, detectors=("yunet", "mmod"))
GRAY = Image(np.full((320, 320, 3), 90, np.uint8))


@pytest.fixture
def blind_first(models: Mapping[str, Path], tmp_path: Path) -> dict[str, Path]:
    return {**models, "yunet": _blind_yunet(tmp_path / "yunet.onnx")}


def test_a_second_detector_sees_what_the_first_misses(
    blind_first: Mapping[str, Path], astronaut: Pixels
) -> None:
    pipeline = assemble(TWO_DETECTORS, blind_first, threads=1)

    # 320 pixels high, as the network that never sees anything was made.
    (face,) = pipeline.detect(Image(astronaut[:320, 60:380].copy()), Search())

    assert face.box.share_inside(320, 320) == 1


def test_a_second_detector_is_loaded_when_the_first_finds_nobody_and_not_before(
    blind_first: dict[str, Path], tmp_path: Path
) -> None:
    blind_first["mmod"] = tmp_path / "mmod.onnx"
    pipeline = assemble(TWO_DETECTORS, blind_first, threads=1)

    with pytest.raises(WeightsCorruptError, match="mmod"):
        pipeline.detect(GRAY, Search())


def test_a_second_detector_is_never_loaded_where_the_first_finds_somebody(
    models: Mapping[str, Path], tmp_path: Path, astronaut: Pixels
) -> None:
    paths = {**models, "yunet": tmp_path / "missing.onnx"}
    pipeline = assemble(replace(BUILTIN, detectors=("mmod", "yunet")), paths, threads=1)

    assert len(pipeline.detect(Image(astronaut), Search())) == 1


def test_only_unmirrored_embedders_do_without_the_mirror_image(
    models: Mapping[str, Path], astronaut: Pixels
) -> None:
    both, plain = (
        assemble(replace(BUILTIN, unmirrored=names), models, threads=1)
        for names in ((), ("resnet29",))
    )
    faces = both.detect(Image(astronaut), Search())
    network = Session(models["resnet29"], threads=1)
    chips = both.chips(faces, "resnet29")

    as_it_is, in_a_mirror = network.run(chips), network.run(chips[:, :, ::-1])

    np.testing.assert_allclose(both.embed(faces), (as_it_is + in_a_mirror) / 2, atol=1e-5)
    np.testing.assert_allclose(plain.embed(faces), as_it_is, atol=1e-5)


def test_the_first_detector_is_loaded_at_once(models: Mapping[str, Path], tmp_path: Path) -> None:
    with pytest.raises(WeightsCorruptError, match=r"missing\.onnx"):
        assemble(BUILTIN, {**models, "mmod": tmp_path / "missing.onnx"}, threads=1)


def test_every_network_is_asked_of_the_provider(models: Mapping[str, Path]) -> None:
    with pytest.raises(ProviderMissingError, match="MIEN_PROVIDER=coreml"):
        assemble(BUILTIN, models, threads=1, provider=Provider.COREML)
