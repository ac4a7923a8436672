"""What stands beside the claims of a 1EdTech credential: proof, schema, status, newer copies, terms, evidence."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator

from app.openbadges.fields import (
    URI,
    DateTime,
    Maybe,
    OpenNode,
    PlainText,
    Text,
    TypeNames,
    Use,
    absent,
    contains,
    used,
)
from app.openbadges.status_entry import check_status_entry
from app.openbadges.vocabulary import STATUS_ENTRY_TYPE


class Proof(OpenNode):
    type: PlainText
    created: Maybe[DateTime] = None
    cryptosuite: Maybe[PlainText] = None
    challenge: Maybe[PlainText] = None
    domain: Maybe[PlainText] = None
    nonce: Maybe[PlainText] = None
    proof_purpose: Maybe[PlainText] = None
    proof_value: Maybe[PlainText] = None
    verification_method: Maybe[PlainText] = None


class CredentialSchema(OpenNode):
    id: URI
    type: PlainText


class CredentialStatus(OpenNode):
    """Any status method by its type; the members of a BitstringStatusListEntry are checked."""

    id: Annotated[Maybe[URI], used(v1=Use.NEEDED, v2=Use.ALLOWED)] = absent()
    type: PlainText

    @model_validator(mode="after")
    def _bitstring_entry(self) -> Self:
        if self.type == STATUS_ENTRY_TYPE:
            check_status_entry(self.model_extra or {}, self.id)
        return self


class RefreshService(OpenNode):
    id: URI
    type: PlainText


class TermsOfUse(OpenNode):
    id: Maybe[URI] = None
    type: PlainText


class Evidence(OpenNode):
    id: Maybe[URI] = None
    type: Annotated[TypeNames, contains("Evidence")]
    narrative: Maybe[Text] = None
    name: Maybe[Text] = None
    description: Maybe[Text] = None
    genre: Maybe[Text] = None
    audience: Maybe[Text] = None
