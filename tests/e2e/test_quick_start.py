"""The README's quick start, executed as it stands.

Only what a newcomer's machine decides is set from outside: a free port instead of 8000 and a
data folder under the test's own.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text("utf-8")
SERVER_BLOCK = "make run"
START_WITHIN_S = 300


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def steps(block: str) -> Iterator[tuple[str, str | None]]:
    """Yield (command, expected excerpt of its output), lines continued and comments apart."""
    command: list[str] = []
    pending: str | None = None
    for line in block.splitlines():
        if line.startswith("# → "):
            assert pending is not None, line
            yield pending, line.removeprefix("# → ")
            pending = None
            continue
        if pending is not None:
            yield pending, None
            pending = None
        command.append(line)
        if not line.endswith("\\"):
            pending = "\n".join(command)
            command = []
    if pending is not None:
        yield pending, None


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """`make run` is up; what is yielded is the environment of the second terminal."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("newcomer")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MIEN_")},
        "MIEN_DATA_DIR": str(folder / "data"),
        "MIEN_PORT": str(port),
        "PORT_OF_THIS_TEST": str(port),
    }
    log = folder / "server.log"
    (command, *_), *_ = (block.split("#") for block in blocks("sh") if SERVER_BLOCK in block)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command.strip().split(),
            cwd=REPOSITORY,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        key = wait_for_key(process, log)
        yield {**environment, "KEY": key}
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=40)


def wait_for_key(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        text = log.read_text("utf-8")
        printed = re.search(r"mien_[0-9a-f]{8}_[\w-]{43}", text)
        if printed and "startup complete" in text:
            return printed.group()
        time.sleep(0.1)
    raise TimeoutError(f"the server did not start: {log.read_text('utf-8')}")


def run_as_fast_as_allowed(
    command: str, newcomer: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command; nobody types faster than the server's limits, a test has to wait for them."""
    for _ in range(5):
        done = subprocess.run(
            ["bash", "-c", command.replace(":8000", f":{newcomer['PORT_OF_THIS_TEST']}")],
            cwd=REPOSITORY,
            env=newcomer,
            capture_output=True,
            text=True,
            check=False,
        )
        if "RATE_LIMITED" not in done.stdout:
            return done
        time.sleep(1.1)
    raise TimeoutError(f"refused again and again: {command}")


def test_every_command_of_the_quick_start_does_what_the_readme_says(
    newcomer: dict[str, str],
) -> None:
    shutil.rmtree(REPOSITORY / "samples", ignore_errors=True)
    checked = 0
    for block in blocks("sh"):
        for command, expected in steps(block):
            if command.startswith(("make run", "make test", "export KEY=")):
                continue
            done = run_as_fast_as_allowed(command, newcomer)
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
            if expected is not None:
                assert expected in done.stdout, f"{command}\n{done.stdout}"
                checked += 1
    assert checked >= 10


def test_the_python_example_runs(newcomer: dict[str, str]) -> None:
    (example,) = blocks("python")
    done = subprocess.run(
        [REPOSITORY / ".venv" / "bin" / "python", "-c", example],
        cwd=REPOSITORY,
        env=newcomer,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == example.rpartition("# → ")[2].strip()


def test_the_example_script_runs(newcomer: dict[str, str]) -> None:
    done = subprocess.run(
        [REPOSITORY / ".venv" / "bin" / "python", "examples/compare.py",
         "samples/astronaut_1.jpg", "samples/astronaut_2.jpg"],
        cwd=REPOSITORY,
        env=newcomer,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert "same person" in done.stdout, done.stderr
