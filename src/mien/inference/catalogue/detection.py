"""Detectors."""

from __future__ import annotations

from typing import Final

from mien.inference.catalogue.origins import HALF, RAW, UNIFACE, ZARU, ZOO
from mien.inference.model import (
    APACHE,
    CC0,
    INSIGHTFACE,
    MIT,
    Download,
    Format,
    Model,
    PackageFile,
    PixelInput,
    Task,
)

_FACENET: Final = f"{RAW}/timesler/facenet-pytorch/787da06156087cd6b616fe6608213722bddc30cd/data"

MMOD: Final = Model(
    name="mmod",
    task=Task.DETECT,
    summary="MMOD convolutional face detector (dlib)",
    license=CC0,
    source=PackageFile("mmod_human_face_detector.dat"),
    sha256="4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6",
    format=Format.DLIB_MMOD,
)

YUNET: Final = Model(
    name="yunet",
    task=Task.DETECT,
    summary="YuNet, 0.08 million parameters, five landmarks (OpenCV zoo, 2023)",
    license=MIT,
    source=Download(f"{ZOO}/face_detection_yunet/face_detection_yunet_2023mar.onnx", 232_589),
    sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    format=Format.ONNX_YUNET,
    pixels=PixelInput(bgr=True),
)

RETINAFACE: Final = Model(
    name="retinaface",
    task=Task.DETECT,
    summary="RetinaFace on MobileNet 0.25, five landmarks",
    license=MIT,
    source=Download(
        f"{RAW}/kgzhwang/Pytorch_Retinaface/6e724185520256cfa136feb4910203b1f55c5274"
        "/FaceDetector.onnx",
        1_729_306,
    ),
    sha256="e0e19bad8494b3f7a7edb39a90194ff055923e13a3453569a454386f857fe538",
    pixels=PixelInput(bgr=True, mean=(104.0, 117.0, 123.0)),
)

SCRFD: Final = Model(
    name="scrfd",
    task=Task.DETECT,
    summary="SCRFD 500M, five landmarks (InsightFace)",
    license=INSIGHTFACE,
    source=Download(f"{UNIFACE}/scrfd_500m_kps.onnx", 2_524_817),
    sha256="5e4447f50245bbd7966bd6c0fa52938c61474a04ec7def48753668a9d8b4ea3a",
    pixels=PixelInput(mean=HALF, deviation=(128.0, 128.0, 128.0)),
)

# Its order of colors is not documented: to be checked on a known face before a pack takes it.
RETINAFACE_R34: Final = Model(
    name="retinaface_r34",
    task=Task.DETECT,
    summary="RetinaFace on ResNet-34, five landmarks",
    license=MIT,
    source=Download(f"{UNIFACE}/retinaface_r34.onnx"),
    sha256="bd0263dc2a465d32859555cb1741f2d98991eb0053696e8ee33fec583d30e630",
    pixels=PixelInput(bgr=True, mean=(104.0, 117.0, 123.0)),
)

BLAZEFACE: Final = Model(
    name="blazeface",
    task=Task.DETECT,
    summary="BlazeFace short range: selfies only (MediaPipe)",
    license=APACHE,
    source=Download(f"{ZARU}/face_detection_short_range.onnx", 422_206),
    sha256="1e80467dfe6b103efa25b79a8a348661e78de205f37a0227f31f9cd30d12f11e",
    pixels=PixelInput(mean=HALF, deviation=HALF),
    side_px=128,
)


def _mtcnn(stage: str, sha256: str, size: int, summary: str) -> Model:
    return Model(
        name=f"mtcnn_{stage}",
        task=Task.DETECT,
        summary=summary,
        license=MIT,
        source=Download(f"{_FACENET}/{stage}.pt", size),
        sha256=sha256,
        format=Format.TORCH_MTCNN,
        pixels=PixelInput(mean=HALF, deviation=(128.0, 128.0, 128.0)),
    )


MTCNN_PNET: Final = _mtcnn(
    "pnet",
    "a2a71925e0b9996a42f63e47efc1ca19043e69558b5c523b978d611dfae49c8f",
    28_570,
    "MTCNN, first stage: proposals",
)
MTCNN_RNET: Final = _mtcnn(
    "rnet",
    "bbb937de72efc9ef83b186c49f5f558467a1d7e3453a8ece0d71a886633f6a86",
    403_147,
    "MTCNN, second stage: refinement",
)
MTCNN_ONET: Final = _mtcnn(
    "onet",
    "165bfbe42940416ccfb977545cf0e976d5bf321f67083ae2aaaa5c764280118d",
    1_559_269,
    "MTCNN, third stage: five landmarks",
)
