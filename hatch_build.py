"""Puts the dashboard into what is packaged; an editable install builds nothing."""

# ruff: noqa: S603 - npm is whatever the machine has

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any, Final, final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_BUILT: Final = "src/mien/dashboard/index.html"
_COMMANDS: Final = (("npm", "ci", "--no-audit", "--no-fund"), ("npm", "run", "build"))


@final
class DashboardHook(BuildHookInterface[Any]):
    """Builds the dashboard where no built one lies in the tree."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 Hatch's form
        """Build it, before Hatch looks for files; raise SystemExit with what is missing."""
        root = Path(self.root)
        if version == "editable" or (root / _BUILT).is_file():
            return
        if shutil.which("npm") is None:
            raise SystemExit(
                "mien's package holds its dashboard, which is not built, and npm is not here to "
                "build it: install Node.js 20 or newer with npm, or take the published wheel"
            )
        for command in _COMMANDS:
            subprocess.run(command, cwd=root / "web", check=True)
