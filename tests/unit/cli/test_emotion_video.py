"""`mien emotion video`: what it prints, writes and returns, with models that need no weights."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from mien.cli import emotion_video
from mien.cli.console import Exit
from mien.core.expression import Expression, ExpressionShares
from mien.core.expression_timeline import ExpressionTimeline, FollowedFace, Moment, summarize
from mien.core.geometry import Box
from mien.errors import VideoUnreadableError

GLAD = ExpressionShares((0.1, 0.9, 0, 0, 0, 0, 0, 0))

app = typer.Typer()
app.command()(emotion_video.video)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file; what is read of it depends on what it says."""

    def read(file: Path, data_dir: Path | None, frames_per_s: float) -> ExpressionTimeline:
        assert data_dir is None
        if file.read_text() == "broken":
            raise VideoUnreadableError("broken")
        faces = (FollowedFace(1, Box(0.1, 0.2, 0.3, 0.4), GLAD),) if file.read_text() else ()
        moments = tuple(Moment(n / frames_per_s, faces) for n in range(3))
        return ExpressionTimeline(1.0, 640, 480, moments, summarize(moments))

    monkeypatch.setattr(emotion_video, "_read", read)
    path = tmp_path / "clip.mp4"
    path.write_text("a face")
    return path


def test_a_table_tells_of_every_face(clip: Path) -> None:
    told = run(clip)
    assert told.exit_code == Exit.OK
    assert "happiness 90%" in told.stdout
    assert "happiness 100%" in told.stdout


def test_json_is_for_programs(clip: Path) -> None:
    told = json.loads(run(clip, "--json", "--frames-per-second", "2").stdout)
    assert [frame["at_s"] for frame in told["frames"]] == [0.0, 0.5, 1.0]
    (face,) = told["frames"][0]["faces"]
    assert face["probabilities"]["happiness"] == 0.9
    assert told["tracks"][0]["share_of_time"]["happiness"] == 1.0


def test_csv_has_a_line_for_each_face_of_each_frame(clip: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert run(clip, "--csv", target).exit_code == Exit.OK
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["at_s"] for row in rows] == ["0.000", "0.250", "0.500"]
    assert rows[0]["expression"] == "happiness"
    assert sum(float(rows[0][expression]) for expression in Expression) == pytest.approx(1)
    assert [rows[0][side] for side in ("left", "bottom")] == ["0.1000", "0.4000"]


def test_a_plot_is_written(clip: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    assert run(clip, "--plot", target).exit_code == Exit.OK
    assert target.read_bytes().startswith(b"\x89PNG")
    assert run(clip, "--plot", tmp_path / "nowhere" / "out.png").exit_code == Exit.INSTALLATION


def test_nobody_and_no_video_exit_with_4(clip: Path) -> None:
    clip.write_text("")
    nobody = run(clip)
    assert (nobody.exit_code, nobody.stdout) == (Exit.BAD_IMAGE, "no face was found\n")
    clip.write_text("broken")
    broken = run(clip, "--json")
    assert broken.exit_code == Exit.BAD_IMAGE
    assert json.loads(broken.stdout)["error"]["code"] == "VIDEO_UNREADABLE"
