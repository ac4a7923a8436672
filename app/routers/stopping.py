"""The switch that stops issuing, for one issuer or for all."""

from __future__ import annotations

from fastapi import APIRouter

from app.errors import NotFoundError
from app.routers.body import StrictJSONRoute
from app.routers.deps import Admin, LaurelDep, Manager, Now
from app.routers.management import WRITES
from app.routers.problems import problems
from app.routers.resources import stop_resource
from app.schemas.stops import ResumeIn, StopIn, StopOut
from app.services import stops

router = APIRouter(prefix="/v1", tags=["Operate"], route_class=StrictJSONRoute)


@router.post(
    "/issuers/{slug}:stop",
    operation_id="stopIssuer",
    summary="Stop issuing for an issuer",
    responses=problems(*WRITES, NotFoundError),
)
def stop_issuer(slug: str, body: StopIn, actor: Manager, laurel: LaurelDep, now: Now) -> StopOut:
    """From the next request on nothing is issued; badges are still shown, verified and revoked.

    Stopping again changes nothing: the first reason and time stand. Needs the scope `manage`.
    """
    return stop_resource(
        stops.stop_issuing(laurel.database, slug, reason=body.reason, actor=actor, instance=laurel.instance, now=now)
    )


@router.post(
    "/issuers/{slug}:resume",
    status_code=204,
    operation_id="resumeIssuer",
    summary="Resume issuing for an issuer",
    responses=problems(*WRITES, NotFoundError),
)
def resume_issuer(slug: str, body: ResumeIn, actor: Manager, laurel: LaurelDep, now: Now) -> None:
    """Where nothing is stopped, nothing happens. Needs the scope `manage`."""
    with laurel.database.transaction(actor.issuer_id) as session:
        stops.resume_issuing(session, slug, reason=body.reason, actor=actor, now=now)


@router.post(
    "/service:stop",
    operation_id="stopService",
    summary="Stop issuing for everybody",
    responses=problems(*WRITES),
)
def stop_service(body: StopIn, actor: Admin, laurel: LaurelDep, now: Now) -> StopOut:
    """The same for all issuers, whatever else is stopped or resumed. Needs the scope `admin`."""
    return stop_resource(
        stops.stop_issuing(laurel.database, None, reason=body.reason, actor=actor, instance=laurel.instance, now=now)
    )


@router.post(
    "/service:resume",
    status_code=204,
    operation_id="resumeService",
    summary="Resume issuing for everybody",
    responses=problems(*WRITES),
)
def resume_service(body: ResumeIn, actor: Admin, laurel: LaurelDep, now: Now) -> None:
    """Issuers that were stopped on their own stay so. Needs the scope `admin`."""
    with laurel.database.transaction(actor.issuer_id) as session:
        stops.resume_issuing(session, None, reason=body.reason, actor=actor, now=now)
