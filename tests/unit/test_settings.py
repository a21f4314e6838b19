"""Settings have safe defaults and refuse what makes no sense."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from mien.core.quality import QualityLimits
from mien.settings import Settings


def test_defaults_are_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIEN_API_KEY", raising=False)
    settings = Settings()
    assert settings.host == "127.0.0.1"
    assert settings.api_key is None
    assert settings.quality.limits() == QualityLimits()
    assert settings.pack == "auto"
    assert settings.target_fmr is None  # the pack's own


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_DATA_DIR", "/srv/mien")
    monkeypatch.setenv("MIEN_TARGET_FMR", "1e-4")
    monkeypatch.setenv("MIEN_QUALITY__MAX_ROLL_DEG", "12.5")
    settings = Settings()
    assert settings.data_dir == Path("/srv/mien")
    assert settings.target_fmr == pytest.approx(1e-4)
    assert settings.quality.limits().max_roll_deg == pytest.approx(12.5)


def test_a_pack_can_be_mixed_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_PACK", "custom")
    monkeypatch.setenv("MIEN_DETECTORS", '["yunet", "mmod"]')
    monkeypatch.setenv("MIEN_LANDMARKER", "five_landmarks")
    monkeypatch.setenv("MIEN_EMBEDDERS", '{"resnet29": 2, "sface": 1}')
    settings = Settings()
    assert settings.detectors == ("yunet", "mmod")
    assert settings.landmarker == "five_landmarks"
    assert settings.embedders == {"resnet29": 2, "sface": 1}


def test_an_empty_key_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_API_KEY", "")
    assert Settings().api_key is None


def test_a_short_key_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_API_KEY", "hunter2")
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TARGET_FMR", "0"),
        ("TARGET_FMR", "1"),
        ("WORKERS", "0"),
        ("PORT", "70000"),
        ("EMBEDDERS", '{"resnet29": 0}'),
        ("PRECISION", "int3"),
        ("PROVIDER", "abacus"),
        ("WELLBEING_PURPOSE", "yes"),
        ("WELLBEING_PURPOSE", " " * 40),
        ("WELLBEING_PERIOD", "hour"),
        ("EXPRESSION_RETENTION_DAYS", "0"),
    ],
)
def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"MIEN_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("demands", ["[]", '["turn_left"]', '["smile", "blink"]', '["wave"]'])
def test_demands_that_no_session_could_be_drawn_of_are_refused(
    monkeypatch: pytest.MonkeyPatch, demands: str
) -> None:
    monkeypatch.setenv("MIEN_LIVE_DEMANDS", demands)
    with pytest.raises(ValidationError, match="live_demands"):
        Settings()
