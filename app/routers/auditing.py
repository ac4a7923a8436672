"""Who did what: the audit log, for the issuer it concerns and for whoever runs the service."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import StringConstraints
from pydantic.json_schema import SkipJsonSchema

from app.errors import InvalidFieldsError
from app.routers.body import StrictJSONRoute
from app.routers.deps import LaurelDep, Manager
from app.routers.management import GUARDED
from app.routers.paging import Limit
from app.routers.problems import problems
from app.routers.resources import audit_event
from app.schemas.audit import AuditPage
from app.schemas.base import Moment
from app.services import audit_reading

router = APIRouter(prefix="/v1", tags=["Operate"], route_class=StrictJSONRoute)

# Left out, they are None; but nobody can send a null, so the document does not offer one.
_Line = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")]
_Action = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9.-]{0,63}$")]
AfterLine = Annotated[_Line | SkipJsonSchema[None], Query(description="The `next` of the page before.")]
Action = Annotated[
    _Action | SkipJsonSchema[None], Query(description="Only lines of this action, such as `credential.revoke`.")
]
Since = Annotated[Moment | SkipJsonSchema[None], Query(description="Only what was done then or later.")]


@router.get(
    "/audit",
    operation_id="listAuditEvents",
    summary="Read the audit log",
    responses=problems(*GUARDED, InvalidFieldsError),
)
def list_audit_events(
    actor: Manager,
    laurel: LaurelDep,
    after: AfterLine = None,
    action: Action = None,
    since: Since = None,
    limit: Limit = 50,
) -> AuditPage:
    """Newest first: what concerns the key's issuer, or everything for an admin key. Needs the scope `manage`.

    `laurel audit export` writes the whole log in a form that proves itself.
    """
    with laurel.database.reading(actor.issuer_id) as session:
        page = audit_reading.list_events(
            session, actor=actor, action=action, since=since, before=int(after) if after else None, limit=limit
        )
        return AuditPage(
            items=[audit_event(view) for view in page.items], next=str(page.next) if page.next is not None else None
        )
