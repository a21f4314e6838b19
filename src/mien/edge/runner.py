#!/usr/bin/env python3
"""Enrolls and verifies faces on a small computer, offline, from photos or a camera.

  runner.py enroll NAME PHOTO... | --camera 0     runner.py erase NAME
  runner.py verify NAME PHOTO    | --camera 0     runner.py list
  runner.py identify PHOTO       | --camera 0

Exit codes: 0 accepted or done, 1 against the rules, 2 wrong call, 3 refused, 4 no usable face,
5 to be mended. Needs numpy, onnxruntime, OpenCV, and what `mien export edge` wrote beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

Array = npt.NDArray[Any]
Json = dict[str, Any]
OK, RULES, USAGE, REFUSED, BAD_IMAGE, INSTALLATION = range(6)
MOST_PHOTOS = {"enroll": 10, "verify": 1, "identify": 1, "erase": 0, "list": 0}
SAMPLES, FRAMES, CAMERA_S, ENOUGH_PX, RATES = 3, 5, 20, 720, (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
DECODE = {n: getattr(cv2, f"IMREAD_REDUCED_COLOR_{n}") for n in (8, 4, 2)} | {1: cv2.IMREAD_COLOR}


class EdgeError(Exception):
    """Why there is no answer: the exit code, the server's code for it, and what to do."""


class Recognizer:
    """The exported networks, which reckon everything, and what they see of a picture."""

    def __init__(self, folder: Path, precision: str | None = None) -> None:
        """Load the networks of a precision, or of the one that was measured."""
        self.manifest, self.networks = json.loads((folder / "manifest.json").read_bytes()), Json()
        precision = precision or self.manifest["precision"]
        self.contract = self.manifest["contracts"][precision]
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        for network, file in self.manifest["networks"][precision].items():
            data = (folder / file).read_bytes()
            if hashlib.sha256(data).hexdigest() != self.manifest["files"][file]["sha256"]:
                raise EdgeError(INSTALLATION, "WEIGHTS_CORRUPT", f"{file} changed: copy it anew")
            self.networks[network] = onnxruntime.InferenceSession(data, options)
            if network == "overflow" and self.run(network, np.uint8(255))[0]:
                options.add_session_config_entry("session.x64quantprecision", "1")

    def run(self, network: str, *inputs: object) -> list[Any]:
        """Return the outputs of a network."""
        names = [expected.name for expected in self.networks[network].get_inputs()]
        given = {name: np.asarray(value) for name, value in zip(names, inputs, strict=True)}
        return list(self.networks[network].run(None, given))

    def look(self, bgr: Array, of: object) -> tuple[float, list[Array]]:
        """Return of the one face in a picture, uint8 [height, width, 3], sharpness and chips."""
        pixels, size = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), bgr.shape[1::-1]
        found: list[Any] = []  # 1. The face that clearly dominates; mostly, a glance shows it.
        for part, small in zip(*self.run("plan", size), strict=True):
            found = self.run("find", cv2.resize(shrink(pixels, part), small.tolist()), part, size)
            if found[-1]:
                break
        count, box, seen, _ = found
        if count != 1:
            raise EdgeError(BAD_IMAGE, *self.manifest["refusals"][min(count, 2)], of)
        square, matrix = self.cut(pixels, seen, self.manifest["second_look"])
        (points,) = self.run("mark", square, matrix, seen)  # 2. Its points, seen upright and large.
        chips = [self.cut(pixels, points, frame)[0] for frame in self.manifest["chips"]]
        sharpness, wrong = self.run("judge", chips[0], points, box, size)  # 3. Is it good enough?
        if wrong.any():
            raise EdgeError(BAD_IMAGE, "LOW_QUALITY", *np.extract(wrong, self.manifest["tips"]), of)
        return float(sharpness), chips

    def cut(self, pixels: Array, points: Array, frame: Json) -> tuple[Array, Array]:
        """Return the square in which points lie as in a frame, and the matrix that maps there."""
        side, size = frame["side_px"], pixels.shape[1::-1]
        part, matrix, whole = self.run("fit", points, frame["points"], side, size)
        return cv2.warpAffine(shrink(pixels, part), matrix, (side, side)), whole

    def film(self, source: str, samples: int) -> list[list[Array]]:
        """Return the chips of the sharpest of each few usable frames of a camera or video file."""
        faces, end = list[tuple[float, list[Array]]](), time.monotonic() + CAMERA_S
        problem = EdgeError(USAGE, "INVALID_REQUEST", f"{source} gives no picture: is it free?")
        camera = cv2.VideoCapture(int(source) if source.isdigit() else source)
        while len(faces) < samples * FRAMES and time.monotonic() < end and camera.grab():
            try:
                faces.append(self.look(camera.retrieve()[1], source))
            except EdgeError as error:
                problem = error
        if not faces:
            raise problem
        takes = [faces[at : at + FRAMES] for at in range(0, len(faces), FRAMES)]
        return [max(take, key=lambda face: face[0])[1] for take in takes]

    def decide(self, probe: Array, people: list[Json], fmr: float, crowd: int) -> Json:
        """Return whether a probe is of a person; of a crowd, who comes nearest to it."""
        best, told = -np.inf, Json(reason="nobody is enrolled, or not by that name")
        for person in people:
            if person["contract"] != self.contract:
                raise EdgeError(INSTALLATION, "CONTRACT_MISMATCH", f"enroll {person['name']} anew")
            enrolled = np.array(person["samples"], np.float32)
            similarity, threshold = self.run("compare", probe, enrolled, fmr, crowd)
            if similarity - threshold > best:
                best, told = similarity - threshold, {"name": person["name"]}
                told |= {"similarity": float(similarity), "threshold": float(threshold)}
        return {"accepted": bool(best >= 0)} | told


