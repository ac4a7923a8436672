"""The VC-API (W3C CCG, "VC API v0.7"): any credential signed as it is sent, any credential or presentation verified.

Its refusals are 400, as its test suites ask: what is wrong with a document as well as what is wrong around it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter, ValidationError

from app import strictjson
from app.errors import (
    ForbiddenError,
    InvalidCredentialError,
    InvalidFieldsError,
    IssuingStoppedError,
    KeystoreUnavailableError,
    KeyUnwrapError,
    MalformedDocumentError,
    MalformedJSONError,
    NotAcceptableError,
    NotFoundError,
    NotVerifiedError,
    OverloadedError,
    SigningFaultError,
    StorageFullError,
    StorageUnavailableError,
    TooLargeError,
    UnauthenticatedError,
    UnsupportedMediaTypeError,
)
from app.routers.answers import REVALIDATE, public_bytes
from app.routers.body import JSON, read_body, require_media_type
from app.routers.deps import Laurel, LaurelDep, Manager, MaybeSigner, Now
from app.routers.negotiation import LIST_FORMS, choose
from app.routers.problems import MEDIA_TYPE, from_validation, problems
from app.routers.vc_answers import verification_answer
from app.schemas.vc_api import (
    VcInstanceOut,
    VcInstancesOut,
    VcIssuedOut,
    VcIssueIn,
    VcStatusIn,
    VcVerifiedOut,
    VcVerifyIn,
    VcVerifyOptions,
    VpVerifyIn,
    VpVerifyOptions,
)
from app.services import vc_instances, vc_issuing, vc_status, vc_verifying
from app.services.vc_instances import InstanceName, InstanceView
from app.verification import Occasion

router = APIRouter(prefix="/vc-api", tags=["VC-API"])

Given = ParamSpec("Given")
Result = TypeVar("Result")
Parsed = TypeVar("Parsed")

_ISSUE = TypeAdapter(VcIssueIn)
_STATUS = TypeAdapter(VcStatusIn)
_VERIFY = TypeAdapter(VcVerifyIn)
_PRESENTED = TypeAdapter(VpVerifyIn)
_LIST_FORMS = tuple(form for form in LIST_FORMS if form.name == "json")

_MADE: dict[int | str, dict[str, Any]] = {201: {"description": "It was made"}}
_REVOKED: dict[int | str, dict[str, Any]] = {200: {"description": "It is revoked", "content": {}}}
_LISTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The list",
        "content": {form.media_type: {"schema": {"type": "object"}} for form in _LIST_FORMS},
    },
    304: {"description": "Not modified"},
}

# What may be wrong with any body here; a wrong name in the address is 422 as everywhere.
_READS = (InvalidCredentialError, MalformedJSONError, TooLargeError, UnsupportedMediaTypeError, StorageUnavailableError)
_SETS_UP = (
    UnauthenticatedError, ForbiddenError, NotFoundError, InvalidFieldsError, StorageUnavailableError, StorageFullError,
)  # fmt: skip
_SIGNS = (
    *_READS, MalformedDocumentError, UnauthenticatedError, ForbiddenError, NotFoundError, InvalidFieldsError,
    KeystoreUnavailableError, KeyUnwrapError, OverloadedError, SigningFaultError, StorageFullError,
)  # fmt: skip


def _body(schema: str) -> dict[str, Any]:
    content = {JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"requestBody": {"required": True, "content": content}}


def _verified(*classes: type[Any]) -> dict[int | str, dict[str, Any]]:
    """The answers of a verification: a report, or a problem that holds one."""
    found = problems(NotVerifiedError, MalformedDocumentError, *_READS, *classes)
    found[400]["content"][MEDIA_TYPE]["schema"] = {
        "anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("VcNotVerifiedOut", "ProblemOut")]
    }
    return found


@router.get(
    "/issuers/{slug}",
    operation_id="listVcInstances",
    summary="The signing instances of an issuer",
    responses=problems(NotFoundError, StorageUnavailableError),
)
def list_instances(slug: str, laurel: LaurelDep) -> VcInstancesOut:
    """Each with its cryptosuite, its key type, the issuer id of its credentials and where it issues."""
    with laurel.database.reading() as session:
        issuer, found = vc_instances.list_instances(session, slug, instance=laurel.instance)
    return VcInstancesOut(
        issuer=issuer.slug, test=vc_instances.is_test(issuer), instances=[_instance(view) for view in found]
    )


@router.put(
    "/issuers/{slug}/{instance}",
    operation_id="putVcInstance",
    summary="Make a signing instance",
    responses=_MADE | problems(*_SETS_UP),
)
def put_instance(
    slug: str, instance: InstanceName, actor: Manager, laurel: LaurelDep, now: Now, response: Response
) -> VcInstanceOut:
    """A key of its own, whose did:key is the issuer id of what it signs; if there is one already, that one.

    Needs the scope `manage`.
    """
    with laurel.database.transaction(actor.issuer_id) as session:
        view, made = vc_instances.put_instance(session, slug, instance, actor=actor, instance=laurel.instance, now=now)
    response.status_code = 201 if made else 200
    return _instance(view)


def _instance(view: InstanceView) -> VcInstanceOut:
    return VcInstanceOut(
        name=view.name,
        cryptosuite=view.cryptosuite,
        key_type=view.key_type,
        id=view.did,
        endpoint=view.endpoint,
        open=view.open,
    )


@router.post(
    "/issuers/{slug}/{instance}/credentials/issue",
    status_code=201,
    operation_id="issueVc",
    summary="Sign a credential",
    response_model=VcIssuedOut,
    openapi_extra=_body("VcIssueIn"),
    responses=problems(*_SIGNS, IssuingStoppedError),
)
async def issue(
    slug: str, instance: InstanceName, request: Request, actor: MaybeSigner, laurel: LaurelDep, now: Now
) -> Response:
    """Any credential on VC 2.0 or 1.1 that is well built, with a proof. One on 2.0 gets a status entry if it has none.

    The credential is not kept; of its status, only its place in the list and the digest of its id. Anybody may sign
    where the issuer is for tests and the service in development. Needs the scope `vc:issue`.
    """
    may_issue = partial(vc_issuing.may_issue, laurel.database, slug, instance, actor=actor, instance=laurel.instance)
    permitted = await _in_thread(may_issue, laurel)
    raw = await _raw(request, laurel)

    def signed() -> bytes:
        body = _parsed(_ISSUE, raw, laurel)
        asked = vc_issuing.IssueRequest(body.credential, body.options.credential_id if body.options else None)
        try:
            document = vc_issuing.issue(laurel.database, asked, permitted, instance=laurel.instance, now=now)
        except InvalidCredentialError as error:
            raise error.under("/credential") from error
        return strictjson.dumps({"verifiableCredential": document})

    return Response(await _in_thread(signed, laurel), 201, media_type=JSON)


@router.post(
    "/issuers/{slug}/{instance}/credentials/status",
    status_code=200,
    operation_id="updateVcStatus",
    summary="Revoke what an instance signed",
    response_class=Response,
    openapi_extra=_body("VcStatusIn"),
    responses=_REVOKED | problems(*_SIGNS),
)
async def update_status(
    slug: str, instance: InstanceName, request: Request, actor: MaybeSigner, laurel: LaurelDep, now: Now
) -> Response:
    """By the credential's id, or the `credentialId` it was issued under; final. Needs the scope `vc:issue`."""
    may_issue = partial(vc_issuing.may_issue, laurel.database, slug, instance, actor=actor, instance=laurel.instance)
    permitted = await _in_thread(may_issue, laurel)
    raw = await _raw(request, laurel)

    def update() -> None:
        body = _parsed(_STATUS, raw, laurel)
        entry = body.credential_status.model_dump(by_alias=True, exclude_none=True)
        asked = vc_status.StatusUpdate(body.credential_id, entry, body.status)
        with laurel.database.transaction(permitted.issuer.id) as session:
            vc_status.update_status(session, asked, permitted, instance=laurel.instance, now=now)

    await _in_thread(update, laurel)
    return Response(status_code=200)


