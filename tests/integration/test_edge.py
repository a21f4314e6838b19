"""`mien export edge`, and what it wrote, where nothing but numpy, ONNX Runtime and OpenCV is.

The model files are no part of the repository: the tests look for them in `$MIEN_SHARED/models`,
by default beside the repository, and are skipped where they are absent, except in CI.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mien.bootstrap.recognition import Recognition, choose, load_pipeline
from mien.core.image import Pixels
from mien.core.scoring import FalseMatchRate
from mien.core.template import SubjectId
from mien.edge import runner
from mien.inference.decoding import decode
from mien.service.probe import ProbeReader
from mien.settings import Settings
from tests.support import altered, jpeg, skip_without

OK, RULES, USAGE, REFUSED, BAD_IMAGE, INSTALLATION = range(6)
SHARED = Path(os.environ.get("MIEN_SHARED", Path(__file__).parents[2] / ".." / "shared"))
PACKAGES = ("numpy", "onnxruntime", "opencv-python-headless")
ABSENT = ("fastapi", "sqlalchemy", "mien", "onnx", "PIL", "pydantic", "typer", "scipy")

Run = Callable[..., subprocess.CompletedProcess[str]]


def mien(data: Path, *arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mien", *map(str, arguments)],
        env={**os.environ, "MIEN_DATA_DIR": str(data), **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the standard pack."""
    models = (SHARED / "models").resolve()
    if not models.is_dir():
        skip_without(f"the model files are not in {models}")
    folder = tmp_path_factory.mktemp("edge") / "data"
    pulled = mien(folder, "models", "pull", "standard", "--mirror", models)
    assert pulled.returncode == OK, pulled.stderr
    return folder


@pytest.fixture(scope="module")
def pristine(data: Path) -> Path:
    """An export; copy it rather than write to it."""
    folder = data.parent / "export"
    exported = mien(data, "export", "edge", folder)
    assert exported.returncode == OK, exported.stderr
    return folder


@pytest.fixture
def export(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "device"))


def distributions(name: str) -> Iterator[metadata.Distribution]:
    """Yield a distribution and all that it requires."""
    distribution = metadata.distribution(name)
    yield distribution
    for requirement in distribution.requires or ():
        if ";" not in requirement:
            yield from distributions(re.split(r"[^\w.-]", requirement)[0])


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the three packages and what they require."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False)
    (site,) = folder.glob("lib/python*/site-packages")
    for package in PACKAGES:
        for distribution in distributions(package):
            for top in {file.parts[0] for file in distribution.files or ()} - {".."}:
                if not (site / top).exists():
                    (site / top).symlink_to(Path(str(distribution.locate_file(top))))
    return folder / "bin" / "python"


