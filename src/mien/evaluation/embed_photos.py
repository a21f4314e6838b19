"""From photos to embeddings, as recognition tests do it: no quality gate, one face a photo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from mien.core.detection import Search
from mien.core.image import Image, ImageLimits
from mien.core.matching import Gist, Matcher
from mien.core.quality import Quality
from mien.core.template import Embedding
from mien.errors import ImageError, ImageUnreadableError, InvalidRequestError
from mien.evaluation.labelled_face import Located, covers_center, find_labelled, surround_crop
from mien.evaluation.metrics import Flags, Scores
from mien.evaluation.protocol import PairProtocol, Photo, PhotoSource
from mien.inference.decoding import decode

Progress = Callable[[int, int], None]
"""Called after each photo with the photos done and their total."""


class SeenFace(Located, Protocol):
    """A face with what the quality gate looks at."""

    @property
    def quality(self) -> Quality:
        """What was measured on it."""
        ...


SeenFaceT = TypeVar("SeenFaceT", bound=SeenFace)


class Analyzer(Protocol[SeenFaceT]):
    """What evaluation needs of a `mien.core.ports.FaceAnalyzer`."""

    def detect(self, image: Image, search: Search) -> Sequence[SeenFaceT]:
        """Return the faces of an image."""
        ...

    def embed(self, faces: Sequence[SeenFaceT]) -> list[Embedding]:
        """Return one embedding per face."""
        ...


@dataclass(frozen=True, slots=True)
class EmbeddedPhotos:
    """The photos of a protocol in which a face was found, and those in which none was.

    embeddings: float32 [acquired, dimension], and what compares them; people: int32
    [acquired], a number for each person; qualities: what the quality gate would have seen;
    central: bool [acquired], whether the face covers the center of its photo, where the labelled
    person's is. All in the order of `acquired`.
    """

    acquired: tuple[Photo, ...]
    missed: tuple[Photo, ...]
    embeddings: npt.NDArray[np.float32]
    people: npt.NDArray[np.int32]
    qualities: tuple[Quality, ...]
    central: Flags
    matcher: Matcher

    def compare_rows(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Scores:
        """Return the similarities of photos by their places, one pair an entry."""
        return self.matcher.compare_rows(self.embeddings[first], self.embeddings[second])

    def summarize(self, places: npt.NDArray[np.int64]) -> Gist:
        """Return what references of these photos are, [references, photos each]."""
        return self.matcher.summarize(self.embeddings[places])

    @property
    def seen(self) -> int:
        """How many photos were looked at."""
        return len(self.acquired) + len(self.missed)


@dataclass(frozen=True, slots=True)
class _Sample:
    embedding: Embedding
    quality: Quality
    is_central: bool


def embed_photos(
    protocol: PairProtocol,
    analyzer: Analyzer[SeenFaceT],
    matcher: Matcher,
    *,
    threads: int,
    progress: Progress,
) -> EmbeddedPhotos:
    """Embed in each photo the face nearest to its center, which is the labelled person's.

    A photo without a face is missed (a failure to acquire). Raises ImageUnreadableError for a
    file that is no photo and InvalidRequestError when no photo shows a face.
    """
    photos = protocol.photos
    samples: list[_Sample | None] = []
    with ThreadPoolExecutor(threads) as pool:
        for sample in pool.map(partial(_embed_photo, protocol.source, analyzer), photos):
            samples.append(sample)
            progress(len(samples), len(photos))
    pairs = [(photo, sample) for photo, sample in zip(photos, samples, strict=True) if sample]
    if not pairs:
        raise InvalidRequestError(f"no face was found in any of {len(photos)} photos")
    acquired = tuple(photo for photo, _ in pairs)
    return EmbeddedPhotos(
        acquired=acquired,
        missed=tuple(photo for photo, sample in zip(photos, samples, strict=True) if not sample),
        embeddings=np.stack([sample.embedding for _, sample in pairs]),
        people=np.unique([photo.person for photo in acquired], return_inverse=True)[1].astype(
            np.int32
        ),
        qualities=tuple(sample.quality for _, sample in pairs),
        central=np.array([sample.is_central for _, sample in pairs]),
        matcher=matcher,
    )


def read_photo(source: PhotoSource, photo: Photo) -> Image:
    """Return a photo as faces are looked for in it; raise ImageUnreadableError, naming it."""
    try:
        return surround_crop(decode(source.read(photo), ImageLimits()))
    except ImageError as error:
        raise ImageUnreadableError(f"{photo.file}: {error}") from error


def _embed_photo(
    source: PhotoSource, analyzer: Analyzer[SeenFaceT], photo: Photo
) -> _Sample | None:
    image = read_photo(source, photo)
    face = find_labelled(image, analyzer)
    if face is None:
        return None
    (embedding,) = analyzer.embed([face])
    return _Sample(embedding, face.quality, covers_center(face.box, image))
