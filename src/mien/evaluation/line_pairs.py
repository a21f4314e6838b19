"""Reads lists with one pair a line, as AgeDB-30 is handed around outside of .bin files.

AgeDB (S. Moschoglou et al., AgeDB: the first manually collected, in-the-wild age database, CVPR
Workshops 2017) itself is a folder of photos named number_name_age_gender.jpg; its 30-year
protocol circulates as agedb_30_pair.txt ("file file label") and, with 112 x 112 crops, as
agedb_30_ann.txt ("label path path", the same for lfw, calfw and cplfw). Label 1 is one person,
0 or -1 is two.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mien.errors import InvalidRequestError
from mien.evaluation.pair_lists import (
    ListedPair,
    make_folds,
    parse_file,
    read_name,
    split_by_position,
)
from mien.evaluation.photo_folders import find_photos
from mien.evaluation.protocol import PairProtocol, read_text

LAYOUT: Final = "one pair a line"
PATTERNS: Final = ("*_ann.txt", "*_pair.txt", "*_pairs.txt")

_LABELS: Final = {"1": True, "0": False, "-1": False}


def read_protocol(file: Path) -> PairProtocol:
    """Read the list and check that every photo is there; raise InvalidRequestError."""
    pairs = parse_pairs(read_text(file), file.name)
    folder = find_photos(file.parent, pairs[0].first)
    folds, identified = make_folds(split_by_position(pairs), read_name)
    protocol = PairProtocol(file.stem, LAYOUT, folder, folds, identified)
    folder.require(protocol.photos)
    return protocol


def parse_pairs(text: str, name: str) -> tuple[ListedPair, ...]:
    """Parse the list; raise InvalidRequestError with the line that is wrong."""
    lines = [line.split() for line in text.rstrip().splitlines()]
    if not lines:
        raise InvalidRequestError(f"{name} lists no pair")
    return tuple(_parse_line(fields, number, name) for number, fields in enumerate(lines, start=1))


def _parse_line(fields: list[str], number: int, name: str) -> ListedPair:
    try:
        match fields:
            case [label, first, second] if label in _LABELS:
                return ListedPair(parse_file(first), parse_file(second), _LABELS[label])
            case [first, second, label] if label in _LABELS:
                return ListedPair(parse_file(first), parse_file(second), _LABELS[label])
    except ValueError:
        pass
    raise InvalidRequestError(
        f"line {number} of {name} is no pair: label, file, file or file, file, label, where the "
        "label is 1 for one person and 0 for two"
    )