@pytest.fixture
def run(python: Path, export: Path) -> Run:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, export / "runner.py", *map(str, arguments)],
            env={"PATH": "/nowhere"},
            cwd=export.parent,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def photos(
    tmp_path_factory: pytest.TempPathFactory, astronaut: Pixels, grace_hopper: Pixels
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("photos")
    both = np.full((640, 1100, 3), 127, np.uint8)
    both[:512, :512] = astronaut
    # Half as large, his face is about as wide as hers.
    small = cv2.resize(grace_hopper, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    both[:300, 700:956] = small
    large = cv2.resize(astronaut, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    takes = {f"astronaut{seed}": altered(astronaut, seed) for seed in range(5)}
    takes |= {f"grace_hopper{seed}": altered(grace_hopper, seed) for seed in range(4)}
    takes |= {
        "nobody": np.full((480, 640, 3), 127, np.uint8),
        "both": both,
        "large": np.asarray(large, np.uint8),
        "blurred": np.asarray(cv2.GaussianBlur(astronaut, (0, 0), 6), np.uint8),
    }
    paths = {}
    for name, pixels in takes.items():
        paths[name] = folder / f"{name}.jpg"
        paths[name].write_bytes(jpeg(pixels))
    return paths


@pytest.fixture
def enrolled(run: Run, photos: dict[str, Path]) -> Run:
    """The runner, in whose gallery the astronaut is."""
    done = run("enroll", "ada", *(photos[f"astronaut{seed}"] for seed in range(3)))
    assert done.returncode == OK, done.stderr
    assert done.stdout == "enrolled ada, samples 3\n"
    return run


def result_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_the_environment_holds_nothing_else(python: Path) -> None:
    program = (
        "import cv2, numpy, onnxruntime, importlib.util as u, sys; "
        "print([n for n in sys.argv[1:] if u.find_spec(n)])"
    )
    found = subprocess.run(
        [python, "-I", "-c", program, *ABSENT], capture_output=True, text=True, check=True
    )
    assert found.stdout == "[]\n"


def test_the_enrolled_person_is_accepted_and_another_refused(
    enrolled: Run, photos: dict[str, Path]
) -> None:
    genuine = enrolled("verify", "ada", photos["astronaut3"])
    impostor = enrolled("verify", "ada", photos["grace_hopper0"], "--json")

    assert genuine.returncode == OK, genuine.stderr
    assert genuine.stdout.startswith("accepted True, name ada, similarity ")
    assert genuine.stdout.count("\n") == 1
    assert genuine.stderr == ""
    assert impostor.returncode == REFUSED
    answer = result_of(impostor)
    assert not answer["accepted"]
    assert answer["similarity"] < answer["threshold"]
    assert enrolled("verify", "bob", photos["astronaut3"]).returncode == REFUSED


def test_people_are_identified_listed_and_erased(enrolled: Run, photos: dict[str, Path]) -> None:
    enrolled("enroll", "grace", photos["grace_hopper0"], photos["grace_hopper1"])

    for name, photo in (("ada", "astronaut3"), ("grace", "grace_hopper3")):
        found = enrolled("identify", photos[photo], "--json")
        assert found.returncode == OK, found.stderr
        assert result_of(found)["name"] == name
    assert result_of(enrolled("list", "--json")) == {"ada": 3, "grace": 2}

    assert enrolled("erase", "ada").returncode == OK
    assert result_of(enrolled("list", "--json")) == {"grace": 2}
    assert enrolled("identify", photos["astronaut3"]).returncode == REFUSED
    assert enrolled("erase", "ada").returncode == RULES


def test_templates_are_for_their_owner_only(enrolled: Run, export: Path) -> None:
    assert enrolled("list").returncode == OK
    (template,) = (export / "gallery").iterdir()
    assert stat.S_IMODE(template.stat().st_mode) == 0o600
    assert stat.S_IMODE(template.parent.stat().st_mode) == 0o700


def test_enrollment_refuses_two_people_and_a_second_time(
    enrolled: Run, photos: dict[str, Path]
) -> None:
    two = enrolled("enroll", "bob", photos["astronaut0"], photos["grace_hopper0"])
    again = enrolled("enroll", "ada", photos["astronaut0"])

    assert (two.returncode, two.stdout.split(",")[0]) == (RULES, "error ENROLLMENT_REJECTED")
    assert (again.returncode, again.stdout.split(",")[0]) == (RULES, "error ALREADY_ENROLLED")
    assert result_of(enrolled("list", "--json")) == {"ada": 3}


def test_an_unusable_photo_is_named_and_nobody_enrolled(run: Run, photos: dict[str, Path]) -> None:
    done = run("enroll", "ada", photos["astronaut0"], photos["nobody"], "--json")

    assert done.returncode == BAD_IMAGE
    assert result_of(done)["error"] == "NO_FACE"
    assert str(photos["nobody"]) in result_of(done)["message"]
    assert result_of(run("list", "--json")) == {}


@pytest.mark.parametrize(
    ("photo", "code"),
    [("nobody", "NO_FACE"), ("both", "MULTIPLE_FACES"), ("blurred", "LOW_QUALITY")],
)
def test_a_photo_without_one_good_face_is_refused_as_such(
    run: Run, photos: dict[str, Path], photo: str, code: str
) -> None:
    done = run("verify", "ada", photos[photo], "--json")

    assert done.returncode == BAD_IMAGE
    assert result_of(done)["error"] == code


def test_a_file_that_is_no_photo_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    assert run("identify", tmp_path / "empty.jpg").returncode == BAD_IMAGE
    assert run("identify", tmp_path / "none.jpg").returncode == BAD_IMAGE


def test_a_damaged_or_missing_model_is_refused(
    enrolled: Run, export: Path, photos: dict[str, Path]
) -> None:
    model = export / "models" / "embed.int8.onnx"
    damaged = bytearray(model.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    model.write_bytes(damaged)
    done = enrolled("verify", "ada", photos["astronaut3"])

    assert done.returncode == INSTALLATION
    assert done.stdout.startswith("error WEIGHTS_CORRUPT, message models/embed.int8.onnx changed")
    assert enrolled("erase", "ada").returncode == OK  # nobody has to stay for a damaged model

    model.unlink()
    assert enrolled("identify", photos["astronaut3"]).returncode == INSTALLATION


def test_a_video_serves_as_a_camera(
    run: Run, tmp_path: Path, astronaut: Pixels, grace_hopper: Pixels
) -> None:
    videos = {}
    for name, person in (("ada", astronaut), ("grace", grace_hopper)):
        videos[name] = tmp_path / f"{name}.avi"
        writer = cv2.VideoWriter(str(videos[name]), cv2.VideoWriter.fourcc(*"MJPG"), 10, (480, 480))
        for seed in range(20):
            # Now and then nobody is before the camera.
            frame = np.zeros((480, 480, 3), np.uint8)
            if seed % 4:
                frame = np.asarray(cv2.resize(altered(person, seed), (480, 480)), np.uint8)
            writer.write(frame[..., ::-1])
        writer.release()

    done = run("enroll", "ada", "--camera", videos["ada"], "--json")
    assert done.returncode == OK, done.stderr
    assert result_of(done) == {"enrolled": "ada", "samples": 3}
    assert run("verify", "ada", "--camera", videos["ada"]).returncode == OK
    assert run("verify", "ada", "--camera", videos["grace"]).returncode == REFUSED
    assert run("verify", "ada", "--camera", tmp_path / "none.avi").returncode == USAGE


def test_the_other_precision_is_another_contract(enrolled: Run, photos: dict[str, Path]) -> None:
    mixed = enrolled("verify", "ada", photos["astronaut3"], "--precision", "fp32")
    assert mixed.returncode == INSTALLATION
    assert "CONTRACT_MISMATCH" in mixed.stdout

    enrolled("erase", "ada")
    enrolled("enroll", "ada", photos["astronaut0"], "--precision", "fp32")
    done = enrolled("verify", "ada", photos["astronaut3"], "--precision", "fp32")
    assert done.returncode == OK


@pytest.mark.parametrize("rate", ["nan", "inf", "1", "0.5", "0", "-1", "1e-9"])
def test_only_a_rate_that_thresholds_are_known_for_can_be_asked_for(
    enrolled: Run, photos: dict[str, Path], rate: str
) -> None:
    asked = enrolled("verify", "ada", photos["astronaut3"], f"--fmr={rate}")
    assert asked.returncode == USAGE
    assert "0.01" in asked.stderr


def test_a_damaged_gallery_is_told_and_can_be_erased(
    enrolled: Run, photos: dict[str, Path], export: Path
) -> None:
    (file,) = (export / "gallery").glob("*.json")
    file.write_text("{")
    damaged = enrolled("verify", "ada", photos["astronaut3"])
    assert damaged.returncode == INSTALLATION
    assert "STORAGE_UNUSABLE" in damaged.stdout
    assert enrolled("erase", "ada").returncode == OK


def test_nobody_has_no_name(enrolled: Run) -> None:
    assert enrolled("erase", "").returncode == USAGE
    assert result_of(enrolled("list", "--json")) == {"ada": 3}


def test_what_a_power_cut_left_is_erased_too(enrolled: Run, export: Path) -> None:
    (file,) = (export / "gallery").iterdir()
    file.with_suffix(".new").write_text("half a template")

    assert result_of(enrolled("list", "--json")) == {"ada": 3}
    assert enrolled("erase", "ada").returncode == OK
    assert list((export / "gallery").iterdir()) == []


def test_a_damaged_person_is_never_accepted_and_can_be_erased(
    enrolled: Run, export: Path, photos: dict[str, Path]
) -> None:
    (file,) = (export / "gallery").iterdir()
    file.write_bytes(file.read_bytes()[:-20])

    assert enrolled("verify", "ada", photos["astronaut3"]).returncode == INSTALLATION
    assert enrolled("erase", "ada").returncode == OK


def test_the_whole_program_has_at_most_200_lines(export: Path) -> None:
    programs = list(export.rglob("*.py"))
    assert [path.name for path in programs] == ["runner.py"]
    lines = programs[0].read_text("utf-8").splitlines()
    assert len(lines) <= 200
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("precision", ["int8", "fp32"])
def test_the_device_and_the_server_see_the_same(
    data: Path, pristine: Path, photos: dict[str, Path], precision: str
) -> None:
    measured = Settings(data_dir=data, pack="standard")
    recognition = Recognition.load(measured, choose(measured), threads=1)
    settings = measured.model_copy(update={"precision": precision})
    pipeline, matcher = load_pipeline(settings, choose(settings), threads=1), recognition.matcher
    decoder = partial(decode, limits=settings.image_limits())
    reader = ProbeReader(decoder, pipeline, settings.quality.limits())
    device = runner.Recognizer(pristine, precision)
    assert device.contract == pipeline.contract.digest

    server_samples, device_samples = [], []
    for path in (path for name, path in photos.items() if name[-1].isdigit() or name == "large"):
        probe = reader.read(path.read_bytes())
        sharpness, chips = device.look(runner.read_photo(path), path)
        assert sharpness == pytest.approx(probe.face.quality.sharpness, abs=1e-2)
        server_samples.append(probe.embedding)
        device_samples.append(device.run("embed", *chips)[0])

    for enrolled in (slice(0, 1), slice(0, 3), slice(5, 7)):
        reference = matcher.reference(SubjectId("somebody"), server_samples[enrolled])
        for probe_embedding, embedding in zip(server_samples, device_samples, strict=True):
            expected = matcher.compare(probe_embedding, reference).similarity
            known = np.stack(device_samples[enrolled])
            similarity, _ = device.run("compare", embedding, known, 1e-3, 0)
            assert similarity == pytest.approx(expected, abs=1e-3)

    for samples in range(1, 11):
        curve = recognition.calibration.curve(samples)
        for fmr in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6):
            known = np.stack(device_samples[:1] * samples)
            _, threshold = device.run("compare", device_samples[0], known, fmr, 0)
            assert threshold == pytest.approx(curve.threshold(FalseMatchRate(fmr)))


def test_an_export_is_replaced_and_its_gallery_kept(
    data: Path, export: Path, enrolled: Run
) -> None:
    (export / "models" / "find.onnx").write_bytes(b"damaged")

    assert mien(data, "export", "edge", export).returncode == OK
    assert result_of(enrolled("list", "--json")) == {"ada": 3}
    assert not [path for path in export.parent.iterdir() if path.name.startswith(".")]


def test_what_is_no_export_is_left_alone(data: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = mien(data, "export", "edge", tmp_path)

    assert done.returncode == USAGE
    assert "name a new or empty folder" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_other_packs_are_refused_with_the_way_out(data: Path, tmp_path: Path) -> None:
    done = mien(data, "export", "edge", tmp_path / "out", MIEN_PACK="builtin")

    assert done.returncode == USAGE
    assert "mien models pull standard" in done.stderr
    assert not (tmp_path / "out").exists()
