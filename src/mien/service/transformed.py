"""The models, followed by the secret rotation of a gallery; see `mien.core.transform`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np

from mien.core.detection import Search
from mien.core.face import Face
from mien.core.image import Image
from mien.core.ports import FaceAnalyzer
from mien.core.template import Embedding, EmbeddingContract, stored_contract
from mien.core.transform import GalleryTransform


@final
class TransformedAnalyzer:
    """Gives embeddings that can be compared with one gallery's templates and no others."""

    def __init__(self, analyzer: FaceAnalyzer, transform: GalleryTransform | None) -> None:
        """Take the models, and the gallery's rotation; None for a gallery without one."""
        self._analyzer = analyzer
        self._transform = transform

    @property
    def contract(self) -> EmbeddingContract:
        """What the embeddings mean, but for the rotation."""
        return self._analyzer.contract

    @property
    def stored_as(self) -> str:
        """What templates of these embeddings are marked with."""
        return stored_contract(
            self.contract.digest, None if self._transform is None else self._transform.id
        )

    def detect(self, image: Image, search: Search) -> Sequence[Face]:
        """Return the faces of an image, largest first."""
        return self._analyzer.detect(image, search)

    def detect_dominant(self, image: Image, min_face_px: float) -> Face:
        """Return the one face that clearly dominates, or raise a FaceError."""
        return self._analyzer.detect_dominant(image, min_face_px)

    def embed(self, faces: Sequence[Face]) -> list[Embedding]:
        """Return one embedding per face."""
        embeddings = self._analyzer.embed(faces)
        if self._transform is None or not embeddings:
            return embeddings
        return list(self._transform.apply(np.stack(embeddings)))
