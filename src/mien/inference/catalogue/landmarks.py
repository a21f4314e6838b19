"""What marks points in faces."""

from __future__ import annotations

from typing import Final

from mien.inference.catalogue.origins import UP_TO_ONE, ZARU
from mien.inference.model import APACHE, CC0, Download, Format, Model, PackageFile, PixelInput, Task

FIVE_LANDMARKS: Final = Model(
    name="five_landmarks",
    task=Task.LANDMARKS,
    summary="eye corners and nose base by regression trees (dlib)",
    license=CC0,
    source=PackageFile("shape_predictor_5_face_landmarks.dat"),
    sha256="c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    format=Format.DLIB_LANDMARKS,
)

FACE_MESH: Final = Model(
    name="face_mesh",
    task=Task.LANDMARKS,
    summary="face mesh, 468 points in space (MediaPipe)",
    license=APACHE,
    source=Download(f"{ZARU}/face_landmark.onnx", 2_432_529),
    sha256="2ece916c568172aafde5d8beaf0198c65b10691a618e551c4b1015a32116e326",
    pixels=PixelInput(deviation=UP_TO_ONE),
    side_px=192,
)
