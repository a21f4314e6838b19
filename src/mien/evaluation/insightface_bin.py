"""Reads the .bin files that InsightFace publishes its verification sets as.

Source: J. Deng et al., ArcFace, CVPR 2019, and its repository, eval/verification.py: a pickle of
(list of encoded photos, list of flags), where photos 2k and 2k+1 are pair k and flag k says
whether they show one person. Faces are cropped and aligned to 112 x 112. Nothing tells who they
are: a photo that comes again is recognized by its bytes, and people are the groups that genuine
pairs link.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from mien.errors import ImageUnreadableError, InvalidRequestError
from mien.evaluation.pair_lists import ListedPair, make_folds, split_by_position
from mien.evaluation.plain_pickle import content_of, load_plain
from mien.evaluation.protocol import PairProtocol, Photo

LAYOUT: Final = "InsightFace .bin"


@final
@dataclass(frozen=True, slots=True)
class PhotosInMemory:
    """Encoded photos by their number in the file."""

    encoded: Mapping[str, bytes]

    def read(self, photo: Photo) -> bytes:
        """Return a photo's bytes."""
        try:
            return self.encoded[photo.file]
        except KeyError as error:
            raise ImageUnreadableError(f"there is no photo {photo.file}") from error


def read_protocol(path: Path) -> PairProtocol:
    """Read a .bin file; raise InvalidRequestError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidRequestError(f"{path} cannot be read: {error.strerror}") from error
    try:
        encoded, flags = _unpack(load_plain(data))
    except InvalidRequestError as error:
        raise InvalidRequestError(f"{path} is no InsightFace .bin: {error}") from error
    numbers = _number_photos(encoded)
    pairs = [
        ListedPair(first, second, genuine)
        for first, second, genuine in zip(numbers[::2], numbers[1::2], flags, strict=True)
    ]
    folds, identified = make_folds(split_by_position(pairs), lambda _file: None)
    photos = PhotosInMemory(dict(zip(numbers, encoded, strict=True)))
    return PairProtocol(path.stem, LAYOUT, photos, folds, identified)


def _unpack(content: object) -> tuple[list[bytes], list[bool]]:
    match content:
        case [list() | tuple() as photos, list() | tuple() as flags]:
            pass
        case [list() | tuple() as photos, flags] if (packed := content_of(flags)) is not None:
            flags = list(packed)
        case _:
            raise InvalidRequestError("it must hold a list of photos and a list of flags")
    encoded = [data for photo in photos if (data := content_of(photo)) is not None]
    if len(encoded) != len(photos) or any(flag not in {False, True} for flag in flags):
        raise InvalidRequestError("photos must be bytes, and flags true or false")
    if len(encoded) != 2 * len(flags) or not flags:
        raise InvalidRequestError(
            f"{len(encoded)} photos are not two for each of {len(flags)} flags"
        )
    return encoded, [bool(flag) for flag in flags]


def _number_photos(encoded: list[bytes]) -> list[str]:
    """Return for each photo the position of the first that has the same bytes."""
    digits = len(str(len(encoded)))
    first: dict[bytes, str] = {}
    return [
        first.setdefault(hashlib.sha256(data).digest(), f"{position:0{digits}d}")
        for position, data in enumerate(encoded)
    ]
