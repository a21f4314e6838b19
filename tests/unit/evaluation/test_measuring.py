"""What the commands that measure share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from mien.cli.measuring import Measured, Telling, require_people, write_text
from mien.errors import InvalidRequestError, StorageError
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import PairProtocol
from mien.settings import Settings

if TYPE_CHECKING:
    from mien.inference.pipeline import FacePipeline


@pytest.fixture
def measured(protocol: PairProtocol, photos: EmbeddedPhotos) -> Measured:
    # None of what is tested here asks for the models.
    pipeline = cast("FacePipeline", None)
    return Measured(Settings(), "standard", pipeline, protocol, photos, None, None)


@pytest.mark.parametrize(
    ("trained_on", "warns"),
    [
        (None, False),
        ("nowhere: 476 of 480 photos with a face", True),
        ("lfw_dev: 3811 of 3811 photos with a face", False),
    ],
)
def test_photos_that_a_fusion_has_learned_from_are_warned_of(
    measured: Measured,
    capsys: pytest.CaptureFixture[str],
    trained_on: str | None,
    *,
    warns: bool,
) -> None:
    replace(measured, trained_on=trained_on).warn_if_taught()

    assert ("mien train fusion" in capsys.readouterr().err) is warns


def test_photos_of_nobody_in_particular_are_refused(unidentified: PairProtocol) -> None:
    with pytest.raises(InvalidRequestError, match="does not tell who is in a photo"):
        require_people(unidentified)


def test_a_protocol_that_names_people_is_taken(protocol: PairProtocol) -> None:
    require_people(protocol)


def test_a_file_is_written_into_folders_that_are_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new" / "folder" / "curve [1].json"

    write_text(file, "{}")

    assert file.read_text("utf-8") == "{}"
    assert f"written: {file}" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageError, match="cannot be written"):
        write_text(tmp_path / "file" / "curve.json", "{}")


def test_a_report_that_has_no_room_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be made"):
        Telling(tmp_path / "file" / "report", as_json=False).require_room()
    Telling(None, as_json=False).require_room()
