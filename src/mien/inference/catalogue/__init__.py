"""Every model that mien knows: the only place that names URLs and hashes."""

from __future__ import annotations

from typing import Final

from mien.inference.catalogue.antispoof import MIDAS_SMALL, MINIFAS, MINIFASNET_V1SE, MINIFASNET_V2
from mien.inference.catalogue.detection import (
    BLAZEFACE,
    MMOD,
    MTCNN_ONET,
    MTCNN_PNET,
    MTCNN_RNET,
    RETINAFACE,
    RETINAFACE_R34,
    SCRFD,
    YUNET,
)
from mien.inference.catalogue.embedding import (
    ADAFACE,
    ARCFACE_MBF,
    ARCFACE_R50,
    FACENET,
    MOBILEFACENET,
    RESNET29,
    SFACE,
)
from mien.inference.catalogue.expression import EXPRESSION, FERPLUS_VGG13, HSEMOTION_B0
from mien.inference.catalogue.landmarks import FACE_MESH, FIVE_LANDMARKS
from mien.inference.model import Model

MODELS: Final[tuple[Model, ...]] = (
    MMOD,
    YUNET,
    RETINAFACE,
    RETINAFACE_R34,
    SCRFD,
    BLAZEFACE,
    MTCNN_PNET,
    MTCNN_RNET,
    MTCNN_ONET,
    FIVE_LANDMARKS,
    FACE_MESH,
    RESNET29,
    MOBILEFACENET,
    ARCFACE_R50,
    ARCFACE_MBF,
    ADAFACE,
    SFACE,
    FACENET,
    MINIFAS,
    MINIFASNET_V2,
    MINIFASNET_V1SE,
    MIDAS_SMALL,
    EXPRESSION,
    FERPLUS_VGG13,
    HSEMOTION_B0,
)
"""All of them, by task."""

__all__ = [
    "ADAFACE",
    "ARCFACE_MBF",
    "ARCFACE_R50",
    "BLAZEFACE",
    "EXPRESSION",
    "FACENET",
    "FACE_MESH",
    "FERPLUS_VGG13",
    "FIVE_LANDMARKS",
    "HSEMOTION_B0",
    "MIDAS_SMALL",
    "MINIFAS",
    "MINIFASNET_V1SE",
    "MINIFASNET_V2",
    "MMOD",
    "MOBILEFACENET",
    "MODELS",
    "MTCNN_ONET",
    "MTCNN_PNET",
    "MTCNN_RNET",
    "RESNET29",
    "RETINAFACE",
    "RETINAFACE_R34",
    "SCRFD",
    "SFACE",
    "YUNET",
]
