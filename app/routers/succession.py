"""`POST /v1/credentials/{id}:renew` and `:replace`: what follows a credential."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Response

from app.errors import InFlightError, InvalidTransitionError, NotFoundError, OverloadedError
from app.routers.awarding import ISSUING, KEY_MEANS, REPLAYED, KeyText, assessor_draft, evidence_drafts
from app.routers.body import JSON, StrictJSONRoute
from app.routers.deps import Issuing, Laurel, LaurelDep, Now, Replacing
from app.routers.problems import problems
from app.routers.resources import credential_bytes
from app.schemas.completions import RenewalIn, ReplacementIn
from app.schemas.credentials import CredentialResource
from app.services import credentials, succeeding
from app.services.award_rows import Request
from app.services.succeeding import Correction, Renewal

router = APIRouter(prefix="/v1", tags=["Credentials"], route_class=StrictJSONRoute)

IdempotencyKey = Annotated[KeyText | None, Header(alias="Idempotency-Key", description=KEY_MEANS)]
_ANSWERS: dict[int | str, dict[str, Any]] = problems(
    *ISSUING, NotFoundError, InvalidTransitionError, InFlightError, OverloadedError
) | {
    200: {
        "model": CredentialResource,
        "description": "This was asked before; here is the credential that came of it.",
        "headers": {REPLAYED: {"schema": {"type": "string", "const": "true"}}},
    }
}


@router.post(
    "/credentials/{credential_id}:renew",
    status_code=201,
    operation_id="renewCredential",
    summary="Renew a credential",
    response_description="Renewed: the new credential. The earlier one stays as it is.",
    response_model=CredentialResource,
    responses=_ANSWERS,
)
def renew_credential(
    credential_id: UUID, body: RenewalIn, actor: Issuing, laurel: LaurelDep, now: Now, key: IdempotencyKey = None
) -> Response:
    """A new credential for the same learner and achievement, which names the earlier one. Needs the scope `issue`.

    The earlier one stays valid until its end. Sent again with the same body, the answer is the same credential.
    """
    with laurel.database.reading(actor.issuer_id) as session:
        request = succeeding.renewal_request(
            session,
            credential_id,
            to_renewal(body),
            actor=actor,
            instance=laurel.instance,
            now=now,
            idempotency_key=key,
        )
    return _awarded(request, laurel)


@router.post(
    "/credentials/{credential_id}:replace",
    status_code=201,
    operation_id="replaceCredential",
    summary="Replace a credential by a corrected one",
    response_description="Replaced: the new credential. The earlier one is revoked.",
    response_model=CredentialResource,
    responses=_ANSWERS,
)
def replace_credential(
    credential_id: UUID, body: ReplacementIn, actor: Replacing, laurel: LaurelDep, now: Now, key: IdempotencyKey = None
) -> Response:
    """A new credential that says what was meant, and the end of the earlier one, at once. Needs the scopes `issue` and
    `revoke`.

    What was revoked by mistake is replaced too: without a correction the new one says the same. Sent again with the
    same body, the answer is the same credential.
    """
    with laurel.database.reading(actor.issuer_id) as session:
        request = succeeding.replacement_request(
            session,
            credential_id,
            to_correction(body),
            actor=actor,
            instance=laurel.instance,
            now=now,
            idempotency_key=key,
        )
    return _awarded(request, laurel)


def _awarded(request: Request, laurel: Laurel) -> Response:
    awarded = laurel.writer.submit(request).result()
    stored = awarded.stored
    if stored is None:
        with laurel.database.reading(request.actor.issuer_id) as session:
            stored = credentials.get_credential(session, awarded.credential_id)
    site = laurel.instance.site
    headers = {"Location": site.credential(awarded.credential_id)}
    if awarded.replayed:
        headers[REPLAYED] = "true"
    raw = credential_bytes(stored, site, now=request.now)
    return Response(raw, 200 if awarded.replayed else 201, headers, media_type=JSON)


def to_renewal(body: RenewalIn) -> Renewal:
    return Renewal(
        completed_at=body.completed_at,
        valid_until=body.valid_until,
        results=tuple(body.results),
        evidence=evidence_drafts(body.evidence),
        narrative=body.narrative,
        assessor=assessor_draft(body.assessor),
    )


def to_correction(body: ReplacementIn) -> Correction:
    """Only what was sent counts; null where there has to be something is as good as nothing sent."""
    said: dict[str, Any] = {
        "completed_at": body.completed_at,
        "valid_until": body.valid_until,
        "results": tuple(body.results),
        "evidence": evidence_drafts(body.evidence),
        "narrative": body.narrative,
        "assessor": assessor_draft(body.assessor),
    }
    award = {name: value for name, value in said.items() if name in body.model_fields_set}
    learner = {name: getattr(body.learner, name) for name in body.learner.model_fields_set}
    if award.get("completed_at", ...) is None:
        del award["completed_at"]
    if learner.get("name", ...) is None:
        del learner["name"]
    return Correction(reason=body.reason, learner=learner, award=award)
