"""A network that is rarely needed: loaded at its first run, let go when nobody ran it for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, final

import numpy as np
import numpy.typing as npt

from mien.inference.runtime import Network, Tensor

IDLE_S: Final = 300.0


@final
class SpareNetwork:
    """Stands in for a network whose memory is worth more than the time to load it again."""

    def __init__(self, load: Callable[[], Network], *, idle_s: float = IDLE_S) -> None:
        """Take what loads it and how long it may lie idle."""
        self._load: Final = load
        self._idle_s: Final = idle_s
        self._lock: Final = threading.Lock()
        self._network: Network | None = None
        self._timer: threading.Timer | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether it holds memory now."""
        return self._network is not None

    def run(self, values: npt.NDArray[np.generic]) -> Tensor:
        """Feed the input of a network with one output and return it."""
        return self._take().run(values)

    def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        """Feed the input and return all outputs."""
        return self._take().run_all(values)

    def _take(self) -> Network:
        """Return the network, loaded, and begin to count its idle time anew."""
        with self._lock:
            network = self._network = self._network or self._load()
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._idle_s, self._let_go)
            self._timer.daemon = True
            self._timer.start()
        return network

    def _let_go(self) -> None:
        """Forget the network; a run that still has it goes on."""
        with self._lock:
            self._network = None
