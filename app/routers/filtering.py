"""Which credentials a list is to hold: the same criteria as parameters of an address and as members of a body.

What identifies a learner is taken in a body only: addresses end in logs and histories.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query

from app.errors import FieldProblem, InvalidFieldsError
from app.issuance import State
from app.schemas.base import Moment, Reference
from app.schemas.credentials import ByAchievement, CredentialFilter, KeyId
from app.services.appearance import Visibility
from app.services.searching import Search


async def _search(
    achievement: Annotated[ByAchievement | None, Query()] = None,
    source: Annotated[Reference | None, Query(description="Only those of this platform.")] = None,
    external_id: Annotated[
        Reference | None, Query(alias="externalId", description="Only those of this completion.")
    ] = None,
    status: Annotated[State | None, Query(description="Only those of which this became.")] = None,
    issued_since: Annotated[
        Moment | None, Query(alias="issuedSince", description="Issued at this moment or later.")
    ] = None,
    issued_until: Annotated[
        Moment | None, Query(alias="issuedUntil", description="Issued at this moment or earlier.")
    ] = None,
    valid_until_before: Annotated[
        Moment | None, Query(alias="validUntilBefore", description="Ends, or ended, before this moment.")
    ] = None,
    test: Annotated[bool | None, Query(description="Only test credentials, or only real ones.")] = None,
    visibility: Annotated[
        Literal["unlisted", "public"] | None, Query(description="Only those of this visibility.")
    ] = None,
    kid: Annotated[KeyId | None, Query(description="Signed with the key of this name.")] = None,
) -> Search:
    return Search(
        achievement=achievement,
        source=source,
        external_id=external_id,
        status=status,
        issued_since=issued_since,
        issued_until=issued_until,
        valid_until_before=valid_until_before,
        test=test,
        visibility=_visibility(visibility),
        kid=kid,
    )


Wanted = Annotated[Search, Depends(_search)]


def of_parameters(error: InvalidFieldsError) -> InvalidFieldsError:
    """What was said of members, said of parameters."""
    problems = (f"The query parameter {problem.pointer[1:]}: {problem.detail}" for problem in error.problems)
    return InvalidFieldsError(tuple(FieldProblem("", detail) for detail in problems))


def search_of(body: CredentialFilter) -> Search:
    """The same from a body."""
    members = {name: getattr(body, name) for name in CredentialFilter.model_fields}
    return Search(**members | {"visibility": _visibility(body.visibility)})


def _visibility(name: str | None) -> Visibility | None:
    return None if name is None else Visibility(name)
