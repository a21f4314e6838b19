"""Writes the HTTP API's description, from which the dashboard's types are generated.

    python -m tools.write_openapi [--check]

No model is loaded and no setting read. With --check nothing is written: it exits 1 when the
committed copy is another one.
"""

# ruff: noqa: INP001, T201 - a script, which says what it did

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from mien.api.app import describe_api

OPENAPI: Final = Path(__file__).parents[1] / "web" / "openapi.json"
_MEND: Final = "python -m tools.write_openapi && npm --prefix web run types"


def document() -> str:
    """Return the description as it is committed."""
    return json.dumps(describe_api(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main(path: Path, *, only_check: bool) -> int:
    """Write the description, or compare it; return the exit code."""
    current = document()
    is_fresh = path.is_file() and path.read_text("utf-8") == current
    if only_check and not is_fresh:
        print(f"{path} is not what the server says of itself: run  {_MEND}")
        return 1
    if not is_fresh:
        path.write_text(current, "utf-8")
    print(f"{path} is what the server says of itself")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    sys.exit(main(OPENAPI, only_check=parser.parse_args().check))
