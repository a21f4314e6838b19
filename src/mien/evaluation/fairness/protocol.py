"""Reads photos whose people's groups are known: a folder with labels.csv.

labels.csv names a photo in the column `file`, below the folder or its folder `images`; every
other column is an attribute that groups are made by, but for `person`: photos of one person have
the same one there. Without that column every photo shows another person.

Where every file is named as UTKFace's are, its numbers for gender and race are spelled out as its
authors define them. Source: Z. Zhang, Y. Song, H. Qi, Age progression/regression by conditional
adversarial autoencoder, CVPR 2017. A column `age` of whole years becomes decades.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.errors import InvalidRequestError
from mien.evaluation.photo_folders import find_photos
from mien.evaluation.protocol import Person, Photo, PhotoSource, read_text

TABLE: Final = "labels.csv"

_FILE: Final = "file"
_PERSON: Final = "person"
_AGE: Final = "age"
_MIN_GROUPS: Final = 2
_MOST_GROUPS: Final = 40
"""More values than that are names or measurements, not groups."""

_CROSSED: Final = " x "
_UTKFACE: Final = re.compile(r"(?:.*/)?\d{1,3}_[01]_[0-4]_\d{8,}\D.*")
_UTKFACE_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "gender": {"0": "male", "1": "female"},
    "race": {"0": "White", "1": "Black", "2": "Asian", "3": "Indian", "4": "others"},
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """What groups differ in: its name, its groups in order, and the group of each photo.

    member: int32 [photos], the place of the photo's group in `groups`.
    """

    name: str
    groups: tuple[str, ...]
    member: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class FairnessProtocol:
    """Photos and what groups they belong to.

    repeats: whether some person has several photos, so that there are genuine pairs.
    """

    name: str
    source: PhotoSource
    photos: tuple[Photo, ...]
    attributes: tuple[Attribute, ...]
    repeats: bool


def read_protocol(
    folder: Path, by: Sequence[str] = (), *, cross: Sequence[Sequence[str]] = ()
) -> FairnessProtocol:
    """Read a folder; raise InvalidRequestError for one that cannot be compared by groups.

    by: the attributes to compare; all columns that make groups without it. cross: which of them to
    compare together, too, as "female x Asian".
    """
    table = folder / TABLE
    if not table.is_file():
        raise InvalidRequestError(
            f"{folder} has no {TABLE}: a table with the column {_FILE} and a column for each "
            "attribute, as age or gender, is needed"
        )
    rows = _read_rows(table)
    photos = tuple(Photo(Person(row[_PERSON]), row[_FILE]) for row in rows)
    source = find_photos(folder, photos[0].file)
    source.require(photos)
    attributes = [_attribute(name, rows, table) for name in _chosen(rows[0], by, table)]
    found = [attribute for attribute in attributes if attribute is not None]
    if by and len(found) < len(attributes):
        raise InvalidRequestError(
            f"{table}: a column of --by has a single value, or more than {_MOST_GROUPS}: "
            "those are no groups"
        )
    if not found:
        raise InvalidRequestError(f"{table} has no column that sorts the photos into groups")
    together = [_cross(found, names) for names in cross]
    people = {photo.person for photo in photos}
    return FairnessProtocol(
        folder.resolve().name, source, photos, (*found, *together), len(people) < len(photos)
    )


def _read_rows(table: Path) -> list[dict[str, str]]:
    """Read the table's rows, a person in each."""
    reader = csv.DictReader(io.StringIO(read_text(table)), strict=True)
    columns = tuple(reader.fieldnames or ())
    if _FILE not in columns or len(set(columns)) < len(columns):
        raise InvalidRequestError(f"{table} needs one column {_FILE}, and each name once")
    rows: list[dict[str, str]] = []
    try:
        for row in reader:
            if None in row or any(value is None or not value.strip() for value in row.values()):
                raise InvalidRequestError(
                    f"{table}, line {reader.line_num}: every row needs a value in every column"
                )
            rows.append({name: value.strip() for name, value in row.items()})
    except csv.Error as error:
        raise InvalidRequestError(f"{table}, line {reader.line_num}: {error}") from error
    files = [row[_FILE] for row in rows]
    if len(rows) < _MIN_GROUPS or len(set(files)) < len(files):
        raise InvalidRequestError(f"{table} names fewer than two photos, or one of them twice")
    for row in rows:
        row.setdefault(_PERSON, row[_FILE])
    return rows


def _chosen(row: Mapping[str, str], by: Sequence[str], table: Path) -> list[str]:
    columns = [name for name in row if name not in {_FILE, _PERSON}]
    unknown = [name for name in by if name not in columns]
    if unknown:
        raise InvalidRequestError(
            f"{table} has no column {', '.join(unknown)}: there are {', '.join(columns) or 'none'}"
        )
    return list(dict.fromkeys(by)) or columns


def _attribute(name: str, rows: Sequence[Mapping[str, str]], table: Path) -> Attribute | None:
    """Return a column as groups, None for one that makes none."""
    values = [row[name] for row in rows]
    if name == _AGE and all(value.isdecimal() for value in values):
        values = [f"{int(value) // 10 * 10}-{int(value) // 10 * 10 + 9}" for value in values]
    elif all(_UTKFACE.fullmatch(row[_FILE]) for row in rows):
        codes = _UTKFACE_CODES.get(name, {})
        values = [codes.get(value, value) for value in values]
    groups = tuple(sorted(set(values)))
    if not _MIN_GROUPS <= len(groups) <= _MOST_GROUPS:
        return None
    _require_one_each(name, rows, values, table)
    place = {group: number for number, group in enumerate(groups)}
    return Attribute(name, groups, np.array([place[value] for value in values], np.int32))


def _require_one_each(
    name: str, rows: Sequence[Mapping[str, str]], values: Sequence[str], table: Path
) -> None:
    """Refuse a person in two groups: but for the age, which passes."""
    groups: dict[str, str] = {}
    for row, value in zip(rows, values, strict=True):
        if groups.setdefault(row[_PERSON], value) != value and name != _AGE:
            raise InvalidRequestError(
                f"{table}: person {row[_PERSON]} has two values of {name}, and belongs to one group"
            )


def _cross(attributes: Sequence[Attribute], names: Sequence[str]) -> Attribute:
    """Return the groups that some attributes make together."""
    chosen = [attribute for attribute in attributes if attribute.name in names]
    if len(chosen) < max(2, len(set(names))):
        known = ", ".join(attribute.name for attribute in attributes)
        raise InvalidRequestError(
            f"{','.join(names)} cannot be crossed: name two attributes or more of {known}"
        )
    words = [
        _CROSSED.join(attribute.groups[place] for attribute, place in zip(chosen, row, strict=True))
        for row in zip(*(attribute.member.tolist() for attribute in chosen), strict=True)
    ]
    groups, member = np.unique(words, return_inverse=True)
    if len(groups) > _MOST_GROUPS:
        raise InvalidRequestError(
            f"{','.join(names)} make {len(groups)} groups together, more than {_MOST_GROUPS}: "
            "cross fewer of them"
        )
    name = _CROSSED.join(attribute.name for attribute in chosen)
    return Attribute(name, tuple(groups.tolist()), member.astype(np.int32))
