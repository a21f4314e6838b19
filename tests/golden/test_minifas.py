"""MiniFAS held against its own ONNX file, fed as its authors feed it: RGB, 0 to 1, NCHW."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.antispoof.minifas import NAME, MiniFas, crop
from mien.inference.antispoof.passive import PassiveDetector
from mien.inference.catalogue import MINIFAS
from mien.inference.runtime import Session
from tests.golden.downloads import load_downloaded, read_source

FACES = {
    "astronaut": (Box(174.0, 59.0, 273.0, 190.0), 5.242),
    "grace_hopper": (Box(165.0, 106.0, 346.0, 350.0), 1.411),
}
"""Of each portrait: the face's box, and the log-odds of a living face, by the published file."""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return load_downloaded(MINIFAS, tmp_path_factory.mktemp("minifas"))


@pytest.mark.parametrize("label", list(FACES))
def test_the_import_gives_the_published_networks_logits(
    session: Session, label: str, request: pytest.FixtureRequest
) -> None:
    photo: Pixels = request.getfixturevalue(label)
    box, expected = FACES[label]
    shown = crop(Image(photo), box)
    published = onnxruntime.InferenceSession(read_source(MINIFAS))
    planes = (shown[None].astype(np.float32) / 255).transpose(0, 3, 1, 2)
    (logits,) = published.run(None, {published.get_inputs()[0].name: planes})

    found = session.run(shown[None])

    np.testing.assert_allclose(found, logits, atol=1e-4)
    assert float(found[0, 0] - found[0, 1]) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("label", list(FACES))
def test_a_press_photo_of_a_face_is_taken_for_a_face(
    session: Session, label: str, request: pytest.FixtureRequest
) -> None:
    photo: Pixels = request.getfixturevalue(label)
    check = PassiveDetector([MiniFas(session)]).assess(Image(photo), FACES[label][0])
    assert NAME in check.parts
    assert check.passed
