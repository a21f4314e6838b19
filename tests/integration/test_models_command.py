"""`mien models`, as an operator uses it: with a mirror, without a network.

The model files are no part of the repository: some tests look for them in `$MIEN_SHARED/models`,
by default beside the repository, and are skipped where they are absent, except in CI.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mien.inference import catalogue
from mien.inference.model import INSIGHTFACE, Model
from tests.model_server import Served, serving
from tests.support import skip_without

OK, USAGE, INSTALLATION = 0, 2, 5
SHARED = Path(os.environ.get("MIEN_SHARED", Path(__file__).parents[2] / ".." / "shared"))

Mien = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def mien(data: Path) -> Mien:
    environment = {name: text for name, text in os.environ.items() if "proxy" not in name.lower()}

    def run(*arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mien", "models", *map(str, arguments)],
            env=environment
            | {"MIEN_DATA_DIR": str(data)}
            | {name: str(value) for name, value in settings.items()},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def shared_models() -> Path:
    folder = (SHARED / "models").resolve()
    if not folder.is_dir():
        skip_without(f"the model files are not in {folder}")
    return folder


def result_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def states(mien: Mien) -> dict[str, str]:
    listed = result_of(mien("list", "--json"))
    return {model["name"]: model["state"] for model in listed["models"]}


def packs(mien: Mien) -> dict[str, dict[str, Any]]:
    return {pack["name"]: pack for pack in result_of(mien("list", "--json"))["packs"]}


def source(data: Path, model: Model) -> Path:
    return data / "models" / "sources" / f"{model.name}-{model.source.name}"


def test_a_pack_is_pulled_listed_and_verified(mien: Mien, data: Path, shared_models: Path) -> None:
    assert states(mien)["yunet"] == "missing"
    assert not packs(mien)["standard"]["complete"]
    assert not data.exists()  # listing creates nothing

    done = mien("pull", "standard", "--mirror", shared_models)

    assert done.returncode == OK, done.stderr
    assert "pulling yunet" in done.stderr
    assert "pulling" not in done.stdout
    assert source(data, catalogue.YUNET).is_file()
    assert states(mien)["yunet"] == states(mien)["mobilefacenet"] == "pulled"
    assert packs(mien)["standard"]["complete"]
    assert mien("verify").returncode == OK
    again = result_of(mien("pull", "standard", "--json", MIEN_MODELS_MIRROR="/nowhere"))
    assert again["pulled"] == []


def test_the_mirror_may_be_a_server(mien: Mien, data: Path, shared_models: Path) -> None:
    with serving() as server:
        name = f"/{catalogue.YUNET.source.name}"
        server.files[name] = Served(data=(shared_models / "yunet_2023mar.onnx").read_bytes())
        done = mien("pull", "yunet", "--json", MIEN_MODELS_MIRROR=server.url)

    assert result_of(done) == {"pulled": ["yunet"], "already_there": []}
    assert source(data, catalogue.YUNET).is_file()


def test_research_weights_are_pulled_only_by_who_accepts_their_license(
    mien: Mien, data: Path, shared_models: Path
) -> None:
    refused = mien("pull", "scrfd", "--mirror", shared_models)
    assert refused.returncode == INSTALLATION
    assert refused.stderr.startswith("LICENSE_NOT_ACCEPTED  scrfd is under")
    assert not source(data, catalogue.SCRFD).exists()

    name = INSIGHTFACE.name
    accepted = mien("pull", "scrfd", "--mirror", shared_models, "--accept-license", name)
    assert accepted.returncode == OK, accepted.stderr
    assert states(mien)["scrfd"] == "pulled"


def test_verify_finds_what_is_damaged_and_the_command_that_mends_it(
    mien: Mien, data: Path, shared_models: Path
) -> None:
    mien("pull", "yunet", "blazeface", "--mirror", shared_models)
    path = source(data, catalogue.YUNET)
    path.write_bytes(path.read_bytes()[:-1])
    (data / "models" / "yunet.onnx").write_bytes(b"an import without a receipt")

    done = mien("verify", "--json")

    assert done.returncode == INSTALLATION
    bad = {Path(f["file"]).name: f["mend"] for f in result_of(done)["files"] if f["mend"]}
    assert bad == {path.name: "mien models pull yunet", "yunet.onnx": "mien doctor"}
    shown = mien("verify")
    assert shown.returncode == INSTALLATION
    assert f"corrupt  {path}  mend: mien models pull yunet" in shown.stdout
    assert states(mien)["yunet"] == "corrupt"
    assert mien("pull", "yunet", "--mirror", shared_models).returncode == OK
    (data / "models" / "yunet.onnx").unlink()
    assert mien("verify").returncode == OK


def test_an_imported_network_is_verified_by_its_receipt(mien: Mien, data: Path) -> None:
    network = b"a network"
    (data / "models").mkdir(parents=True)
    (data / "models" / "tiny.onnx").write_bytes(network)
    receipt = {"sha256": hashlib.sha256(network).hexdigest()}
    (data / "models" / "tiny.onnx.json").write_text(json.dumps(receipt))
    assert mien("verify").returncode == OK

    (data / "models" / "tiny.onnx").write_bytes(network[:-1])
    assert mien("verify").returncode == INSTALLATION


def test_a_file_from_a_stick_is_imported(mien: Mien, data: Path, shared_models: Path) -> None:
    done = mien("import", shared_models / "facemesh_468.onnx", "--json")

    assert result_of(done)["model"] == "face_mesh"
    assert source(data, catalogue.FACE_MESH).is_file()
    assert states(mien)["face_mesh"] == "imported"
    shown = mien("import", shared_models / "yunet_2023mar.onnx")
    assert "imported  yunet" in shown.stdout


def test_a_file_that_is_no_model_is_not_imported(mien: Mien, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear operator")

    assert mien("import", tmp_path / "letter.txt").returncode == USAGE
    assert mien("import", tmp_path / "gone.onnx").returncode == USAGE
    swapped = mien("import", tmp_path / "letter.txt", "--model", "yunet")
    assert swapped.returncode == INSTALLATION
    assert "WEIGHTS_CORRUPT" in swapped.stderr


def test_a_model_without_a_published_hash_needs_the_operators(
    mien: Mien, data: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    network = b"weights that nobody has published a hash of"
    sha256 = hashlib.sha256(network).hexdigest()
    (stick / catalogue.FACENET.source.name).write_bytes(network)

    refused = mien("pull", "facenet", "--mirror", stick)
    assert refused.returncode == INSTALLATION
    assert "MODEL_UNTRUSTED" in refused.stderr
    wrong = mien("pull", "facenet", "--mirror", stick, "--sha256", "0" * 64)
    assert wrong.returncode == INSTALLATION
    assert mien("pull", "facenet", "--mirror", stick, "--sha256", "abc").returncode == USAGE
    pulled = mien("pull", "facenet", "--mirror", stick, "--sha256", sha256.upper())
    assert pulled.returncode == OK, pulled.stderr

    assert "you vouch" in mien("list").stdout
    (facenet,) = (
        model for model in result_of(mien("list", "--json"))["models"] if model["name"] == "facenet"
    )
    assert (facenet["vouched_by"], facenet["sha256"]) == ("operator", sha256)
    source(data, catalogue.FACENET).write_bytes(network[:-1])
    assert mien("verify").returncode == INSTALLATION
    shutil.rmtree(data)
    imported = mien(
        *("import", stick / catalogue.FACENET.source.name),
        *("--model", "facenet", "--sha256", sha256),
    )
    assert imported.returncode == OK, imported.stderr


def test_what_the_mirror_does_not_have_is_missing(mien: Mien, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    done = mien("pull", "standard", "--mirror", tmp_path / "empty", "--json")

    assert done.returncode == INSTALLATION
    assert result_of(done)["error"]["code"] == "MODEL_MISSING"


def test_what_cannot_be_reached_says_what_to_do(mien: Mien) -> None:
    done = mien("pull", "yunet", MIEN_MODELS_MIRROR="http://nobody.invalid/models")

    assert done.returncode == INSTALLATION
    assert "MODEL_UNREACHABLE" in done.stderr
    assert "mien models import" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="nothing"),
        pytest.param(["pull"], id="pull nothing"),
        pytest.param(["pull", "unknown"], id="unknown model"),
        pytest.param(["pull", "yunet", "--mirror", "ftp://mirror"], id="unknown protocol"),
        pytest.param(["pull", "standard", "--sha256", "0" * 64], id="hash of several"),
        pytest.param(["pull", "yunet", "--sha256", "0" * 64], id="hash against a published one"),
        pytest.param(["import"], id="import nothing"),
    ],
)
def test_mistakes_in_the_call_exit_with_2(mien: Mien, arguments: list[str]) -> None:
    assert mien(*arguments).returncode == USAGE


def test_the_list_tells_task_license_and_what_a_business_may_use(mien: Mien) -> None:
    listed = result_of(mien("list", "--json"))
    assert {model["name"]: model["commercial"] for model in listed["models"]} == {
        model.name: model.license.commercial for model in catalogue.MODELS
    }
    assert packs(mien)["builtin"]["complete"]
    assert packs(mien)["builtin"]["in_use"]

    shown = mien("list", COLUMNS="80").stdout
    assert "resnet29" in shown
    (scrfd,) = (line for line in shown.splitlines() if " scrfd " in line)
    assert scrfd.split() == ["scrfd", "2.5", "MB", "missing", "no", "InsightFace-non-commercial"]
    assert "SCRFD 500M" in mien("list", COLUMNS="200").stdout


def test_the_licenses_say_what_they_mean_for_a_business(mien: Mien) -> None:
    told = {model["name"]: model for model in result_of(mien("licenses", "--json"))["models"]}
    assert told["scrfd"]["commercial"] is False
    assert told["resnet29"]["license"] == "CC0-1.0"

    shown = mien("licenses").stdout
    assert "InsightFace-non-commercial  not for business" in shown
    assert "--accept-license InsightFace-non-commercial" in shown
