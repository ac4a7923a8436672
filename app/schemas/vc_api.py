"""Bodies of the VC-API (W3C CCG, "VC API"): its shapes and names, not ours."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from app.openbadges.plain import Says
from app.schemas import examples
from app.schemas.base import Answer, Body, example
from app.schemas.verification import ProblemOut, ReportOut, WrongMember

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=2_048)]
Document = dict[str, Any]
# Some send a token as it stands, where the standard has an envelope.
Secured = Annotated[
    Document | Annotated[str, StringConstraints(min_length=1)],
    Says("must be a document or an envelope, in braces, or a token as text"),
]


class VcIssueOptionsIn(Body):
    credential_id: Identifier | None = Field(
        None, description="By which the credential is known here, if it has no `id` of its own."
    )


class VcIssueIn(Body):
    model_config = example(examples.VC_ISSUE)

    credential: Document = Field(description="Unsigned. Its `issuer` is the id of the instance.")
    options: VcIssueOptionsIn | None = None


class VcIssuedOut(Answer):
    verifiable_credential: Document


class VcStatusEntryIn(Body):
    id: str | None = None
    type: str
    status_purpose: str
    status_list_index: str | None = None
    status_list_credential: str | None = None


class VcStatusIn(Body):
    model_config = example(examples.VC_STATUS)

    credential_id: Identifier = Field(description="The credential's `id`, or the `credentialId` it was issued under.")
    credential_status: VcStatusEntryIn = Field(description="Its status entry; type and purpose are enough.")
    status: bool = Field(description="True: revoked, for good.")
    index_allocator: str | None = None


class _VerifyOptions(Body):
    """What may be asked of any verification. An option that is not known could be a condition, so it is refused."""

    challenge: str | None = Field(None, description="What each signature has to name as its challenge.")
    domain: Annotated[str | list[str], Says("must be a text, or an array of texts")] | None = Field(
        None, description="What each signature has to name as its domain."
    )
    expected_proof_purpose: str | None = None
    checks: list[str] | None = Field(None, description="Left aside: everything is checked, always.")
    return_problem_details: bool | None = Field(
        None, description="Left aside: `errors` and `warnings` are always there."
    )
    return_results: bool | None = Field(None, description="Left aside: `report` is always there.")


class VcVerifyOptions(_VerifyOptions):
    return_credential: bool | None = Field(None, description="Whether the answer repeats the credential if it holds.")


class VpVerifyOptions(_VerifyOptions):
    return_presentation: bool | None = Field(
        None, description="Whether the answer repeats the presentation if it holds."
    )


class VcVerifyIn(Body):
    model_config = example(examples.VC_VERIFY)

    verifiable_credential: Secured = Field(description="A document, an envelope, or a token as text.")
    options: VcVerifyOptions | None = None


class VpVerifyIn(Body):
    model_config = example(examples.VP_VERIFY)

    verifiable_presentation: Secured | None = Field(None, description="Signed by its holder.")
    presentation: Document | None = Field(None, description="Not signed: only what is in it is asked about.")
    options: VpVerifyOptions | None = None


class VcVerifiedOut(Answer):
    verified: Literal[True]
    checks: list[str] = Field(description="The checks that passed.")
    warnings: list[str] = Field(description="What does not count against it, and is worth knowing.")
    errors: list[WrongMember] = Field(description="Always empty here.")
    report: ReportOut
    # Only where they were asked for.
    credential: Document | str = Field(default_factory=dict, description="As it was sent, with `returnCredential`.")
    verifiable_presentation: Document | str = Field(
        default_factory=dict, description="As it was sent, with `returnPresentation`."
    )


class VcNotVerifiedOut(ProblemOut):
    """A problem document that holds the report. What could not be checked is not verified either."""

    errors: list[WrongMember]
    verified: Literal[False]
    checks: list[str]
    warnings: list[str]
    report: ReportOut


class VcInstanceOut(Answer):
    name: str
    cryptosuite: str
    key_type: str
    id: str = Field(description="The `issuer` of the credentials: a did:key.")
    endpoint: str = Field(description="Where credentials are issued.")
    open: bool = Field(description="Whether anybody may issue here: an issuer for tests, in development.")


class VcInstancesOut(Answer):
    issuer: str
    test: bool
    instances: list[VcInstanceOut]
