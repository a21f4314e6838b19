#!/usr/bin/env python3
"""Enrolls and verifies faces on a small computer, offline, from photos or a camera.

  runner.py enroll NAME PHOTO... | --camera 0     runner.py list
  runner.py verify NAME PHOTO    | --camera 0     runner.py erase NAME
  runner.py identify PHOTO       | --camera 0     runner.py bench PHOTO

Exit codes: 0 done or accepted, 1 against the rules, 2 wrong call, 3 refused, 4 no usable face,
5 to be mended. Needs numpy, onnxruntime, OpenCV, and the files that lie beside it.
"""
# ruff: noqa: T201 (a command line: it answers on stdout)

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from mien.edge.faces import EdgeError, Face, Floats, Recognizer, read_photo
    from mien.edge.gallery import Gallery, Subject
else:  # beside this file, wherever that is
    from faces import EdgeError, Face, Floats, Recognizer, read_photo
    from gallery import Gallery, Subject

OK, RULES, USAGE, REFUSED, BAD_IMAGE, INSTALLATION = range(6)
EXITS: Final = {
    "INVALID_REQUEST": USAGE,
    **dict.fromkeys(("ALREADY_ENROLLED", "UNKNOWN_SUBJECT", "ENROLLMENT_REJECTED"), RULES),
    **dict.fromkeys(("WEIGHTS_CORRUPT", "CONTRACT_MISMATCH", "STORAGE_UNUSABLE"), INSTALLATION),
}
MAX_PHOTOS: Final = {"enroll": 10, "verify": 1, "identify": 1, "bench": 1, "list": 0, "erase": 0}
NAMED: Final = ("enroll", "verify", "erase")
BENCH_RUNS: Final = 10

Answer = dict[str, object]


def film(recognizer: Recognizer, options: argparse.Namespace, takes: int) -> list[Face]:
    """Return the sharpest of each few usable frames of a camera or a video file."""
    source, end = options.camera, time.monotonic() + options.timeout
    camera = cv2.VideoCapture(int(source) if source.isdigit() else source)
    problem = EdgeError("INVALID_REQUEST", f"camera {source} gives no picture: is it there, free?")
    usable: list[Face] = []
    while len(usable) < takes * options.frames and time.monotonic() < end:
        is_there, bgr = camera.read()
        if not is_there:
            break
        try:
            usable.append(recognizer.look(np.ascontiguousarray(bgr[..., ::-1], np.uint8)))
        except EdgeError as error:
            problem = error
    camera.release()
    if not usable:
        raise problem
    starts = range(0, len(usable), options.frames)
    return [max(usable[at : at + options.frames], key=lambda face: face.sharpness) for at in starts]


def gather(recognizer: Recognizer, options: argparse.Namespace, takes: int = 1) -> Floats:
    """Return embeddings, [n, dimension], of the photos or the camera; tell what is left out."""
    faces = [] if options.camera is None else film(recognizer, options, takes)
    for number, photo in enumerate(options.photos, start=1):
        try:
            faces.append(recognizer.look(read_photo(photo)))
        except EdgeError as error:
            if number == len(options.photos) and not faces:
                raise
            print(f"{photo} is left out: {error}", file=sys.stderr)
    return np.stack([recognizer.embed(face) for face in faces])


def enroll(recognizer: Recognizer, gallery: Gallery, options: argparse.Namespace) -> Answer:
    """Keep a new subject, each of whose samples must match the others."""
    if gallery.find(options.name) is not None:
        raise EdgeError("ALREADY_ENROLLED", f"{options.name} is enrolled already: erase that first")
    samples = gather(recognizer, options, options.samples)
    threshold = recognizer.threshold(len(samples) - 1, options.fmr)
    for at, sample in enumerate(samples if len(samples) > 1 else ()):
        if not recognizer.compare(sample, np.delete(samples, at, axis=0)) >= threshold:
            message = "the photos do not clearly show one person: take all of one, in even light"
            raise EdgeError("ENROLLMENT_REJECTED", message)
    gallery.add(Subject(options.name, recognizer.contract, samples))
    return {"enrolled": options.name, "samples": len(samples)}


