"""Packs: which models work together, and how much each has to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mien.inference import catalogue
from mien.inference.model import Model, Precision, Task


@dataclass(frozen=True, slots=True)
class Weights:
    """A model in the precision that a pack runs it in."""

    model: Model
    precision: Precision = Precision.FP32

    @property
    def file(self) -> str:
        """Name of the imported file."""
        return self.model.file(self.precision)


@dataclass(frozen=True, slots=True)
class Pack:
    """A face pipeline as data.

    detectors: by name; a later one is asked when those before it find nobody.
    landmarker: what marks the found face: `five_landmarks`, `yunet`, or `detector` for the
        detector itself.
    embedders: by model name, each with its share of the similarity; the shares sum to one.
    default_fmr: the strictest false match rate at which it rejects few (docs/models.md).
    unmirrored: the embedders that do not see the mirror image, too.
    companions: what is pulled along, in `MODELS_OF`; the pack runs without.
    """

    name: str
    summary: str
    detectors: tuple[str, ...]
    landmarker: str
    embedders: Mapping[str, float]
    default_fmr: float
    precision: Precision = Precision.FP32
    unmirrored: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()

    def weights(self) -> Iterator[Weights]:
        """Yield what has to be there before the pack can run, each once."""
        seen: set[str] = set()
        for name in (*self.detectors, self.landmarker):
            for model in MODELS_OF.get(name, ()):
                if model.name not in seen:
                    seen.add(model.name)
                    yield Weights(model)
        for name in self.embedders:
            yield Weights(EMBEDDING_MODELS[name], self.precision)


MODELS_OF: Final[Mapping[str, tuple[Model, ...]]] = {
    "mmod": (catalogue.MMOD,),
    "yunet": (catalogue.YUNET,),
    "retinaface": (catalogue.RETINAFACE,),
    "scrfd": (catalogue.SCRFD,),
    "blazeface": (catalogue.BLAZEFACE,),
    "mtcnn": (catalogue.MTCNN_PNET, catalogue.MTCNN_RNET, catalogue.MTCNN_ONET),
    "five_landmarks": (catalogue.FIVE_LANDMARKS,),
    "liveness": (catalogue.FACE_MESH, catalogue.MINIFAS),
}
"""The networks of each detector and landmarker, and those of live sessions."""

EMBEDDING_MODELS: Final[Mapping[str, Model]] = {
    model.name: model for model in catalogue.MODELS if model.task is Task.EMBED
}

BUILTIN: Final = Pack(
    name="builtin",
    summary="nothing to download; honest at a false match rate of 1e-3",
    detectors=("mmod",),
    landmarker="five_landmarks",
    embedders={"resnet29": 1.0},
    default_fmr=1e-3,
)

STANDARD: Final = Pack(
    name="standard",
    summary="4 MB to download, free for business; honest at a false match rate of 1e-4",
    detectors=("yunet",),
    landmarker="yunet",
    embedders={"mobilefacenet": 0.25, "resnet29": 0.75},
    default_fmr=1e-4,
    precision=Precision.INT8,
    unmirrored=("resnet29",),
    companions=("liveness",),
)

ACCURATE: Final = Pack(
    name="accurate",
    summary="large models; slower, for a few hundred MB",
    detectors=("retinaface", "mtcnn"),
    landmarker="yunet",
    embedders={"adaface": 0.5, "facenet": 0.25, "mobilefacenet": 0.25},
    default_fmr=1e-4,
    companions=("liveness",),
)

PACKS: Final[Mapping[str, Pack]] = {pack.name: pack for pack in (BUILTIN, STANDARD, ACCURATE)}
