"""From photos to similarities as mien's server makes them, with numpy, onnxruntime and OpenCV only.

`mien export edge` copies this file; a test keeps it in step with the server. Pixels are uint8
[height, width, 3] RGB, points (x, y) in pixels from the center of the top left one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating[Any]]

SMALLEST_SHARE, SMALLEST_PX, LONGEST_PX = 1 / 10, 14, (320, 1280)
"""Least width of a face, of the shorter side and at YuNet's own scale; its input's longer side."""

CERTAIN, PLAUSIBLE, MIDDLE_PX = 0.6, 0.3, 50
"""Scores of a face, and of one in a second look; how far from its middle that one may be."""

DOMINANCE: Final = 1.22
FRONTAL_NOSE_DEPTH: Final = 0.596
MIRRORED: Final = [1, 0, 2, 4, 3]
CENTRAL: Final = slice(30, 120)
LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)


ENOUGH_PX: Final = 720
"""Shorter side of a photo that loses nothing: a larger JPEG is decoded smaller."""

REDUCED: Final = {
    8: cv2.IMREAD_REDUCED_COLOR_8,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    1: cv2.IMREAD_COLOR,
}


class EdgeError(Exception):
    """What cannot be done, the server's code for it, and in the message what to do."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code beside the message."""
        super().__init__(message)
        self.code = code


class Face(NamedTuple):
    """points: eyes, nose tip, mouth corners [5, 2]. chips: the face upright, by frame."""

    points: Floats
    chips: dict[str, Pixels]
    sharpness: float