@router.get(
    "/status/{vc_list_id}",
    operation_id="getVcStatusList",
    summary="A status list of a signing instance",
    response_class=Response,
    responses=_LISTS
    | problems(
        NotFoundError,
        InvalidFieldsError,
        NotAcceptableError,
        KeyUnwrapError,
        KeystoreUnavailableError,
        StorageUnavailableError,
    ),
)
def status_list(request: Request, vc_list_id: UUID, laurel: LaurelDep, now: Now) -> Response:
    """Bitstring Status List v1.0, signed by the instance that signed the credentials in it."""
    form = choose(request.headers.get("accept"), _LIST_FORMS, without_header=_LIST_FORMS[0])
    with laurel.database.reading() as session:
        raw = vc_status.signed_vc_list(session, vc_list_id, instance=laurel.instance, now=now)
    return public_bytes(request, raw, form.media_type, cache=REVALIDATE, headers={"Vary": "Accept"})


@router.post(
    "/credentials/verify",
    operation_id="verifyVc",
    summary="Verify a credential",
    response_model=VcVerifiedOut,
    openapi_extra=_body("VcVerifyIn"),
    responses=_verified(),
)
async def verify_credential(request: Request, laurel: LaurelDep, now: Now) -> Response:
    """200 when it holds; 400 with the report when it does not or could not be checked. Nothing is stored."""
    raw = await _raw(request, laurel)
    body = await _in_thread(partial(_parsed, _VERIFY, raw, laurel), laurel)
    try:
        report = await vc_verifying.verify_credential(
            laurel.verifier, body.verifiable_credential, _occasion(body.options), instance=laurel.instance, now=now
        )
    except InvalidCredentialError as error:
        raise error.under("/verifiableCredential") from error
    wanted = body.options is not None and body.options.return_credential
    returned = {"credential": body.verifiable_credential} if wanted else {}
    return verification_answer(request, report, "/verifiableCredential", returned)


