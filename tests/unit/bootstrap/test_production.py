"""Each weakness is found, and a sound configuration passes."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mien.bootstrap.production import CHECKS, examine, require_sound
from mien.errors import InsecureError
from mien.settings import Settings
from tests.certificates import write_certificate

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GOOD_KEY = "kO3v9Zt1Qm7xYb2Ws5Rf8Ua4Ec6Hd0Lj"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine, and not root: neither is the configuration's fault."""
    for name in [name for name in os.environ if name.startswith("MIEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.fixture
def sound(tmp_path: Path) -> dict[str, object]:
    """Settings that nobody could object to."""
    data, keys = tmp_path / "data", tmp_path / "keys"
    data.mkdir(mode=0o700)
    keys.mkdir(mode=0o700)
    key = keys / "master.key"
    key.touch(mode=0o600)
    certificate = write_certificate(keys, until=NOW + timedelta(days=90))
    return {
        "data_dir": data,
        "master_key_file": key,
        "host": "0.0.0.0",  # noqa: S104 what is checked
        "allowed_hosts": ("mien.example.org",),
        "tls_certificate": certificate.certificate,
        "tls_key": certificate.key,
        "issuer": "https://mien.example.org",
        "api_key": GOOD_KEY,
        "require_consent": True,
        "retention_days": 365,
        "pack": "standard",
        "production": True,
    }


def found(settings: dict[str, object]) -> dict[str, str]:
    """Return the objections by the names of their checks."""
    examined = examine(Settings.model_validate(settings), NOW)
    assert set(examined) == set(CHECKS)
    return {name: str(o) for name, o in examined.items() if o is not None}


def is_refused(settings: dict[str, object]) -> bool:
    try:
        require_sound(Settings.model_validate(settings), NOW)
    except InsecureError:
        return True
    return False


def test_a_sound_configuration_passes(sound: dict[str, object]) -> None:
    assert found(sound) == {}
    assert not is_refused(sound)


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "127.0.0.1", "tls_certificate": None, "tls_key": None, "allowed_hosts": ()},
        {"host": "::1", "tls_certificate": None, "tls_key": None, "allowed_hosts": ()},
        {"tls_certificate": None, "tls_key": None, "trusted_proxies": ("10.0.0.7",)},
        {"host": "mien.example.org", "allowed_hosts": ()},
        {"cors_origins": ("https://app.example.org",)},
        {"api_key": None},
        {"redis_url": "rediss://redis.example.org"},
        {"redis_url": "redis://127.0.0.1:6379"},
        {"redis_url": "redis://localhost"},
        {"database_url": "postgresql://mien@127.0.0.1/mien"},
        {"database_url": "postgresql://mien@/mien?host=/run/postgresql"},
        {"database_url": "postgresql://mien@db.example.org/mien?sslmode=verify-full"},
        {"master_key_file": None, "master_key": "k" * 43 + "="},
        {"master_key_file": None, "master_key_command": "vault read mien"},
        {"master_key_file": None, "database_url": "postgresql://mien@localhost/mien"},
        {"pack": "accurate"},
    ],
    ids=str,
)
def test_other_sound_configurations_pass_too(
    sound: dict[str, object], changes: dict[str, object]
) -> None:
    assert found({**sound, **changes}) == {}


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("wire", {"tls_certificate": None, "tls_key": None}),
        ("wire", {"tls_certificate": None, "tls_key": None, "host": ""}),
        ("wire", {"tls_certificate": Path("missing.pem")}),
        ("hosts", {"allowed_hosts": ()}),
        ("hosts", {"allowed_hosts": ("*",)}),
        ("origins", {"cors_origins": ("*",)}),
        ("proxies", {"trusted_proxies": ("*",)}),
        ("proxies", {"trusted_proxies": ("10.0.0.7", "0.0.0.0/0")}),
        ("master key", {"master_key_file": None}),
        ("API key", {"api_key": "k2J8x0PqL5vN3tRw"}),
        ("API key", {"api_key": "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb"}),
        ("API key", {"api_key": "mien_test_key_for_integration_tests"}),
        ("API key", {"api_key": "please-ChangeMe-k2J8x0PqL5vN3tRw"}),
        ("unsafe switches", {"unsafe_no_rate_limits": True}),
        ("issuer", {"issuer": "mien"}),
        ("PostgreSQL", {"database_url": "postgresql://mien:s@db.example.org/mien"}),
        ("PostgreSQL", {"database_url": "postgresql://mien@db.example.org/mien?sslmode=prefer"}),
        ("PostgreSQL", {"database_url": "postgresql://mien@/mien?host=db.example.org"}),
        ("Redis", {"redis_url": "redis://redis.example.org:6379"}),
    ],
    ids=str,
)
def test_a_weakness_is_found_and_refused(
    sound: dict[str, object], check: str, changes: dict[str, object]
) -> None:
    assert list(found({**sound, **changes})) == [check]
    assert is_refused({**sound, **changes})


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("consent", {"require_consent": False}),
        ("retention", {"retention_days": None}),
        ("pack", {"pack": "builtin"}),
        ("pack", {"pack": "auto"}),
        ("pack", {"pack": "nonsense"}),
        ("well-being", {"wellbeing_purpose": "Your own trend is shown to you, and to nobody."}),
        ("production", {"production": False}),
    ],
    ids=str,
)
def test_a_note_refuses_nothing(
    sound: dict[str, object], check: str, changes: dict[str, object]
) -> None:
    assert list(found({**sound, **changes})) == [check]
    assert not is_refused({**sound, **changes})


