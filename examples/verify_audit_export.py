"""Checks an export of mien's audit log, with nothing of mien: only with `cryptography`.

    mien audit export --to log.jsonl
    python examples/verify_audit_export.py log.jsonl [PUBLIC_KEY ...]

The keys, in hex, are those that you got before and elsewhere: a file that brings its own keys
only shows that it fits together. Each entry's digest is the SHA-256 of the digest before it and
of the entry as JSON with sorted keys and no spaces; the signatures are Ed25519.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class BrokenExportError(Exception):
    """The export is not what mien signed."""


def verify(lines: Iterable[str], trusted: Sequence[str] = ()) -> tuple[int, str]:
    """Return the last sequence and its digest in hex; raise BrokenExportError."""
    records = [json.loads(line) for line in lines]
    start = records[0]
    if start.get("format") != "mien-audit-1":
        raise BrokenExportError("this is no export of an audit log")
    # 1. The chain: every entry follows the one before.
    last, digest = start["after"], bytes.fromhex(start["previous"])
    digests = {last: digest}
    for record in (record for record in records if "entry" in record):
        entry, last = record["entry"], last + 1
        body = json.dumps(entry, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(digest + body.encode()).digest()
        if entry["sequence"] != last or digest.hex() != record["digest"]:
            raise BrokenExportError(f"entry {last} is missing, was changed or moved")
        digests[last] = digest
    # 2. The signatures: by keys that are trusted, and of these very digests.
    keys = {record["key"]["kid"]: record["key"]["ed25519"] for record in records if "key" in record}
    seals = [record["seal"] for record in records if "seal" in record]
    for seal in seals:
        key = keys.get(seal["kid"], "")
        if trusted and key not in trusted:
            raise BrokenExportError(f"entry {seal['sequence']} is signed with a key not trusted")
        if digests.get(seal["sequence"], b"").hex() != seal["digest"] or not _is_signed(seal, key):
            raise BrokenExportError(f"entry {seal['sequence']} is not the one that was signed")
    # 3. The end: the newest entry is signed, so nothing was cut off before it.
    if not seals or seals[-1]["sequence"] != last:
        raise BrokenExportError(f"entry {last} is the last, and no signature says so")
    return last, digest.hex()


def _is_signed(seal: dict[str, Any], key: str) -> bool:
    about = f"mien\0audit\0{seal['sequence']}".encode()
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(seal["signature"]), about + bytes.fromhex(seal["digest"]))
    except (InvalidSignature, ValueError):
        return False
    return True


if __name__ == "__main__":
    try:
        found = verify(Path(sys.argv[1]).read_text().splitlines(), sys.argv[2:])
    except BrokenExportError as error:
        sys.exit(f"BROKEN: {error}")
    print(f"intact up to entry {found[0]}, digest {found[1]}")
    if len(sys.argv) == 2:
        print("no key was given: anybody could have made this file")
