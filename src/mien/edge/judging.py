"""Networks that an export has beside the embedders: from a face to how well it is seen and whose.

Like `seeing`, made of the server's numbers, and held against the server by a test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import onnx

from mien.core.landmarks import LandmarkScheme
from mien.core.matching import LearnedFusion
from mien.core.pose import FRONTAL_NOSE_DEPTH
from mien.core.quality import CENTRAL, LUMA, QualityLimits, QualityReason
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import EmbeddingPart
from mien.edge.tensors import Graph, Tensor
from mien.service.enroll import MAX_SAMPLES

_CENTRAL: Final = np.arange(CENTRAL.start, CENTRAL.stop)

_SCHEME: Final = LandmarkScheme.EYES_NOSE_MOUTH_CORNERS

_NEVER: Final = 1e9
"""A threshold that no similarity reaches."""

JUDGED: Final = (
    QualityReason.BLURRED,
    QualityReason.TOO_DARK,
    QualityReason.TOO_BRIGHT,
    QualityReason.LOW_CONTRAST,
    QualityReason.TILTED,
    QualityReason.TURNED_AWAY,
    QualityReason.CUT_OFF,
)
"""What `judge` tells, in its order; a face that is too small was not even found."""


def judge(limits: QualityLimits) -> onnx.ModelProto:
    """Tell how sharp a face is, and in what it fails.

    In: chip, uint8 [150, 150, 3] RGB; the face's points and box in its picture, and the size of
    that. Out: sharpness; wrong, bool in the order of `JUDGED`.
    """
    graph = Graph()
    chip = graph.input("chip", np.uint8, 150, 150, 3)
    points = graph.input("points", np.float32, 5, 2).to(np.float64)
    box = graph.input("box", np.float32, 2, 2).to(np.float64)
    size = graph.input("size", np.int64, 2).to(np.float64)
    luma = (chip.to(np.float32).take(_CENTRAL).take(_CENTRAL, axis=1) @ LUMA.tolist()).to(
        np.float64
    )
    inner = np.arange(1, len(_CENTRAL) - 1)
    beside = [luma.take(inner + at, axis=0).take(inner, axis=1) for at in (-1, 1)]
    beside += [luma.take(inner, axis=0).take(inner + at, axis=1) for at in (-1, 1)]
    middle = luma.take(inner).take(inner, axis=1)
    sharpness = _variance(beside[0] + beside[1] + beside[2] + beside[3] - middle * 4)
    brightness, contrast = luma.reduce("Mean"), _variance(luma).map("Sqrt")
    left, right, nose = (points.take(at) for at in range(3))
    distance = (right - left).reduce("L2")
    unit, below = (right - left) / distance, (nose - (left + right) / 2) / distance
    yaw = (below * unit).sum(0)
    pitch = (below * unit.take([1, 0]) * [-1, 1]).sum(0) - FRONTAL_NOSE_DEPTH[_SCHEME]
    low, high = box.take(0), box.take(1)
    inside = (high.min(size) - low.max(0.0)).max(0.0)
    good = {
        QualityReason.BLURRED: sharpness >= limits.min_sharpness,
        QualityReason.TOO_DARK: brightness >= limits.min_brightness,
        QualityReason.TOO_BRIGHT: ~(brightness > limits.max_brightness),
        QualityReason.LOW_CONTRAST: contrast >= limits.min_contrast,
        QualityReason.TILTED: unit.take(0) >= np.cos(np.radians(limits.max_roll_deg)),
        QualityReason.TURNED_AWAY: (yaw.map("Abs") < limits.max_yaw)
        & (pitch.map("Abs") < limits.max_pitch),
        QualityReason.CUT_OFF: inside.reduce("Prod")
        >= (high - low).reduce("Prod") * limits.min_visible_share,
    }
    wrong = [(~good[reason]).reshape(1) for reason in JUDGED]
    graph.output("sharpness", sharpness)
    graph.output("wrong", graph.join(0, *wrong), len(JUDGED))
    return graph.model()


@dataclass(frozen=True, slots=True)
class Comparing:
    """What similarities are made of and what is accepted.

    rates: false match rates, loosest first, for which there are thresholds. fpir: how often a
    stranger may be identified, in a crowd of any size.
    """

    parts: Sequence[EmbeddingPart]
    fusion: LearnedFusion | None
    calibration: Calibration
    rates: Sequence[float]
    fpir: float

    def similarities(self, cosines: list[Tensor], strengths: list[Tensor]) -> Tensor:
        """Return [n], of each part's cosines [n], and the sums of both sides' strengths [n]."""
        graph = cosines[0].graph
        inputs = graph.join(1, *(column.reshape(-1, 1) for column in (*cosines, *strengths)))
        if self.fusion is None:
            weights = [part.weight for part in self.parts] + [0.0] * len(self.parts)
            return (inputs * weights).sum(1)
        standardized = (inputs - self.fusion.center) / self.fusion.scale
        units = (standardized @ self.fusion.hidden + self.fusion.hidden_bias).map("Tanh")
        return (units * self.fusion.output).sum(1) + self.fusion.output_bias

    def threshold(self, samples: Tensor, fmr: Tensor) -> Tensor:
        """Return the similarity to accept from at the next stricter rate, if any."""
        table = [
            [self.calibration.curve(count).threshold(FalseMatchRate(rate)) for rate in self.rates]
            for count in range(1, MAX_SAMPLES + 1)
        ]
        graph = samples.graph
        stricter = (graph.constant(self.rates, np.float64) > fmr).to(np.int64).sum(0)
        never = graph.constant(np.full((len(table), 1), _NEVER), np.float64)
        every = graph.join(1, graph.constant(table, np.float64), never)
        return every.take((samples - 1).max(0).min(len(table) - 1)).take(stricter)

    def rate(self, fmr: Tensor, crowd: Tensor) -> Tensor:
        """Return the rate for one comparison, of as many as there are people in a crowd, or of one.

        As `core.policy` has it: FPIR = 1 - (1 - FMR)^N, and never stricter than what is known.
        """
        one = fmr.graph.constant(1.0, np.float64)
        known = crowd.max(1).to(np.float64)
        spared = fmr.graph.constant(1 - self.fpir, np.float64).apply("Pow", one / known)
        allowed = (one - spared).max(self.rates[-1]).min(fmr)
        return fmr.graph.choose(crowd > 0, allowed, fmr)

    def split(self, embeddings: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield each part's directions, [n, dimension], and strengths, [n]."""
        start = 0
        for part in self.parts:
            vectors = embeddings.take(np.arange(start, start + part.dimension), axis=1)
            lengths = vectors.reduce("L2", 1)
            yield vectors / lengths.reshape(-1, 1), lengths.map("Log")
            start += part.dimension


