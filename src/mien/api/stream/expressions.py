"""A stream that tells what faces express, frame by frame; it stores nothing."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final, final

from starlette.websockets import WebSocket

from mien.api.dependencies import EmotionState
from mien.api.schemas.emotion_video import FollowedFaceResult
from mien.api.stream.conversation import say
from mien.api.stream.endings import EXPIRED, GIVEN_UP, Ending, ending_by, going_away
from mien.api.stream.inbox import Inbox
from mien.api.stream.lane import Lane
from mien.api.stream.mailbox import Mailbox
from mien.api.stream.messages import Bye, Hello, Said, Shown, read_object
from mien.api.stream.racing import first_of
from mien.api.stream.replies import Reply
from mien.bootstrap.following import expression_follower
from mien.core.caller import Caller, Scope
from mien.core.expression_timeline import FollowedFace
from mien.errors import ImageError, InvalidRequestError, UnauthorizedError

IDLE_S: Final = 30.0
LONGEST_S: Final = 3600.0

_UNREADABLE: Final = "the frame could not be read"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A frame, its number among all that came, and when it came."""

    shown: Shown
    number: int
    received_s: float


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen in a frame; faces: None for one that could not be read."""

    waiting: _Waiting
    faces: tuple[FollowedFace, ...] | None


@final
class ExpressionTalk:
    """Talks with one client: frames come in, and what the faces of the newest express goes out."""

    policy: Final = None
    reason: Final = None

    def __init__(
        self, server: EmotionState, lane: Lane, websocket: WebSocket, caller: Caller | None
    ) -> None:
        """Take an accepted connection, and who opened it, if they said so."""
        application = server.application
        self._metrics: Final = server.metrics
        self._follow: Final = expression_follower(
            application.settings, application.read_expressions
        )
        self._lane: Final = lane
        self._websocket: Final = websocket
        self._caller: Final = caller
        self._inbox: Final = Inbox(websocket, IDLE_S, read_text)
        self._box: Final[Mailbox[_Waiting]] = Mailbox()
        self.taken = 0

    @property
    def dropped(self) -> int:
        """How many frames a newer one replaced."""
        return self._box.dropped

    async def hold(self, closing: asyncio.Event, request_id: str) -> Ending:
        """Talk until the client or the server goes, or time is over."""
        return await ending_by(self._talk(closing), request_id)

    async def _talk(self, closing: asyncio.Event) -> Ending:
        if self._caller is None:
            raise UnauthorizedError("expressions are read for callers with an API key")
        self._caller.require(Scope.READ)
        return (
            await first_of(self._look(), self._listen(), going_away(closing), within_s=LONGEST_S)
            or EXPIRED
        )

    async def _listen(self) -> Ending:
        """Read what comes; of frames only the newest is kept."""
        number, greeted = 0, False
        while True:
            said = await self._inbox.next()
            if isinstance(said, Bye):
                return GIVEN_UP
            if isinstance(said, Shown):
                number += 1
                self._box.put(_Waiting(said, number, time.monotonic()))
            elif greeted or number:
                # Else hellos would keep a stream open that shows nothing.
                raise InvalidRequestError("say hello once, before the first frame, or not at all")
            greeted = True

    async def _look(self) -> Ending:
        """Look at the newest frame, tell what is seen, and so on."""
        while True:
            seen = await self._lane.run_newest(self._box, self._see)
            self.taken += 1
            await say(self._websocket, _reply(seen))
            self._metrics.feedback_s.observe(time.monotonic() - seen.waiting.received_s)

    def _see(self, waiting: _Waiting) -> _Seen:
        data = waiting.shown.image()
        try:
            return _Seen(waiting, self._follow(data, waiting.received_s))
        except ImageError:
            return _Seen(waiting, None)


def read_text(text: str) -> Said:
    """Read a message in JSON; raise InvalidRequestError."""
    said = read_object(text)
    match said.get("type"):
        case "hello":
            return Hello()
        case "frame":
            frame = said.get("frame")
            if not isinstance(frame, str):
                raise InvalidRequestError("a frame is an image in base64")
            return Shown(frame)
        case "bye":
            return Bye()
        case _:
            raise InvalidRequestError("the type of a message is hello, frame or bye")


def _reply(seen: _Seen) -> Reply:
    faces = seen.faces or ()
    return {
        "type": "expressions",
        "frame": seen.waiting.number,
        "faces": [FollowedFaceResult.of(face).model_dump(mode="json") for face in faces],
        "hint": _UNREADABLE if seen.faces is None else None,
    }
