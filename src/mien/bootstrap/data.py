"""Opens the database that the settings name, with the keys that they name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import URL

from mien.bootstrap.clock import utc_now
from mien.core.api_key import ApiKey
from mien.core.caller import ALL_SCOPES
from mien.errors import InvalidRequestError
from mien.service.manage_api_keys import ManageApiKeys
from mien.settings import Settings
from mien.storage.api_keys import generate_api_key, key_id_of
from mien.storage.database import Database
from mien.storage.engines import parse_url, sqlite_url
from mien.storage.master_keys import GivenKeys, KeyFile, KeySource

_DATABASE_FILE: Final = "mien.db"
_KEY_FILE: Final = "master.key"


def database_url(settings: Settings) -> URL:
    """Return where the data is: MIEN_DATABASE_URL, or a file in the data folder."""
    if settings.database_url is None:
        return sqlite_url(settings.data_dir / _DATABASE_FILE)
    return parse_url(settings.database_url.get_secret_value())


def key_file_of(settings: Settings) -> Path:
    """Return where the master keys are when no setting gives them."""
    return settings.master_key_file or settings.data_dir / _KEY_FILE


def key_source(settings: Settings) -> KeySource:
    """Return where the master keys come from; raise KeyMissingError or InvalidRequestError."""
    given = settings.master_key, settings.master_key_command, settings.master_key_file
    if sum(value is not None for value in given) > 1:
        raise InvalidRequestError(
            "set one of MIEN_MASTER_KEY, MIEN_MASTER_KEY_COMMAND and MIEN_MASTER_KEY_FILE"
        )
    if settings.master_key is not None:
        return GivenKeys(settings.master_key.get_secret_value(), "MIEN_MASTER_KEY")
    if settings.master_key_command is not None:
        return GivenKeys.of_command(settings.master_key_command)
    return KeyFile(key_file_of(settings))


def open_database(settings: Settings) -> Database:
    """Open the database, or create it where there is none; see `Database.open`."""
    return Database.open(database_url(settings), key_source(settings), utc_now)


def manage_api_keys() -> ManageApiKeys:
    """Return the use case that makes and ends API keys."""
    return ManageApiKeys(_new_api_key, utc_now)


def ensure_api_key(settings: Settings, database: Database) -> str | None:
    """Accept MIEN_API_KEY; without any key make one and return it, to be shown once."""
    configured = settings.api_key
    with database.unit_of_work("mien") as work:
        if configured is not None:
            key = configured.get_secret_value()
            work.api_keys.add(key, _first_key(key, "MIEN_API_KEY"))
            return None
        if work.api_keys.count():
            return None
        key = generate_api_key()
        work.api_keys.add(key, _first_key(key, "first start"))
        return key


def _first_key(key: str, label: str) -> ApiKey:
    return ApiKey(key_id_of(key), label, ALL_SCOPES, audience=label, created_at=utc_now())


def _new_api_key() -> tuple[str, str]:
    key = generate_api_key()
    return key, key_id_of(key)
