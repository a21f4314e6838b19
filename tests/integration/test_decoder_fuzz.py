"""A short run of the decoder's fuzzer; `python -m tests.fuzz_decoder` takes its five minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz_decoder import MAX_GROWTH, MAX_PEAK, Report, fuzz

pytestmark = pytest.mark.slow

SECONDS = 10


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return fuzz(SECONDS, tmp_path_factory.mktemp("findings"))


def test_damaged_photos_are_decoded_or_refused_and_nothing_else_happens(report: Report) -> None:
    assert not report.findings, "\n".join(report.findings)
    assert set(report.outcomes) <= {"DECODED", "IMAGE_UNREADABLE", "IMAGE_TOO_LARGE"}


def test_every_outcome_was_reached_by_enough_inputs_to_mean_something(report: Report) -> None:
    assert report.inputs >= 500
    assert set(report.outcomes) == {"DECODED", "IMAGE_UNREADABLE", "IMAGE_TOO_LARGE"}
    assert report.corpus >= 60


def test_memory_stays_flat(report: Report) -> None:
    assert report.warm_rss > 0
    assert report.growth <= MAX_GROWTH
    assert report.peak <= MAX_PEAK


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("import os; os.kill(os.getpid(), 11)", "CRASHED -11"),
        ("raise KeyError('no mercy')", "ESCAPED KeyError('no mercy')"),
        ("import time; time.sleep(60)", "HANGING for 1 s"),
    ],
)
def test_a_decoder_that_misbehaves_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, found: str
) -> None:
    """Otherwise a fuzzer that sees nothing would look like a decoder without fault."""
    sabotage = tmp_path / "sabotage"
    sabotage.mkdir()
    (sabotage / "sitecustomize.py").write_text(
        "import mien.inference.decoding as decoding\n"
        "def decode(data, limits, *, enough_px=None):\n"
        "    if data:\n"
        f"        {program}\n"
        "decoding.decode = decode\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(sabotage), prepend=":")
    monkeypatch.setattr("tests.fuzz_decoder.LONGEST_S", 1.0)

    report = fuzz(0.1, tmp_path / "findings")

    (finding, *_) = report.findings
    assert finding.startswith(found)
    assert Path(finding.rpartition(": ")[2]).read_bytes()
