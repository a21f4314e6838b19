from __future__ import annotations

from pathlib import Path

import pytest

from mien.errors import ImageUnreadableError, InvalidRequestError
from mien.evaluation.pad.protocol import Presentation, read_protocol


def _touch(folder: Path, *files: str) -> None:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(b"photo")


def test_folders_name_the_species_and_below_them_the_sources(tmp_path: Path) -> None:
    _touch(
        tmp_path,
        "real/anna/1.jpg", "real/ben/1.JPG", "print/anna/x/2.png", "replay/3.jpg", "real/notes.txt",
    )  # fmt: skip
    protocol = read_protocol(tmp_path)
    assert protocol is not None
    assert protocol.presentations == (
        Presentation("print/anna/x/2.png", "anna", "print"),
        Presentation("real/anna/1.jpg", "anna", None),
        Presentation("real/ben/1.JPG", "ben", None),
        Presentation("replay/3.jpg", "", "replay"),
    )
    assert protocol.species == ("print", "replay")
    assert protocol.sources == ("", "anna", "ben")
    assert protocol.bona_fide.tolist() == [False, True, True, False]
    assert protocol.of_source("anna").tolist() == [True, True, False, False]
    assert protocol.of_species("replay").tolist() == [False, False, False, True]
    assert protocol.read(protocol.presentations[0]) == b"photo"


def test_a_table_names_file_source_and_label(tmp_path: Path) -> None:
    _touch(tmp_path, "a.jpg", "b.jpg")
    (tmp_path / "labels.csv").write_text("file,source,label\na.jpg,x,Real\nb.jpg,y,mask\n")
    protocol = read_protocol(tmp_path)
    assert protocol is not None
    assert [shown.species for shown in protocol.presentations] == [None, "mask"]
    assert protocol.layout == "labels.csv"


@pytest.mark.parametrize(
    ("row", "reason"), [("gone.jpg,x,real", "does not exist"), (",x,real", "is missing")]
)
def test_a_table_that_does_not_fit_is_refused(tmp_path: Path, row: str, reason: str) -> None:
    (tmp_path / "labels.csv").write_text(f"file,source,label\n{row}\n")
    with pytest.raises(InvalidRequestError, match=reason):
        read_protocol(tmp_path)


def test_what_is_something_else_is_left_to_others(tmp_path: Path) -> None:
    assert read_protocol(tmp_path / "nowhere") is None
    assert read_protocol(tmp_path) is None
    _touch(tmp_path, "anna/1.jpg", "ben/1.jpg")
    assert read_protocol(tmp_path) is None
    (tmp_path / "labels.csv").write_text("file,person\nanna/1.jpg,anna\n")
    assert read_protocol(tmp_path) is None


def test_one_kind_alone_is_no_collection(tmp_path: Path) -> None:
    _touch(tmp_path, "real/anna/1.jpg")
    assert read_protocol(tmp_path) is None
    (tmp_path / "print").mkdir()
    assert read_protocol(tmp_path) is None


def test_a_photo_that_has_gone_is_named(tmp_path: Path) -> None:
    _touch(tmp_path, "real/1.jpg", "print/2.jpg")
    protocol = read_protocol(tmp_path)
    assert protocol is not None
    (tmp_path / "real" / "1.jpg").unlink()
    with pytest.raises(ImageUnreadableError, match=r"real/1\.jpg"):
        protocol.read(protocol.presentations[1])
