"""Who issues, creates, assesses or endorses (Profile), what a credential says beside its subject, and endorsements.

Profile and EndorsementCredential name each other (profiles are endorsed, endorsements have issuers), so
they stand in one file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from app.errors import FieldProblem
from app.openbadges.attached import CredentialSchema, CredentialStatus, Evidence, Proof, RefreshService, TermsOfUse
from app.openbadges.fields import (
    URI,
    ClosedNode,
    CompactJWS,
    DataModel,
    Date,
    DateTime,
    Many,
    Maybe,
    Number,
    OpenNode,
    PlainText,
    Text,
    TypeNames,
    Use,
    absent,
    contains,
    listed,
    used,
)
from app.openbadges.plain import Says
from app.openbadges.problems import find_problems
from app.openbadges.vcdm import OPEN_BADGES, AnyCredential, ContextList, contexts
from app.openbadges.vocabulary import DRAFT_IDENTIFIER_TYPES, IDENTIFIER_TYPES


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
    identity_type: Annotated[PlainText, listed(IDENTIFIER_TYPES, v1=DRAFT_IDENTIFIER_TYPES)]
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


def _check_named_plainly(issuer: Profile | str) -> Profile | str:
    """No context gives a language map a meaning there, and the data model knows none (VCDM 2.0 section 4.7)."""
    if isinstance(issuer, Profile) and not all(isinstance(words, str | None) for words in _words_of(issuer)):
        raise PydanticCustomError("value", "must have its name and description as text")
    return issuer


def _words_of(issuer: Profile) -> tuple[object, object]:
    return issuer.name, issuer.description


class Credential(AnyCredential):
    """What 1EdTech asks of any credential in a record, and more of its own kinds."""

    context: Annotated[ContextList, contexts()]
    id: Maybe[URI] = None
    type: Annotated[TypeNames, contains("VerifiableCredential")]
    issuer: Annotated[
        Annotated[Profile, Tag("profile")] | Annotated[URI, Tag("uri")],
        Discriminator(_form_of_issuer),
        AfterValidator(_check_named_plainly),
    ]
    valid_from: Annotated[Maybe[DateTime], used(v1=Use.UNKNOWN, v2=Use.NEEDED)] = absent()
    awarded_date: Maybe[DateTime] = None
    name: Maybe[PlainText] = None
    description: Maybe[PlainText] = None
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
    """In samples on version 1.1, endorsements inside a badge have neither id nor name."""

    context: Annotated[ContextList, contexts(OPEN_BADGES)]
    id: Annotated[Maybe[URI], used(v1=Use.ALLOWED, v2=Use.NEEDED)] = absent()
    type: Annotated[TypeNames, contains("VerifiableCredential"), contains("EndorsementCredential")]
    name: Annotated[Maybe[PlainText], used(v1=Use.ALLOWED, v2=Use.NEEDED)] = absent()
    credential_subject: EndorsementSubject


def check_endorsement(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """What is wrong with `document` as an EndorsementCredential on VC 2.0; empty when its structure is right."""
    return find_problems(EndorsementCredential, document)


def check_old_endorsement(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """The same on VC 1.1."""
    return find_problems(EndorsementCredential, document, DataModel.V1)


def check_profile(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """What is wrong with `document` as a Profile; empty when its structure is right."""
    return find_problems(Profile, document)
