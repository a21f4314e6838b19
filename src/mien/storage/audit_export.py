"""The audit log as JSON lines that anybody can check: entries, signatures and public keys.

The first line says where the export begins and with which digest, the next hold one entry each,
then come the signed digests, the head's last, and the public keys. How they are checked is told
by examples/verify_audit_export.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Final, TypeAlias

from mien.core.audit import GENESIS, AuditEntry
from mien.core.signing import PublicKey
from mien.errors import InvalidRequestError
from mien.storage.audit import Checkpoint, SqlAuditLog

Line: TypeAlias = Mapping[str, object]

FORMAT: Final = "mien-audit-1"


def export_lines(
    log: SqlAuditLog, public_keys: Sequence[PublicKey], *, after: int = 0
) -> Iterator[Line]:
    """Yield the lines of an export of the entries after a sequence, up to the head of now.

    Raises InvalidRequestError when there is no entry to begin after.
    """
    head = log.head()
    yield opening_line(log, after=after)
    with closing(log.entries(after=after)) as entries:
        for entry in entries:
            if entry.sequence > head.sequence:  # added meanwhile
                break
            yield entry_line(entry)
    yield from closing_lines(log, head, public_keys, after=after)


def opening_line(log: SqlAuditLog, *, after: int = 0) -> Line:
    """Return the line that an export begins with."""
    return {"format": FORMAT, "after": after, "previous": _digest_of(log, after).hex()}


def entry_line(entry: AuditEntry) -> Line:
    """Return an entry's line."""
    event = entry.event.canonical()
    return {"entry": {"sequence": entry.sequence, **event}, "digest": entry.digest.hex()}


def closing_lines(
    log: SqlAuditLog, head: Checkpoint, public_keys: Sequence[PublicKey], *, after: int = 0
) -> Iterator[Line]:
    """Yield what shows that nothing was cut off: signed digests up to a head, and the keys."""
    kept = [seal for seal in log.checkpoints() if after < seal.sequence < head.sequence]
    for seal in [*kept, head]:
        yield {"seal": _document(seal)}
    for key in public_keys:
        yield {"key": {"kid": key.kid, "ed25519": key.public.hex()}}


def checkpoint_document(seal: Checkpoint, public_keys: Sequence[PublicKey]) -> Line:
    """Return a verified checkpoint with the key that checks it, to be kept elsewhere."""
    public = {key.kid: key.public for key in public_keys}[seal.kid]
    return {**_document(seal), "ed25519": public.hex()}


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Read a checkpoint that was kept; raise InvalidRequestError. Its signature is not checked."""
    try:
        values = json.loads(text)
        return Checkpoint(
            sequence=int(values["sequence"]),
            digest=bytes.fromhex(values["digest"]),
            kid=str(values["kid"]),
            signature=bytes.fromhex(values["signature"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidRequestError(
            "this is no checkpoint: it is a file that  mien audit checkpoint --to  wrote"
        ) from error


def _digest_of(log: SqlAuditLog, sequence: int) -> bytes:
    if sequence == 0:
        return GENESIS
    found = log.page(limit=1, after=sequence - 1)
    if not found or found[0].sequence != sequence:
        raise InvalidRequestError(f"the audit log has no entry {sequence} to begin after")
    return found[0].digest


def _document(seal: Checkpoint) -> dict[str, object]:
    return {
        "sequence": seal.sequence,
        "digest": seal.digest.hex(),
        "kid": seal.kid,
        "signature": seal.signature.hex(),
    }