def compare(comparing: Comparing) -> onnx.ModelProto:
    """Compare a face with a person.

    In: probe, an embedding, float32 [dimension]; enrolled, [samples, dimension]; fmr, the false
    match rate to keep; crowd, of how many people one is sought, 0 where it is known who.
    Out: similarity; threshold, from which on it is accepted.
    """
    graph = Graph()
    probe = graph.input("probe", np.float32, "dimension").to(np.float64).reshape(1, -1)
    enrolled = graph.input("enrolled", np.float32, "samples", "dimension").to(np.float64)
    fmr, crowd = graph.input("fmr", np.float64), graph.input("crowd", np.int64)
    cosines, strengths = [], []
    for (one, strength), (many, others) in zip(
        comparing.split(probe), comparing.split(enrolled), strict=True
    ):
        mean = many.reduce("Mean", 0)
        cosines.append((one * mean).sum(1) / mean.reduce("L2"))
        strengths.append(strength + others.reduce("Mean"))
    similarity = comparing.similarities(cosines, strengths).take(0)
    graph.output("similarity", similarity)
    graph.output(
        "threshold", comparing.threshold(enrolled.shape().take(0), comparing.rate(fmr, crowd))
    )
    return graph.model()


def agree(comparing: Comparing) -> onnx.ModelProto:
    """Tell whether each of a person's samples matches the others; a single one does.

    In: samples, float32 [n, dimension]; fmr. Out: bool.
    """
    graph = Graph()
    samples = graph.input("samples", np.float32, "samples", "dimension").to(np.float64)
    fmr = graph.input("fmr", np.float64)
    others = samples.shape().take(0) - 1
    count = others.to(np.float64)
    cosines, strengths = [], []
    for each, strength in comparing.split(samples):
        rest = each.sum(0) - each
        cosines.append((each * rest).sum(1) / rest.reduce("L2", 1))
        strengths.append(strength + (strength.sum(0) - strength) / count)
    similarities = comparing.similarities(cosines, strengths)
    agreeing = (similarities >= comparing.threshold(others, fmr)).to(np.int64).sum(0)
    graph.output("do", (agreeing > others) | (others < 1))
    return graph.model()


@dataclass(frozen=True, slots=True)
class View:
    """What an embedder sees: which chip, and whether its mirror image, too."""

    chip: int
    is_mirrored: bool


def embed(
    networks: Sequence[onnx.ModelProto], views: Sequence[View], sides_px: Sequence[int]
) -> onnx.ModelProto:
    """Embed a face: each network's vector, or the mean with that of the mirror image, joined.

    views: of each network; sides_px: of each chip. In: the chips, uint8 [side, side, 3] RGB.
    Out: embedding, float32 [dimension].
    """
    graph, vectors = Graph(), []
    chips = [graph.input(f"chip_{n}", np.uint8, px, px, 3) for n, px in enumerate(sides_px)]
    for network, view in zip(networks, views, strict=True):
        faces = chips[view.chip].add_axis(0)
        if view.is_mirrored:
            backwards = np.arange(sides_px[view.chip])[::-1]
            faces = graph.join(0, faces, faces.take(backwards, axis=2))
        vectors.append(graph.include(network, faces)[0].reduce("Mean", 0))
    graph.output("embedding", graph.join(0, *vectors), "dimension")
    return graph.model()


def overflow() -> onnx.ModelProto:
    """Tell whether a processor cuts off sums of products of eight bits, as x86 without VNNI does.

    In: largest, 255, as an input so that it is not reckoned beforehand. Out: is_cut_off.
    """
    graph = Graph()
    largest = graph.input("largest", np.uint8)
    ours = graph.add("Expand", largest, graph.constant((16, 64), np.int64))
    theirs = graph.constant(np.full((64, 16), 127), np.int8)
    product = graph.add("MatMulInteger", ours, theirs, dtype=np.int32)
    is_right = product.reduce("Min").apply("Equal", 64 * 255 * 127, np.bool_)
    graph.output("is_cut_off", ~is_right)
    return graph.model()


def _variance(values: Tensor) -> Tensor:
    apart = values - values.reduce("Mean")
    return (apart * apart).reduce("Mean")
