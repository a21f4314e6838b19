"""Reads CFP-FP, frontal faces against profiles, as its authors pack it.

Source: S. Sengupta et al., Frontal to profile face verification in the wild, WACV 2016. In
Protocol/, Pair_list_F.txt and Pair_list_P.txt number the frontal and the profile photos ("1
../Data/Images/001/frontal/01.jpg"), and Split/FP/01 to 10 hold same.txt and diff.txt with a
frontal and a profile number a line ("1,4"). A photo's person is the number of its folder.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from mien.errors import InvalidRequestError
from mien.evaluation.pair_lists import ListedPair, make_folds, parse_file
from mien.evaluation.protocol import PairProtocol, PhotoFolder, read_text

LAYOUT: Final = "CFP-FP"
SPLIT: Final = "Protocol/Split/FP"

_PROTOCOL: Final = "Protocol"
_LISTS: Final = ("Pair_list_F.txt", "Pair_list_P.txt")
_KINDS: Final = {"same.txt": True, "diff.txt": False}


def read_protocol(root: Path) -> PairProtocol:
    """Read lists and splits and check that every photo is there; raise InvalidRequestError."""
    if not (root / SPLIT).is_dir():
        raise InvalidRequestError(f"{root} is no CFP: {SPLIT}/ is missing")
    frontal, profile = (parse_photos(read_text(root / _PROTOCOL / name), name) for name in _LISTS)
    splits = sorted(folder for folder in (root / SPLIT).iterdir() if folder.is_dir())
    if len(splits) < 2:
        raise InvalidRequestError(f"{root / SPLIT} must hold at least 2 folders, 01, 02, ...")
    listed = [
        [
            pair
            for name, genuine in _KINDS.items()
            for pair in _read_pairs(split / name, frontal, profile, genuine=genuine)
        ]
        for split in splits
    ]
    folder = PhotoFolder(root)
    folds, identified = make_folds(listed, _read_person)
    protocol = PairProtocol(root.resolve().name, LAYOUT, folder, folds, identified)
    folder.require(protocol.photos)
    return protocol


def parse_photos(text: str, name: str) -> Mapping[int, str]:
    """Parse a list of numbered photos; paths are made relative to the protocol's folder."""
    photos: dict[int, str] = {}
    for line_number, line in enumerate(text.rstrip().splitlines(), start=1):
        try:
            number, path = line.split(maxsplit=1)
            relative = posixpath.join(_PROTOCOL, path.strip())
            photos[int(number)] = parse_file(posixpath.normpath(relative))
        except ValueError as error:
            raise InvalidRequestError(
                f"line {line_number} of {name} must be a number and a path below the folder, like "
                "1 ../Data/Images/001/frontal/01.jpg"
            ) from error
    return photos


def _read_pairs(
    path: Path, frontal: Mapping[int, str], profile: Mapping[int, str], *, genuine: bool
) -> list[ListedPair]:
    pairs: list[ListedPair] = []
    for number, line in enumerate(read_text(path).rstrip().splitlines(), start=1):
        try:
            first, second = (int(field) for field in line.split(","))
            pairs.append(ListedPair(frontal[first], profile[second], genuine))
        except (ValueError, KeyError) as error:
            raise InvalidRequestError(
                f"line {number} of {path} must be the numbers of a frontal and a profile photo of "
                "the lists, like 1,4"
            ) from error
    return pairs


def _read_person(file: str) -> str | None:
    """Return 001 of Data/Images/001/frontal/01.jpg."""
    parts = PurePosixPath(file).parts
    return parts[-3] if len(parts) >= 3 else None
