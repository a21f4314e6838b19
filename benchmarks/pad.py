"""Presentation attacks: what each crop and cue is worth, what a look costs, and clips.

    python -m benchmarks.pad ../shared

Needs ../shared (replay_attack_dev, videos) and `mien models pull minifas yunet`, or MIEN_DATA_DIR.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from mien.core.detection import Search
from mien.core.geometry import Box
from mien.core.image import Image
from mien.evaluation.pad.faces import locate_faces
from mien.evaluation.pad.metrics import PadScores, find_bpcer_threshold, passes
from mien.evaluation.pad.protocol import PadProtocol, read_protocol
from mien.evaluation.pad.scores import collect_votes
from mien.inference.antispoof.crops import square_crop
from mien.inference.antispoof.load import load_passive
from mien.inference.antispoof.minifas import CROP_SCALE, SIDE_PX
from mien.inference.antispoof.passive import THRESHOLD, PassiveDetector
from mien.inference.antispoof.texture import Texture
from mien.inference.catalogue import MINIFAS, YUNET
from mien.inference.detection.yunet import YuNetDetector
from mien.inference.packs import Weights
from mien.inference.runtime import Session
from mien.inference.weights import WeightStore
from mien.settings import Settings

_CLIPS: Final = (
    ("real_apfol.webm", True),
    ("replay_fake_apfol.webm", False),
    ("real_wolfhuo.mp4", True),
    ("replay_fake_wolfhuo.mp4", False),
    ("talking_face_instanthigh.mp4", True),
    ("closed_eyes_fellway.mp4", True),
)
_FRAMES: Final = 40
_RUNS: Final = 200


def main(shared: Path) -> None:
    """Print the tables."""
    store = WeightStore.of(Settings().data_dir)
    paths = store.ensure([Weights(MINIFAS), Weights(YUNET)])
    minifas = Session(paths[MINIFAS.name], threads=1)
    finder = YuNetDetector(Session(paths[YUNET.name], threads=1))
    detector = load_passive(store, threads=1, with_trained=False)
    protocol = read_protocol(shared / "data" / "replay_attack_dev")
    if protocol is None:
        raise SystemExit(f"{shared} has no replay_attack_dev")
    print("| MiniFAS's crop | APCER at BPCER 5 %, % | at 10 % |\n|---|---|---|")
    for name, scores in _crops(protocol, minifas, finder, detector):
        apcers = (_apcer_at(protocol, scores, bpcer) for bpcer in (0.05, 0.1))
        print("|", name, "|", " | ".join(f"{100 * apcer:.1f}" for apcer in apcers), "|")
    print("\n| clip | frames | pass, % | median score |\n|---|---|---|---|")
    for name, living in _CLIPS:
        scores = _judge_clip(shared / "data" / "videos" / name, finder, detector)
        kind = "bona fide" if living else "replay"
        passing = 100 * float(passes(scores, THRESHOLD).mean())
        print(f"| {name} ({kind}) | {len(scores)} | {passing:.0f} | {np.median(scores):.2f} |")
    _time(shared, finder, detector)


def _crops(
    protocol: PadProtocol, minifas: Session, finder: YuNetDetector, detector: PassiveDetector
) -> Iterator[tuple[str, PadScores]]:
    """Yield log-odds by the published crop, by mien's, and mien's with the cues."""
    published = []
    for image, box in locate_faces(protocol, finder, _ignore):
        whole = box or Box(0.0, 0.0, float(image.width), float(image.height))
        logits = minifas.run(square_crop(image, whole, CROP_SCALE, SIDE_PX)[None])[0]
        published.append(float(logits[0] - logits[1]))
    yield "as published: 1.5 times the face, mirrored at the edges", np.array(published)
    judged = collect_votes(protocol, detector, finder, _ignore)
    yield "mien's: no wider than the image", judged.votes["minifas"]
    yield "mien's, with the cues: the passive score", judged.scores


def _apcer_at(protocol: PadProtocol, scores: PadScores, bpcer: float) -> float:
    threshold = find_bpcer_threshold(scores[protocol.bona_fide], bpcer)
    return float(passes(scores[~protocol.bona_fide], threshold).mean())


def _judge_clip(clip: Path, finder: YuNetDetector, detector: PassiveDetector) -> PadScores:
    """Return the scores of frames with a face, evenly over the clip."""
    scores = []
    for image, box in _faces(clip, finder):
        score = detector.assess(image, box).score
        scores.append(np.nan if score is None else score)
    return np.array(scores)


def _faces(clip: Path, finder: YuNetDetector) -> Iterator[tuple[Image, Box]]:
    frames = list(_read(clip))
    for place in np.unique(np.linspace(0, len(frames) - 1, _FRAMES).astype(int)):
        image = Image(np.ascontiguousarray(frames[place][..., ::-1]))
        if faces := finder.detect(image, Search(min_face_px=60)):
            yield image, faces[0].box


def _read(clip: Path) -> Iterator[np.ndarray]:
    capture = cv2.VideoCapture(str(clip))
    while True:
        there, frame = capture.read()
        if not there:
            return
        yield frame


def _time(shared: Path, finder: YuNetDetector, detector: PassiveDetector) -> None:
    clip = shared / "data" / "videos" / "real_apfol.webm"
    image, box = next(_faces(clip, finder))
    texture = Texture()
    print(f"\n| one look at a {box.width:.0f}-pixel face | fastest, ms | median |\n|---|---|---|")
    parts: Sequence[tuple[str, Callable[[], object]]] = (
        ("cues", lambda: texture.vote(image, box)),
        ("MiniFAS and cues", lambda: detector.assess(image, box)),
    )
    for name, look in parts:
        took = []
        for _ in range(_RUNS):
            start = time.perf_counter()
            look()
            took.append(1e3 * (time.perf_counter() - start))
        print(f"| {name} | {min(took):.1f} | {np.median(took):.1f} |")


def _ignore(_done: int, _total: int) -> None:
    """Report nothing."""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
