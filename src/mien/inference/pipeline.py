"""From pixels to faces and embeddings: each stage takes values and returns new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self, final

import numpy as np

from mien.core.detection import Detection, Search
from mien.core.face import Face, dominant
from mien.core.image import Image
from mien.core.pose import estimate_pose
from mien.core.quality import measure_quality
from mien.core.template import Embedding, EmbeddingContract
from mien.inference import catalogue
from mien.inference.alignment import ALIGNER_NAME, extract_chip
from mien.inference.detection.mmod import DETECTOR_NAME, MmodDetector
from mien.inference.embedding.resnet29 import DIMENSION, PREPROCESSING_NAME, ResNet29Embedder
from mien.inference.landmarks.regression_trees import RegressionTreeLandmarker
from mien.inference.runtime import Session

CONTRACT = EmbeddingContract(
    detector=f"{DETECTOR_NAME}, {catalogue.MMOD.source_sha256}",
    landmarker=catalogue.FIVE_LANDMARKS.source_sha256,
    aligner=ALIGNER_NAME,
    embedder=catalogue.RESNET29.source_sha256,
    preprocessing=PREPROCESSING_NAME,
    dimension=DIMENSION,
)
"""What the built-in pack's embeddings mean."""


@final
class BuiltinPipeline:
    """MMOD, five landmarks, chip, ResNet-29: the pack that needs no download."""

    contract = CONTRACT

    def __init__(
        self,
        detector: MmodDetector,
        landmarker: RegressionTreeLandmarker,
        embedder: ResNet29Embedder,
    ) -> None:
        """Take the three stages."""
        self._detector = detector
        self._landmarker = landmarker
        self._embedder = embedder

    @classmethod
    def load(cls, paths: Mapping[str, Path], *, threads: int) -> Self:
        """Load the models from the paths that `weights.ensure_builtin` returned."""
        with np.load(paths[catalogue.FIVE_LANDMARKS.name], allow_pickle=False) as parameters:
            landmarker = RegressionTreeLandmarker(parameters)
        return cls(
            MmodDetector(Session(paths[catalogue.MMOD.name], threads=threads)),
            landmarker,
            ResNet29Embedder(Session(paths[catalogue.RESNET29.name], threads=threads)),
        )

    def detect(self, image: Image, search: Search) -> tuple[Face, ...]:
        """Return the faces of an image, largest first."""
        return tuple(self._examine(image, seen) for seen in self._detector.detect(image, search))

    def detect_dominant(self, image: Image, min_face_px: float) -> Face:
        """Return the one face that clearly dominates the image.

        Raises NoFaceError and MultipleFacesError.
        """
        search = Search(min_face_px=min_face_px, largest_only=True)
        return self._examine(image, dominant(self._detector.detect(image, search)))

    def embed(self, faces: Sequence[Face]) -> list[Embedding]:
        """Return one unit embedding per face."""
        return self._embedder.embed([face.chip for face in faces])

    def _examine(self, image: Image, seen: Detection) -> Face:
        landmarks = self._landmarker.locate(image, seen.box)
        chip = extract_chip(image, landmarks)
        quality = measure_quality(image, seen.box, estimate_pose(landmarks), chip)
        return Face(seen.box, seen.score, landmarks, quality, chip)
