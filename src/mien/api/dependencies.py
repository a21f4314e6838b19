"""What routes ask for in their signatures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, TypeAlias, TypeVar, cast, final

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from mien.access.rate_limits import Action, RateLimits
from mien.api.callers import Callers
from mien.api.foundation import Foundation, ReadsExpressions
from mien.api.observability import Metrics
from mien.api.work_pool import WorkPool
from mien.bootstrap.application import Application
from mien.core.caller import Caller, Scope
from mien.errors import UnauthorizedError
from mien.storage.unit_of_work import SqlUnitOfWork

T = TypeVar("T")
ApplicationT_co = TypeVar("ApplicationT_co", bound=Foundation, covariant=True)


@final
@dataclass(frozen=True, slots=True)
class State(Generic[ApplicationT_co]):
    """What lives as long as a server, whichever use cases it has.

    limits: None when there are none (unsafe).
    """

    application: ApplicationT_co
    metrics: Metrics
    pool: WorkPool
    callers: Callers
    limits: RateLimits | None
    started_at: datetime

    async def run(self, caller: Caller | None, use_case: Callable[[SqlUnitOfWork], T]) -> T:
        """Run a use case for a caller, in the pool, in a transaction of its own."""

        def in_transaction() -> T:
            actor = "anonymous" if caller is None else caller.actor
            with self.application.unit_of_work(actor) as work:
                return use_case(work)

        return await self.pool.run(in_transaction)

    async def limit(self, action: Action, caller: Caller | None, address: str) -> None:
        """Raise RateLimitedError when a caller or an address asks too often."""
        if self.limits is not None:
            await self.limits.require(action, None if caller is None else caller.actor, address)


ServerState: TypeAlias = State[Application]
"""Of the server that has every use case."""

EmotionState: TypeAlias = State[ReadsExpressions]
"""Of that server, or of the one that reads expressions and does nothing else."""


def server_state(request: Request) -> ServerState:
    """Return the state that `create_app` put into the application.

    Routes ask for as much of it as every server has that they are part of.
    """
    return cast("ServerState", request.app.state.server)


CurrentServer = Annotated[ServerState, Depends(server_state)]
EmotionServer = Annotated[EmotionState, Depends(server_state)]
AnyServer = Annotated[State[Foundation], Depends(server_state)]


def current_application(server: CurrentServer) -> Application:
    """Return the wired use cases."""
    return server.application


CurrentApplication = Annotated[Application, Depends(current_application)]

_header = APIKeyHeader(
    name="X-API-Key", auto_error=False, description="printed once, at the first start"
)
_bearer = HTTPBearer(auto_error=False, description="the same key, or an operator's access token")


def address_of(connection: HTTPConnection) -> str:
    """Return where a request comes from; behind a proxy see MIEN_TRUSTED_PROXIES."""
    return connection.client.host if connection.client else "unknown"


def require(*scopes: Scope, action: Action = Action.GENERAL) -> Callable[..., Awaitable[Caller]]:
    """Return a dependency that lets only callers with all these scopes pass, as often as allowed.

    It raises UnauthorizedError, RateLimitedError or ForbiddenError, in this order.
    """

    async def authorized(
        request: Request,
        server: AnyServer,
        header: Annotated[str | None, Security(_header)],
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    ) -> Caller:
        address = address_of(request)
        credentials = header or (bearer.credentials if bearer else "")
        try:
            caller = await server.callers.recognize(credentials)
        except UnauthorizedError:
            await server.limit(Action.GENERAL, None, address)
            raise
        await server.limit(action, caller, address)
        for scope in scopes:
            caller.require(scope)
        return caller

    return authorized
