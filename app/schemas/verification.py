"""`POST /v1/verify`: what may be sent as JSON, and the report."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from app.schemas.base import Answer, Body, Email, Moment, WebAddress


class VerifyIn(Body):
    """Either an address or the credential itself, with questions beside it."""

    url: WebAddress | None = Field(None, description="The address of a badge page or of a signed file.")
    credential: dict[str, Any] | str | None = Field(None, description="The signed JSON, or a compact JWS.")
    email: Email | None = Field(None, description="Ask whether the badge was issued to this address.")
    at: Moment | None = Field(None, description="Judge as of this moment, with what is known now.")
    trust: list[str] | None = Field(None, max_length=200, description="Issuer ids that you recognise.")


class CheckOut(Answer):
    id: str
    outcome: Literal["passed", "failed", "undetermined", "not applicable"]
    title: str
    detail: str
    remedy: str | None


class ReportOut(Answer):
    """The outcome of a verification. What it shows of the credential is only what was signed."""

    verdict: Literal["valid", "invalid", "undetermined"]
    summary: str
    checks: list[CheckOut]
    format: str
    credential: dict[str, Any] | None
    issuer: dict[str, Any] | None
    recipient: dict[str, Any] | None
    achievement: dict[str, Any] | None
    dates: dict[str, Any] | None
    status: dict[str, Any] | None


class ProblemOut(Answer):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict[str, str]] | None = None
