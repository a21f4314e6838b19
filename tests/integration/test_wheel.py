"""What is packaged: an installed mien shows its dashboard without Node.js."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from mien.api.dashboard.files import BUILT, INDEX, BuiltFiles

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SHOW = """
from mien.api.dashboard.files import BUILT, BuiltFiles
built = BuiltFiles.read(BUILT)
print(BUILT, len(built.page), *sorted(built.others), sep="\\n")
"""


@pytest.fixture(scope="module")
def built() -> BuiltFiles:
    found = BuiltFiles.read(BUILT)
    if found is None:
        message = "no dashboard is built: make web"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


def package(kind: str, folder: Path) -> Path:
    """Build a wheel or an sdist of the working tree, with the tools of the lock."""
    code = f"import hatchling.build as b, sys; print(b.build_{kind}(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.iterdir()
    return made


def test_an_installed_wheel_has_the_dashboard_inside(built: BuiltFiles, tmp_path: Path) -> None:
    wheel, place = package("wheel", tmp_path / "wheel"), tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", place, wheel], check=True, capture_output=True)
    shown = subprocess.run(
        [sys.executable, "-c", SHOW],
        env={"PYTHONPATH": str(place)},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    where, page, *others = shown.stdout.splitlines()
    assert Path(where) == place / "mien" / "dashboard"
    assert int(page) == len(built.page)
    assert others == sorted(built.others)


@pytest.mark.usefixtures("built")
def test_the_sources_of_a_release_can_build_it_again(tmp_path: Path) -> None:
    with tarfile.open(package("sdist", tmp_path / "sdist")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"web/package.json", "web/package-lock.json", "web/openapi.json"} <= names
    assert {"hatch_build.py", "web/src/main.tsx", f"src/mien/dashboard/{INDEX}"} <= names
    assert not [name for name in names if "node_modules" in name]


def test_without_the_dashboard_and_npm_nothing_is_packaged(tmp_path: Path) -> None:
    """A wheel that lacks half of the product would be found out by its users."""
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "src" / "mien").mkdir(parents=True)
    code = "import hatchling.build as b; b.build_wheel('dist')"
    refused = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": str(tmp_path)},
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert refused.returncode != 0
    assert "install Node.js 20 or newer with npm" in refused.stderr
