"""What stands beside the claims of a 1EdTech credential: proof, schema, status, newer copies, terms, evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

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
from app.openbadges.vocabulary import STATUS_ENTRY_TYPE

_STATUS_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")


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
            _check_status_entry(self.model_extra or {}, self.id)
        return self


def _check_status_entry(entry: Mapping[str, Any], entry_id: str | None) -> None:
    """Bitstring Status List 1.0, section 2.1."""
    index, size = entry.get("statusListIndex"), entry.get("statusSize", 1)
    wrong = {
        "statusPurpose": not _is_filled(entry.get("statusPurpose")),
        "statusListCredential": not _is_filled(entry.get("statusListCredential")),
        "statusListIndex": isinstance(index, bool) or not _STATUS_INDEX.fullmatch(str(index)),
        "statusSize": isinstance(size, bool) or not isinstance(size, int) or size < 1,
    }
    for member, is_wrong in wrong.items():
        if is_wrong:
            raise PydanticCustomError("value", "needs a proper {member}", {"member": member})
    if entry_id is not None and entry_id == entry["statusListCredential"]:
        raise PydanticCustomError("value", "has the id of its whole list")


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and value != ""


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
