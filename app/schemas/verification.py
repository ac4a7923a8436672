"""`POST /v1/verify`: what may be sent as JSON, and the report."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from app.openbadges.plain import Says
from app.schemas import examples
from app.schemas.base import Answer, Body, Did, Email, Moment, WebAddress, example


class VerifyIn(Body):
    """Either an address or the credential itself, with questions beside it."""

    model_config = example(examples.VERIFICATION)

    url: WebAddress | None = Field(None, description="The address of a badge page or of a signed file.")
    credential: Annotated[dict[str, Any] | str, Says("must be the signed JSON, or a compact JWS as text")] | None = (
        Field(None, description="The signed JSON, or a compact JWS.")
    )
    email: Email | None = Field(None, description="Ask whether the badge was issued to this address.")
    did: Did | None = Field(None, description="Ask whether the badge was issued to this DID.")
    at: Moment | None = Field(None, description="Judge as of this moment, with what is known now.")
    trust: list[str] | None = Field(None, max_length=200, description="Issuer ids that you recognise.")
    receipt: bool = Field(default=False, description="Ask for a signed receipt of the result.")


class CheckOut(Answer):
    id: str
    outcome: Literal["passed", "failed", "undetermined", "not applicable"]
    title: str
    detail: str
    remedy: str | None
    who: Literal["you", "holder", "issuer", "operator"] | None = Field(description="Who can follow the remedy.")


class ReportOut(Answer):
    """The outcome of a verification. What it shows of the credential is only what was signed."""

    verdict: Literal["valid", "invalid", "undetermined"]
    conclusion: str = Field(description="The reason for the verdict, in words that programs can tell apart.")
    summary: str
    checks: list[CheckOut]
    format: str
    credential: dict[str, Any] | None
    issuer: dict[str, Any] | None
    recipient: dict[str, Any] | None
    achievement: dict[str, Any] | None
    dates: dict[str, Any] | None
    status: dict[str, Any] | None
    endorsements: list[ReportOut] = Field(description="The endorsements inside, each judged for itself.")
    contents: list[ReportOut] = Field(description="The credentials inside a learner record, each judged for itself.")


class VerificationOut(ReportOut):
    """The report, and the receipt if one was asked for."""

    # Only where it was asked for: of all others the answer is the report alone.
    receipt: dict[str, Any] = Field(
        default_factory=dict, description="What was checked, when, and the result, signed by this service."
    )


class WrongMember(Answer):
    pointer: str = Field(description="JSON pointer (RFC 6901) into the body that was sent; empty for the whole of it.")
    detail: str


class ProblemOut(Answer):
    """Why nothing was done (RFC 9457)."""

    type: str = Field(description="The address of a page that explains this kind of problem.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked for.")
    # Only where members are wrong: the one member of an answer that may be missing.
    errors: list[WrongMember] = Field(default_factory=list)
