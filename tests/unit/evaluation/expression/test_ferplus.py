"""FER+: who counts as what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mien.errors import InvalidRequestError
from mien.evaluation.expression.ferplus import FerPlus, is_ferplus, read_ferplus
from tests.unit.evaluation.expression.small_ferplus import (
    HAPPY,
    LABELS,
    SAD,
    make_faces,
    write_collection,
)


def voted(**votes: int) -> FerPlus:
    row = [[votes.get(label, 0) for label in LABELS]]
    return FerPlus(np.zeros((1, 48, 48), np.uint8), np.array(row, dtype=np.int64))


def test_a_single_vote_is_a_slip() -> None:
    faces = voted(happiness=8, fear=1, neutral=1)
    assert faces.shares[0].tolist() == [0, 1, 0, 0, 0, 0, 0, 0]


def test_shares_are_of_the_votes_for_expressions() -> None:
    faces = voted(happiness=4, neutral=4, unknown=2)
    assert faces.shares[0].tolist() == [0.5, 0.5, 0, 0, 0, 0, 0, 0]


def test_a_majority_is_more_than_half() -> None:
    assert voted(happiness=6, sadness=4).majority.tolist() == [HAPPY]
    assert voted(happiness=5, sadness=5).majority.tolist() == [-1]
    assert voted(happiness=5, sadness=5).plurality.tolist() == [HAPPY]


@pytest.mark.parametrize("answer", ["unknown", "not_a_face"])
def test_what_most_people_cannot_name_is_left_out(answer: str) -> None:
    faces = voted(**{answer: 6}, happiness=4)
    assert faces.plurality.tolist() == [-1]
    assert len(faces.with_plurality()) == len(faces.with_majority()) == 0


def test_single_votes_alone_name_nothing() -> None:
    faces = voted(happiness=1, sadness=1, anger=1)
    assert faces.plurality.tolist() == [-1]
    assert not faces.shares.any()


def test_both_parts_are_read_from_a_file_or_its_folder(tmp_path: Path) -> None:
    file = write_collection(tmp_path, make_faces(6), make_faces(4))
    for path in (file, tmp_path):
        assert is_ferplus(path)
        parts = read_ferplus(path)
        assert (len(parts.taught), len(parts.held_out)) == (6, 4)
        assert parts.taught.majority.tolist() == [SAD, HAPPY] * 3


def test_something_else_is_told_apart(tmp_path: Path) -> None:
    assert not is_ferplus(tmp_path)
    assert not is_ferplus(tmp_path / "missing.npz")
    (tmp_path / "other.npz").write_bytes(b"no archive")
    with pytest.raises(InvalidRequestError, match="is not FER"):
        read_ferplus(tmp_path / "other.npz")


def test_labels_in_another_order_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.npz"
    np.savez(
        file,
        images=np.zeros((1, 48, 48), np.uint8),
        votes=np.zeros((1, 10), np.uint8),
        labels=np.array(LABELS[::-1]),
        split=np.zeros(1, np.uint8),
    )
    with pytest.raises(InvalidRequestError, match="not those of FER"):
        read_ferplus(file)


def test_a_part_without_faces_is_refused(tmp_path: Path) -> None:
    file = write_collection(tmp_path, make_faces(4), make_faces(0))
    with pytest.raises(InvalidRequestError, match="in both parts"):
        read_ferplus(file)
