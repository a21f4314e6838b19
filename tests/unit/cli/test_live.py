"""`mien live`: what it shows, says and returns, before a server that does what the test says."""

from __future__ import annotations

import io
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner, Result
from websockets.sync.server import ServerConnection

from mien.cli.console import Exit
from mien.cli.live import live, prompt_panel
from mien.client import Status
from mien.client.messages import read_message
from tests.live_server import DECISION, Script, Visit, serving, status, takes

app = typer.Typer()
app.command()(live)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 15.0, (64, 48))
    for number in range(45):
        writer.write(np.full((48, 64, 3), 5 * number, np.uint8))
    writer.release()
    return path


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_API_KEY", "a-key-of-the-environment")


def run(script: Script, clip: Path, *words: str) -> Result:
    with serving(script) as (url, visit):
        done = CliRunner().invoke(app, ["ada", "--video", str(clip), "--server", url, *words])
    if visit.hello:
        assert visit.headers["X-API-Key"] == "a-key-of-the-environment"
        assert json.loads(visit.hello)["user_id"] == "ada"
    return done


def deciding(**changes: object) -> Script:
    def script(socket: ServerConnection, _visit: Visit) -> None:
        socket.send(status(hint="come closer"))
        socket.send(json.dumps({**DECISION, **changes}))

    return script


def test_who_is_accepted_sees_every_check_with_its_score_and_threshold(clip: Path) -> None:
    done = run(takes(2), clip)
    assert done.exit_code == Exit.OK, done.output
    assert "accepted ada" in done.output
    rows = [line.split("│") for line in done.stdout.splitlines() if "│" in line]
    cells = [[cell.strip() for cell in row[1:-1]] for row in rows]
    assert ["demands", "passed", "1.000", "1.000", "turn_left 1.25"] in cells
    assert ["passive", "failed", "not checked", "0.500", ""] in cells


def test_prompts_are_lines_where_there_is_no_terminal(clip: Path) -> None:
    done = run(takes(2), clip)
    assert done.stderr.splitlines() == ["1/3  turn your head to your left"]


def test_a_hint_comes_before_the_prompt(clip: Path) -> None:
    assert run(deciding(), clip).stderr.splitlines() == ["1/3  come closer"]


def test_a_refusal_is_an_exit_code_of_its_own(clip: Path) -> None:
    done = run(deciding(authenticated=False, reason="SPOOF_SUSPECTED"), clip)
    assert done.exit_code == Exit.REFUSED
    assert "refused ada: the session did not show a living person" in done.stdout


def test_json_is_all_that_stdout_holds(clip: Path) -> None:
    done = run(deciding(), clip, "--json")
    values = json.loads(done.stdout)
    assert values["authenticated"] is True
    assert values["assertion"] == DECISION["assertion"]
    assert values["liveness"]["checks"][0]["parts"] == {"turn_left": 1.25}
    assert "type" not in values


def test_what_the_server_refuses_is_said(clip: Path) -> None:
    message = {"type": "error", "code": "LOCKED_OUT", "detail": "wait 60 s"}
    done = run(lambda socket, _visit: socket.send(json.dumps(message)), clip)
    assert done.exit_code == Exit.ERROR
    assert "LOCKED_OUT  wait 60 s" in done.stderr


def test_without_a_key_it_says_where_one_is(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIEN_API_KEY")
    done = CliRunner().invoke(app, ["ada", "--video", str(clip)])
    assert done.exit_code == Exit.USAGE
    assert "MIEN_API_KEY" in done.stderr


def test_a_terminal_shows_the_prompt_large_with_all_that_counts() -> None:
    said = read_message(status(hint="come closer"))
    assert isinstance(said, Status)
    console = Console(file=io.StringIO(), width=80)
    with console.capture() as captured:
        console.print(prompt_panel(said))
    text = captured.get()
    assert "TURN YOUR HEAD TO YOUR LEFT" in text
    assert "come closer" in text
    assert "1 of 3   29 s left   4 frames seen, 1 dropped" in text
