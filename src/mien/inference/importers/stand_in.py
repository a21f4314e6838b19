"""What a name in an untrusted pickle is answered with, instead of the function it names."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import NoReturn, final


@final
class StandIn:
    """Can be called and nothing else."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[..., object]) -> None:
        """Take what answers a call from within the pickle."""
        self._call = call

    def __call__(self, *arguments: object) -> object:
        """Answer the pickle's call."""
        return self._call(*arguments)

    def __setstate__(self, state: object) -> NoReturn:
        """Refuse to be changed from within a pickle."""
        raise pickle.UnpicklingError("a name cannot have a state")
