"""What a person may ask of an issuer: all that is stored about them, and to be forgotten.

Who it is stands in a body, never in an address, since addresses end in logs.
"""

from __future__ import annotations

from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from app.routers.body import StrictJSONRoute
from app.routers.deps import Laurel, LaurelDep, Manager, Now
from app.routers.management import WRITES
from app.routers.problems import problems
from app.schemas.people import PersonCredential, PersonErased, PersonErasureIn, PersonIn
from app.services import people, person_export
from app.services.people import Found

router = APIRouter(prefix="/v1", tags=["People"], route_class=StrictJSONRoute)

_ZIP = "application/zip"
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "`person.json`, and each credential in every form.",
        "content": {_ZIP: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "/people:export",
    operation_id="exportPerson",
    summary="Everything that is stored about a person",
    response_class=Response,
    responses=_FILE | problems(*WRITES),
)
async def export_person(body: PersonIn, actor: Manager, laurel: LaurelDep, now: Now) -> Response:
    """One ZIP file with all that your issuer (an admin key: every issuer) holds on somebody. Needs the scope `manage`.

    Nothing found is an answer too: then `person.json` lists no credential.
    """
    who = people.person(email=body.email, did=body.did, name=body.name)
    pieces = await anyio.to_thread.run_sync(
        lambda: person_export.export_person(laurel.database, who, actor=actor, instance=laurel.instance, now=now)
    )
    headers = {"Content-Disposition": 'attachment; filename="person.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(pieces, media_type=_ZIP, headers=headers)


@router.post(
    "/people:erase",
    operation_id="erasePerson",
    summary="Forget a person",
    responses=problems(*WRITES),
)
def erase_person(body: PersonErasureIn, request: Request, actor: Manager, laurel: LaurelDep, now: Now) -> PersonErased:
    """Erases every credential that your issuer (an admin key: every issuer) holds on somebody, each as
    `POST /v1/credentials/{id}:erase` does. Needs the scope `manage`.

    Without `"dryRun": false` it only tells what would go. When it was interrupted, send it again.
    """
    who = people.person(email=body.email, did=body.did, name=body.name)
    if body.dry_run:
        with laurel.database.reading(actor.issuer_id) as session:
            return _answer(people.find_person(session, who, actor=actor), laurel, now, dry_run=True)
    found = people.erase_person(
        laurel.database,
        who,
        revoke=body.revoke,
        actor=actor,
        instance=laurel.instance,
        now=now,
        forget=request.app.state.kept.forget,
    )
    return _answer(found, laurel, now, dry_run=False)


def _answer(found: Found, laurel: Laurel, now: Now, *, dry_run: bool) -> PersonErased:
    return PersonErased(
        dry_run=dry_run,
        erased=found.erased,
        credentials=[
            PersonCredential(
                id=laurel.instance.site.credential(stored.row.id),
                issuer=stored.edition.issuer.slug,
                achievement=stored.edition.achievement.slug,
                awarded_at=stored.row.awarded_at,
                status=stored.standing.state(now),
            )
            for stored in found.credentials
        ],
    )