def test_root_is_noted(sound: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert list(found(sound)) == ["user"]
    assert not is_refused(sound)


def test_a_data_folder_that_others_can_read_is_found(
    sound: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "data").chmod(0o750)
    assert list(found(sound)) == ["data folder"]
    assert is_refused(sound)


def test_a_master_key_that_others_can_read_is_found(
    sound: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "keys" / "master.key").chmod(0o644)
    assert list(found(sound)) == ["master key"]
    assert is_refused(sound)


def test_a_master_key_below_the_database_is_found_through_a_link(
    sound: dict[str, object], tmp_path: Path
) -> None:
    inside = tmp_path / "data" / "secrets" / "master.key"
    inside.parent.mkdir(mode=0o700)
    inside.touch(mode=0o600)
    (tmp_path / "link.key").symlink_to(inside)
    assert list(found({**sound, "master_key_file": tmp_path / "link.key"})) == ["master key"]


def test_a_tls_key_that_others_can_read_is_found(sound: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "keys" / "key.pem").chmod(0o640)
    assert "others can read the TLS key" in found(sound)["wire"]
    assert is_refused(sound)


@pytest.mark.parametrize(("days", "refused"), [(-1, True), (3, False)])
def test_a_certificate_that_ends_is_found_before_it_does(
    sound: dict[str, object], tmp_path: Path, *, days: int, refused: bool
) -> None:
    write_certificate(tmp_path / "keys", until=NOW + timedelta(days=days))
    assert "the certificate ends on 2026-11-2" in found(sound)["wire"]
    assert is_refused(sound) is refused


@pytest.mark.parametrize(
    ("policy", "noted", "refused"),
    [
        ("none", True, True),
        ("passive", True, False),
        ("active", False, False),
        ("both", False, False),
        (None, False, False),
    ],
)
def test_sign_in_by_any_photo_is_refused_and_by_a_living_one_noted(
    sound: dict[str, object], policy: str | None, *, noted: bool, refused: bool
) -> None:
    sound["face_sign_in"] = policy
    assert ("face sign-in" in found(sound)) is noted
    assert is_refused(sound) is refused


def test_a_refusal_names_everything_at_once_and_no_secret(sound: dict[str, object]) -> None:
    weak = {**sound, "api_key": "password-password-password", "issuer": "mien"}
    with pytest.raises(InsecureError) as refused:
        require_sound(Settings.model_validate(weak), NOW)
    assert "MIEN_API_KEY" in str(refused.value)
    assert "MIEN_ISSUER" in str(refused.value)
    assert "password-password" not in str(refused.value)
