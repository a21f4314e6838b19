"""A small gated recurrent network over a session's readings, in numpy.

It is trained by `mien train temporal`, on an organization's own sessions; mien comes without one.
Source of the unit: K. Cho et al., Learning phrase representations using RNN encoder-decoder for
statistical machine translation, EMNLP 2014; its gates in PyTorch's order: reset, update, new.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
import numpy.typing as npt

from mien.core.live.motion import FEATURES

Floats = npt.NDArray[np.float32]

INPUTS: Final = 2 * len(FEATURES)
"""The features of a reading, and how they changed since the one before."""

_FURTHEST: Final = 6.0
"""Inputs are cut off there, in standard deviations: what nobody has seen is not extrapolated."""


@dataclass(frozen=True, slots=True)
class Standard:
    """What is subtracted from the inputs and what they are divided by, [INPUTS] each."""

    center: Floats
    scale: Floats

    @classmethod
    def of(cls, sessions: list[Floats]) -> Standard:
        """Measure the features of many sessions, [readings, features] each."""
        every = np.concatenate([_with_changes(features) for features in sessions])
        scale = np.maximum(every.std(axis=0), 1e-3)
        return cls(every.mean(axis=0).astype(np.float32), scale.astype(np.float32))

    def inputs(self, features: Floats) -> Floats:
        """Return what the network takes, float32 [readings, INPUTS]; what is no number stays so."""
        standard = (_with_changes(features) - self.center) / self.scale
        return np.asarray(np.clip(standard, -_FURTHEST, _FURTHEST), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Gates:
    """Weights of the unit: of the inputs [3 H, INPUTS], of the state [3 H, H], biases [3 H]."""

    inputs: Floats
    state: Floats
    input_bias: Floats
    state_bias: Floats


@final
@dataclass(frozen=True, slots=True)
class GatedSequence:
    """Scores whole sessions; a `mien.core.live.motion.SequenceModel`.

    output: weights [2 H] of the state's mean and of its maximum over the session.
    """

    standard: Standard
    gates: Gates
    output: Floats
    output_bias: float
    threshold: float

    def score(self, features: Floats) -> float:
        """Return how likely a session is genuine, 0 to 1; not a number for what is none."""
        return float(1 / (1 + np.exp(-np.clip(self.log_odds(features), -50, 50))))

    def log_odds(self, features: Floats) -> float:
        """Return the same as log-odds."""
        states = self._states(self.standard.inputs(features))
        pooled = np.concatenate([states.mean(axis=0), states.max(axis=0)])
        return float(pooled @ self.output) + self.output_bias

    def _states(self, inputs: Floats) -> Floats:
        gates, width = self.gates, self.gates.state.shape[1]
        from_inputs = inputs @ gates.inputs.T + gates.input_bias
        state, states = np.zeros(width, np.float32), []
        for row in from_inputs:
            from_state = gates.state @ state + gates.state_bias
            reset, update = _sigmoid(row[: 2 * width] + from_state[: 2 * width]).reshape(2, width)
            new = np.tanh(row[2 * width :] + reset * from_state[2 * width :])
            state = (1 - update) * new + update * state
            states.append(state)
        return np.asarray(states, dtype=np.float32)


def _with_changes(features: Floats) -> Floats:
    changes = np.diff(features, axis=0, prepend=features[:1])
    return np.concatenate([features, changes], axis=1)


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -50, 50))), dtype=np.float32)
