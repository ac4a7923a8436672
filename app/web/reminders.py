"""The day on which a credential expires, for its holder's calendar."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.errors import ErasedError, InvalidFieldsError, NotFoundError, StorageUnavailableError
from app.language import Language, said, told
from app.routers.answers import REVALIDATE, public_bytes
from app.routers.deps import LaurelDep, Now
from app.routers.problems import problems
from app.routers.publishing import binary
from app.web import text
from app.web.checked import checked
from app.web.ics import MEDIA_TYPE, AllDay, calendar
from app.web.taking import has_reminder
from app.web.views import CredentialView
from app.web.visitor import VisitorDep

router = APIRouter(tags=["Public"])

ALARM_DAYS: Final = 30
_MAX_NAME: Final = 200


@router.get(
    "/credentials/{credential_id}/expiry.ics",
    operation_id="getCredentialReminder",
    summary="The day on which a credential expires, as a calendar file",
    response_class=Response,
    responses=binary("text/calendar")
    | problems(NotFoundError, StorageUnavailableError, InvalidFieldsError, ErasedError),
)
def reminder(request: Request, credential_id: UUID, laurel: LaurelDep, now: Now, visitor: VisitorDep) -> Response:
    """One all-day event (RFC 5545) on the day of expiry in the issuer's time zone, with an alarm 30 days before. It
    names the achievement and the issuer, and no learner. 404 for a credential that does not expire or is not valid now.
    """
    found = checked(credential_id, laurel, now)
    if not has_reminder(found.view, found.report.conclusion):
        raise NotFoundError("This badge does not expire, or is not valid now: there is nothing to be reminded of.")
    language = visitor.at_home_with(found.home).language
    return public_bytes(
        request,
        calendar(_event(found.view, language)),
        MEDIA_TYPE,
        cache=REVALIDATE,
        headers={
            "Content-Disposition": 'attachment; filename="expiry.ics"',
            "Content-Language": language.tag,
            "Vary": "Accept-Language",
        },
    )


def _event(view: CredentialView, language: Language) -> AllDay:
    if view.valid_until is None:
        raise ValueError("only what expires has a day on which it does")
    name, issuer = text.line(view.achievement.name, _MAX_NAME), text.line(view.issuer.name, _MAX_NAME)
    if view.test:
        expires = said("Test credential: “{achievement}” expires", achievement=name)
    else:
        expires = said("“{achievement}” expires", achievement=name)
    ask = said("Awarded by {issuer}. Ask them in good time whether it can be renewed.", issuer=issuer)
    return AllDay(
        uid=f"{view.uuid}-expiry",
        stamp=view.awarded,
        day=view.valid_until.astimezone(view.zone).date(),
        summary=told(expires, language),
        description=f"{told(ask, language)}\n{view.url}",
        url=view.url,
        language=language.tag,
        alarm_days=ALARM_DAYS,
    )
