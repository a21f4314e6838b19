from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import mien.edge
from mien.edge import runner
from mien.edge.export import PROGRAMS

EDGE = Path(mien.edge.__file__).parent
PROGRAM_FILES = [EDGE / name for name in PROGRAMS if name.endswith(".py")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the runner believes to lie: a folder without an export."""
    monkeypatch.setattr(runner, "__file__", str(tmp_path / "runner.py"))
    return tmp_path


@pytest.mark.parametrize("path", PROGRAM_FILES, ids=lambda path: path.name)
def test_the_programs_need_three_packages_and_one_another(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 10))
    for_checkers = [
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in block.body
    ]
    needed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            needed |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node not in for_checkers:
            needed.add(str(node.module).partition(".")[0])
    allowed = {"numpy", "onnxruntime", "cv2"}
    assert needed - sys.stdlib_module_names <= allowed


@pytest.mark.parametrize(
    "line",
    [
        "",
        "enroll",
        "enroll ada",
        "verify ada",
        "verify ada one.jpg two.jpg",
        "verify ada one.jpg --camera 0",
        "identify",
        "list ada",
        "erase",
        "verify ada one.jpg --precision fp16",
        "dance",
    ],
)
def test_wrong_calls_exit_with_2(
    folder: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        runner.main(line.split())
    assert exited.value.code == 2
    assert "usage:" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_an_empty_gallery_is_listed_in_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runner.main(["list"]) == 0
    assert capsys.readouterr().out == "nobody is enrolled\n"
    assert runner.main(["erase", "ada"]) == 1
    assert runner.main(["erase", "../ada", "--json"]) == 1
    assert '"error": "UNKNOWN_SUBJECT"' in capsys.readouterr().out
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("folder")
def test_a_folder_without_a_manifest_has_to_be_mended(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["identify", "one.jpg"]) == 5
    assert "manifest.json" in capsys.readouterr().out
