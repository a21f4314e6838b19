"""From pixels to faces and embeddings: each stage takes values and returns new ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol, final

import numpy as np
import numpy.typing as npt

from mien.core.detection import Detection, Search
from mien.core.face import Face, dominant
from mien.core.image import Image
from mien.core.landmarks import Landmarks
from mien.core.pose import estimate_pose
from mien.core.quality import measure_quality
from mien.core.template import Embedding, EmbeddingContract
from mien.errors import NoFaceError
from mien.inference.alignment import DLIB_FRAME, ChipFrame, extract_chip
from mien.inference.cores import ONE_CORE, Cores
from mien.inference.embedding.embedder import Embedder


class Detector(Protocol):
    """Finds faces."""

    def detect(self, image: Image, search: Search) -> Sequence[Detection]:
        """Return the faces found, largest first."""
        ...


class Landmarker(Protocol):
    """Marks a face that a detector found."""

    def locate(self, image: Image, seen: Detection) -> Landmarks | None:
        """Return its landmarks; None for what turns out not to be a face."""
        ...


@final
class FacePipeline:
    """Detect, mark, align, measure, embed: the models of one pack."""

    def __init__(
        self,
        detectors: Sequence[Detector],
        landmarker: Landmarker,
        embedders: Sequence[Embedder],
        contract: EmbeddingContract,
        cores: Cores = ONE_CORE,
    ) -> None:
        """Take the stages, and where several embedders run side by side.

        A later detector is asked when those before it find nobody.
        """
        self.detectors: Final = tuple(detectors)
        self.landmarker: Final = landmarker
        self.embedders: Final = tuple(embedders)
        self._frames: Final = _distinct([DLIB_FRAME, *(e.facts.frame for e in embedders)])
        self.contract: Final = contract
        self._cores: Final = cores

    def detect(self, image: Image, search: Search) -> tuple[Face, ...]:
        """Return the faces of an image, largest first."""
        faces = (self._examine(image, seen) for seen in self._find(image, search))
        return tuple(face for face in faces if face is not None)

    def detect_dominant(self, image: Image, min_face_px: float) -> Face:
        """Return the one face that clearly dominates the image.

        Raises NoFaceError and MultipleFacesError.
        """
        search = Search(min_face_px=min_face_px, largest_only=True)
        face = self._examine(image, dominant(self._find(image, search)))
        if face is None:
            raise NoFaceError("no face was found: face the camera, closer and in even light")
        return face

    def embed(self, faces: Sequence[Face]) -> list[Embedding]:
        """Return one embedding per face, the embedders' vectors one after another."""
        chips = [(embedder, self._chips(faces, embedder)) for embedder in self.embedders]
        parts = self._cores.map(lambda given: given[0].embed(given[1]), chips)
        return list(np.concatenate(parts, axis=1))

    def chips(self, faces: Sequence[Face], model: str) -> npt.NDArray[np.uint8]:
        """Return what one embedder sees of faces, uint8 [n, side, side, 3]."""
        (embedder,) = (e for e in self.embedders if e.facts.model.name == model)
        return self._chips(faces, embedder)

    def _chips(self, faces: Sequence[Face], embedder: Embedder) -> npt.NDArray[np.uint8]:
        side = embedder.facts.frame.side_px
        number = self._frames.index(embedder.facts.frame)
        chips = [face.chips[number] for face in faces]
        return np.array(chips, dtype=np.uint8).reshape(-1, side, side, 3)

    def _find(self, image: Image, search: Search) -> Sequence[Detection]:
        for detector in self.detectors:
            if found := detector.detect(image, search):
                return found
        return ()

    def _examine(self, image: Image, seen: Detection) -> Face | None:
        landmarks = self.landmarker.locate(image, seen)
        if landmarks is None:
            return None
        chips = tuple(extract_chip(image, landmarks, frame) for frame in self._frames)
        quality = measure_quality(image, seen.box, estimate_pose(landmarks), chips[0])
        return Face(seen.box, seen.score, landmarks, quality, chips)


def _distinct(frames: Sequence[ChipFrame]) -> list[ChipFrame]:
    return [frame for at, frame in enumerate(frames) if frame not in frames[:at]]
