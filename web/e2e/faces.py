"""Photos of the two public-domain faces, and templates for those who have no photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.template import EmbeddingPart, SubjectId, Template, normalize
from tests.support import altered, jpeg, read_astronaut, read_grace_hopper
from web.e2e.people import COLLINS, HOPPER

Floats = npt.NDArray[np.float32]

_ENROLLED_TAKES: Final = range(100, 104)
_UPLOADED_TAKES: Final = range(4)
"""Seeds: the specs get other takes than were enrolled."""

_ALIKE: Final = {"mobilefacenet": (0.02, 0.66), "resnet29": (0.78, 0.955)}
"""By model: the cosine of two people, and of two photos of one, as those of real photos are."""


def enrolled_photos() -> Mapping[SubjectId, list[bytes]]:
    """Return what the two were enrolled from."""
    return {
        user_id: [jpeg(altered(pixels, seed)) for seed in _ENROLLED_TAKES]
        for user_id, pixels in _photos().items()
    }


def _photos() -> Mapping[SubjectId, npt.NDArray[np.uint8]]:
    """Return the two faces, RGB."""
    return {COLLINS: read_astronaut(), HOPPER: read_grace_hopper()}


def write_photos(folder: Path) -> None:
    """Write what is uploaded: takes of each face, and both faces in one picture."""
    folder.mkdir(parents=True, exist_ok=True)
    for user_id, pixels in _photos().items():
        for seed in _UPLOADED_TAKES:
            (folder / f"{user_id}-{seed}.jpg").write_bytes(jpeg(altered(pixels, seed)))
    (folder / "both.jpg").write_bytes(jpeg(_side_by_side()))


def _side_by_side() -> npt.NDArray[np.uint8]:
    height = 512
    halves = [
        cv2.resize(pixels, (round(height * pixels.shape[1] / pixels.shape[0]), height))
        for pixels in (altered(each, 50) for each in _photos().values())
    ]
    return np.hstack(halves).astype(np.uint8)


def invent_templates(
    real: Sequence[Template],
    parts: Sequence[EmbeddingPart],
    samples: int,
    rng: np.random.Generator,
) -> list[Template]:
    """Return templates of a person whom nobody has seen, as long and as alike as real ones.

    real: of somebody who was seen, in the gallery's rotation.
    """
    ends = np.cumsum([part.dimension for part in parts])[:-1]
    somebody = np.split(np.mean([each.embedding for each in real], axis=0), ends)
    drawn = [
        _alike(mean, part.model, samples, rng) for mean, part in zip(somebody, parts, strict=True)
    ]
    embeddings = np.concatenate(drawn, axis=1).astype(np.float32)
    qualities = np.clip(rng.normal(0.78, 0.08, samples), 0.45, 0.98)
    return [
        Template(embedding, real[0].contract, float(quality))
        for embedding, quality in zip(embeddings, qualities, strict=True)
    ]


def _alike(mean: Floats, model: str, samples: int, rng: np.random.Generator) -> Floats:
    """Draw one model's part: what all have in common, what a person has, and what a photo has.

    The common direction is of the somebody, so that it lies where this gallery's rotation puts it.
    """
    strangers, same = _ALIKE.get(model, (0.02, 0.66))
    same = float(np.clip(same + rng.normal(0, (1 - same) * 0.12), strangers, 1))
    common, length = normalize(mean), float(np.linalg.norm(mean))
    person = normalize(rng.normal(size=mean.shape).astype(np.float32))
    photo = normalize(rng.normal(size=(samples, *mean.shape)).astype(np.float32))
    mixed = (
        np.sqrt(strangers) * common + np.sqrt(same - strangers) * person + np.sqrt(1 - same) * photo
    )
    return normalize(mixed) * length * np.exp(rng.normal(0, 0.05, (samples, 1))).astype(np.float32)
