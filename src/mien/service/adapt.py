"""Learn from an authentication, if it was strong and of a living person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from mien.core.adaptation import Change
from mien.core.attempt import AttemptId
from mien.core.audit import AuditAction, AuditEvent
from mien.core.learner import Learner
from mien.core.liveness import Liveness, LivenessPolicy
from mien.core.policy import Decision
from mien.core.ports import UnitOfWork
from mien.core.template import Embedding, SubjectId, Template


@dataclass(frozen=True, slots=True)
class Shown:
    """What an authentication showed.

    accepted: its answer, with everything that speaks against it (replays, locks) counted in.
    quality: of the probe, 0 to 1. liveness: None where nothing was checked.
    """

    subject_id: SubjectId
    attempt_id: AttemptId
    at: datetime
    accepted: bool
    decision: Decision
    embedding: Embedding
    quality: float
    liveness: Liveness | None


@final
class Adapt:
    """Adds what was shown to the subject's learned templates; see `mien.core.adaptation`."""

    def __init__(self, learner: Learner, contract: str) -> None:
        """Take what decides, and what templates are marked with."""
        self._learner: Final = learner
        self._contract: Final = contract

    def __call__(self, work: UnitOfWork, shown: Shown) -> Change:
        """Learn, in the transaction of the authentication; return what was changed.

        Nothing is learned when somebody else changes templates at this moment: the next time will
        do.
        """
        # 1. An acceptance, and of somebody who was shown to live? A photo by itself never teaches.
        if not shown.accepted or not _is_alive(shown.liveness):
            return Change()
        # 2. Much surer than an acceptance has to be?
        if not self._learner.is_strong(shown.decision):
            return Change()
        # 3. Nobody else changes templates until this is done.
        if not work.learned.try_lock():
            return Change()
        stored = work.subjects.templates_of(shown.subject_id)
        if not stored or any(each.template.contract != self._contract for each in stored):
            return Change()
        # 4. As sure against the enrolled templates alone; a new candidate, or one confirmed.
        target = shown.decision.target
        change = self._learner.change(stored, shown.embedding, target, shown.at)
        if change.is_none:
            return change
        self._store(work, shown, change)
        # 5. The record.
        work.audit.append(_event(work, shown, change))
        return change

    def _store(self, work: UnitOfWork, shown: Shown, change: Change) -> None:
        if change.drop:
            work.learned.drop(shown.subject_id, change.drop)
        if change.adopt:
            work.learned.adopt(shown.subject_id, change.adopt, shown.attempt_id)
        if change.keep:
            template = Template(shown.embedding, self._contract, shown.quality)
            work.learned.keep(shown.subject_id, template, shown.attempt_id, shown.at)


def _is_alive(liveness: Liveness | None) -> bool:
    return liveness is not None and liveness.policy is not LivenessPolicy.NONE and liveness.accepted


def _event(work: UnitOfWork, shown: Shown, change: Change) -> AuditEvent:
    """Say what was learned of which attempt, so that it can be taken back by its name."""
    details: dict[str, str | int] = {"attempt": shown.attempt_id}
    if change.adopt and change.adopt.attempt_id:
        details["adopted"] = change.adopt.attempt_id
    if change.keep:
        details["candidate"] = shown.attempt_id
    if change.drop:
        details["dropped"] = " ".join(each.attempt_id or "" for each in change.drop)
    return AuditEvent(
        action=AuditAction.ADAPT,
        at=shown.at,
        actor=work.actor,
        subject=work.subjects.pseudonym(shown.subject_id),
        details=details,
    )
