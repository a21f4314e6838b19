"""Facts about the models: where they come from, their hashes and licenses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Task(StrEnum):
    """What a model does."""

    DETECT = "detect"
    LANDMARKS = "landmarks"
    EMBED = "embed"


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model of the built-in pack.

    source: file inside the installed package ``face_recognition_models``; source_sha256 its hash.
    file: the name it is imported under, in the models folder of the data folder.
    """

    name: str
    task: Task
    source: str
    source_sha256: str
    file: str
    license: str
    summary: str


MMOD: Final = ModelFacts(
    name="mmod",
    task=Task.DETECT,
    source="mmod_human_face_detector.dat",
    source_sha256="4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6",
    file="mmod.onnx",
    license="CC0-1.0",
    summary="MMOD convolutional face detector (dlib)",
)

FIVE_LANDMARKS: Final = ModelFacts(
    name="five_landmarks",
    task=Task.LANDMARKS,
    source="shape_predictor_5_face_landmarks.dat",
    source_sha256="c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    file="five_landmarks.npz",
    license="CC0-1.0",
    summary="eye corners and nose base by regression trees (dlib)",
)

RESNET29: Final = ModelFacts(
    name="resnet29",
    task=Task.EMBED,
    source="dlib_face_recognition_resnet_model_v1.dat",
    source_sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    file="resnet29.onnx",
    license="CC0-1.0",
    summary="ResNet-29 face embedding, 150 x 150 to 128-D (dlib)",
)

BUILTIN: Final = (MMOD, FIVE_LANDMARKS, RESNET29)
"""The pack that needs no download: its sources are a package dependency."""
