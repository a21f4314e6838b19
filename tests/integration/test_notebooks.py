"""The notebooks run from top to bottom, on the photos that test_evaluate.py speaks of."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support import skip_without

REPOSITORY = Path(__file__).parents[2]
NOTEBOOK = REPOSITORY / "notebooks" / "evaluate_system.ipynb"
SHARED = Path(os.environ.get("MIEN_SHARED", REPOSITORY / ".." / "shared"))
LFW = (SHARED / "data" / "lfw_dev").resolve()


def test_a_notebook_is_kept_without_results() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)


def test_the_notebook_evaluates_and_draws(tmp_path: Path, models_dir: Path) -> None:
    if not LFW.is_dir():
        skip_without(f"the LFW photos are not in {LFW}")
    copy = tmp_path / NOTEBOOK.name
    shutil.copyfile(NOTEBOOK, copy)
    environment = os.environ | {"MIEN_LFW": str(LFW), "MIEN_DATA_DIR": str(models_dir.parent)}
    done = subprocess.run(
        [sys.executable, "-c", "import nbclient.cli; nbclient.cli.main()", "--inplace", copy],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    outputs = [
        output
        for cell in json.loads(copy.read_text("utf-8"))["cells"]
        for output in cell.get("outputs", [])
    ]
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 5
    assert any("TPIR at FPIR" in "".join(output.get("text", "")) for output in outputs)
