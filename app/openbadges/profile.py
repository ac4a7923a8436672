"""Who issues, creates, assesses or endorses (Profile), and what secures or accompanies a credential.

Profile and EndorsementCredential name each other (profiles are endorsed, endorsements have issuers), so
they stand in one file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from app.openbadges.fields import (
    URI,
    ClosedNode,
    CompactJWS,
    Date,
    DateTime,
    Many,
    Maybe,
    Number,
    OpenNode,
    PlainText,
    Text,
    TypeNames,
    contains,
    listed,
)
from app.openbadges.plain import Says
from app.openbadges.vocabulary import (
    IDENTIFIER_TYPES,
    OB_CONTEXT_PATTERN,
    STATUS_ENTRY_TYPE,
    VC_CONTEXT,
)

_OB_CONTEXT: Final = re.compile(OB_CONTEXT_PATTERN)
_STATUS_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")


class Image(ClosedNode):
    id: URI
    type: Literal["Image"]
    caption: Maybe[Text] = None


class IdentifierEntry(ClosedNode):
    type: Literal["IdentifierEntry"]
    identifier: Text
    identifier_type: Annotated[PlainText, listed(IDENTIFIER_TYPES)]


class IdentityObject(ClosedNode):
    type: Literal["IdentityObject"]
    hashed: Annotated[bool, Field(strict=True), Says("must be true or false")]
    identity_hash: Text
    identity_type: Annotated[PlainText, listed(IDENTIFIER_TYPES)]
    salt: Maybe[Text] = None


class GeoCoordinates(OpenNode):
    type: Literal["GeoCoordinates"]
    latitude: Number
    longitude: Number


class Address(OpenNode):
    type: Annotated[TypeNames, contains("Address")]
    address_country: Maybe[Text] = None
    address_country_code: Maybe[Text] = None
    address_region: Maybe[Text] = None
    address_locality: Maybe[Text] = None
    street_address: Maybe[Text] = None
    post_office_box_number: Maybe[Text] = None
    postal_code: Maybe[Text] = None
    geo: Maybe[GeoCoordinates] = None


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

    id: Maybe[URI] = None
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


class Profile(OpenNode):
    id: URI
    type: Annotated[TypeNames, contains("Profile")]
    name: Maybe[Text] = None
    url: Maybe[PlainText] = None
    phone: Maybe[Text] = None
    description: Maybe[Text] = None
    endorsement: Maybe[Many[EndorsementCredential]] = None
    endorsement_jwt: Maybe[Many[CompactJWS]] = None
    image: Maybe[Image] = None
    email: Maybe[Text] = None
    address: Maybe[Address] = None
    other_identifier: Maybe[Many[IdentifierEntry]] = None
    official: Maybe[Text] = None
    parent_org: Maybe[Profile] = None
    family_name: Maybe[Text] = None
    given_name: Maybe[Text] = None
    additional_name: Maybe[Text] = None
    patronymic_name: Maybe[Text] = None
    honorific_prefix: Maybe[Text] = None
    honorific_suffix: Maybe[Text] = None
    family_name_prefix: Maybe[Text] = None
    date_of_birth: Maybe[Date] = None


def _form_of_issuer(value: object) -> str:
    return "profile" if isinstance(value, dict | Profile) else "uri"


def _check_contexts(contexts: tuple[Any, ...]) -> tuple[Any, ...]:
    """OB 3.0 AchievementCredential: the two contexts, in this order; what follows is a URI or a map."""
    first, second = (*contexts, None, None)[:2]
    if first != VC_CONTEXT:
        raise PydanticCustomError("value", "must begin with {context}", {"context": VC_CONTEXT})
    if not isinstance(second, str) or not _OB_CONTEXT.fullmatch(second):
        raise PydanticCustomError("value", "must have the Open Badges 3.0 context in second place")
    if not all(isinstance(context, str | dict) for context in contexts[2:]):
        raise PydanticCustomError("value", "must hold only addresses and objects")
    return contexts


class Credential(OpenNode):
    """What an AchievementCredential and an EndorsementCredential have in common (VC Data Model 2.0)."""

    context: Annotated[
        tuple[Any, ...],
        Field(alias="@context"),
        Says("must be a list of contexts"),
        AfterValidator(_check_contexts),
    ]
    id: URI
    type: TypeNames
    description: Maybe[Text] = None
    issuer: Annotated[Annotated[Profile, Tag("profile")] | Annotated[URI, Tag("uri")], Discriminator(_form_of_issuer)]
    awarded_date: Maybe[DateTime] = None
    valid_from: DateTime
    valid_until: Maybe[DateTime] = None
    proof: Maybe[Many[Proof]] = None
    credential_schema: Maybe[Many[CredentialSchema]] = None
    credential_status: Maybe[CredentialStatus] = None
    refresh_service: Maybe[RefreshService] = None
    terms_of_use: Maybe[Many[TermsOfUse]] = None
    evidence: Maybe[Many[Evidence]] = None


class EndorsementSubject(OpenNode):
    id: URI
    type: Annotated[TypeNames, contains("EndorsementSubject")]
    endorsement_comment: Maybe[Text] = None


class EndorsementCredential(Credential):
    type: Annotated[TypeNames, contains("VerifiableCredential"), contains("EndorsementCredential")]
    name: Text
    credential_subject: EndorsementSubject
