"""For whoever runs the service: is it alive, can it work, what has it done."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from app.errors import AppError, NotFoundError, StorageUnavailableError, UnavailableError
from app.routers.deps import LaurelDep
from app.routers.observability import METRICS_MEDIA_TYPE
from app.routers.problems import problems
from app.schemas.base import Answer
from app.services.readiness import require_ready
from app.services.stops import what_is_stopped

router = APIRouter(tags=["Operate"])


_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Prometheus text", "content": {"text/plain": {"schema": {"type": "string"}}}}
}


class Alive(Answer):
    status: Literal["ok"]


class Ready(Alive):
    issuing: Literal["open", "stopped"] = Field(description="`stopped`: an administrator stopped it for everybody.")


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
def readyz(laurel: LaurelDep) -> Ready:
    """The database answers, its schema is the newest, and the signing keys can be opened.

    Ready, too, while issuing is stopped: badges are shown, verified and revoked.
    """
    try:
        require_ready(laurel.database, laurel.instance, now=laurel.clock())
        stopped = what_is_stopped(laurel.database)
    except AppError as error:
        raise StorageUnavailableError(error.message) from error
    return Ready(status="ok", issuing="stopped" if stopped.everybody else "open")


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
    try:
        laurel.metrics.show_stops(what_is_stopped(laurel.database))
    except UnavailableError:
        laurel.metrics.show_stops(None)  # the rest is told all the same
    return Response(laurel.metrics.text(), headers={"Content-Type": METRICS_MEDIA_TYPE})
