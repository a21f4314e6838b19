"""Networks that an export has beside YuNet's own: from a picture to the points of a face.

What a device does with pixels (decode, shrink, cut) is in `runner.py`; what it reckons is written
here as ONNX, with the server's numbers, and runs wherever ONNX Runtime does. A test holds it
against the server.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import onnx

from mien.core.detection import SAME_FACE_COVER, SAME_FACE_OVERLAP
from mien.core.face import DOMINANCE
from mien.core.quality import QualityLimits
from mien.edge.tensors import Graph, Tensor
from mien.inference.detection.yunet import (
    CERTAIN,
    GLANCE_PX,
    LONGEST_PX,
    MIDDLE_PX,
    MIRRORED,
    PLAUSIBLE,
    SMALLEST_PX,
    STRIDES_PX,
    SURELY_SEEN_PX,
    UPRIGHT_PX,
)
from mien.service.probe import SMALLEST_SHARE

_FIVE: Final = [2, 3, 4, 5, 6]
_TINY: Final = 1e-12


def plan(limits: QualityLimits) -> onnx.ModelProto:
    """Say how large to look at a picture: at a glance, and if that does not do, in full.

    In: size, int64 (width, height). Out, for both looks: parts, int64 [2, 6], what of the picture
    is averaged by a whole factor: left, top, right, bottom, and the width and height that it gets;
    sizes, [2, 2], the width and height that this is scaled to.
    """
    graph = Graph()
    size = graph.input("size", np.int64, 2)
    exact = size.to(np.float64)
    smallest = (exact.reduce("Min") * SMALLEST_SHARE).max(limits.min_face_px)
    finest = (exact.reduce("Max") * SMALLEST_PX / smallest).max(LONGEST_PX[0]).min(LONGEST_PX[1])
    longest = graph.join(0, graph.constant([GLANCE_PX], np.float64), finest.reshape(1))
    scales = (longest / exact.reduce("Max")).min(1.0).reshape(2, 1)
    small = (exact * scales).map("Round").to(np.int64).max(1)
    factors = (size / small).reduce("Min", 1).reshape(2, 1)
    shrunk = size / factors
    parts = graph.join(1, small * 0, shrunk * factors, shrunk)
    graph.output("parts", parts, 2, 6)
    graph.output("sizes", small, 2, 2)
    return graph.model()


def find(yunet: onnx.ModelProto, limits: QualityLimits) -> onnx.ModelProto:
    """Find the face that clearly dominates a picture.

    In: picture, scaled, uint8 [height, width, 3] RGB; part, int64 [6], what of the picture itself
    that is, as `plan` has it; size, that of the picture itself.
    Out, in pixels of the latter: count, of faces about as large as the largest; its box and
    points, float32 [2, 2] and [5, 2]; is_enough, whether a larger scale would find no larger one.
    """
    graph = Graph()
    picture = graph.input("picture", np.uint8, "height", "width", 3)
    part = graph.input("part", np.int64, 6)
    size = graph.input("size", np.int64, 2)
    sides = picture.shape().take([1, 0])
    spare = (sides.take([1, 0]) * -1).apply("Mod", 32)
    nothing = graph.constant([0, 0, 0], np.int64)
    padded = graph.add("Pad", picture, graph.join(0, nothing, spare, nothing.take([0])))
    marks, scores = _read(graph.include(yunet, padded.add_axis(0)))
    is_face = scores >= CERTAIN
    # 1. In pixels of the picture itself, the surest first; the last is nothing, so there is one.
    scale = (part.take([2, 3]).to(np.float64) / sides.to(np.float64)).to(np.float32)
    marks = ((marks.only(is_face) + 0.5) * scale.to(np.float64) - 0.5).to(np.float32)
    marks = graph.join(0, marks, graph.constant(np.zeros((1, 7, 2)), np.float32))
    scores = graph.join(0, scores.only(is_face), graph.constant([-1.0], np.float32))
    marks = marks.take(scores.descending())
    # 2. Of those that overlap, the surest.
    low, high = marks.take(0, axis=1), marks.take(1, axis=1)
    areas = (high - low).reduce("Prod", 1)
    count = scores.shape().reduce("Max")
    numbers = graph.count_to(count)

    def suppress(at: Tensor, kept: Tensor) -> Tensor:
        shared = (high.min(high.take(at)) - low.max(low.take(at))).max(0.0).reduce("Prod", 1)
        area = areas.take(at)
        overlaps = shared > (areas + area - shared) * SAME_FACE_OVERLAP
        covers = shared > areas.min(area) * SAME_FACE_COVER
        return kept & ~((overlaps | covers) & (numbers > at) & kept.take(at))

    kept = graph.repeat(count, scores > -2.0, suppress)
    # 3. Of those that are large enough, the largest.
    sizes, widths = size.to(np.float32), (high - low).take(0, axis=1)
    smallest = (sizes.reduce("Min") * SMALLEST_SHARE).max(limits.min_face_px)
    widths = widths * (kept & (widths >= smallest)).to(np.float32)
    widest = widths.reduce("Max")
    rivals = (widths > 0.0) & (widths * DOMINANCE > widest)
    surely_seen = sizes.reduce("Max") * SURELY_SEEN_PX / sides.to(np.float32).reduce("Max")
    face = marks.take(widths.largest())
    graph.output("count", rivals.to(np.int64).sum(0))
    graph.output("box", face.take([0, 1]), 2, 2)
    graph.output("points", face.take(_FIVE), 5, 2)
    graph.output("is_enough", widest > surely_seen)
    return graph.model()


def mark(yunet: onnx.ModelProto) -> onnx.ModelProto:
    """Mark eyes, nose tip and mouth corners of a face seen upright, and in a mirror.

    In: upright, uint8 [side, side, 3] RGB; matrix, float64 [2, 3], which it was cut with; seen,
    the points known before. Out: points of the picture, float32 [5, 2], the mean of both looks;
    those known before where neither sees a face.
    """
    graph = Graph()
    upright = graph.input("upright", np.uint8, UPRIGHT_PX, UPRIGHT_PX, 3)
    matrix = graph.input("matrix", np.float64, 2, 3)
    seen = graph.input("seen", np.float32, 5, 2)
    mirror = upright.take(np.arange(UPRIGHT_PX)[::-1], axis=1)
    looks = []
    for view in (upright, mirror):
        marks, scores = _read(graph.include(yunet, view.add_axis(0))[-1:])
        aside = (marks.take([0, 1], axis=1).reduce("Mean", 1) - UPRIGHT_PX / 2).reduce("L2", 1)
        is_it = (scores >= PLAUSIBLE) & (aside < MIDDLE_PX)
        weights = (scores * scores * is_it.to(np.float32)).to(np.float64)
        sums = (marks.take(_FIVE, axis=1) * weights.reshape(-1, 1, 1)).sum(0)
        total = weights.sum(0)
        mean = (sums / total.max(_TINY)).to(np.float32)
        looks.append((mean.to(np.float64), (total > 0.0).to(np.float64)))
    (plain, is_plain), (mirrored, is_mirrored) = looks
    mirrored = (mirrored * [-1, 1] + [UPRIGHT_PX - 1, 0]).take(MIRRORED)
    count = is_plain + is_mirrored
    mean = (plain * is_plain + mirrored * is_mirrored) / count.max(1.0)
    turn, move = matrix.take([0, 1], axis=1), matrix.take(2, axis=1)
    back = (mean - move) @ turn / (turn * turn).take(0, axis=1).sum(0)
    graph.output("points", graph.choose(count > 0.0, back.to(np.float32), seen), 5, 2)
    return graph.model()


def fit() -> onnx.ModelProto:
    """Say how to cut a square out of a picture in which points come to lie at given places.

    In: points, float32 [5, 2], and the places, double [5, 2]; side of the square; size of the
    picture. Out: part, int64 [6] as `plan` has it, since what is shrunk is averaged first; matrix,
    double [2, 3], from that part to the square; whole, the same from the picture.
    Source: S. Umeyama, Least-squares estimation of transformation parameters, PAMI 1991.
    """
    graph = Graph()
    points = graph.input("points", np.float32, 5, 2).to(np.float64)
    places = graph.input("places", np.float64, 5, 2)
    side = graph.input("side", np.int64).to(np.float64)
    size = graph.input("size", np.int64, 2)
    # 1. The similarity; `turned` is a quarter turn.
    turned = [[0, 1], [-1, 0]]
    here, there = points - points.reduce("Mean", 0), places - places.reduce("Mean", 0)
    spread = (here * here).sum(0).sum(0)
    cosine = (here * there).sum(0).sum(0) / spread
    sine = ((here @ turned) * there).sum(0).sum(0) / spread
    eye, quarter = (graph.constant(m, np.float64) for m in ([[1, 0], [0, 1]], [[0, -1], [1, 0]]))
    linear = eye * cosine + quarter * sine
    move = (places - points @ linear.transpose()).reduce("Mean", 0)
    # 2. What the square shows, with pixels to spare: black must not be blended in. Everything
    #    where nothing is shrunk: a cut would only round differently.
    scale = (cosine * cosine + sine * sine).map("Sqrt")
    one = graph.constant(1.0, np.float64)
    factor = (one / scale).to(np.int64).min(size.reduce("Min")).max(1)
    corners = graph.constant([[0, 0], [1, 0], [0, 1], [1, 1]], np.float64) * side
    seen = (corners - move) @ linear / (scale * scale)
    margin = factor.to(np.float64)
    first = (seen.reduce("Min", 0) - margin).to(np.int64).max(0).min(size - factor)
    last = (seen.reduce("Max", 0) + margin * 2).to(np.int64) + 1
    last = last.max(first + factor).min(size)
    first, last = (
        graph.choose(factor > 1, first, size * 0),
        graph.choose(factor > 1, last, size),
    )
    shrunk = (last - first) / factor
    part = graph.join(0, first, first + shrunk * factor, shrunk)
    # 3. From there to the square; pixels are counted from their centers.
    offset = first.to(np.float64) + (margin * 0.5 - 0.5)
    inner = (linear @ offset.reshape(2, 1)).reshape(2) + move
    graph.output("part", part, 6)
    graph.output("matrix", graph.join(1, linear * margin, inner.reshape(2, 1)), 2, 3)
    graph.output("whole", graph.join(1, linear, move.reshape(2, 1)), 2, 3)
    return graph.model()


def _read(levels: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Return what each of YuNet's cells sees: corners of a box and points, [n, 7, 2], scores [n].

    levels: of the coarsest strides as many as there are, see `importers.yunet_heads`.
    """
    graph, marks, scores = levels[0].graph, [], []
    for stride, level in zip(STRIDES_PX[-len(levels) :], levels, strict=True):
        channels = level.take(0)
        said = channels.reshape(16, -1).transpose()
        halves = said.take([0, 1], axis=1).to(np.float64) * 0.5
        likely = (halves.map("Tanh").to(np.float32) + 1.0) * 0.5
        plane = channels.take(0)
        cells = (plane.map("Abs") >= 0.0).nonzero().take([1, 0]).transpose()
        places = said.take(np.arange(2, 16), axis=1).reshape(-1, 7, 2)
        middle = places.take([0], axis=1).to(np.float64)
        half = places.take([1], axis=1).map("Exp").to(np.float64) * 0.5
        five = places.take(_FIVE, axis=1).to(np.float64)
        corners_and_points = graph.join(1, middle - half, middle + half, five)
        marks.append((corners_and_points + cells.to(np.float64).add_axis(1)) * stride)
        scores.append(likely.reduce("Prod", 1).map("Sqrt"))
    return graph.join(0, *marks), graph.join(0, *scores)
