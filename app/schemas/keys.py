"""Signing keys as their issuer sees them, and what may be done with them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from app.schemas import examples
from app.schemas.base import Answer, Body, EachOnce, Line, Moment, example

State = Literal["pending", "active", "retired", "compromised", "destroyed"]
Purpose = Literal["data-integrity", "vc-jwt"]
_BOTH: tuple[Purpose, ...] = ("data-integrity", "vc-jwt")


class KeyResource(Answer):
    """The times are null until the event."""

    kid: str
    verification_method: str
    algorithm: str
    purpose: Purpose
    state: State
    backend: Literal["envelope", "pkcs11"] = Field(description="Where the private half is.")
    signed: int = Field(description="Credentials whose signature is this key's; tokens are not counted.")
    jwk: dict[str, Any]
    created_at: datetime
    activates_at: datetime | None = Field(description="When a pending key takes over by itself.")
    retired_at: datetime | None
    compromised_at: datetime | None = Field(description="What it signed at that moment or later counts no more.")
    destroyed_at: datetime | None


class KeyList(Answer):
    items: list[KeyResource]


class RotationIn(Body):
    model_config = example(examples.ROTATION)

    at: Moment | None = Field(
        None, description="When the new keys take over; until then they are published and wait. At once if not given."
    )
    purposes: Annotated[list[Purpose], EachOnce] = Field(
        default_factory=lambda: list(_BOTH),
        min_length=1,
        max_length=2,
        json_schema_extra={"uniqueItems": True},
        description="Which of the issuer's two keys.",
    )


class CompromiseIn(Body):
    model_config = example(examples.COMPROMISE)

    since: Moment = Field(description="Since when others may have had the key; rather too early than too late.")
    reason: Line = Field(description="For your own records: the audit log keeps it.")


class FailureOut(Answer):
    credential: str
    reason: str


class ResignOut(Answer):
    """What one chunk came to."""

    resigned: int = Field(description="Credentials with a new signature; of a key for tokens, tokens to be made anew.")
    failures: list[FailureOut] = Field(description="Credentials that were left as they are, and why.")
    remaining: int = Field(description="Those that still bear the old key's signature.")
    next: str | None = Field(description="The `after` of the next chunk; null when all were looked at.")
