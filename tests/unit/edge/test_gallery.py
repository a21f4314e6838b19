from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from mien.edge.faces import EdgeError
from mien.edge.gallery import Gallery, Subject


def subject(name: str, samples: int = 2) -> Subject:
    return Subject(name, "contract", np.arange(samples * 4, dtype=np.float32).reshape(-1, 4))


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return Gallery(tmp_path / "gallery")


def test_what_is_added_is_found(gallery: Gallery) -> None:
    gallery.add(subject("ada"))
    found = gallery.find("ada")

    assert found is not None
    assert (found.name, found.contract) == ("ada", "contract")
    assert np.array_equal(found.samples, subject("ada").samples)
    assert gallery.find("bob") is None


def test_all_are_read_by_name(gallery: Gallery) -> None:
    assert gallery.read_all() == []
    for name in ("bob", "ada", "Ada", "a:b@c d"):
        gallery.add(subject(name))
    assert [one.name for one in gallery.read_all()] == ["Ada", "a:b@c d", "ada", "bob"]


def test_files_are_for_their_owner_and_nothing_else_stays(tmp_path: Path, gallery: Gallery) -> None:
    gallery.add(subject("ada"))
    (path,) = (tmp_path / "gallery").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_who_is_erased_is_gone_even_when_damaged(tmp_path: Path, gallery: Gallery) -> None:
    gallery.add(subject("ada"))
    (path,) = (tmp_path / "gallery").iterdir()
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(EdgeError, match="cannot be read") as raised:
        gallery.find("ada")
    assert raised.value.code == "STORAGE_UNUSABLE"
    gallery.erase("ada")
    assert gallery.read_all() == []
    with pytest.raises(EdgeError, match="nobody is enrolled as ada"):
        gallery.erase("ada")


def test_a_pickle_is_never_run(tmp_path: Path, gallery: Gallery) -> None:
    gallery.add(subject("ada"))
    (path,) = (tmp_path / "gallery").iterdir()
    np.savez(path, name="ada", contract="c", samples=np.array([{}], dtype=object))
    with pytest.raises(EdgeError):
        gallery.find("ada")


@pytest.mark.parametrize("name", ["", "../ada", "a/b", " ada", "x" * 129, "a\n"])
def test_names_keep_the_servers_rule(gallery: Gallery, name: str) -> None:
    with pytest.raises(EdgeError, match="a name is") as raised:
        gallery.add(subject(name))
    assert raised.value.code == "INVALID_REQUEST"
