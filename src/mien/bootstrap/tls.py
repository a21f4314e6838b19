"""The certificate that the server shows, and its key."""

from __future__ import annotations

import os
import ssl
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn

from cryptography import x509

from mien.errors import InsecureError, InvalidRequestError
from mien.settings import Settings

CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2, which is the oldest that Python's server side speaks; 1.3 has only good ones."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files that fit together. certificate: the server's first, then those that issued it."""

    certificate: Path
    key: Path

    def expires_at(self) -> datetime:
        """Return when the server's certificate ends."""
        return x509.load_pem_x509_certificate(self.certificate.read_bytes()).not_valid_after_utc


def tls_files(settings: Settings) -> TlsFiles | None:
    """Return the files of the settings after a look into them, None without TLS.

    Raises InvalidRequestError for files that do not serve, InsecureError for a key that others
    can read.
    """
    certificate, key = settings.tls_certificate, settings.tls_key
    if certificate is None or key is None:
        return None
    try:
        if is_open_to_others(key):
            raise InsecureError(
                f"others can read the TLS key {key}: chmod 600 {key}, and have it replaced if "
                "they may have"
            )
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, _refuse)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise InvalidRequestError(
            f"MIEN_TLS_CERTIFICATE {certificate} and MIEN_TLS_KEY {key} cannot be used: {error}"
        ) from error
    return TlsFiles(certificate, key)


def is_open_to_others(path: Path) -> bool:
    """Tell whether group or others may do anything with a file or folder; raise OSError."""
    return os.name == "posix" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _refuse() -> NoReturn:
    raise ValueError("the key is encrypted, and a server has nobody to ask for the passphrase")
