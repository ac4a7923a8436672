"""A person who asks what is stored about them, or to be forgotten."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from app.schemas import examples
from app.schemas.base import Answer, Body, Did, Email, Name, example


class PersonIn(Body):
    """Who it is: at least one of the three. A name finds only credentials that hold neither address nor DID."""

    model_config = example(examples.PERSON)

    email: Email | None = None
    did: Did | None = None
    name: Name | None = None


class PersonErasureIn(PersonIn):
    model_config = example(examples.PERSON_ERASURE)

    dry_run: bool = Field(True, description="Only say what would go. Send `false` to erase it.")
    revoke: bool = Field(False, description="Take the badges back as well, so that copies of them count no more.")


class PersonCredential(Answer):
    """One of their credentials, as it was before it was erased."""

    id: str
    issuer: str
    achievement: str
    awarded_at: datetime
    status: str


class PersonErased(Answer):
    dry_run: bool
    erased: int = Field(description="How many were erased now; 0 in a dry run.")
    credentials: list[PersonCredential] = Field(description="What was found.")