def read_photo(path: Path) -> Pixels:
    """Decode a file, upright."""
    try:
        data = np.frombuffer(path.read_bytes() or b"\0", np.uint8)
    except OSError as error:
        raise EdgeError("INVALID_REQUEST", f"{path} cannot be read: {error.strerror}") from error
    is_jpeg = data[:2].tobytes() == b"\xff\xd8"
    glance = cv2.imdecode(data, REDUCED[8]) if is_jpeg else None
    spare = 1 if glance is None else max(1, min(glance.shape[:2]) * 8 // ENOUGH_PX)
    bgr = cv2.imdecode(data, REDUCED[next(factor for factor in REDUCED if factor <= spare)])
    if bgr is None:
        raise EdgeError("IMAGE_UNREADABLE", f"{path} is no photo: give a JPEG, PNG, WebP or BMP")
    return np.ascontiguousarray(bgr[..., ::-1], np.uint8)


class Recognizer:
    """The models that a manifest names, verified and loaded."""

    def __init__(self, folder: Path, precision: str | None = None, threads: int = 1) -> None:
        """Load an exported folder; without a precision the one that was measured."""
        try:
            self.manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
        except (OSError, ValueError) as error:
            raise EdgeError("WEIGHTS_CORRUPT", f"{folder} holds no manifest.json") from error
        self.precision = precision or str(self.manifest["thresholds"]["precision"])
        if self.precision not in self.manifest["contracts"]:
            raise EdgeError("INVALID_REQUEST", f"this export has no {self.precision} models")
        self.contract = str(self.manifest["contracts"][self.precision])
        files = {part["model"]: part["files"][self.precision] for part in self.manifest["parts"]}
        files["yunet"] = self.manifest["detector"]
        self._sessions = {model: self._load(folder, files[model], threads) for model in files}

    def _load(self, folder: Path, name: str, threads: int) -> onnxruntime.InferenceSession:
        try:
            data = (folder / name).read_bytes()
        except OSError:
            data = b""
        if hashlib.sha256(data).hexdigest() != self.manifest["files"][name]["sha256"]:
            raise EdgeError("WEIGHTS_CORRUPT", f"{name} is not what was exported: copy it anew")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # it would keep the largest photo's memory
        # Without VNNI, sums of int8 products would overflow.
        options.add_session_config_entry("session.x64quantprecision", "1")
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

    def _run(self, model: str, *pixels: Pixels) -> list[Floats]:
        session = self._sessions[model]
        return list(session.run(None, {session.get_inputs()[0].name: np.stack(pixels)}))

    def look(self, pixels: Pixels) -> Face:
        """Return the one face of an image; raise EdgeError where there is none to rely on."""
        marks = self._find(pixels)
        points = self._mark(pixels, marks[2:])
        chips = {
            name: cut(pixels, fit(points, np.array(frame["points"])), frame["side_px"])
            for name, frame in self.manifest["chips"].items()
        }
        limits = self.manifest["quality"]
        luma = (chips[limits["chip"]].astype(np.float32) @ LUMA)[CENTRAL, CENTRAL]
        inner = luma[1:-1, 1:-1]
        around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
        sharpness = float((around - 4 * inner).var())
        left, right, nose = points[:3] @ (1, 1j)
        turn = (nose - (left + right) / 2) / (right - left)  # yaw, and i times the nose's depth
        inside = np.minimum(marks[1], pixels.shape[1::-1]) - np.maximum(marks[0], 0)
        visible = np.clip(inside, 0, None).prod() / (marks[1] - marks[0]).prod()
        wrong = {
            "hold the camera still and focus on the face": sharpness < limits["min_sharpness"],
            "put more light on the face": luma.mean() < limits["min_brightness"],
            "avoid direct light on the face": luma.mean() > limits["max_brightness"],
            "use even light without haze or backlight": luma.std() < limits["min_contrast"],
            "hold the head upright": abs(np.angle(right - left, deg=True)) > limits["max_roll_deg"],
            "look straight into the camera": abs(turn.real) > limits["max_yaw"]
            or abs(turn.imag - FRONTAL_NOSE_DEPTH) > limits["max_pitch"],
            "keep the whole face inside the picture": visible < limits["min_visible_share"],
        }
        if any(wrong.values()):
            advice = ", ".join(advice for advice, is_wrong in wrong.items() if is_wrong)
            raise EdgeError("LOW_QUALITY", f"the face cannot be judged reliably: {advice}")
        return Face(points, chips, sharpness)

    def embed(self, face: Face) -> Floats:
        """Return the embedders' vectors one after another, each the mean with the mirror image."""
        chips = [(part["model"], face.chips[part["chip"]]) for part in self.manifest["parts"]]
        vectors = [self._run(model, chip, chip[:, ::-1])[0].mean(axis=0) for model, chip in chips]
        return np.concatenate(vectors)

    def compare(self, probe: Floats, samples: Floats) -> float:
        """Return the similarity of an embedding [n] with those of a subject [samples, n]."""
        ends = np.cumsum([part["dimension"] for part in self.manifest["parts"]])[:-1]
        cosines, strengths = [], []
        for one, many in zip(np.split(probe, ends), np.split(samples, ends, axis=1), strict=True):
            lengths = np.linalg.norm(many, axis=1, keepdims=True)
            middle = (many / lengths).mean(axis=0)
            cosines.append(one @ middle / np.linalg.norm(one) / np.linalg.norm(middle))
            strengths.append(np.log(lengths).mean() + np.log(np.linalg.norm(one)))
        fusion = self.manifest["fusion"]
        if fusion is None:
            return float(np.dot(cosines, [part["weight"] for part in self.manifest["parts"]]))
        inputs = (np.array(cosines + strengths) - fusion["center"]) / fusion["scale"]
        units = np.tanh(inputs @ np.array(fusion["hidden"]) + fusion["hidden_bias"])
        return float(units @ fusion["output"] + fusion["output_bias"])

    def threshold(self, samples: int, fmr: float) -> float:
        """Return the similarity to accept from, for a reference of that many samples.

        fmr: rounded to the next stricter rate of the manifest, where there is one.
        """
        thresholds = self.manifest["thresholds"]
        counts = sorted(map(int, thresholds["by_samples"]))
        count = next((n for n in counts if n >= samples), counts[-1])
        rates = thresholds["false_match_rates"]
        at = next((at for at, rate in enumerate(rates) if rate <= fmr), len(rates) - 1)
        return float(thresholds["by_samples"][str(count)][at])

    def _find(self, pixels: Pixels) -> Floats:
        """Return box corners and points [7, 2] of the face that clearly dominates an image."""
        size = np.array(pixels.shape[1::-1])
        smallest = max(self.manifest["quality"]["min_face_px"], SMALLEST_SHARE * size.min())
        longest = np.clip(size.max() * SMALLEST_PX / smallest, *LONGEST_PX)
        small = np.maximum(1, np.round(size * min(1.0, longest / size.max()))).astype(int)
        canvas = np.zeros((*(-(-small[::-1] // 32) * 32), 3), np.uint8)
        canvas[: small[1], : small[0]] = resize(pixels, small)
        outputs = [output[0] for output in self._run("yunet", canvas)]
        marks, scores = decode(outputs, canvas.shape[1], CERTAIN)
        marks = to_float32((marks + 0.5) * to_float32(size / small) - 0.5)
        faces = [marks[at] for at in suppress_overlaps(marks, scores)]
        faces = [face for face in faces if width(face) >= smallest]
        if not faces:
            raise EdgeError("NO_FACE", "no face was found: face the camera, closer, in even light")
        largest, *others = sorted(faces, key=width, reverse=True)
        if others and width(largest) < DOMINANCE * width(others[0]):
            raise EdgeError("MULTIPLE_FACES", "several faces were found: one person at a time")
        return np.asarray(largest)

    def _mark(self, pixels: Pixels, points: Floats) -> Floats:
        """Return a face's points, seen once more alone, upright and large, and in a mirror."""
        side = self.manifest["second_look"]["side_px"]
        matrix = fit(points, np.array(self.manifest["second_look"]["points"]))
        upright = cut(pixels, matrix, side)
        outputs = self._run("yunet", upright, upright[:, ::-1])
        seen = []
        for view in (0, 1):
            marks, scores = decode([output[view] for output in outputs], side, PLAUSIBLE)
            aside = np.linalg.norm(marks[:, :2].mean(axis=1) - side / 2, axis=1)
            if (aside < MIDDLE_PX).any():
                five = to_float32(marks[np.argmax(scores * (aside < MIDDLE_PX)), 2:])
                seen.append(((side - 1, 0) + five * (-1, 1))[MIRRORED] if view else five)
        if not seen:
            return points
        back = cv2.invertAffineTransform(matrix)
        return to_float32(np.mean(seen, axis=0) @ back[:, :2].T + back[:, 2])


def fit(source: Floats, target: Floats) -> Floats:
    """Return the matrix [2, 3] that turns, scales and moves source onto target (Umeyama, 1991)."""
    source, target = source.astype(np.float64), target.astype(np.float64)
    a, b = ((points - points.mean(axis=0)) @ (1, 1j) for points in (source, target))
    z = np.vdot(a, b) / max(np.vdot(a, a).real, 1e-9)
    linear = np.array([[z.real, -z.imag], [z.imag, z.real]])
    return np.column_stack([linear, target.mean(axis=0) - linear @ source.mean(axis=0)])


def cut(pixels: Pixels, matrix: Floats, side: int) -> Pixels:
    """Return the square that a matrix maps to (0, 0)-(side, side), shrunk without aliasing."""
    shrink = 1 / float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if shrink > 2:
        size = np.array(pixels.shape[1::-1])
        corners = np.array([(0, 0, 1), (side, 0, 1), (0, side, 1), (side, side, 1)])
        seen = corners @ cv2.invertAffineTransform(matrix).T
        start = np.clip((seen.min(axis=0) - shrink).astype(int), 0, size - 1)
        end = np.clip((seen.max(axis=0) + shrink).astype(int) + 1, start + 1, size)
        small = np.maximum(1, (end - start) // int(shrink))
        pixels = resize(pixels[start[1] : end[1], start[0] : end[0]], small)
        scale = (end - start) / small
        offset = matrix[:, :2] @ (0.5 * scale - 0.5 + start) + matrix[:, 2]
        matrix = np.column_stack([matrix[:, :2] * scale, offset])
    return np.asarray(cv2.warpAffine(pixels, matrix, (side, side)), np.uint8)


def resize(pixels: Pixels, size: npt.NDArray[np.integer[Any]]) -> Pixels:
    """Shrink to (width, height) by area."""
    return np.asarray(cv2.resize(pixels, size.tolist(), interpolation=cv2.INTER_AREA), np.uint8)


def to_float32(values: Floats) -> Floats:
    """Round as the server does: a pixel that falls to another side is another int8 embedding."""
    return values.astype(np.float32)


def width(marks: Floats) -> float:
    """Return the width of a face's box."""
    return float(marks[1, 0] - marks[0, 0])


def decode(outputs: Sequence[Floats], width_px: int, least: float) -> tuple[Floats, Floats]:
    """Return what YuNet saw in an image: box corners and five points [n, 7, 2], scores [n]."""
    marks, scores = [], []
    for level, stride in enumerate((8, 16, 32)):
        is_face, is_object, boxes, points = outputs[level::3]
        score = np.sqrt(np.clip(is_face[:, 0], 0, 1) * np.clip(is_object[:, 0], 0, 1))
        at = np.flatnonzero(score >= least)
        cell = np.stack(np.divmod(at, width_px // stride)[::-1], axis=1)[:, None]
        center, half = cell + boxes[at, None, :2], np.exp(boxes[at, None, 2:]) / 2
        five = cell + points[at].reshape(-1, 5, 2)
        marks.append(np.concatenate([center - half, center + half, five], axis=1) * stride)
        scores.append(score[at])
    return np.concatenate(marks), np.concatenate(scores)


def suppress_overlaps(marks: Floats, scores: Floats) -> list[int]:
    """Return which faces stay when of those that overlap only the surest does."""
    low, high = marks[:, 0], marks[:, 1]
    areas, kept = (high - low).prod(axis=1), list[int]()
    for at in np.argsort(-scores, kind="stable").tolist():
        sides = np.minimum(high[at], high[kept]) - np.maximum(low[at], low[kept])
        shared = np.clip(sides, 0, None).prod(axis=1)
        is_same = shared > 0.3 * (areas[at] + areas[kept] - shared)
        if not (is_same | (shared > 0.6 * np.minimum(areas[at], areas[kept]))).any():
            kept.append(at)
    return kept
