"""The systems that mien is timed beside, each loaded only if it is installed."""

from __future__ import annotations

import io
import sys
import types
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Final

import cv2
import numpy as np
import PIL.Image

from benchmarks.measure import Laps, Run

_FACE_RECOGNITION_TOLERANCE: Final = 0.6
_STAND_IN: Final = "The benchmark's stand-in, see benchmarks/peers.py."


class MissingPeerError(Exception):
    """A peer cannot be loaded; the message says why."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A loaded system: what one run of it is, for a probe and an enrolled image."""

    run: Run
    note: str


def load_face_recognition(probe: bytes, enrolled: bytes) -> Peer:
    """Load `face_recognition` (dlib: HOG detector, five landmarks, ResNet-29), its defaults."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its models' package still uses pkg_resources
            module = import_module("face_recognition")
    except (ImportError, SystemExit) as error:  # it calls quit() when its models are missing
        raise MissingPeerError(f"face_recognition: {error}") from error
    (stored,) = module.face_encodings(module.load_image_file(io.BytesIO(enrolled)))

    def run(lap: Laps) -> None:
        pixels = module.load_image_file(io.BytesIO(probe))
        lap("decode")
        boxes = module.face_locations(pixels, number_of_times_to_upsample=1, model="hog")
        lap("detect")
        (encoding,) = module.face_encodings(pixels, boxes)
        lap("landmarks, chip, embed")
        (distance,) = module.face_distance([stored], encoding)
        accepted = distance <= _FACE_RECOGNITION_TOLERANCE
        lap("compare")
        if not accepted:
            raise AssertionError(f"face_recognition rejects the probe, distance {distance}")

    return Peer(run, "dlib; HOG, one upsampling; 1 thread")


def load_facenet(probe: bytes, enrolled: bytes, *, threads: int) -> Peer:
    """Load facenet-pytorch's MTCNN and InceptionResnetV1, the latter with random weights.

    Its pretrained weights would be downloaded; they change the answer, not the time it takes,
    so the answer is not looked at.
    """
    try:
        torch = import_module("torch")
        stand_in = _stand_in_for_torchvision()
        facenet = import_module("facenet_pytorch")
    except ImportError as error:
        raise MissingPeerError(f"facenet-pytorch: {error}") from error
    detector = facenet.MTCNN()
    embedder = facenet.InceptionResnetV1(pretrained=None).eval()

    def embed(data: bytes, lap: Laps) -> object:
        pixels = PIL.Image.open(io.BytesIO(data)).convert("RGB")
        lap("decode")
        boxes, _ = detector.detect(pixels)
        lap("detect")
        chip = detector.extract(pixels, boxes[:1], None)
        lap("chip")
        with torch.inference_mode():
            embedding = embedder(chip.unsqueeze(0))
        lap("embed")
        return embedding

    stored = embed(enrolled, Laps())

    def run(lap: Laps) -> None:
        torch.set_num_threads(threads)
        embedding = embed(probe, lap)
        float(torch.nn.functional.cosine_similarity(embedding, stored))
        lap("compare")

    note = "PyTorch; random embedder weights"
    return Peer(run, f"{note}; torchvision stand-in" if stand_in else note)


LOADERS: Final[Mapping[str, Callable[[bytes, bytes], Peer]]] = {
    "face_recognition": load_face_recognition,
    "facenet-pytorch, 1 thread": partial(load_facenet, threads=1),
    "facenet-pytorch, 2 threads": partial(load_facenet, threads=2),
}
"""Each takes the probe and the enrolled photo."""


def _stand_in_for_torchvision() -> bool:
    """Give facenet-pytorch the two functions that it uses of torchvision, where it is missing.

    There is no torchvision for every CPU build of PyTorch. Suppression runs in OpenCV, in C++
    as torchvision's does. Returns whether the stand-in is used.
    """
    try:
        found = import_module("torchvision")
    except ImportError:
        pass
    else:
        return found.__doc__ == _STAND_IN
    functional = _module("torchvision.transforms.functional", {"to_tensor": _to_tensor})
    boxes = _module("torchvision.ops.boxes", {"batched_nms": _batched_nms})
    _module("torchvision.transforms", {"functional": functional})
    _module("torchvision.ops", {"boxes": boxes})
    _module("torchvision", {})
    return True


def _module(name: str, members: Mapping[str, object]) -> types.ModuleType:
    module = types.ModuleType(name, _STAND_IN)
    vars(module).update(members)
    sys.modules[name] = module
    return module


def _to_tensor(pixels: object) -> object:
    """Stand in for ``torchvision.transforms.functional.to_tensor`` of float [h, w, c]."""
    torch = import_module("torch")
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(np.asarray(pixels), 2, 0)))


def _batched_nms(boxes: object, scores: object, groups: object, overlap: float) -> object:
    """Stand in for ``torchvision.ops.boxes.batched_nms``."""
    torch = import_module("torch")
    corners = np.asarray(boxes, dtype=np.float64)
    sizes = corners[:, 2:] - corners[:, :2]
    kept = cv2.dnn.NMSBoxesBatched(
        np.hstack([corners[:, :2], sizes]).tolist(),
        np.asarray(scores).tolist(),
        np.asarray(groups).tolist(),
        0.0,
        overlap,
    )
    return torch.as_tensor(np.asarray(kept, dtype=np.int64).reshape(-1))
