"""What the Verifiable Credentials Data Model asks of every credential and presentation, in versions 2.0 and 1.1.

Whether the words that a document uses have a meaning is for its contexts to say, and not looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.errors import FieldProblem
from app.openbadges.fields import (
    URI,
    URI_PATTERN,
    ClosedNode,
    DataModel,
    DateTime,
    Many,
    Maybe,
    OpenNode,
    PlainText,
    TypeNames,
    Use,
    absent,
    as_list,
    contains,
    not_before,
    used,
)
from app.openbadges.plain import Says
from app.openbadges.problems import find_problems
from app.openbadges.status_entry import check_status_entry
from app.openbadges.vocabulary import (
    CLR_CONTEXT_PATTERN,
    OB_CONTEXT_PATTERN,
    STATUS_ENTRY_TYPE,
    VC_1_CONTEXT,
    VC_CONTEXT,
)

_MAX_CREDENTIALS: Final = 100
_ENVELOPED: Final = "EnvelopedVerifiableCredential"
_URI: Final = re.compile(URI_PATTERN)
_STANDARDS: Final = {
    "Open Badges 3.0": re.compile(OB_CONTEXT_PATTERN),
    "Comprehensive Learner Record 2.0": re.compile(CLR_CONTEXT_PATTERN),
}
OPEN_BADGES, LEARNER_RECORDS = _STANDARDS


def contexts(*standards: str) -> AfterValidator:
    """Constraint of `@context`: that of the data model first, then those of `standards`, in order (VCDM 2.0 4.3).

    Version 1.1 says nothing of the second place, so that others may stand between them there.
    """

    def check(given: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
        old = info.context is DataModel.V1
        first = VC_1_CONTEXT if old else VC_CONTEXT
        if given[:1] != (first,):
            raise PydanticCustomError("value", "must begin with {context}", {"context": first})
        behind = [url for url in given[1:] if _of_any(standards, url)] if old else list(given[1:])
        for standard, url in zip(standards, [*behind, None, None], strict=False):
            if not _of_any((standard,), url):
                place = "" if old else f" in {'second' if standard == standards[0] else 'third'} place"
                raise PydanticCustomError(
                    "value", "must have the {standard} context{place}", {"standard": standard, "place": place}
                )
        if not all(isinstance(item, Mapping) or (isinstance(item, str) and _URI.fullmatch(item)) for item in given):
            raise PydanticCustomError("value", "must hold only addresses and objects")
        return given

    return AfterValidator(check)


def _of_any(standards: tuple[str, ...], url: object) -> bool:
    return isinstance(url, str) and any(_STANDARDS[standard].fullmatch(url) for standard in standards)


class LanguageValue(ClosedNode):
    """Text with its language (VCDM 2.0 section 11.1)."""

    value: Annotated[PlainText, Field(alias="@value")]
    language: Annotated[
        Maybe[Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]],
        Field(alias="@language"),
    ] = None
    direction: Annotated[Maybe[Literal["ltr", "rtl"]], Field(alias="@direction")] = None


Words = Annotated[
    Maybe[Annotated[PlainText | LanguageValue | tuple[LanguageValue, ...], Field(union_mode="left_to_right")]],
    Says("must be text, or text with its language"),
    used(v1=Use.UNKNOWN, v2=Use.ALLOWED),
]
Types = Annotated[TypeNames, Field(min_length=1)]
ContextList = Annotated[tuple[Any, ...], Field(alias="@context"), Says("must be a list of contexts")]


class Named(OpenNode):
    """An issuer or a holder that is more than its id."""

    id: URI
    name: Words = None
    description: Words = None


def _form_of_party(value: object) -> str:
    return "object" if isinstance(value, Mapping | Named) else "uri"


Party = Annotated[Annotated[Named, Tag("object")] | Annotated[URI, Tag("uri")], Discriminator(_form_of_party)]


class Subject(OpenNode):
    id: Maybe[URI] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("value", "says nothing")
        return self


class Typed(OpenNode):
    """Terms of use, or a piece of evidence."""

    id: Maybe[URI] = None
    type: Types


class Service(OpenNode):
    """Where a status or a newer copy is to be had."""

    id: Annotated[Maybe[URI], used(v1=Use.NEEDED, v2=Use.ALLOWED)] = absent()
    type: Types


class Status(Service):
    """Any status method by its type; the members of a BitstringStatusListEntry are checked."""

    @model_validator(mode="after")
    def _bitstring_entry(self) -> Self:
        if STATUS_ENTRY_TYPE in self.type:
            check_status_entry(self.model_extra or {}, self.id)
        return self


class Schema(OpenNode):
    id: URI
    type: Types


class AnyProof(OpenNode):
    type: PlainText


class RelatedResource(OpenNode):
    """Something elsewhere that must not change (VCDM 2.0 section 5.3)."""

    id: URI
    digest_sri: Annotated[Maybe[Many[PlainText]], Field(alias="digestSRI")] = None
    digest_multibase: Maybe[Many[PlainText]] = None

    @model_validator(mode="after")
    def _has_digest(self) -> Self:
        if not self.digest_sri and not self.digest_multibase:
            raise PydanticCustomError("value", "needs a digestSRI or a digestMultibase")
        return self


def _check_once_each(resources: tuple[RelatedResource, ...]) -> tuple[RelatedResource, ...]:
    if len({resource.id for resource in resources}) < len(resources):
        raise PydanticCustomError("value", "names the same thing twice")
    return resources


class AnyCredential(OpenNode):
    """What is the same in every credential, those of 1EdTech too."""

    issuance_date: Annotated[Maybe[DateTime], used(v1=Use.NEEDED, v2=Use.UNKNOWN)] = absent()
    expiration_date: Annotated[Maybe[DateTime], not_before("issuance_date"), used(v1=Use.ALLOWED, v2=Use.UNKNOWN)] = (
        None
    )
    valid_from: Annotated[Maybe[DateTime], used(v1=Use.UNKNOWN, v2=Use.ALLOWED)] = None
    valid_until: Annotated[Maybe[DateTime], not_before("valid_from"), used(v1=Use.UNKNOWN, v2=Use.ALLOWED)] = None
    related_resource: Annotated[
        Maybe[Annotated[Many[RelatedResource], AfterValidator(_check_once_each)]],
        used(v1=Use.UNKNOWN, v2=Use.ALLOWED),
    ] = None


class VerifiableCredential(AnyCredential):
    context: Annotated[ContextList, BeforeValidator(as_list), contexts()]
    id: Maybe[URI] = None
    type: Annotated[TypeNames, contains("VerifiableCredential")]
    issuer: Party
    name: Words = None
    description: Words = None
    credential_subject: Annotated[Many[Subject], Field(min_length=1)]
    credential_status: Maybe[Many[Status]] = None
    credential_schema: Maybe[Many[Schema]] = None
    refresh_service: Maybe[Many[Service]] = None
    terms_of_use: Maybe[Many[Typed]] = None
    evidence: Maybe[Many[Typed]] = None
    proof: Maybe[Many[AnyProof]] = None


class EnvelopedCredential(OpenNode):
    """A credential that is secured from outside, in a data: address (VCDM 2.0 section 4.13.1)."""

    context: Annotated[ContextList, BeforeValidator(as_list), contexts()]
    id: Annotated[
        str,
        StringConstraints(strict=True, pattern=r"^data:[a-z0-9.+-]+/[a-z0-9.+-]+(;[a-z0-9=.+-]+)*,."),
        Says("must be a data: address"),
    ]
    type: Annotated[TypeNames, contains(_ENVELOPED)]


class VerifiablePresentation(OpenNode):
    context: Annotated[ContextList, BeforeValidator(as_list), contexts()]
    id: Maybe[URI] = None
    type: Annotated[TypeNames, contains("VerifiablePresentation")]
    holder: Maybe[Party] = None
    verifiable_credential: Maybe[Annotated[Many[Any], Field(max_length=_MAX_CREDENTIALS)]] = None
    terms_of_use: Maybe[Many[Typed]] = None
    proof: Maybe[Many[AnyProof]] = None


def check_vc(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """What is wrong with `document` as a credential on version 2.0; empty when its structure is right."""
    return find_problems(VerifiableCredential, document)


def check_old_vc(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """The same for version 1.1."""
    return find_problems(VerifiableCredential, document, DataModel.V1)


def check_vp(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """What is wrong with `document` as a presentation on version 2.0, and with the credentials in it."""
    return find_problems(VerifiablePresentation, document) or _problems_inside(document, DataModel.V2)


def check_old_vp(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """The same for version 1.1, where a credential may also stand as a token."""
    return find_problems(VerifiablePresentation, document, DataModel.V1) or _problems_inside(document, DataModel.V1)


def _problems_inside(document: Mapping[str, Any], version: DataModel) -> tuple[FieldProblem, ...]:
    """Each credential is read by the version that it names itself: one on 1.1 may be presented in one on 2.0."""
    held = document.get("verifiableCredential", [])
    places = (
        {f"/verifiableCredential/{index}": item for index, item in enumerate(held)}
        if isinstance(held, list)
        else {"/verifiableCredential": held}
    )
    return tuple(
        FieldProblem(f"{place}{problem.pointer}", f"{place[1:]}: {problem.detail}")
        for place, item in places.items()
        for problem in _problems_of_item(item, document, version)
    )


def _problems_of_item(item: object, presentation: Mapping[str, Any], version: DataModel) -> tuple[FieldProblem, ...]:
    if isinstance(item, str) and version is DataModel.V1:
        return ()  # a token, whose content nobody has read yet
    if not isinstance(item, Mapping):
        return (FieldProblem("", "This must be a credential."),)
    if item.get("type") in (_ENVELOPED, [_ENVELOPED]):
        return find_problems(EnvelopedCredential, item)
    is_old = as_list(item.get("@context"))[:1] == (VC_1_CONTEXT,)
    problems = find_problems(VerifiableCredential, item, DataModel.V1 if is_old else DataModel.V2)
    return problems or (() if is_old else _self_asserted(item, presentation))


def _self_asserted(item: Mapping[str, Any], presentation: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """A credential without a proof is secured by its presentation alone, so its issuer is the holder (4.13.3)."""
    holder = presentation.get("holder")
    if "proof" in item or (holder is not None and _id_of(item.get("issuer")) == _id_of(holder)):
        return ()
    return (FieldProblem("/issuer", "The issuer of a credential without a proof must be the holder who presents it."),)


def _id_of(party: object) -> object:
    return party.get("id") if isinstance(party, Mapping) else party
