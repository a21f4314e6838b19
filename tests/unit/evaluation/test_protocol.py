from __future__ import annotations

from pathlib import Path

import pytest

from mien.errors import ImageUnreadableError, InvalidRequestError
from mien.evaluation.protocol import (
    Fold,
    Pair,
    PairProtocol,
    Person,
    Photo,
    PhotoFolder,
    read_text,
)


def _pair(first: str, second: str) -> Pair:
    one, other = (Photo(Person(name), f"{name}.jpg") for name in (first, second))
    return Pair(one, other, genuine=first == second)


def test_people_in_several_folds_are_counted() -> None:
    folds = (Fold((_pair("Ada", "Bob"), _pair("Ada", "Cyd"))), Fold((_pair("Ada", "Dan"),)))
    protocol = PairProtocol("made up", "made up", PhotoFolder(Path()), folds, identified=True)
    assert protocol.people_in_several_folds == 1
    assert [photo.person for photo in protocol.photos] == ["Ada", "Bob", "Cyd", "Dan"]
    assert len(protocol.pairs) == 3


def test_many_missing_photos_are_counted_and_some_named(tmp_path: Path) -> None:
    photos = [Photo(Person(name), f"{name}.jpg") for name in "abcde"]
    (tmp_path / "c.jpg").write_bytes(b"photo")
    with pytest.raises(InvalidRequestError, match=r"4 of 5 .*a\.jpg.*b\.jpg.*d\.jpg, \.\.\.$"):
        PhotoFolder(tmp_path).require(photos)
    assert PhotoFolder(tmp_path).read(photos[2]) == b"photo"
    with pytest.raises(ImageUnreadableError, match=r"a\.jpg cannot be read"):
        PhotoFolder(tmp_path).read(photos[0])


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(b"\xef\xbb\xbf1 a b")
    assert read_text(tmp_path / "list.txt") == "1 a b"
