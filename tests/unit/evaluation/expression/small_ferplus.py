"""A tiny FER+: bright upper halves are happy, bright lower halves sad."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mien.evaluation.expression.ferplus import SIDE_PX, FerPlus

LABELS = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "not_a_face",
)
HAPPY, SAD = 1, 3


def make_faces(count: int, seed: int = 7) -> FerPlus:
    rng = np.random.default_rng(seed)
    images = rng.integers(60, 100, (count, SIDE_PX, SIDE_PX))
    votes = np.zeros((count, len(LABELS)), dtype=np.int64)
    for place in range(count):
        expression, rows = (HAPPY, slice(None, 24)) if place % 2 else (SAD, slice(24, None))
        images[place, rows] += 90
        votes[place, expression] = 9
        votes[place, 0] = 1
    return FerPlus(images.astype(np.uint8), votes)


def write_collection(folder: Path, taught: FerPlus, held_out: FerPlus) -> Path:
    file = folder / "ferplus_train_valid.npz"
    np.savez(
        file,
        images=np.concatenate([taught.images, held_out.images]),
        votes=np.concatenate([taught.votes, held_out.votes]),
        labels=np.array(LABELS),
        split=np.repeat([0, 1], [len(taught), len(held_out)]),
    )
    return file
