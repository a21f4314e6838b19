"""What routes ask for in their signatures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar, cast, final

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from mien.api.observability import Metrics
from mien.api.work_pool import WorkPool
from mien.bootstrap import Application
from mien.errors import UnauthorizedError
from mien.storage.repositories import SqlUnitOfWork

T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True)
class ServerState:
    """What lives as long as the server."""

    application: Application
    metrics: Metrics
    pool: WorkPool

    async def run(self, use_case: Callable[[SqlUnitOfWork], T]) -> T:
        """Run a use case in the pool, in a transaction of its own."""

        def in_transaction() -> T:
            with self.application.unit_of_work() as work:
                return use_case(work)

        return await self.pool.run(in_transaction)


def server_state(request: Request) -> ServerState:
    """Return the state that `create_app` put into the application."""
    return cast("ServerState", request.app.state.server)


CurrentServer = Annotated[ServerState, Depends(server_state)]


def current_application(server: CurrentServer) -> Application:
    """Return the wired use cases."""
    return server.application


CurrentApplication = Annotated[Application, Depends(current_application)]

_header = APIKeyHeader(
    name="X-API-Key", auto_error=False, description="printed once, at the first start"
)
_bearer = HTTPBearer(auto_error=False, description="the same key, for clients such as Prometheus")


def require_api_key(
    application: CurrentApplication,
    header: Annotated[str | None, Security(_header)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> None:
    """Let only callers with a known API key pass; raise UnauthorizedError."""
    key = header or (bearer.credentials if bearer else None)
    if not key:
        raise UnauthorizedError("send your API key in the header X-API-Key")
    if not application.accepts_key(key):
        raise UnauthorizedError("this API key is not known")
