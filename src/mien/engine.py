"""The Python API: faces in five lines, no server, no database."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
import numpy.typing as npt

from mien.bootstrap.recognition import Recognition, choose, load_pipeline
from mien.core.detection import DEFAULT_MIN_FACE_PX, Search
from mien.core.face import Face
from mien.core.image import Image
from mien.core.matching import Matcher
from mien.core.policy import Decision, decide
from mien.core.scoring import FalseMatchRate
from mien.core.template import SubjectId
from mien.errors import ImageUnreadableError
from mien.inference.decoding import decode
from mien.inference.weights import Progress, ignore_progress
from mien.settings import Settings

_FIRST = SubjectId("first")

Source = str | os.PathLike[str] | bytes | npt.NDArray[np.uint8]
"""A path, encoded bytes, or pixels: uint8 [height, width, 3] in RGB order."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two faces, each the one that dominates its image, and the decision on them."""

    first: Face
    second: Face
    decision: Decision

    @property
    def accepted(self) -> bool:
        """Whether both are the same person, at the false match rate asked for."""
        return self.decision.accepted


@final
class FaceEngine:
    """Detects, embeds and compares faces; safe to use from several threads.

    >>> engine = FaceEngine()
    >>> faces = engine.detect("group.jpg")           # doctest: +SKIP
    >>> engine.embed("ada.jpg").shape                # doctest: +SKIP
    (256,)
    >>> engine.compare("ada.jpg", "ada2.jpg").accepted  # doctest: +SKIP
    True
    """

    def __init__(
        self,
        data_dir: str | os.PathLike[str] | None = None,
        *,
        threads: int = 0,
        progress: Progress = ignore_progress,
    ) -> None:
        """Load the models, importing them into *data_dir* (default ~/.mien) on first use.

        threads: of each inference; 0 means one per core. progress: called before each import.
        """
        self._settings = Settings() if data_dir is None else Settings(data_dir=Path(data_dir))
        self._choice = choose(self._settings, may_fetch=True)
        self._pipeline = load_pipeline(
            self._settings, self._choice, threads=threads or os.cpu_count() or 1, progress=progress
        )
        self._limits = self._settings.image_limits()

    @property
    def _matcher(self) -> Matcher:
        return Matcher(self._pipeline.contract.parts)

    def read(self, source: Source) -> Image:
        """Return the upright pixels of a path, encoded bytes or an RGB array."""
        if isinstance(source, np.ndarray):
            return Image(np.ascontiguousarray(source))
        if isinstance(source, bytes):
            return decode(source, self._limits)
        try:
            return decode(Path(source).read_bytes(), self._limits)
        except OSError as error:
            raise ImageUnreadableError(f"{source} cannot be read: {error.strerror}") from error

    def detect(
        self, source: Source, *, min_face_px: float = DEFAULT_MIN_FACE_PX
    ) -> tuple[Face, ...]:
        """Return every face at least *min_face_px* wide, largest first."""
        return self._pipeline.detect(self.read(source), Search(min_face_px))

    def find(self, source: Source) -> Face:
        """Return the one face that dominates; raise NoFaceError or MultipleFacesError."""
        return self._pipeline.detect_dominant(self.read(source), DEFAULT_MIN_FACE_PX)

    def embed(self, source: Source | Face | Sequence[Face]) -> npt.NDArray[np.float32]:
        """Embed the dominant face of an image, float32 [d], or given faces, [n, d].

        Unit vectors: their inner product is the (weighted mean) cosine of the pack's models.
        """
        if isinstance(source, Sequence) and not isinstance(source, str | bytes):
            return self._matcher.directions(np.array(self._pipeline.embed(source)))
        face = source if isinstance(source, Face) else self.find(source)
        return self._matcher.directions(self._pipeline.embed([face])[0])

    def compare(
        self, first: Source, second: Source, *, target_fmr: float | None = None
    ) -> Comparison:
        """Compare the dominant faces of two images at a tolerated false match rate.

        Without *target_fmr*, at the one that the settings or the pack name.

        Raises an ImageError or a FaceError when either image cannot be judged, and
        ContractMismatchError for a mixture of models that nobody has calibrated.
        """
        a, b = self.find(first), self.find(second)
        left, right = self._pipeline.embed([a, b])
        models = Recognition.of(self._settings, self._choice, self._pipeline)
        compared = models.matcher.compare(right, models.matcher.reference(_FIRST, [left]))
        target = models.target_fmr if target_fmr is None else FalseMatchRate(target_fmr)
        return Comparison(a, b, decide(compared, models.calibration.curve(1), target))
