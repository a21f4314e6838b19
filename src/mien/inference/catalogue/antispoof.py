"""What tells living faces from presentation attacks."""

from __future__ import annotations

from typing import Final

from mien.inference.catalogue.origins import (
    GITHUB,
    IMAGENET_DEVIATION,
    IMAGENET_MEAN,
    RAW,
    UP_TO_ONE,
)
from mien.inference.model import APACHE, MIT, Download, Model, PixelInput, Task

_MINIFASNETS: Final = f"{GITHUB}/yakhyo/face-anti-spoofing/releases/download/weights"

MINIFAS: Final = Model(
    name="minifas",
    task=Task.ATTACKS,
    summary="MiniFAS, print and replay attacks from one 128 x 128 crop",
    license=APACHE,
    source=Download(
        f"{RAW}/VietAnh954/face-antispoof-onnx/b5724af4f4cb336695e81653634e3f354b52f5c1"
        "/models/best/98.20/best_model.onnx",
        1_912_594,
    ),
    sha256="af2381b88f38769222ed93379e12444e2a50814575de1c46170de570c55a42b6",
    pixels=PixelInput(deviation=UP_TO_ONE),
    side_px=128,
)

# Both take BGR from 0 to 255, as their authors' code does: to be checked before they are used.
MINIFASNET_V2: Final = Model(
    name="minifasnet_v2",
    task=Task.ATTACKS,
    summary="MiniFASNet V2, from an 80 x 80 crop of 2.7 times the face",
    license=APACHE,
    source=Download(f"{_MINIFASNETS}/MiniFASNetV2.onnx"),
    sha256="b32929adc2d9c34b9486f8c4c7bc97c1b69bc0ea9befefc380e4faae4e463907",
    pixels=PixelInput(bgr=True),
    side_px=80,
)

MINIFASNET_V1SE: Final = Model(
    name="minifasnet_v1se",
    task=Task.ATTACKS,
    summary="MiniFASNet V1SE, from an 80 x 80 crop of 4 times the face",
    license=APACHE,
    source=Download(f"{_MINIFASNETS}/MiniFASNetV1SE.onnx"),
    sha256="ebab7f90c7833fbccd46d3a555410e78d969db5438e169b6524be444862b3676",
    pixels=PixelInput(bgr=True),
    side_px=80,
)

MIDAS_SMALL: Final = Model(
    name="midas_small",
    task=Task.DEPTH,
    summary="MiDaS 2.1 small, relative depth from one 256 x 256 photo",
    license=MIT,
    source=Download(f"{GITHUB}/isl-org/MiDaS/releases/download/v2_1/model-small.onnx"),
    sha256=None,
    pixels=PixelInput(mean=IMAGENET_MEAN, deviation=IMAGENET_DEVIATION),
    side_px=256,
)
