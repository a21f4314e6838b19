"""Reads a verification protocol in the layout of LFW: pairs.txt beside images/.

Source: G. B. Huang et al., Labeled Faces in the Wild, Univ. of Massachusetts TR 07-49, 2007,
"View 2". The first line says folds and pairs per kind, each fold lists its genuine pairs
(name, number, number) and then its impostor pairs (name, number, name, number).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NewType

from mien.errors import InvalidRequestError

Person = NewType("Person", str)
"""A name as pairs.txt spells it, which is also the name of the person's folder."""

PAIRS_FILE: Final = "pairs.txt"
IMAGES_FOLDER: Final = "images"

_SHOWN_MISSING: Final = 3


@dataclass(frozen=True, slots=True, order=True)
class Photo:
    """One photo of a person; numbers count from 1."""

    person: Person
    number: int

    def path(self, root: Path) -> Path:
        """Return where the photo lies under the folder of the protocol."""
        file = f"{self.person}_{self.number:04d}.jpg"
        return root / IMAGES_FOLDER / self.person / file


@dataclass(frozen=True, slots=True)
class Pair:
    """Two photos that a fold compares."""

    first: Photo
    second: Photo

    @property
    def genuine(self) -> bool:
        """Whether both show the same person."""
        return self.first.person == self.second.person


@dataclass(frozen=True, slots=True)
class Fold:
    """The pairs of one part of the protocol."""

    pairs: tuple[Pair, ...]

    @property
    def people(self) -> frozenset[Person]:
        """Everybody whom the fold shows; no other fold shows them."""
        return frozenset(photo.person for photo in _photos(self.pairs))


@dataclass(frozen=True, slots=True)
class PairProtocol:
    """Folds that share nobody, and the folder that holds their photos."""

    root: Path
    folds: tuple[Fold, ...]

    @property
    def photos(self) -> tuple[Photo, ...]:
        """Every photo that a pair names, once, by person and number."""
        return tuple(sorted({photo for fold in self.folds for photo in _photos(fold.pairs)}))


def read_protocol(root: Path) -> PairProtocol:
    """Read pairs.txt and check that it is consistent and that every photo is there.

    Raises InvalidRequestError, naming what is missing or wrong.
    """
    there = {
        PAIRS_FILE: (root / PAIRS_FILE).is_file(),
        f"{IMAGES_FOLDER}/": (root / IMAGES_FOLDER).is_dir(),
    }
    if missing := [name for name, is_there in there.items() if not is_there]:
        raise InvalidRequestError(
            f"{root} is no protocol in the layout of LFW: {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing"
        )
    try:
        text = (root / PAIRS_FILE).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequestError(f"{root / PAIRS_FILE} cannot be read: {error}") from error
    protocol = PairProtocol(root, parse_pairs(text))
    _require_disjoint(protocol.folds)
    _require_photos(protocol)
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
                return Pair(_parse_photo(name, first), _parse_photo(name, second))
            case [name, first, other, second] if name != other:
                return Pair(_parse_photo(name, first), _parse_photo(other, second))
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
    return Photo(Person(name), int(number))


def _photos(pairs: Sequence[Pair]) -> set[Photo]:
    return {photo for pair in pairs for photo in (pair.first, pair.second)}


def _require_disjoint(folds: Sequence[Fold]) -> None:
    seen: set[Person] = set()
    for number, fold in enumerate(folds, start=1):
        if shared := seen & fold.people:
            raise InvalidRequestError(
                f"fold {number} of {PAIRS_FILE} shows {min(shared)} again: folds must not share "
                "people, or thresholds would be tested on those who set them"
            )
        seen |= fold.people


def _require_photos(protocol: PairProtocol) -> None:
    missing = [photo for photo in protocol.photos if not photo.path(protocol.root).is_file()]
    if missing:
        shown = ", ".join(str(photo.path(protocol.root)) for photo in missing[:_SHOWN_MISSING])
        raise InvalidRequestError(
            f"{len(missing)} of {len(protocol.photos)} photos are missing: {shown}"
            + (", ..." if len(missing) > _SHOWN_MISSING else "")
        )
