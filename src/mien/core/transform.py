"""Renewable templates: a secret rotation of embeddings, of its own for each gallery.

A rotation keeps every length and every cosine, so decisions do not change, and whoever has a
template without the secret cannot compare it with one of another gallery (ISO/IEC 24745:
renewability and unlinkability). Renewing is one matrix product; no photo is needed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

SECRET_BYTES: Final = 32

_Rotation = npt.NDArray[np.float64]
"""Orthogonal, [dimension, dimension]; row vectors are multiplied from the left."""


@final
class GalleryTransform:
    """Rotates the part of each model by itself, so that their cosines stay what they are."""

    def __init__(self, secret: bytes, dimensions: Sequence[int]) -> None:
        """Make the rotations from 32 secret bytes; the same on every machine up to rounding.

        dimensions: of the parts of an embedding, in their order.
        """
        if len(secret) != SECRET_BYTES:
            raise ValueError(f"a gallery's secret has {SECRET_BYTES} bytes")
        self.rotations: Final = tuple(
            _rotation(secret, position, dimension) for position, dimension in enumerate(dimensions)
        )
        self.id: Final = transform_id(secret)

    def apply(self, embeddings: Floats) -> Floats:
        """Rotate embeddings, float32 [..., dimension]."""
        return _rotate(embeddings, self.rotations)


@final
class Renewal:
    """Takes templates from one rotation to another, without a stop where they are bare."""

    def __init__(self, old: GalleryTransform | None, new: GalleryTransform) -> None:
        """Take the rotation that the templates are stored in, None if they are not, and the next.

        Both are of one contract. Their product is made once, in double precision, so that each
        number of a template is rounded once a renewal.
        """
        self._rotations: Final = (
            new.rotations
            if old is None
            else tuple(a.T @ b for a, b in zip(old.rotations, new.rotations, strict=True))
        )

    def apply(self, embeddings: Floats) -> Floats:
        """Take templates over, float32 [..., dimension]."""
        return _rotate(embeddings, self._rotations)


def transform_id(secret: bytes) -> str:
    """Return the public name of the rotation that a secret makes: 8 hex digits of a hash of it."""
    return hashlib.sha256(b"mien gallery transform" + secret).hexdigest()[:8]


def _rotate(embeddings: Floats, rotations: Sequence[_Rotation]) -> Floats:
    """Multiply each part with its rotation."""
    ends = np.cumsum([len(rotation) for rotation in rotations])
    if embeddings.shape[-1] != ends[-1]:
        raise ValueError(f"an embedding has {embeddings.shape[-1]} numbers, not {ends[-1]}")
    parts = np.split(embeddings, ends[:-1], axis=-1)
    rotated = [(part @ by).astype(np.float32) for part, by in zip(parts, rotations, strict=True)]
    return np.concatenate(rotated, axis=-1)


def _rotation(secret: bytes, position: int, dimension: int) -> _Rotation:
    """Return a rotation drawn evenly from all: QR of Gaussian numbers, the signs of R fixed.

    F. Mezzadri, How to generate random matrices from the classical compact groups, 2007.
    """
    seed = hashlib.shake_256(b"mien rotation %d " % position + secret).digest(8 * dimension**2)
    uniform = (np.frombuffer(seed, "<u8") >> 11) / 2.0**53
    # Box and Muller's transform: numpy promises no generator's Gaussians for all time.
    half = (uniform.size + 1) // 2
    radius = np.sqrt(-2 * np.log1p(-uniform[:half]))
    angle = 2 * np.pi * np.resize(uniform[half:], half)
    gaussian = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])[: uniform.size]
    q, r = np.linalg.qr(gaussian.reshape(dimension, dimension))
    return np.asarray(q * np.sign(np.diag(r)))
