"""The command line: what it prints, and the exit codes that scripts rely on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from tests.support import jpeg, new_file

OK, ERROR, USAGE, REFUSED, BAD_IMAGE, INSTALLATION = 0, 1, 2, 3, 4, 5

Mien = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def mien(data_dir: Path) -> Mien:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mien", *map(str, arguments), "--data-dir", str(data_dir)],
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def files(tmp_path: Path, photos: dict[str, list[bytes]]) -> dict[str, Path]:
    """astronaut0.jpg to grace_hopper3.jpg, and a photo without a face."""
    paths = {}
    for person, images in photos.items():
        for number, image in enumerate(images):
            path = tmp_path / f"{person}{number}.jpg"
            path.write_bytes(image)
            paths[path.stem] = path
            # The same picture once more: each file proves presence once.
            again = tmp_path / f"{person}{number}_again.jpg"
            again.write_bytes(new_file(image))
            paths[again.stem] = again
    paths["wall"] = tmp_path / "wall.jpg"
    paths["wall"].write_bytes(jpeg(np.full((480, 640, 3), 127, np.uint8)))
    return paths


def result_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_a_gallery_is_kept_from_the_command_line(mien: Mien, files: dict[str, Path]) -> None:
    enrolled = mien("enroll", "ada", files["astronaut0"], files["astronaut1"], "--json")
    assert enrolled.returncode == OK
    assert result_of(enrolled)["valid_samples"] == 2
    assert mien("enroll", "ada", files["astronaut0"]).returncode == ERROR

    assert mien("verify", "ada", files["astronaut3"]).returncode == OK
    assert mien("verify", "ada", files["grace_hopper3"]).returncode == REFUSED
    replayed = mien("verify", "ada", files["astronaut3"])
    assert (replayed.returncode, "used before" in replayed.stdout) == (REFUSED, True)
    assert mien("verify", "nobody", files["astronaut2"]).returncode == REFUSED

    found = mien("identify", files["astronaut3_again"], "--json")
    assert (found.returncode, result_of(found)["matches"][0]["user_id"]) == (OK, "ada")
    assert mien("identify", files["grace_hopper3_again"]).returncode == REFUSED

    assert result_of(mien("users", "list", "--json"))["users"] == ["ada"]
    assert "templates" in mien("users", "show", "ada").stdout
    history = result_of(mien("users", "history", "ada", "--json"))["history"]
    assert [(event["action"], event["accepted"]) for event in history] == [
        ("identify", True),
        ("authenticate", False),
        ("authenticate", False),
        ("authenticate", True),
        ("enroll", True),
    ]
    assert {event["actor"] for event in history} == {"cli"}
    exported = result_of(mien("users", "export", "ada"))
    assert len(exported["templates"]) == 2
    assert mien("users", "unlock", "ada").returncode == OK

    assert mien("users", "erase", "ada").returncode == OK
    assert mien("users", "show", "ada").returncode == ERROR


def test_compare_prints_similarity_and_decision(mien: Mien, files: dict[str, Path]) -> None:
    same = mien("compare", files["astronaut0"], files["astronaut3"])
    assert same.returncode == OK
    assert "same person" in same.stdout
    assert "similarity 0.9" in same.stdout
    other = mien("compare", files["astronaut0"], files["grace_hopper0"], "--json")
    assert other.returncode == REFUSED
    assert result_of(other)["same_person"] is False
    assert result_of(other)["similarity"] < result_of(other)["threshold"]


def test_a_rate_that_was_never_counted_is_told(mien: Mien, files: dict[str, Path]) -> None:
    mien("enroll", "ada", files["astronaut0"], files["astronaut1"])
    counted = result_of(mien("verify", "ada", files["grace_hopper3"], "--json"))
    assert counted["extrapolated"] is False
    assert counted["log10_likelihood_ratio"] < 0
    strict = result_of(mien("verify", "ada", files["grace_hopper3"], "--fmr", "2e-6", "--json"))
    assert strict["extrapolated"] is True


def test_detect_draws_what_it_found(mien: Mien, files: dict[str, Path], tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.png"
    done = mien("detect", files["astronaut0"], "--draw", drawn, "--json")
    assert done.returncode == OK
    (face,) = result_of(done)["faces"]
    assert len(face["landmarks"]) == 5
    with PIL.Image.open(drawn) as picture:
        assert picture.format == "PNG"
        pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    assert (pixels == (0x2F, 0xB3, 0x44)).all(axis=1).any()


def test_a_photo_that_cannot_be_judged_has_its_own_exit_code(
    mien: Mien, files: dict[str, Path]
) -> None:
    assert mien("detect", files["wall"]).returncode == BAD_IMAGE
    done = mien("compare", files["wall"], files["astronaut0"])
    assert done.returncode == BAD_IMAGE
    assert "NO_FACE" in done.stderr
    assert result_of(mien("enroll", "ada", files["wall"], "--json"))["error"]["code"] == "NO_FACE"


def test_mistakes_in_the_call_exit_with_2(mien: Mien, files: dict[str, Path]) -> None:
    assert mien("compare", "missing.jpg", files["astronaut0"]).returncode == USAGE
    assert mien("enroll", "a/b", files["astronaut0"]).returncode == USAGE
    assert mien("verify", "ada", files["astronaut0"], "--fmr", "2").returncode == USAGE
    assert mien("verify", "ada", files["astronaut0"], "--fmr", "1e-9").returncode == USAGE
    assert mien("enroll", "ada").returncode == USAGE


def test_doctor_finds_a_healthy_installation_healthy(mien: Mien) -> None:
    done = mien("doctor")
    assert done.returncode == OK, done.stdout
    assert "mend" not in done.stdout


def test_doctor_says_what_is_wrong_with_a_database(mien: Mien, data_dir: Path) -> None:
    (data_dir / "mien.db").write_bytes(b"this is not a database" * 1000)
    done = mien("doctor", "--json")
    assert done.returncode == INSTALLATION
    bad = [check for check in result_of(done)["checks"] if not check["good"]]
    assert [check["name"] for check in bad] == ["database"]
    assert "mien.db cannot be used" in bad[0]["finding"]


def test_bench_times_the_stages(mien: Mien, files: dict[str, Path]) -> None:
    done = result_of(mien("bench", files["astronaut0"], "--rounds", 2, "--json"))
    assert done["median_ms"]["decode to embedding"] > done["median_ms"]["decode"] > 0


def test_weights_are_imported_at_first_use_with_a_progress_bar(
    tmp_path: Path, files: dict[str, Path]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mien", "compare", files["astronaut0"], files["astronaut1"],
         "--data-dir", tmp_path / "deep" / "new folder"],
        env={**os.environ, "MIEN_PACK": "builtin"},  # anything else is fetched first
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == OK, done.stderr
    assert "importing weights" in done.stderr
    assert "importing" not in done.stdout
