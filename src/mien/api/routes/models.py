"""The models: what they are, and how fast here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from mien.api.dependencies import CurrentApplication, CurrentServer, require
from mien.api.problems import documented
from mien.api.schemas.models import ModelListResult, ModelResult, SpeedResult
from mien.bootstrap.model_facts import facts_of_models
from mien.core.caller import Caller, Scope

router = APIRouter(prefix="/api/v1/models", responses=documented(401, 403, 429), tags=["system"])


@router.get("", dependencies=[Depends(require(Scope.READ))])
def list_models(application: CurrentApplication) -> ModelListResult:
    """List every known model with its license and origin, and say which pack runs."""
    recognition = application.recognition
    return ModelListResult(
        pack=recognition.choice.pack.name,
        pack_reason=recognition.choice.reason,
        contract=recognition.pipeline.contract.digest,
        calibration=recognition.calibration.source,
        models=[ModelResult.of(facts) for facts in facts_of_models(application.settings)],
    )


@router.post("/measure", responses=documented(503))
async def measure_models(
    server: CurrentServer, _caller: Annotated[Caller, Depends(require(Scope.ADMIN))]
) -> SpeedResult:
    """Time each stage of a photo for about two seconds, in a worker that photos then wait for."""
    return SpeedResult.of(await server.pool.run(server.application.speed_test.run))