def shrink(pixels: Array, part: Array) -> Array:
    """Return a part of a picture, averaged by a whole factor."""
    left, top, right, bottom, width, height = part.tolist()
    return cv2.resize(pixels[top:bottom, left:right], (width, height), interpolation=cv2.INTER_AREA)


def read_photo(path: Path) -> Array:
    """Decode a photo, upright; a large JPEG smaller, which costs a fraction."""
    data = np.frombuffer((path.is_file() and path.read_bytes()) or b"\0", np.uint8)
    eighth = cv2.imdecode(data, DECODE[8]) if data[:2].tobytes() == b"\xff\xd8" else None
    spare = 1 if eighth is None else max(1, min(eighth.shape[:2]) * 8 // ENOUGH_PX)
    pixels = cv2.imdecode(data, DECODE[next(factor for factor in DECODE if factor <= spare)])
    if pixels is None:
        raise EdgeError(BAD_IMAGE, "IMAGE_UNREADABLE", f"{path}: give a JPEG, PNG, WebP or BMP")
    return pixels


def answer(options: argparse.Namespace, name: str, photos: list[Path]) -> Json:
    """Carry out a command."""
    folder, command = Path(__file__).resolve().parent, options.command
    gallery, code = folder / "gallery", hashlib.sha256(name.encode()).hexdigest() if name else "*"
    if command == "erase":
        if not (files := list(gallery.glob(f"{code}.*"))):
            raise EdgeError(RULES, "UNKNOWN_SUBJECT", f"nobody is enrolled as {name}")
        for file in files:
            file.unlink()
        return {"erased": name}
    people = [json.loads(file.read_bytes()) for file in gallery.glob(f"{code}.json")]
    if command == "list":
        return {person["name"]: len(person["samples"]) for person in people}
    if command == "enroll" and people:
        raise EdgeError(RULES, "ALREADY_ENROLLED", f"{name} is enrolled already: erase that first")
    recognizer = Recognizer(folder, options.precision)
    faces = [recognizer.look(read_photo(photo), photo)[1] for photo in photos]
    if options.camera:
        faces = recognizer.film(options.camera, SAMPLES if command == "enroll" else 1)
    samples = np.stack([recognizer.run("embed", *chips)[0] for chips in faces])
    fmr = options.fmr or recognizer.manifest["fmr"]
    if command != "enroll":
        return recognizer.decide(samples[0], people, fmr, 0 if name else len(people))
    if not recognizer.run("agree", samples, fmr)[0]:
        raise EdgeError(RULES, "ENROLLMENT_REJECTED", "the photos do not clearly show one person")
    person = {"name": name, "contract": recognizer.contract, "samples": samples.tolist()}
    gallery.mkdir(mode=0o700, exist_ok=True)
    fresh = gallery / f"{code}.new"
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(person))
    os.sync()  # a power cut must not leave half of it
    fresh.replace(gallery / f"{code}.json")
    return {"enrolled": name, "samples": len(samples)}


def main(arguments: list[str] | None = None) -> int:
    """Answer in one line and return the exit code."""
    parser = argparse.ArgumentParser(usage=__doc__)
    add = parser.add_argument
    add("command", choices=MOST_PHOTOS)
    add("words", nargs="*", metavar="NAME|PHOTO")
    add("--camera", default="", metavar="NUMBER|FILE", help="take frames of it instead of photos")
    add("--fmr", type=float, choices=RATES, help="false match rate (the one that was exported)")
    add("--precision", choices=("int8", "fp32"), help="of the embedders (the one measured)")
    add("--json", action="store_true", help="answer in JSON")
    options = parser.parse_intermixed_args(arguments)
    names = int(options.command in ("enroll", "verify", "erase"))
    most = 0 if options.camera else MOST_PHOTOS[options.command]
    if "" in options.words or not min(1, most) <= len(options.words) - names <= most:
        parser.error("see above for what each command takes; with a camera no photo, else up to 10")
    try:
        told = answer(options, "".join(options.words[:names]), [*map(Path, options.words[names:])])
        status = OK if told.get("accepted", True) else REFUSED
    except EdgeError as error:
        status, code, *message = error.args
        told = {"error": code, "message": ", ".join(map(str, message))}
    except (OSError, json.JSONDecodeError, KeyError) as error:
        status, told = INSTALLATION, {"error": "STORAGE_UNUSABLE", "message": str(error)}
    text = ", ".join(f"{key} {value}" for key, value in told.items())
    print(json.dumps(told) if options.json else text or "nobody is enrolled")  # noqa: T201 it tells
    return status


if __name__ == "__main__":
    sys.exit(main())
