"""What is too weak for people's faces: small checks of the settings and of files' permissions.

`mien doctor --production` shows them; with MIEN_PRODUCTION=true a server does not start against
them.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from mien.bootstrap.data import database_url, key_file_of
from mien.bootstrap.recognition import choose
from mien.bootstrap.tls import is_open_to_others, tls_files
from mien.core.liveness import LivenessPolicy
from mien.errors import InsecureError, MienError
from mien.settings import ANY, Settings
from mien.storage.engines import file_of

_MIN_KEY_LENGTH: Final = 32
_MIN_KEY_LETTERS: Final = 12
_EXAMPLE_WORDS: Final = ("changeme", "change_me", "change-me", "example", "password", "test_key")
_GOOD_PACKS: Final = frozenset({"standard", "accurate"})
_ENCRYPTED: Final = frozenset({"require", "verify-ca", "verify-full"})
_RENEW_WITHIN: Final = timedelta(days=14)
_MAKE_A_KEY: Final = 'make one with  python -c "import secrets; print(secrets.token_urlsafe(32))"'


@dataclass(frozen=True, slots=True)
class Objection:
    """What is weak and what to do. is_note: worth knowing, and no reason to refuse."""

    problem: str
    remedy: str
    is_note: bool = False

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.problem}: {self.remedy}"


def examine(settings: Settings, now: datetime) -> dict[str, Objection | None]:
    """Make every check; None is what a sound configuration gets."""
    return {name: check(settings, now) for name, check in CHECKS.items()}


def require_sound(settings: Settings, now: datetime) -> None:
    """Raise InsecureError with everything that has to be mended before people rely on it."""
    found = [o for o in examine(settings, now).values() if o is not None and not o.is_note]
    if found:
        listed = "".join(f"\n  - {objection}" for objection in found)
        raise InsecureError(f"MIEN_PRODUCTION=true, and this is too weak for it:{listed}")


def _wire(settings: Settings, now: datetime) -> Objection | None:
    try:
        files = tls_files(settings)
    except MienError as error:
        return Objection("TLS does not work", str(error))
    if files is None:
        alone = settings.host and _is_here(settings.host)
        if alone or settings.trusted_proxies:
            return None
        return Objection(
            f"faces would travel in the open to {settings.host}",
            "set MIEN_TLS_CERTIFICATE and MIEN_TLS_KEY, or listen on 127.0.0.1, or put a TLS "
            "proxy in front and name it in MIEN_TRUSTED_PROXIES",
        )
    expires_at = files.expires_at()
    if expires_at - now >= _RENEW_WITHIN:
        return None
    problem = f"the certificate ends on {expires_at:%Y-%m-%d}"
    return Objection(problem, "renew it", is_note=expires_at > now)


def _hosts(settings: Settings, _now: datetime) -> Objection | None:
    if ANY not in settings.hosts():
        return None
    return Objection(
        "requests for any host name are answered, so a foreign page can reach in under its own",
        'name yours, as MIEN_ALLOWED_HOSTS=["mien.example.org"]',
    )


def _origins(settings: Settings, _now: datetime) -> Objection | None:
    if ANY not in settings.cors_origins:
        return None
    return Objection(
        "pages of every web site may call this server", "name yours in MIEN_CORS_ORIGINS"
    )


def _proxies(settings: Settings, _now: datetime) -> Objection | None:
    everybody = [p for p in settings.trusted_proxies if p == ANY or p.endswith("/0")]
    if not everybody:
        return None
    return Objection(
        "everybody may say from which address they come, and so escapes the rate limits",
        "name only your proxies in MIEN_TRUSTED_PROXIES",
    )


def _master_key(settings: Settings, _now: datetime) -> Objection | None:
    if settings.master_key or settings.master_key_command:
        return None  # it is nowhere on the disk
    key = key_file_of(settings)
    try:
        if key.exists() and is_open_to_others(key):
            return Objection(f"others can read {key}", f"chmod 600 {key}, and rotate the key")
    except OSError as error:
        return Objection(f"{key} cannot be looked at ({error.strerror})", "check its permissions")
    database = file_of(database_url(settings))
    if database is None or not key.resolve().is_relative_to(database.parent.resolve()):
        return None
    return Objection(
        f"the master key lies beside the database in {database.parent}, and opens it for whoever "
        "takes the folder",
        "move it and set MIEN_MASTER_KEY_FILE, or have a vault print it: MIEN_MASTER_KEY_COMMAND",
    )


def _data_folder(settings: Settings, _now: datetime) -> Objection | None:
    folder = settings.data_dir
    if not folder.exists() or not is_open_to_others(folder):
        return None
    return Objection(f"others can look into {folder}", f"chmod 700 {folder}")


def _api_key(settings: Settings, _now: datetime) -> Objection | None:
    if settings.api_key is None:
        return None
    key = settings.api_key.get_secret_value()
    if any(word in key.lower() for word in _EXAMPLE_WORDS):
        return Objection("MIEN_API_KEY is one of an example", _MAKE_A_KEY)
    if len(key) < _MIN_KEY_LENGTH or len(set(key)) < _MIN_KEY_LETTERS:
        return Objection("MIEN_API_KEY can be guessed", _MAKE_A_KEY)
    return None


def _unsafe(settings: Settings, _now: datetime) -> Objection | None:
    names = [n for n in Settings.model_fields if n.startswith("unsafe_") and getattr(settings, n)]
    if not names:
        return None
    listed = ", ".join(f"MIEN_{name.upper()}" for name in names)
    return Objection(f"{listed} takes a defense away", "unset it")


def _issuer(settings: Settings, _now: datetime) -> Objection | None:
    if settings.issuer != Settings.model_fields["issuer"].default:
        return None
    return Objection(
        "assertions come from 'mien', as those of every other server",
        "set MIEN_ISSUER to this server's URL",
    )


def _database_link(settings: Settings, _now: datetime) -> Objection | None:
    url = database_url(settings)
    named = url.query.get("host", ())
    hosts = [url.host] if url.host else [named] if isinstance(named, str) else list(named)
    if all(map(_is_here, hosts)) or url.query.get("sslmode") in _ENCRYPTED:
        return None
    return Objection(
        "the way to PostgreSQL may be in the open",
        "add ?sslmode=verify-full to MIEN_DATABASE_URL",
    )


def _redis_link(settings: Settings, _now: datetime) -> Objection | None:
    if settings.redis_url is None:
        return None
    url = urlsplit(settings.redis_url.get_secret_value())
    if url.scheme == "rediss" or _is_here(url.hostname or ""):
        return None
    return Objection("the way to Redis is in the open", "use rediss:// in MIEN_REDIS_URL")


def _consent(settings: Settings, _now: datetime) -> Objection | None:
    if settings.require_consent:
        return None
    return Objection(
        "people can be enrolled without a word on what they agreed to",
        "set MIEN_REQUIRE_CONSENT=true where the law asks for it",
        is_note=True,
    )


def _retention(settings: Settings, _now: datetime) -> Objection | None:
    if settings.retention_days is not None:
        return None
    return Objection(
        "people stay enrolled until somebody erases them", "set MIEN_RETENTION_DAYS", is_note=True
    )


def _wellbeing(settings: Settings, _now: datetime) -> Objection | None:
    if settings.wellbeing_purpose is None:
        return None
    return Objection(
        "well-being is on: expressions of people who agree are kept at every authentication",
        "in the EU this is prohibited at work and in education, but for medical or safety reasons "
        "(AI Act, article 5(1)(f)): read docs/wellbeing.md, or unset MIEN_WELLBEING_PURPOSE",
        is_note=True,
    )


def _face_sign_in(settings: Settings, _now: datetime) -> Objection | None:
    match settings.face_sign_in:
        case LivenessPolicy.NONE:
            return Objection(
                "a photo of somebody is enough to sign in as them",
                "set MIEN_FACE_SIGN_IN=both, or unset it",
            )
        case LivenessPolicy.PASSIVE:
            return Objection(
                "people sign in by a photo that merely looks alive",
                "set MIEN_FACE_SIGN_IN=both: docs/liveness.md says what each is worth",
                is_note=True,
            )
        case _:
            return None


def _user(_settings: Settings, _now: datetime) -> Objection | None:
    if os.name != "posix" or os.geteuid() != 0:
        return None
    return Objection("mien runs as root", "give it a user of its own", is_note=True)


def _models(settings: Settings, _now: datetime) -> Objection | None:
    try:
        pack = choose(settings).pack.name
    except MienError as error:
        return Objection("no models are chosen", str(error), is_note=True)
    if pack in _GOOD_PACKS:
        return None
    return Objection(
        f"the pack {pack} mistakes people for each other more often than the standard one",
        "mien models pull standard",
        is_note=True,
    )


def _switch(settings: Settings, _now: datetime) -> Objection | None:
    if settings.production:
        return None
    return Objection(
        "a server starts whatever is found here", "set MIEN_PRODUCTION=true", is_note=True
    )


def _is_here(host: str) -> bool:
    """Tell whether a host is this machine; a path is a socket on it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"} or host.startswith("/")


CHECKS: Final[Mapping[str, Callable[[Settings, datetime], Objection | None]]] = MappingProxyType(
    {
        "wire": _wire,
        "hosts": _hosts,
        "origins": _origins,
        "proxies": _proxies,
        "master key": _master_key,
        "data folder": _data_folder,
        "API key": _api_key,
        "unsafe switches": _unsafe,
        "issuer": _issuer,
        "PostgreSQL": _database_link,
        "Redis": _redis_link,
        "consent": _consent,
        "retention": _retention,
        "well-being": _wellbeing,
        "face sign-in": _face_sign_in,
        "user": _user,
        "pack": _models,
        "production": _switch,
    }
)