@router.post(
    "/presentations/verify",
    operation_id="verifyVp",
    summary="Verify a presentation",
    response_model=VcVerifiedOut,
    openapi_extra=_body("VpVerifyIn"),
    responses=_verified(),
)
async def verify_presentation(request: Request, laurel: LaurelDep, now: Now) -> Response:
    """Who shows it, for this domain and challenge, and all that it holds: 200 when everything holds, else 400.

    `presentation` instead of `verifiablePresentation` asks about what it holds only.
    """
    raw = await _raw(request, laurel)
    body = await _in_thread(partial(_parsed, _PRESENTED, raw, laurel), laurel)
    signed, sent = body.verifiable_presentation, body.presentation
    if (signed is None) == (sent is None):
        raise InvalidCredentialError.one("", "Send either `verifiablePresentation` or `presentation`.")
    pointer = "/presentation" if signed is None else "/verifiablePresentation"
    try:
        report = await vc_verifying.verify_presentation(
            laurel.verifier,
            signed or sent or {},
            _occasion(body.options),
            signed=signed is not None,
            instance=laurel.instance,
            now=now,
        )
    except InvalidCredentialError as error:
        raise error.under(pointer) from error
    wanted = body.options is not None and body.options.return_presentation
    return verification_answer(request, report, pointer, {"verifiablePresentation": signed or sent} if wanted else {})


def _occasion(options: VcVerifyOptions | VpVerifyOptions | None) -> Occasion:
    if options is None:
        return Occasion()
    domains = [options.domain] if isinstance(options.domain, str) else options.domain
    return Occasion(options.challenge, None if domains is None else frozenset(domains), options.expected_proof_purpose)


async def _raw(request: Request, laurel: Laurel) -> bytes:
    require_media_type(request, JSON)
    return await read_body(request, laurel.settings.limits.body_bytes)


def _parsed(reader: TypeAdapter[Parsed], raw: bytes, laurel: Laurel) -> Parsed:
    """Raises MalformedJSONError, TooLargeError, InvalidCredentialError."""
    limits = laurel.settings.limits
    value = strictjson.loads(raw, max_bytes=limits.body_bytes, max_depth=limits.json_depth + 1)
    try:
        return reader.validate_python(value)
    except ValidationError as error:
        found = [{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_input=False)]
        raise InvalidCredentialError(from_validation(found).problems) from None


async def _in_thread(function: Callable[[], Result], laurel: Laurel) -> Result:
    """Beside verifications: only so many at once, so that other requests are never starved."""
    return await anyio.to_thread.run_sync(function, limiter=laurel.verifications)
