"""One stream, from its hello to its decision."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import partial
from typing import Final, final

from starlette.websockets import WebSocket, WebSocketDisconnect

from mien.api.answering import count_decision, present
from mien.api.dependencies import ServerState
from mien.api.stream import replies
from mien.api.stream.endings import (
    CUT,
    DECIDED,
    EXPIRED,
    GIVEN_UP,
    GOING_AWAY,
    Ending,
    StreamEndedError,
    ending_by,
    going_away,
)
from mien.api.stream.inbox import Inbox
from mien.api.stream.lane import Lane
from mien.api.stream.mailbox import Mailbox
from mien.api.stream.messages import Bye, Hello, Shown
from mien.api.stream.racing import first_of
from mien.bootstrap.clock import utc_now
from mien.core.audit import AuditAction
from mien.core.caller import Caller, Scope
from mien.core.live.run import Progress
from mien.core.liveness import LivenessPolicy
from mien.errors import InvalidRequestError, UnauthorizedError, UnknownSessionError
from mien.service.claim import Authentication
from mien.service.live.frames import Frame
from mien.service.live.sessions import LiveStream

_SENT_WITHIN_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A frame, and when it came."""

    shown: Shown
    received_s: float


@final
class Conversation:
    """Talks with one client. Whatever ends it, a session that was attached is concluded once.

    Two things go on at a time: messages are read as they come, and the newest frame is looked
    at; only the second speaks.
    """

    def __init__(
        self, server: ServerState, lane: Lane, websocket: WebSocket, caller: Caller | None
    ) -> None:
        """Take an accepted connection, and who opened it, if they said so."""
        self._server: Final = server
        self._lane: Final = lane
        self._websocket: Final = websocket
        self._caller: Final = caller
        self._inbox: Final = Inbox(websocket)
        self._box: Final[Mailbox[_Waiting]] = Mailbox()
        self._stream: LiveStream | None = None
        self._answer: Authentication | None = None
        self._nonce: str | None = None
        self._until_s = 0.0
        self.taken = 0

    @property
    def dropped(self) -> int:
        """How many frames a newer one replaced."""
        return self._box.dropped

    @property
    def policy(self) -> LivenessPolicy | None:
        """What the session asks for, once there is one."""
        return None if self._stream is None else self._stream.session.policy

    @property
    def reason(self) -> str | None:
        """Why the decision fell as it did, once there is one."""
        return None if self._answer is None else self._answer.reason

    async def hold(self, closing: asyncio.Event, request_id: str) -> Ending:
        """Talk until the end, conclude, and tell the decision if somebody is there to hear it."""
        ending = await ending_by(self._talk_or_leave(closing), request_id)
        if self._stream is None:
            return ending
        concluded = await ending_by(self._conclude(self._stream), request_id)
        if ending not in {DECIDED, GIVEN_UP}:
            return ending
        if self._answer is None:
            return concluded
        return await ending_by(self._tell_decision(self._answer, ending), request_id)

    async def _talk_or_leave(self, closing: asyncio.Event) -> Ending:
        return await first_of(self._talk(), going_away(closing)) or GOING_AWAY

    async def _talk(self) -> Ending:
        said = await self._inbox.next()
        received_s = time.monotonic()
        if isinstance(said, Bye):
            return GIVEN_UP
        hello = said if isinstance(said, Hello) else said.hello
        if hello is None:
            raise InvalidRequestError("say hello first, with session_id or user_id")
        # A frame without a stamp comes from a client that knows no demands: the key's own policy
        # says whether that is enough.
        knows_demands = isinstance(said, Hello) or said.stamp is not None
        wish = LivenessPolicy.ACTIVE if knows_demands else LivenessPolicy.NONE
        self._nonce = hello.nonce
        await self._lane.run(partial(self._attach, hello, wish))
        stream = self._attached()
        if isinstance(said, Shown) and (said.stamp or not stream.run.policy.needs_session):
            self._box.put(_Waiting(said, received_s))
        await self._tell(stream.greet())
        left_s = self._until_s - time.monotonic()
        return await first_of(self._look(stream), self._listen(), within_s=left_s) or EXPIRED

    def _attach(self, hello: Hello, wish: LivenessPolicy) -> None:
        """Find the session, or begin it; what is not as it should be leaves it untouched."""
        sessions, caller, token = self._server.application.live, self._caller, hello.session_id
        actor = "anonymous" if caller is None else caller.actor
        with self._server.application.unit_of_work(actor) as work:
            if token is None:
                if caller is None or hello.user_id is None:
                    raise UnauthorizedError("a session for a user_id is begun with an API key")
                caller.require(Scope.VERIFY)
                token = sessions.begin(work, caller, hello.user_id, hello.liveness or wish).token
            stream = sessions.attach(work, token, time.monotonic())
            if caller is not None and stream.session.actor != caller.actor:
                raise UnknownSessionError("there is no such live session: begin a new one")
            _require_same(stream, hello)
        left = stream.session.expires_at - utc_now()
        self._until_s = time.monotonic() + left.total_seconds()
        # Last: from here on it is concluded.
        self._stream = stream

    async def _listen(self) -> Ending:
        """Read what comes; of frames only the newest is kept."""
        while True:
            said = await self._inbox.next()
            if isinstance(said, Bye):
                return GIVEN_UP
            if isinstance(said, Hello):
                raise InvalidRequestError("a stream is one session: one hello is enough")
            if said.hello is not None:
                _require_same(self._attached(), said.hello)
            self._box.put(_Waiting(said, time.monotonic()))

    async def _look(self, stream: LiveStream) -> Ending:
        """Look at the newest frame, tell what is seen, and so on until it is decided."""

        def take(waiting: _Waiting) -> tuple[Progress, float]:
            frame = Frame(waiting.shown.image(), waiting.shown.stamp, waiting.received_s)
            return stream.take(frame), waiting.received_s

        while not stream.run.is_over:
            progress, received_s = await self._lane.run_newest(self._box, take)
            self.taken += 1
            await self._tell(progress)
            self._server.metrics.feedback_s.observe(time.monotonic() - received_s)
        return DECIDED

    async def _conclude(self, stream: LiveStream) -> Ending:
        """Decide, in the name of whoever began the session; with a key it is told here, once."""
        sessions, caller = self._server.application.live, self._caller

        def conclude() -> Authentication:
            with self._server.application.unit_of_work(stream.session.actor) as work:
                answer = sessions.conclude(work, stream)
                if caller is not None:
                    sessions.complete(work, caller, stream.token)
            return answer

        self._answer = answer = await self._lane.run(conclude)
        count_decision(
            self._server, AuditAction.AUTHENTICATE, answer.reason, accepted=answer.accepted
        )
        return DECIDED

    async def _tell(self, progress: Progress) -> None:
        now_s = time.monotonic()
        nonce = self._attached().nonce(now_s)
        left_s = self._until_s - now_s
        await say(
            self._websocket, replies.status(progress, nonce, left_s, self.taken, self.dropped)
        )

    async def _tell_decision(self, answer: Authentication, ending: Ending) -> Ending:
        if self._caller is None:
            reply = replies.bare_decision(answer)
        else:
            reply = replies.decision(present(self._server, self._caller, answer, self._nonce))
        await say(self._websocket, reply)
        return ending

    def _attached(self) -> LiveStream:
        if self._stream is None:
            raise RuntimeError("nothing is attached yet")
        return self._stream


async def say(websocket: WebSocket, reply: replies.Reply) -> None:
    """Send a message; raise StreamEndedError when nobody is there, or nobody reads."""
    try:
        async with asyncio.timeout(_SENT_WITHIN_S):
            await websocket.send_json(reply)
    except (WebSocketDisconnect, RuntimeError, TimeoutError):
        raise StreamEndedError(CUT) from None


def _require_same(stream: LiveStream, hello: Hello) -> None:
    """Raise InvalidRequestError when a message speaks of another session, or somebody else."""
    if hello.session_id not in {None, stream.token}:
        raise InvalidRequestError("a stream is one session: this is the id of another")
    if hello.user_id not in {None, stream.session.subject_id}:
        raise InvalidRequestError("the session is of another user_id")
