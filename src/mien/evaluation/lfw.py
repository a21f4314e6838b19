"""Reads a verification protocol in the layout of LFW: pairs.txt beside the folder of photos.

Source: G. B. Huang et al., Labeled Faces in the Wild, Univ. of Massachusetts TR 07-49, 2007,
"View 2". The first line says folds and pairs per kind, each fold lists its genuine pairs
(name, number, number) and then its impostor pairs (name, number, name, number). The official
file says 10 and 300.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mien.errors import InvalidRequestError
from mien.evaluation.protocol import (
    Fold,
    Pair,
    PairProtocol,
    Person,
    Photo,
    PhotoFolder,
    read_text,
)

LAYOUT: Final = "LFW"
PAIRS_FILE: Final = "pairs.txt"
IMAGES_FOLDERS: Final = ("images", "lfw", "lfw-deepfunneled", "lfw-funneled", "lfw_funneled")
"""Ours, and what the official archives unpack to."""


def read_protocol(root: Path) -> PairProtocol:
    """Read pairs.txt and check that it is consistent and that every photo is there.

    Raises InvalidRequestError, naming what is missing or wrong.
    """
    images = next((root / name for name in IMAGES_FOLDERS if (root / name).is_dir()), None)
    there = {
        PAIRS_FILE: (root / PAIRS_FILE).is_file(),
        f"{IMAGES_FOLDERS[0]}/": images is not None,
    }
    missing = [name for name, is_there in there.items() if not is_there]
    if missing or images is None:
        raise InvalidRequestError(
            f"{root} is no protocol in the layout of LFW: {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing"
        )
    folder = PhotoFolder(images)
    folds = parse_pairs(read_text(root / PAIRS_FILE))
    protocol = PairProtocol(root.resolve().name, LAYOUT, folder, folds, identified=True)
    _require_disjoint(folds)
    folder.require(protocol.photos)
    return protocol


def parse_pairs(text: str) -> tuple[Fold, ...]:
    """Parse the content of pairs.txt; raise InvalidRequestError with the line that is wrong."""
    header, *lines = [line.split("\t") for line in text.rstrip().splitlines()] or [[]]
    try:
        fold_count, kind_count = (int(field) for field in header)
    except ValueError as error:
        raise InvalidRequestError(
            f"line 1 of {PAIRS_FILE} must say the folds and the pairs of each kind, like 10 300"
        ) from error
    if fold_count < 2 or kind_count < 1 or len(lines) != fold_count * 2 * kind_count:
        raise InvalidRequestError(
            f"{PAIRS_FILE} announces {fold_count} folds (at least 2) of 2 x {kind_count} pairs, "
            f"but lists {len(lines)} pairs"
        )
    pairs = [_parse_pair(fields, number) for number, fields in enumerate(lines, start=2)]
    for position, pair in enumerate(pairs):
        if pair.genuine != (position // kind_count % 2 == 0):
            raise InvalidRequestError(
                f"line {position + 2} of {PAIRS_FILE} must be "
                f"{'an impostor' if pair.genuine else 'a genuine'} pair"
            )
    size = 2 * kind_count
    return tuple(Fold(tuple(pairs[at : at + size])) for at in range(0, len(pairs), size))


def _parse_pair(fields: Sequence[str], line: int) -> Pair:
    try:
        match fields:
            case [name, first, second]:
                return Pair(_parse_photo(name, first), _parse_photo(name, second), genuine=True)
            case [name, first, other, second] if name != other:
                return Pair(_parse_photo(name, first), _parse_photo(other, second), genuine=False)
    except ValueError:
        pass
    raise InvalidRequestError(
        f"line {line} of {PAIRS_FILE} is no pair: name, number, number or name, number, other "
        "name, number, with tabs between"
    )


def _parse_photo(name: str, number: str) -> Photo:
    # The name becomes part of a path.
    if not name or Path(name).name != name or name == ".." or int(number) < 1:
        raise ValueError
    return Photo(Person(name), f"{name}/{name}_{int(number):04d}.jpg")


def _require_disjoint(folds: Sequence[Fold]) -> None:
    seen: set[Person] = set()
    for number, fold in enumerate(folds, start=1):
        if shared := seen & fold.people:
            raise InvalidRequestError(
                f"fold {number} of {PAIRS_FILE} shows {min(shared)} again: folds must not share "
                "people, or thresholds would be tested on those who set them"
            )
        seen |= fold.people
