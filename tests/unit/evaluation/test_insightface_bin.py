from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from mien.errors import ImageUnreadableError, InvalidRequestError
from mien.evaluation.insightface_bin import PhotosInMemory, read_protocol
from mien.evaluation.protocol import Person, Photo


def _write(path: Path, content: object, protocol: int = pickle.HIGHEST_PROTOCOL) -> Path:
    path.write_bytes(pickle.dumps(content, protocol))
    return path


def _photos(count: int) -> list[bytes]:
    return [b"photo %d" % number for number in range(count)]


FLAGS = [True, False] * 10


@pytest.mark.parametrize("protocol", [2, 5])
def test_two_photos_each_are_a_pair(tmp_path: Path, protocol: int) -> None:
    read = read_protocol(_write(tmp_path / "agedb_30.bin", (_photos(40), FLAGS), protocol))
    assert (read.name, read.layout) == ("agedb_30", "InsightFace .bin")
    assert not read.identified
    assert len(read.folds) == 10
    same, other = read.folds[3].pairs
    assert same.genuine
    assert not other.genuine
    assert read.source.read(same.first) == b"photo 12"
    assert read.source.read(other.second) == b"photo 15"


def test_arrays_serve_as_well_as_bytes(tmp_path: Path) -> None:
    arrays = [np.frombuffer(photo, np.uint8) for photo in _photos(40)]
    read = read_protocol(_write(tmp_path / "a.bin", (arrays, np.array(FLAGS))))
    assert read.source.read(read.folds[0].pairs[0].second) == b"photo 1"
    assert [pair.genuine for pair in read.folds[0].pairs] == [True, False]


def test_the_same_bytes_are_one_photo_and_link_people(tmp_path: Path) -> None:
    photos = _photos(40)
    photos[4], photos[6] = photos[0], photos[1]  # pairs 0 and 2 are genuine, 3 is not
    read = read_protocol(_write(tmp_path / "a.bin", (photos, FLAGS)))
    assert len(read.photos) == 38
    people = {photo.file: photo.person for photo in read.photos}
    assert people["00"] == people["01"] == people["05"]
    assert people["07"] != people["01"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"bytes", "a list of photos and a list of flags"),
        (([], []), "0 photos are not two for each of 0"),
        ((_photos(3), [True]), "3 photos are not two for each of 1"),
        ((["text"] * 2, [True]), "photos must be bytes"),
        ((_photos(2), [7]), "flags true or false"),
        ((_photos(4), [True, False]), "1 genuine pairs are too few"),
    ],
)
def test_other_contents_are_refused(tmp_path: Path, content: object, complaint: str) -> None:
    with pytest.raises(InvalidRequestError, match=complaint):
        read_protocol(_write(tmp_path / "a.bin", content))


def test_a_file_that_asks_for_code_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(InvalidRequestError, match=r"a\.bin is no InsightFace .*os\.system"):
        read_protocol(tmp_path / "a.bin")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match=r"a\.bin cannot be read"):
        read_protocol(tmp_path / "a.bin")


def test_only_its_own_photos_can_be_read() -> None:
    with pytest.raises(ImageUnreadableError, match="no photo 7"):
        PhotosInMemory({"1": b"photo"}).read(Photo(Person("1"), "7"))
