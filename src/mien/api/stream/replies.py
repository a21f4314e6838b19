"""What the server says on a stream."""

from __future__ import annotations

from mien.api.schemas.faces import AuthenticationResult, told_reason
from mien.api.stream.endings import Ending
from mien.core.live.run import Progress
from mien.service.claim import Authentication

Reply = dict[str, object]


def status(progress: Progress, nonce: str, expires_in_s: float, taken: int, dropped: int) -> Reply:
    """Tell the person what to do now. nonce: for the frames that follow."""
    box = progress.box
    return {
        "type": "status",
        "phase": progress.phase,
        "prompt": progress.prompt,
        "demand": progress.demand,
        "done": progress.done,
        "total": progress.total,
        "hint": progress.hint,
        "light": progress.light,
        "box": None if box is None else [box.left, box.top, box.right, box.bottom],
        "landmarks": progress.landmarks,
        "nonce": nonce,
        "expires_in_ms": max(0, round(1000 * expires_in_s)),
        "frames": {"taken": taken, "dropped": dropped},
    }


def decision(result: AuthenticationResult) -> Reply:
    """Tell a caller everything that they may see."""
    return {"type": "decision", **result.model_dump(mode="json")}


def bare_decision(answer: Authentication) -> Reply:
    """Tell somebody without a key yes or no; who began the session asks for the rest."""
    reason = told_reason(answer.reason, None)
    return {"type": "decision", "authenticated": answer.accepted, "reason": reason}


def error(ending: Ending) -> Reply:
    """Tell why the stream ends."""
    return {"type": "error", "code": ending.code, "detail": ending.detail}
