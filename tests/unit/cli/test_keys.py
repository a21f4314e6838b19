"""`mien keys`: what it says, asks and refuses; the changes themselves are tested in storage."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from mien.bootstrap.recognition import choose
from mien.cli.console import Exit
from mien.cli.keys import keys
from mien.core.template import EmbeddingContract, SubjectId, Template, Terms
from mien.inference.assembly import contract_of
from mien.settings import Settings
from mien.storage.engines import sqlite_url
from mien.storage.master_keys import KeyFile
from tests.databases import open_database
from tests.unit.storage.test_database import NOW


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("MIEN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MIEN_PACK", "builtin")
    return Settings()


def run(*words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(keys, words, input=answer)


def ran(*words: str) -> dict[str, object]:
    done = run(*words, "--json")
    assert done.exit_code == Exit.OK, done.output
    values: dict[str, object] = json.loads(done.stdout)
    return values


def enroll(folder: Path, contract: EmbeddingContract) -> None:
    vector = np.random.default_rng(1).normal(size=contract.dimension).astype(np.float32)
    with (
        open_database(sqlite_url(folder / "mien.db"), folder) as database,
        database.unit_of_work("test") as work,
    ):
        template = Template(vector, contract.digest, 0.5)
        work.subjects.add(SubjectId("ada"), [template], NOW, Terms())


def test_keys_are_shown_by_their_names_alone(tmp_path: Path) -> None:
    rotated = ran("rotate")
    ran("roll-over")
    shown = ran("show")
    masters, signing = shown["master_keys"], shown["signing_keys"]
    assert isinstance(masters, list)
    assert isinstance(signing, list)
    assert [key["id"] for key in masters][:1] == [rotated["master_key"]]
    assert [key["seals"] for key in masters] == [True, False]
    assert [key["retired_at"] is None for key in signing] == [True, False]
    assert shown["transform"] is None
    text = run("show").output + json.dumps(shown)
    assert str(rotated["master_key"]) in text
    for key in KeyFile(tmp_path / "master.key").load():
        assert key.hex() not in text
        assert base64.b64encode(key).decode() not in text


def test_retiring_asks_and_says_what_is_lost(tmp_path: Path) -> None:
    before = ran("rotate")["master_key"]
    declined = run("retire", answer="n\n")
    assert declined.exit_code == Exit.ERROR
    assert "can never be read again" in declined.stderr
    assert len(KeyFile(tmp_path / "master.key").load()) == 2
    assert run("retire", "--json").exit_code == Exit.USAGE, "nobody can be asked"
    retired = run("retire", answer="y\n")
    assert retired.exit_code == Exit.OK, retired.output
    assert [key["id"] for key in _masters()] == [before]
    again = run("retire", "--yes")
    assert again.exit_code == Exit.USAGE
    assert "no old master key" in again.stderr


def test_the_help_says_what_retiring_costs() -> None:
    text = " ".join(run("retire", "--help").output.replace("│", " ").split())
    for words in ("cannot be undone", "no copy of the database", "make a new backup first"):
        assert words in text


def test_templates_are_renewed_without_a_model(tmp_path: Path, settings: Settings) -> None:
    enroll(tmp_path, contract_of(choose(settings).pack))
    renewed = ran("renew-templates")
    assert renewed["templates"] == 1
    assert ran("show")["transform"] == renewed["transform"]
    assert not list(tmp_path.glob("models/*.onnx"))
    done = run("renew-templates")
    assert done.exit_code == Exit.OK, done.output
    assert "start every server anew" in done.stdout
    assert ran("show")["transform"] not in (None, renewed["transform"])


def test_templates_of_another_pack_are_refused(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    enroll(tmp_path, contract_of(choose(settings).pack))
    monkeypatch.setenv("MIEN_PACK", "standard")
    refused = run("renew-templates", "--json")
    assert refused.exit_code == Exit.INSTALLATION
    assert json.loads(refused.stdout)["error"]["code"] == "CONTRACT_MISMATCH"
    assert ran("show")["transform"] is None


def _masters() -> list[dict[str, object]]:
    masters = ran("show")["master_keys"]
    assert isinstance(masters, list)
    return masters
