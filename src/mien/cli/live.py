"""mien live: a live session on a running server, before a camera of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mien.cli.console import AsJson, Exit, err, out, print_json, reporting
from mien.cli.recognize import SubjectName, verdict
from mien.core.liveness import LivenessPolicy
from mien.core.policy import Reason

if TYPE_CHECKING:
    from mien.client import CapturedFrame, Decision, LivenessCheck, Status

_REDRAWS_PER_S: Final = 12
_LIT_LINES: Final = 40
_WIDTH: Final = 64
_COLORS: Final = {"asked": "yellow", "passed": "green", "failed": "red"}
_CONNECTING: Final = "connecting"

_WHY: Final = {
    Reason.SPOOF_SUSPECTED: "the session did not show a living person",
    Reason.LOW_CONFIDENCE: "this is somebody else, or nobody of that name is enrolled",
    Reason.UNKNOWN_SUBJECT: "nobody of that name is enrolled",
    Reason.LOCKED_OUT: "too many failed attempts, wait or  mien users unlock",
}


def live(
    user_id: SubjectName,
    camera: Annotated[int, typer.Option(min=0, help="Number of the camera.")] = 0,
    video: Annotated[
        Path | None,
        typer.Option(help="Play a video file instead of a camera.", exists=True, dir_okay=False),
    ] = None,
    server: Annotated[str, typer.Option(help="URL of the server.")] = "http://127.0.0.1:8000",
    api_key: Annotated[
        str | None,
        typer.Option(
            envvar="MIEN_API_KEY",
            show_envvar=True,
            help="A key of the scope `verify`; the variable keeps it out of the process list.",
        ),
    ] = None,
    liveness: Annotated[
        LivenessPolicy, typer.Option(help="What to show besides the face, at least.")
    ] = LivenessPolicy.ACTIVE,
    as_json: AsJson = False,
) -> None:
    """Verify a subject in a live session on a running server; exits 3 when it is refused."""
    with reporting(as_json=as_json):
        from mien.client import LiveClient

        client = LiveClient(server, _required(api_key), client_id="mien-live")
        with _frames(camera, video) as frames, _screen(err) as show:
            decision = client.run(frames, user_id=user_id, liveness=liveness, on_status=show)
    if as_json:
        print_json({name: value for name, value in asdict(decision).items() if name != "type"})
    else:
        _show_decision(user_id, decision)
    if not decision.authenticated:
        raise typer.Exit(Exit.REFUSED)


def _required(api_key: str | None) -> str:
    from mien.errors import InvalidRequestError

    if not api_key:
        raise InvalidRequestError(
            "a live session needs an API key: set MIEN_API_KEY to the one that  mien serve  "
            "printed at its first start, or make another with  mien api-keys create"
        )
    return api_key


def _frames(number: int, video: Path | None) -> AbstractContextManager[Iterator[CapturedFrame]]:
    from mien.client import camera, video_file

    return camera(number) if video is None else video_file(video)


class _Screen:
    """Draws what the person is told, over and over in one place."""

    def __init__(self, drawn: Live) -> None:
        self._drawn = drawn

    def __call__(self, status: Status) -> None:
        self._drawn.update(prompt_panel(status))


class _Lines:
    """Prints each new prompt on a line of its own, where nothing can be drawn over."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last = ""

    def __call__(self, status: Status) -> None:
        line = f"{status.done}/{status.total}  {status.hint or status.prompt}"
        if line != self._last:
            self._console.print(line, markup=False, soft_wrap=True)
            self._last = line


@contextmanager
def _screen(console: Console) -> Iterator[_Screen | _Lines]:
    if not console.is_terminal:
        yield _Lines(console)
        return
    with Live(
        Panel(_CONNECTING, width=_WIDTH),
        console=console,
        refresh_per_second=_REDRAWS_PER_S,
        transient=True,
    ) as drawn:
        yield _Screen(drawn)


def prompt_panel(status: Status) -> RenderableType:
    """Return what is drawn: the prompt large, what is in its way, and how far it has come.

    While the screen has to shine, nothing but its color.
    """
    if status.light is not None:
        return Panel("", style=f"on bright_{status.light}", height=_LIT_LINES)
    color = _COLORS.get(status.phase, "blue")
    prompt = Text(status.prompt.upper(), style=f"bold {color}", justify="center")
    hint = Text(status.hint or "", style="italic", justify="center")
    bar = ProgressBar(
        total=max(1, status.total),
        completed=status.done,
        width=_WIDTH - 6,
        complete_style="green",
        finished_style="green",
    )
    facts = Text(
        f"{status.done} of {status.total}   {status.expires_in_ms / 1000:.0f} s left   "
        f"{status.frames.taken} frames seen, {status.frames.dropped} dropped",
        style="dim",
        justify="center",
    )
    body = Group(Padding(prompt, (1, 0)), hint, Padding(bar, (1, 1)), facts)
    return Panel(body, width=_WIDTH, border_style=color)


def _show_decision(user_id: str, decision: Decision) -> None:
    line = f"{verdict(accepted=decision.authenticated)} {user_id}"
    why = _WHY.get(Reason(decision.reason)) if decision.reason in set(Reason) else None
    if not decision.authenticated:
        line += f": {why or decision.reason}"
    elif decision.false_match_rate is not None:
        line += f": an impostor scores this in {decision.false_match_rate:.1e} of attempts"
    out.print(line, soft_wrap=True)
    if decision.liveness is not None and decision.liveness.checks:
        out.print(_checks_table(decision.liveness.policy, decision.liveness.checks))


def _checks_table(policy: str, checks: tuple[LivenessCheck, ...]) -> Table:
    table = Table("check", "result", "score", "threshold", "made of")
    table.title, table.title_justify = f"liveness, policy {policy}", "left"
    for check in checks:
        parts = ", ".join(f"{name} {value:.4g}" for name, value in (check.parts or {}).items())
        table.add_row(
            check.name,
            "[green]passed[/]" if check.passed else "[red]failed[/]",
            _number(check.score),
            _number(check.threshold),
            parts,
        )
    return table


def _number(value: float | None) -> str:
    return "not checked" if value is None else f"{value:.3f}"
