"""Embedders."""

from __future__ import annotations

from typing import Final

from mien.inference.catalogue.origins import (
    GITHUB,
    HALF,
    IMAGENET_DEVIATION,
    IMAGENET_MEAN,
    RAW,
    UNIFACE,
    ZOO,
)
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

RESNET29: Final = Model(
    name="resnet29",
    task=Task.EMBED,
    summary="ResNet-29, 150 x 150 to 128-D (dlib)",
    license=CC0,
    source=PackageFile("dlib_face_recognition_resnet_model_v1.dat"),
    sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    format=Format.DLIB_RESNET,
    side_px=150,
)

MOBILEFACENET: Final = Model(
    name="mobilefacenet",
    task=Task.EMBED,
    summary="MobileFaceNet, 112 x 112 to 128-D, trained on MS1M",
    license=APACHE,
    source=Download(
        f"{RAW}/foamliu/MobileFaceNet/a6cc9032a659b615f477833e1a70b5e7931bcccc"
        "/weights/MobileFaceNet.onnx",
        3_998_070,
    ),
    sha256="b7120c095d60094f28a4a54ba6a8bf51b297a6273fb40ef6350dfec1f63d9507",
    pixels=PixelInput(mean=IMAGENET_MEAN, deviation=IMAGENET_DEVIATION),
    side_px=112,
)

ARCFACE_R50: Final = Model(
    name="arcface_r50",
    task=Task.EMBED,
    summary="ArcFace ResNet-50, 112 x 112 to 512-D, trained on WebFace600K",
    license=INSIGHTFACE,
    source=Download(f"{UNIFACE}/w600k_r50.onnx"),
    sha256="4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43",
    pixels=PixelInput(mean=HALF, deviation=HALF),
    side_px=112,
)

ARCFACE_MBF: Final = Model(
    name="arcface_mbf",
    task=Task.EMBED,
    summary="ArcFace MobileFaceNet, 112 x 112 to 512-D, trained on WebFace600K",
    license=INSIGHTFACE,
    source=Download(f"{UNIFACE}/w600k_mbf.onnx"),
    sha256="9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f",
    pixels=PixelInput(mean=HALF, deviation=HALF),
    side_px=112,
)

ADAFACE: Final = Model(
    name="adaface",
    task=Task.EMBED,
    summary="AdaFace IR-101, 112 x 112 to 512-D",
    license=MIT,
    source=Download(f"{GITHUB}/yakhyo/adaface-onnx/releases/download/weights/adaface_ir_101.onnx"),
    sha256="f2eb07d03de0af560a82e1214df799fec5e09375d43521e2868f9dc387e5a43e",
    pixels=PixelInput(bgr=True, mean=HALF, deviation=HALF),
    side_px=112,
)

SFACE: Final = Model(
    name="sface",
    task=Task.EMBED,
    summary="SFace, 112 x 112 to 128-D (OpenCV zoo, 2021)",
    license=APACHE,
    source=Download(f"{ZOO}/face_recognition_sface/face_recognition_sface_2021dec.onnx"),
    sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
    side_px=112,
)

FACENET: Final = Model(
    name="facenet",
    task=Task.EMBED,
    summary="FaceNet, Inception-ResNet-v1, 160 x 160 to 512-D, trained on VGGFace2",
    license=MIT,
    source=Download(
        f"{GITHUB}/timesler/facenet-pytorch/releases/download/v2.2.9/20180402-114759-vggface2.pt"
    ),
    sha256=None,
    format=Format.TORCH_FACENET,
    pixels=PixelInput(mean=HALF, deviation=(128.0, 128.0, 128.0)),
    side_px=160,
)
