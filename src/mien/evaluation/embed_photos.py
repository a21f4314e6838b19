"""From photos to embeddings, as recognition tests do it: no quality gate, one face a photo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.detection import Search
from mien.core.face import Face
from mien.core.image import Image, ImageLimits
from mien.core.ports import FaceAnalyzer
from mien.core.quality import Quality
from mien.core.template import Embedding
from mien.errors import ImageError, ImageUnreadableError, InvalidRequestError
from mien.evaluation.lfw import PairProtocol, Photo
from mien.inference.decoding import decode

_MIN_FACES_PX: Final = (64.0, 40.0)
"""The finest scales, which cost most, are searched only where larger faces miss the center."""

Progress = Callable[[int, int], None]
"""Called after each photo with the photos done and their total."""


@dataclass(frozen=True, slots=True)
class EmbeddedPhotos:
    """The photos of a protocol in which a face was found, and those in which none was.

    embeddings: float32 [acquired, dimension], unit rows; people: int32 [acquired], a number
    for each person; qualities: what the quality gate would have seen. All in the order of
    `acquired`.
    """

    acquired: tuple[Photo, ...]
    missed: tuple[Photo, ...]
    embeddings: npt.NDArray[np.float32]
    people: npt.NDArray[np.int32]
    qualities: tuple[Quality, ...]


@dataclass(frozen=True, slots=True)
class _Sample:
    embedding: Embedding
    quality: Quality


def embed_photos(
    protocol: PairProtocol, analyzer: FaceAnalyzer, *, threads: int, progress: Progress
) -> EmbeddedPhotos:
    """Embed in each photo the face nearest to its center, which is the labelled person's.

    A photo without a face is missed (a failure to acquire). Raises ImageUnreadableError for a
    file that is no photo and InvalidRequestError when no photo shows a face.
    """
    photos = protocol.photos
    samples: list[_Sample | None] = []
    with ThreadPoolExecutor(threads) as pool:
        paths = [photo.path(protocol.root) for photo in photos]
        for sample in pool.map(partial(_embed_photo, analyzer), paths):
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
    )


def _embed_photo(analyzer: FaceAnalyzer, path: Path) -> _Sample | None:
    try:
        image = decode(path.read_bytes(), ImageLimits())
    except (OSError, ImageError) as error:
        raise ImageUnreadableError(f"{path}: {error}") from error
    face = find_labelled(image, analyzer)
    if face is None:
        return None
    (embedding,) = analyzer.embed([face])
    return _Sample(embedding, face.quality)


def find_labelled(image: Image, analyzer: FaceAnalyzer) -> Face | None:
    """Return the face of at least 40 pixels that is nearest to the center of the image.

    A face that covers the center is taken without a look at smaller ones.
    """
    faces: Sequence[Face] = ()
    for min_face_px in _MIN_FACES_PX:
        faces = analyzer.detect(image, Search(min_face_px=min_face_px))
        if any(_covers_center(face, image) for face in faces):
            break
    return central_face(image, faces) if faces else None


def central_face(image: Image, faces: Sequence[Face]) -> Face:
    """Return the face whose box is centered nearest to the center of the image."""
    middle = np.array([image.width, image.height]) / 2

    def distance(face: Face) -> float:
        return float(np.linalg.norm(np.array(face.box.center) - middle))

    return min(faces, key=distance)


def _covers_center(face: Face, image: Image) -> bool:
    box = face.box
    return box.left < image.width / 2 < box.right and box.top < image.height / 2 < box.bottom
