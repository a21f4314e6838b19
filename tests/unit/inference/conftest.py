"""A small model, the server that has it, and the folder that it is pulled to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mien.inference.model import Model
from mien.inference.sources import SourceFolder
from tests.model_server import DATA, FILE, ModelServer, Served, model_of, serving


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    with serving() as server:
        server.files[FILE] = Served(data=DATA)
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> SourceFolder:
    return SourceFolder(tmp_path / "data" / "models" / "sources")


@pytest.fixture
def model(server: ModelServer) -> Model:
    return model_of(DATA, server.url + FILE)
