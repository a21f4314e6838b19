"""The secret rotation of the gallery: whether there is one, and how it is renewed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from mien.errors import KeyMissingError
from mien.storage.master_keys import MasterKeys
from mien.storage.tables import TemplateRow
from mien.storage.vault import TRANSFORM, ensure_secret, read_secret


def gallery_transform(
    connection: Connection, master_keys: MasterKeys, now: datetime, *, make_for_new: bool
) -> bytes | None:
    """Return the secret that the stored templates are rotated by, None if they are not.

    make_for_new: whether a gallery without templates gets one. Raises KeyMissingError when the
    templates are rotated by a secret that is gone.
    """
    stored = connection.scalar(select(TemplateRow.contract).limit(1))
    if stored is None:
        if not make_for_new:
            return None
        return ensure_secret(connection, master_keys, TRANSFORM, now)
    if "+" not in stored:
        return None
    secret = read_secret(connection, master_keys, TRANSFORM)
    if secret is None:
        raise KeyMissingError(
            "the templates are rotated by a secret that is not in the database: restore it from "
            "its backup"
        )
    return secret
