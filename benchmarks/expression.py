"""Reading expressions: the reader alone, on one core, and a whole photo.

python -m benchmarks.expression
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.measure import (
    Laps,
    Run,
    Surroundings,
    argument_parser,
    finish,
    interleave,
    show_table,
)
from benchmarks.portraits import far, near
from mien.bootstrap.emotion import ExpressionModels
from mien.core.face import Face
from mien.core.image import Image, ImageLimits
from mien.inference.decoding import decode
from mien.inference.expression.load import LoadedReader
from mien.inference.mirrors import parse_mirror
from mien.inference.packs import STANDARD
from mien.inference.pull import pull
from mien.inference.weights import WeightStore
from mien.settings import Settings

_FACES: Final = (1, 2, 4, 8)
_TARGET_MS: Final = 3.0


def main() -> None:
    """Time the reader by the number of faces, then a photo from its bytes to its answer."""
    parser = argument_parser("Expressions: ms per face, and per photo.")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--mirror", default="../shared/models", help="where the pack's files lie")
    options = parser.parse_args()
    surroundings = Surroundings()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        wanted = [weights.model for weights in STANDARD.weights()]
        pull(wanted, WeightStore.of(data).sources, mirror=parse_mirror(options.mirror))
        models = ExpressionModels.load(Settings(data_dir=data, pack="standard"), threads=1)
    photos = {"near": near(), "far": far()}
    image = decode(photos["near"], ImageLimits())
    (each,) = models.read_expressions.of_image(image).faces
    runs: dict[str, Run] = {
        f"{count} faces": partial(_read, models.expressions, image, [each.face] * count)
        for count in _FACES
    }
    runs |= {f"photo, {name}": partial(_photo, models, data) for name, data in photos.items()}
    results = interleave(runs, rounds=options.rounds)

    show_table(
        "The reader alone, 1 thread: ms per face",
        ["faces", "chip", "network", "sum", "best", "CPU"],
        [
            [
                str(count),
                *(f"{result.laps[lap].median_ms / count:.2f}" for lap in ("chip", "network")),
                f"{result.total.median_ms / count:.2f}",
                f"{result.total.best_ms / count:.2f}",
                f"{result.total.median_cpu_ms / count:.2f}",
            ]
            for count in _FACES
            for result in (results[f"{count} faces"],)
        ],
    )
    show_table(
        "A photo of 640 x 480 with one face, bytes to answer: ms",
        ["face", "median", "best", "CPU"],
        [
            [
                name,
                f"{total.median_ms:.1f}",
                f"{total.best_ms:.1f}",
                f"{total.median_cpu_ms:.1f}",
            ]
            for name in photos
            for total in (results[f"photo, {name}"].total,)
        ],
    )
    one = results["1 faces"].total
    print(
        f"target: {_TARGET_MS:g} ms for a face on one core; "
        f"{'kept' if one.median_cpu_ms <= _TARGET_MS else 'missed'} "
        f"at {one.median_cpu_ms:.2f} ms of processor time"
    )
    finish(
        "expression",
        {name: result.as_json() for name, result in results.items()},
        surroundings=surroundings,
        packages=("onnxruntime", "opencv-python-headless"),
        json_file=options.json,
    )


def _read(loaded: LoadedReader, image: Image, faces: list[Face], lap: Laps) -> None:
    chip = loaded.reader.model.chip
    chips = np.stack([chip(image, face) for face in faces])
    lap("chip")
    loaded.reader.judge(chips)
    lap("network")


def _photo(models: ExpressionModels, photo: bytes, lap: Laps) -> None:
    (face,) = models.read_expressions(photo).faces
    lap("whole")
    if not 0 < face.expression.confidence <= 1:
        raise ValueError("a face was not read")


if __name__ == "__main__":
    main()
