"""Who can sign in, as the specs know them too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Account:
    """A name and its password."""

    name: str
    password: str = field(repr=False)


ACCOUNTS: Final[Mapping[str, Account]] = {
    who: Account(**said)
    for who, said in json.loads(Path(__file__).with_name("accounts.json").read_text()).items()
}
