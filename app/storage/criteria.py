"""Which credentials are meant: what may be asked about them, as conditions.

Two indexes serve every question: an issuer's credentials by time of issue, and by `source` with `external_id`. All else
is looked for along the first, newest first, row by row; `docs/life.md` says what that means.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, func, select

from app.models import Credential, SigningKey, StatusChange, Succession, SuccessionKind, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True)
class Criteria:
    """All of these; None asks nothing. Texts are compared whole, `email` and `name` without regard to case.

    `issued_until` is the last moment that counts, `ends_before` the first that does not. Of `ended_by` and `runs_on_at`
    the first wants an end before that moment, the second none.
    """

    achievement_ids: tuple[UUID, ...] | None = None
    source: str | None = None
    external_id: str | None = None
    issued_since: datetime | None = None
    issued_until: datetime | None = None
    ends_before: datetime | None = None
    ended_by: datetime | None = None
    runs_on_at: datetime | None = None
    revoked: bool | None = None
    replaced: bool | None = None
    erased: bool | None = None
    test: bool | None = None
    visibility: Visibility | None = None
    kid: str | None = None
    email: str | None = None
    name: str | None = None
    did: str | None = None

    def personal_values(self) -> dict[str, str]:
        """What people are known by. A value that stands in a statement stays in memory with it, for as long as the
        statement is remembered; so these are handed over beside it.
        """
        values = {name: getattr(self, name) for name in _PERSONAL}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def is_empty(self) -> bool:
        return all(getattr(self, field.name) is None for field in fields(self))


ANY = Criteria()
_PERSONAL = ("external_id", "email", "name", "did")


def conditions(wanted: Criteria, *, issuer_id: UUID | None) -> Iterator[ColumnElement[bool]]:
    """What a row of `credentials` has to fulfil; of everybody's when `issuer_id` is None."""
    if issuer_id is not None:
        yield Credential.issuer_id == issuer_id
    yield from _of_the_award(wanted)
    yield from _of_time(wanted)
    yield from _of_life(wanted)
    yield from _of_the_learner(wanted)


def _of_the_award(wanted: Criteria) -> Iterator[ColumnElement[bool]]:
    if wanted.achievement_ids is not None:
        yield Credential.achievement_id.in_(wanted.achievement_ids)
    if wanted.source is not None:
        yield Credential.source == wanted.source
    if wanted.external_id is not None:
        yield Credential.external_id == bindparam("external_id")
    if wanted.test is not None:
        yield Credential.test == wanted.test
    elif wanted.source is not None and wanted.external_id is not None:
        yield Credential.test.in_([False, True])  # says nothing, but completes what the natural key's index needs
    if wanted.visibility is not None:
        yield Credential.visibility == wanted.visibility
    if wanted.kid is not None:
        yield Credential.signing_key_id.in_(select(SigningKey.id).where(SigningKey.kid == wanted.kid))


def _of_time(wanted: Criteria) -> Iterator[ColumnElement[bool]]:
    if wanted.issued_since is not None:
        yield Credential.issued_at >= wanted.issued_since
    if wanted.issued_until is not None:
        yield Credential.issued_at <= wanted.issued_until
    for end in (wanted.ends_before, wanted.ended_by):
        if end is not None:
            yield Credential.valid_until < end
    if wanted.runs_on_at is not None:
        yield Credential.valid_until.is_(None) | (Credential.valid_until >= wanted.runs_on_at)


def _of_life(wanted: Criteria) -> Iterator[ColumnElement[bool]]:
    if wanted.revoked is not None:
        change = exists().where(StatusChange.credential_id == Credential.id)
        yield change if wanted.revoked else ~change
    if wanted.replaced is not None:
        successor = exists().where(
            Succession.predecessor_id == Credential.id, Succession.kind == SuccessionKind.REPLACEMENT
        )
        yield successor if wanted.replaced else ~successor
    if wanted.erased is not None:
        yield Credential.erased_at.is_not(None) if wanted.erased else Credential.erased_at.is_(None)


def _of_the_learner(wanted: Criteria) -> Iterator[ColumnElement[bool]]:
    for member in ("email", "name"):
        if getattr(wanted, member) is not None:
            yield func.lower(Credential.learner[member].as_string()) == func.lower(bindparam(member))
    if wanted.did is not None:
        yield Credential.learner["did"].as_string() == bindparam("did")