def decide(recognizer: Recognizer, gallery: Gallery, options: argparse.Namespace) -> Answer:
    """Compare a probe with one subject, or with all, then at a rate that allows for them all."""
    probe, fmr = gather(recognizer, options)[0], options.fmr
    if options.command == "verify":
        subjects = [subject for subject in [gallery.find(options.name)] if subject]
    else:
        subjects = gallery.read_all()
        fpir = recognizer.manifest["thresholds"]["false_positive_identification_rate"]
        fmr = min(fmr, 1 - (1 - fpir) ** (1 / max(1, len(subjects))))
    margin, best = -np.inf, Answer(accepted=False, reason="nobody is enrolled, or not by that name")
    for subject in subjects:
        if subject.contract != recognizer.contract:
            message = f"{subject.name} was enrolled with other models: take that --precision, "
            raise EdgeError("CONTRACT_MISMATCH", message + "or erase and enroll anew")
        similarity = recognizer.compare(probe, subject.samples)
        threshold = recognizer.threshold(len(subject.samples), fmr)
        if similarity - threshold > margin:
            margin = similarity - threshold
            best = {"accepted": margin >= 0, "name": subject.name, "similarity": similarity}
            best |= {"threshold": threshold, "fmr": fmr, "samples": len(subject.samples)}
    return best


def bench(recognizer: Recognizer, options: argparse.Namespace) -> Answer:
    """Return medians of how long a photo takes, once it is decoded."""
    pixels, laps = read_photo(options.photos[0]), []
    for _ in range(BENCH_RUNS + 1):
        start = time.perf_counter()
        face, found = recognizer.look(pixels), time.perf_counter()
        recognizer.embed(face)
        laps.append((found - start, time.perf_counter() - found))
    find_ms, embed_ms = (1000 * np.median(laps[1:], axis=0)).tolist()
    return {"find_ms": find_ms, "embed_ms": embed_ms, "threads": options.threads}


def answer(options: argparse.Namespace, folder: Path) -> Answer:
    """Carry out a command; raise EdgeError."""
    gallery = Gallery(folder / "gallery")
    if options.command == "list":
        return {subject.name: len(subject.samples) for subject in gallery.read_all()}
    if options.command == "erase":
        gallery.erase(options.name)
        return {"erased": options.name}
    recognizer = Recognizer(folder, options.precision, options.threads)
    thresholds = recognizer.manifest["thresholds"]
    if recognizer.precision != thresholds["precision"]:
        print(f"the thresholds are of {thresholds['precision']}: rates may differ", file=sys.stderr)
    options.fmr = thresholds["default_fmr"] if options.fmr is None else options.fmr
    loosest, *_, strictest = thresholds["false_match_rates"]
    if not strictest <= options.fmr <= loosest:
        raise EdgeError("INVALID_REQUEST", f"--fmr lies between {strictest} and {loosest}")
    if options.command == "bench":
        return bench(recognizer, options)
    return (enroll if options.command == "enroll" else decide)(recognizer, gallery, options)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; exit with 2 where it is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("command", choices=MAX_PHOTOS)
    add("words", nargs="*", metavar="NAME|PHOTO")
    add("--camera", metavar="NUMBER|FILE", help="take frames of it instead of photos")
    add("--frames", type=int, default=5, help="usable frames of which the sharpest is taken (5)")
    add("--samples", type=int, default=3, help="samples to enroll of a camera (3)")
    add("--timeout", type=float, default=20, help="seconds that a camera gets (20)")
    add("--fmr", type=float, help="tolerated false match rate (what was exported)")
    add("--precision", choices=("int8", "fp32"), help="of the embedders (the one measured)")
    add("--threads", type=int, default=os.cpu_count() or 1, help="of each network (all cores)")
    add("--json", action="store_true", help="answer in JSON")
    options = parser.parse_intermixed_args(arguments)
    options.name = options.words.pop(0) if options.command in NAMED and options.words else ""
    options.photos = [Path(word) for word in options.words]
    most = 0 if options.camera and options.command != "bench" else MAX_PHOTOS[options.command]
    if options.command in NAMED and not options.name:
        parser.error(f"{options.command} needs a NAME")
    if not min(1, most) <= len(options.photos) <= most:
        parser.error(f"{options.command} takes photos, here at most {most}, or a camera")
    if min(options.frames, options.samples, options.threads) < 1:
        parser.error("--frames, --samples and --threads are at least 1")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer in one line and return the exit code."""
    options = parse(arguments)
    try:
        told = answer(options, Path(__file__).resolve().parent)
    except EdgeError as error:
        if options.json:
            print(json.dumps({"error": {"code": error.code, "message": str(error)}}))
        else:
            print(f"{error.code}  {error}", file=sys.stderr)
        return EXITS.get(error.code, BAD_IMAGE)
    if options.json:
        print(json.dumps(told))
    else:
        values = (f"{k} {round(v, 6) if isinstance(v, float) else v}" for k, v in told.items())
        print(", ".join(values) or "nobody is enrolled")
    return OK if told.get("accepted", True) else REFUSED


if __name__ == "__main__":
    sys.exit(main())
