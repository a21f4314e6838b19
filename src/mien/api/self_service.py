"""What the routes of self-service ask for in their signatures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar, final

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from mien.access.rate_limits import Action
from mien.api.dependencies import CurrentServer, ServerState, address_of
from mien.bootstrap.self_service import SelfService
from mien.core.caller import Caller
from mien.core.self_service import SELF, SelfClaims
from mien.core.template import SubjectId
from mien.errors import ForbiddenError, UnauthorizedError
from mien.service.show_self import require_there
from mien.storage.unit_of_work import SqlUnitOfWork

T = TypeVar("T")

THEMSELVES: Final = Caller(SELF, frozenset())
"""For whom people's own use cases are run; it may nothing besides."""

_bearer = HTTPBearer(
    scheme_name="SubjectToken",
    auto_error=False,
    description="the token of a person who signed in for themselves: of /api/v1/self only",
)


def offered(server: ServerState) -> SelfService:
    """Return the ways in; raise ForbiddenError where the server has none."""
    if server.application.self_service is None:
        raise ForbiddenError(
            "this server lets nobody sign in for themselves: its operator can set MIEN_FACE_SIGN_IN"
        )
    return server.application.self_service


def open_to_all(action: Action) -> Callable[[Request, ServerState], Awaitable[SelfService]]:
    """Return a dependency that lets everybody pass, as often as an address may.

    It raises RateLimitedError, and ForbiddenError where the server lets nobody in.
    """

    async def passed(request: Request, server: CurrentServer) -> SelfService:
        await server.limit(action, None, address_of(request))
        return offered(server)

    return passed


@final
@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who has signed in for themselves."""

    claims: SelfClaims
    server: ServerState

    async def run(self, use_case: Callable[[SqlUnitOfWork, SubjectId], T]) -> T:
        """Run a use case for them, in one transaction with the question whether they are there.

        Raises UnauthorizedError for somebody who was erased since.
        """
        return await self.server.run(
            THEMSELVES, lambda work: use_case(work, require_there(work, self.claims))
        )


async def current_subject(
    request: Request,
    server: CurrentServer,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Visitor:
    """Return who signed in; raise UnauthorizedError, RateLimitedError or ForbiddenError."""
    address = address_of(request)
    try:
        claims = server.application.subject_tokens.verify(bearer.credentials if bearer else "")
    except UnauthorizedError:
        await server.limit(Action.GENERAL, None, address)
        raise
    await server.limit(Action.GENERAL, Caller(f"subject:{claims.pseudonym}", frozenset()), address)
    offered(server)
    return Visitor(claims, server)


CurrentSubject = Annotated[Visitor, Depends(current_subject)]
