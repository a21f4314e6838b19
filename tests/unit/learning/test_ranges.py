from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from mien.core.image import Pixels
from mien.errors import ImageUnreadableError, InvalidRequestError
from mien.inference.importers.activation_ranges import Ranges, read_ranges
from mien.learning.ranges import measure_pack_ranges
from mien.settings import Settings
from tests.support import jpeg


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Settings:
    """The built-in pack, asked for in int8: ranges are of the full network all the same."""
    folder = tmp_path_factory.mktemp("ranges") / "data"
    shutil.copytree(models_dir, folder / "models")
    return Settings(data_dir=folder, pack="builtin", precision="int8", workers=1)


@pytest.fixture(scope="module")
def measured(
    tmp_path_factory: pytest.TempPathFactory,
    settings: Settings,
    astronaut: Pixels,
    grace_hopper: Pixels,
) -> dict[str, Ranges]:
    folder = tmp_path_factory.mktemp("photos")
    (folder / "deeper").mkdir()
    (folder / "one.jpg").write_bytes(jpeg(astronaut))
    (folder / "deeper" / "other.JPEG").write_bytes(jpeg(grace_hopper))
    (folder / "notes.txt").write_text("no photo")
    return dict(measure_pack_ranges(folder, settings))


def test_each_embedder_of_the_pack_is_measured_on_its_own_tensors(
    measured: dict[str, Ranges],
) -> None:
    assert list(measured) == ["resnet29"]
    assert set(measured["resnet29"]) == set(read_ranges("resnet29"))


def test_two_faces_already_come_near_to_what_many_gave(measured: dict[str, Ranges]) -> None:
    shipped = read_ranges("resnet29")

    widths = [
        (high - low) / (shipped[name][1] - shipped[name][0])
        for name, (low, high) in measured["resnet29"].items()
    ]

    assert 0.5 < np.median(widths) < 1.1


def test_photos_without_a_face_are_refused_with_their_number(
    tmp_path: Path, settings: Settings
) -> None:
    for name in ("a.png", "b.jpg"):
        (tmp_path / name).write_bytes(jpeg(np.full((200, 200, 3), 90, np.uint8)))

    with pytest.raises(InvalidRequestError, match="no face was found in 2 photos"):
        next(measure_pack_ranges(tmp_path, settings))


def test_a_file_that_is_no_photo_is_an_error(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no photo")

    with pytest.raises(ImageUnreadableError):
        next(measure_pack_ranges(tmp_path, settings))
