"""The ClrCredential of Comprehensive Learner Record 2.0: a learner's credentials, and how achievements are related.

What a record holds is looked at here only as far as the record's own schema does; each credential in it is judged for
itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, ValidationInfo, model_validator
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from app.errors import FieldProblem
from app.openbadges.credential import Achievement
from app.openbadges.fields import (
    URI,
    ClosedNode,
    CompactJWS,
    DataModel,
    Many,
    Maybe,
    OpenNode,
    PlainText,
    TypeNames,
    contains,
    listed,
)
from app.openbadges.plain import Says
from app.openbadges.problems import find_problems
from app.openbadges.profile import Credential, EndorsementCredential, IdentityObject, Image
from app.openbadges.vcdm import LEARNER_RECORDS, OPEN_BADGES, ContextList, Subject, contexts
from app.openbadges.vocabulary import ASSOCIATION_TYPES


class Association(ClosedNode):
    type: Literal["Association"]
    association_type: Annotated[PlainText, listed(ASSOCIATION_TYPES, extensible=False)]
    source_id: URI
    target_id: URI


class HeldCredential(Credential):
    credential_subject: Subject


def _check_drafted(token: str, info: ValidationInfo) -> str:
    """Records on version 1.1 held tokens; the schema of 2.0 has objects alone."""
    if info.context is not DataModel.V1:
        raise PydanticCustomError("value", "must be an object")
    return token


def _form_of_held(value: object) -> str:
    return "token" if isinstance(value, str) else "object"


Held = Annotated[
    Annotated[HeldCredential, Tag("object")] | Annotated[CompactJWS, AfterValidator(_check_drafted), Tag("token")],
    Discriminator(_form_of_held),
]


class ClrSubject(OpenNode):
    id: Maybe[URI] = None
    type: Annotated[TypeNames, contains("ClrSubject")]
    identifier: Maybe[Many[IdentityObject]] = None
    verifiable_credential: Annotated[Many[Held], Field(min_length=1)]
    achievement: Maybe[Many[Achievement]] = None
    association: Maybe[Many[Association]] = None

    @model_validator(mode="after")
    def _recognisable(self) -> Self:
        if self.id is None and not self.identifier:
            raise PydanticCustomError("value", "needs an id or an identifier that says whose record it is")
        return self


class ClrCredential(Credential):
    context: Annotated[ContextList, contexts(LEARNER_RECORDS, OPEN_BADGES)]
    id: URI
    type: Annotated[TypeNames, contains("VerifiableCredential"), contains("ClrCredential")]
    name: PlainText
    image: Maybe[Image] = None
    partial: Maybe[Annotated[bool, Field(strict=True), Says("must be true or false")]] = None
    credential_subject: ClrSubject
    endorsement: Maybe[Many[EndorsementCredential]] = None
    endorsement_jwt: Maybe[Many[CompactJWS]] = None


def check_record(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """What is wrong with `document` as a ClrCredential on VC 2.0; empty when its structure is right."""
    return find_problems(ClrCredential, document)


def check_old_record(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """The same on VC 1.1."""
    return find_problems(ClrCredential, document, DataModel.V1)
