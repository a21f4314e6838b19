"""What every verification protocol is read into: folds of pairs of photos, and where they lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NewType, Protocol, final

from mien.errors import ImageUnreadableError, InvalidRequestError

Person = NewType("Person", str)
"""Who a photo shows: a name as the protocol spells it, or a number where it names nobody."""

_SHOWN_MISSING: Final = 3


@dataclass(frozen=True, slots=True, order=True)
class Photo:
    """One photo; file: its path under the protocol's folder, or its number in one file."""

    person: Person
    file: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two photos that a fold compares, and whether the protocol says they are of one person."""

    first: Photo
    second: Photo
    genuine: bool


@dataclass(frozen=True, slots=True)
class Fold:
    """The pairs of one part of the protocol."""

    pairs: tuple[Pair, ...]

    @property
    def people(self) -> frozenset[Person]:
        """Everybody whom the fold shows."""
        return frozenset(photo.person for photo in photos_of(self.pairs))


class PhotoSource(Protocol):
    """Where a protocol's photos lie."""

    def read(self, photo: Photo) -> bytes:
        """Return the encoded photo; raise ImageUnreadableError."""
        ...


@final
@dataclass(frozen=True, slots=True)
class PhotoFolder:
    """Photos as files."""

    root: Path

    def read(self, photo: Photo) -> bytes:
        """Return a file's bytes."""
        try:
            return (self.root / photo.file).read_bytes()
        except OSError as error:
            raise ImageUnreadableError(f"{photo.file} cannot be read: {error.strerror}") from error

    def require(self, photos: Sequence[Photo]) -> None:
        """Raise InvalidRequestError, naming some, when photos are missing."""
        missing = [photo for photo in photos if not (self.root / photo.file).is_file()]
        if missing:
            shown = ", ".join(str(self.root / photo.file) for photo in missing[:_SHOWN_MISSING])
            raise InvalidRequestError(
                f"{len(missing)} of {len(photos)} photos are missing: {shown}"
                + (", ..." if len(missing) > _SHOWN_MISSING else "")
            )


@dataclass(frozen=True, slots=True)
class PairProtocol:
    """Folds of pairs.

    name: of the folder or file. layout: the format it was read as. identified: whether the
    protocol tells who is in each photo; where not, people are groups of photos that its genuine
    pairs link, two groups may be one person, and only the pairs themselves can be compared.
    """

    name: str
    layout: str
    source: PhotoSource
    folds: tuple[Fold, ...]
    identified: bool

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs of all folds."""
        return tuple(pair for fold in self.folds for pair in fold.pairs)

    @property
    def photos(self) -> tuple[Photo, ...]:
        """Every photo that a pair names, once, by person and file."""
        return tuple(sorted(photos_of(self.pairs)))

    @property
    def people_in_several_folds(self) -> int:
        """How many people more than one fold shows."""
        seen = Counter(person for fold in self.folds for person in fold.people)
        return sum(count > 1 for count in seen.values())


def photos_of(pairs: Iterable[Pair]) -> set[Photo]:
    """Return every photo that a pair names."""
    return {photo for pair in pairs for photo in (pair.first, pair.second)}


def read_text(path: Path) -> str:
    """Return a protocol's text file; raise InvalidRequestError."""
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequestError(f"{path} cannot be read: {error}") from error
