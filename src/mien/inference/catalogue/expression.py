"""What reads expressions."""

from __future__ import annotations

from typing import Final

from mien.inference.catalogue.origins import GITHUB, IMAGENET_DEVIATION, IMAGENET_MEAN
from mien.inference.model import APACHE, MIT, Download, Format, Model, OwnFile, PixelInput, Task

_BODIES: Final = f"{GITHUB}/onnx/models/raw/main/validated/vision/body_analysis"
_HSEMOTION: Final = f"{GITHUB}/av-savchenko/face-emotion-recognition/raw/main/models"

EXPRESSION: Final = Model(
    name="expression",
    task=Task.EXPRESS,
    summary="mien's own residual network, 48 x 48 to eight expressions, trained on FER+",
    license=MIT,
    source=OwnFile("expression/expression.onnx"),
    sha256="40bcd38b6775fe7ab9b4066f877cdba708b65a448d4327efc7b75fb3f02842b5",
    format=Format.READY,
    side_px=48,
)

# Not run here with their real weights, only on networks of the same contract (docs/expression.md).
FERPLUS_VGG13: Final = Model(
    name="ferplus_vgg13",
    task=Task.EXPRESS,
    summary="VGG-13 of the authors of FER+, 64 x 64 to eight expressions (ONNX model zoo)",
    license=MIT,
    source=Download(f"{_BODIES}/emotion_ferplus/model/emotion-ferplus-8.onnx"),
    sha256="a2a2ba6a335a3b29c21acb6272f962bd3d47f84952aaffa03b60986e04efa61c",
    pixels=PixelInput(gray=True),
    side_px=64,
)

HSEMOTION_B0: Final = Model(
    name="hsemotion_b0",
    task=Task.EXPRESS,
    summary="HSEmotion EfficientNet-B0, 224 x 224 to eight expressions, trained on AffectNet",
    license=APACHE,
    source=Download(f"{_HSEMOTION}/affectnet_emotions/onnx/enet_b0_8_best_vgaf.onnx"),
    sha256=None,
    pixels=PixelInput(mean=IMAGENET_MEAN, deviation=IMAGENET_DEVIATION),
    side_px=224,
)
