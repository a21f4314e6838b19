"""Reads collections of bona fide faces and presentation attacks.

Terms after ISO/IEC 30107-3: an attack is of a species (a print, a replay on a phone); bona fide
photos show the person. A source is whatever makes photos look alike: a person's recordings, a
camera, a session. Thresholds are tried out on sources that they were not chosen on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.errors import ImageUnreadableError, InvalidRequestError
from mien.evaluation.protocol import read_text

LAYOUT: Final = (
    "labels.csv with the columns file, source and label, or bona_fide/SOURCE/ beside a folder "
    "SPECIES/SOURCE/ for each kind of attack"
)

_TABLE: Final = "labels.csv"
_COLUMNS: Final = ("file", "source", "label")
_BONA_FIDE: Final = frozenset({"bona_fide", "bonafide", "real", "live", "genuine"})
_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})
_ONE_SOURCE: Final = ""


@dataclass(frozen=True, slots=True, order=True)
class Presentation:
    """One photo. species: of the attack, None for a bona fide one."""

    file: str
    source: str
    species: str | None


@dataclass(frozen=True, slots=True)
class PadProtocol:
    """Presentations below a folder, both kinds of them."""

    name: str
    layout: str
    folder: Path
    presentations: tuple[Presentation, ...]

    def read(self, presentation: Presentation) -> bytes:
        """Return an encoded photo; raise ImageUnreadableError."""
        try:
            return (self.folder / presentation.file).read_bytes()
        except OSError as error:
            raise ImageUnreadableError(
                f"{presentation.file} cannot be read: {error.strerror}"
            ) from error

    @property
    def bona_fide(self) -> npt.NDArray[np.bool_]:
        """Which presentations are bona fide, bool [n]."""
        return np.array([shown.species is None for shown in self.presentations], np.bool_)

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources by name."""
        return tuple(sorted({shown.source for shown in self.presentations}))

    @property
    def species(self) -> tuple[str, ...]:
        """The species of attacks by name."""
        return tuple(sorted({s.species for s in self.presentations if s.species is not None}))

    def of_source(self, source: str) -> npt.NDArray[np.bool_]:
        """Return which presentations come from a source, bool [n]."""
        return np.array([shown.source == source for shown in self.presentations], np.bool_)

    def of_species(self, species: str) -> npt.NDArray[np.bool_]:
        """Return which presentations are attacks of a species, bool [n]."""
        return np.array([shown.species == species for shown in self.presentations], np.bool_)


def read_protocol(folder: Path) -> PadProtocol | None:
    """Read a folder, None where it is of neither layout; raise InvalidRequestError."""
    if not folder.is_dir():
        return None
    if (folder / _TABLE).is_file():
        shown, layout = _read_table(folder / _TABLE), _TABLE
    else:
        shown, layout = tuple(sorted(_walk(folder))), "folders of species"
    if shown is None or not any(s.species is None for s in shown):
        return None
    if all(s.species is None for s in shown):
        return None
    return PadProtocol(folder.resolve().name, layout, folder, shown)


def _read_table(table: Path) -> tuple[Presentation, ...] | None:
    """Read the rows; None for a table of something else."""
    rows = csv.DictReader(io.StringIO(read_text(table)))
    if not set(_COLUMNS) <= set(rows.fieldnames or ()):
        return None
    shown = []
    for number, row in enumerate(rows, start=2):
        file, source, label = (row[column] or "" for column in _COLUMNS)
        if not file or not label:
            raise InvalidRequestError(f"{table}, line {number}: a file or its label is missing")
        if not (table.parent / file).is_file():
            raise InvalidRequestError(f"{table}, line {number}: {file} does not exist")
        shown.append(Presentation(file, source, _species(label)))
    return tuple(sorted(shown))


def _walk(folder: Path) -> Iterator[Presentation]:
    """Yield the photos of folders, one of which has to be named for bona fide ones."""
    kinds = [kind for kind in folder.iterdir() if kind.is_dir()]
    if not any(_species(kind.name) is None for kind in kinds):
        return
    for kind in kinds:
        for photo in kind.rglob("*"):
            if photo.suffix.lower() in _SUFFIXES and photo.is_file():
                below = photo.relative_to(kind).parts
                source = below[0] if len(below) > 1 else _ONE_SOURCE
                yield Presentation(
                    photo.relative_to(folder).as_posix(), source, _species(kind.name)
                )


def _species(label: str) -> str | None:
    return None if label.strip().lower() in _BONA_FIDE else label.strip()
