"""For whoever runs the service: is it alive, can it work, what has it done."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response

from app.errors import AppError, NotFoundError, StorageUnavailableError
from app.routers.deps import LaurelDep
from app.routers.observability import METRICS_MEDIA_TYPE
from app.routers.problems import problems
from app.schemas.base import Answer
from app.services.readiness import require_ready

router = APIRouter(tags=["Operate"])


_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Prometheus text", "content": {"text/plain": {"schema": {"type": "string"}}}}
}


class Alive(Answer):
    status: Literal["ok"]


@router.get("/healthz", operation_id="healthz", summary="Is the process alive?")
async def healthz() -> Alive:
    """The process answers. Says nothing about the database."""
    return Alive(status="ok")


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Can it work?",
    responses=problems(StorageUnavailableError),
)
def readyz(laurel: LaurelDep) -> Alive:
    """The database answers, its schema is the newest, and the signing keys can be opened."""
    try:
        require_ready(laurel.database, laurel.instance, now=laurel.clock())
    except AppError as error:
        raise StorageUnavailableError(error.message) from error
    return Alive(status="ok")


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses=_TEXT | problems(NotFoundError),
)
def metrics(laurel: LaurelDep) -> Response:
    """Counters without personal data. Keep this address inside your network, or switch it off."""
    if not laurel.settings.metrics:
        raise NotFoundError("Metrics are switched off.")
    return Response(laurel.metrics.text(), headers={"Content-Type": METRICS_MEDIA_TYPE})
