from __future__ import annotations

from pathlib import Path

import pytest

from mien.errors import InvalidRequestError
from mien.evaluation.line_pairs import parse_pairs, read_protocol


def _write(root: Path, names: list[tuple[str, str]], form: str) -> Path:
    """Write ten genuine pairs of neighbors' photos and ten impostor pairs, and the photos."""
    (root / "crops").mkdir()
    for pair in names:
        for name in pair:
            (root / "crops" / name).touch()
    genuine = [(first, second, 1) for first, second in names]
    others = [*names[1:], names[0]]
    impostor = [(first, second, 0) for (first, _), (_, second) in zip(names, others, strict=True)]
    lines = [form.format(first=a, second=b, label=label) for a, b, label in genuine + impostor]
    path = root / "agedb_30_ann.txt"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


AGEDB = [(f"{2 * n}_Person{n}_20_f.jpg", f"{2 * n + 1}_Person{n}_51_f.jpg") for n in range(10)]
NUMBERS = [(f"{2 * n}.jpg", f"{2 * n + 1}.jpg") for n in range(10)]


@pytest.mark.parametrize(
    "form", ["{first} {second} {label}", "{label} crops/{first} crops/{second}"]
)
def test_agedb_names_tell_people(tmp_path: Path, form: str) -> None:
    protocol = read_protocol(_write(tmp_path, AGEDB, form))
    assert protocol.identified
    assert protocol.name == "agedb_30_ann"
    assert len(protocol.folds) == 10
    assert protocol.folds[2].people == {"Person2", "Person3"}


def test_numbered_crops_tell_nobody(tmp_path: Path) -> None:
    protocol = read_protocol(_write(tmp_path, NUMBERS, "{label} crops/{first} crops/{second}"))
    assert not protocol.identified
    assert len(protocol.photos) == 20


def test_minus_one_is_two_people_too() -> None:
    pairs = parse_pairs("a.jpg b.jpg 1\na.jpg c.jpg -1\n", "list")
    assert [pair.genuine for pair in pairs] == [True, False]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "lists no pair"),
        ("a.jpg b.jpg\n", "line 1 of list"),
        ("a.jpg b.jpg 1\na.jpg b.jpg 2\n", "line 2 of list"),
        ("1 /a.jpg b.jpg\n", "line 1 of list"),
    ],
)
def test_a_bad_list_is_refused_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(InvalidRequestError, match=complaint):
        parse_pairs(text, "list")
