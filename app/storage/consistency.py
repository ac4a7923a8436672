"""Questions about rows that must agree with each other and that no constraint holds together; for `laurel fsck`.

Columns that only people read are left out, so that a damaged one does not keep the others from being looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, Text, and_, cast, exists, func, or_, select, text

from app.models import (
    MINIMUM_LIST_LENGTH,
    Base,
    Credential,
    Endorsement,
    ErasedCompletion,
    KeyBackend,
    KeyState,
    ReceiptKey,
    SigningKey,
    StatusChange,
    StatusList,
    Succession,
    SuccessionKind,
    SupersededDocument,
    VCInstance,
    VCStatusChange,
    VCStatusEntry,
    VCStatusList,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

MOST = 1_000  # rows of one kind; whoever has more has seen enough
_CREDENTIALS: Table = Credential.metadata.tables["credentials"]
_CHANGES: Table = StatusChange.metadata.tables["status_changes"]


@dataclass(frozen=True, slots=True)
class StoredCredentialBytes:
    """What of a credential can be held against something else."""

    id: UUID
    status_list_id: UUID
    status_index: int
    document: bytes
    sha256: bytes
    jwt: str | None
    erased: bool
    revoked: bool


@dataclass(frozen=True, slots=True)
class StoredKeyBytes:
    """A key as it is stored. Its public half is written down as a JWK or as a did:key.

    A key of the service (`of_service`) has no issuer, and is bound to its own id instead.
    """

    issuer_id: UUID
    kid: str
    algorithm: str
    ciphertext: bytes = field(repr=False)
    public_jwk: str | None
    did: str | None
    of_service: bool = False

    @property
    def name(self) -> str:
        return f"receipt key {self.kid}" if self.of_service else f"issuer {self.issuer_id}, key {self.kid}"


def count(session: Session, table: str) -> int:
    return session.scalar(select(func.count()).select_from(Base.metadata.tables[table])) or 0


def credentials_after(session: Session, after: UUID | None, *, limit: int) -> list[StoredCredentialBytes]:
    """The next ones in the order of their ids."""
    columns = _CREDENTIALS.c
    revoked = exists().where(_CHANGES.c.credential_id == columns.id)
    query = select(
        columns.id,
        columns.status_list_id,
        columns.status_index,
        columns.document,
        columns.sha256,
        columns.jwt,
        columns.erased_at.is_not(None),
        revoked,
    )
    if after is not None:
        query = query.where(columns.id > after)
    return [StoredCredentialBytes(*row) for row in session.execute(query.order_by(columns.id).limit(limit))]


def known_credentials(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that exist."""
    return set(session.scalars(select(_CREDENTIALS.c.id).where(_CREDENTIALS.c.id.in_(ids))))


def revoked_credentials(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that are revoked."""
    return set(session.scalars(select(_CHANGES.c.credential_id).where(_CHANGES.c.credential_id.in_(ids))))


def file_damage(session: Session) -> Iterator[str]:
    """What the database itself finds wrong with its file and its references. Nothing to ask for on PostgreSQL."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for line in session.scalars(text(f"PRAGMA integrity_check({MOST})")):
        if line != "ok":
            yield str(line)
    for table, _, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
        yield f"a row of {table} refers to something in {parent} that is not there"


# Each answers with rows: the id of what is wrong, and what a sentence about it needs.


def shared_entries(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    """List and index of entries that more than one credential holds."""
    place = (Credential.status_list_id, Credential.status_index)
    return _few(session, select(*place).group_by(*place).having(func.count() > 1))


def lists_that_do_not_add_up(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    """Id, allocated, held, version, changes and length of lists that gave out or changed less than their rows say."""
    for lists, held, changes, list_id in (
        (StatusList, Credential, StatusChange, Credential.status_list_id),
        (VCStatusList, VCStatusEntry, VCStatusChange, VCStatusEntry.list_id),
    ):
        holders = select(func.count()).select_from(held).where(list_id == lists.id).scalar_subquery()
        changed = select(func.count()).select_from(changes).where(changes.list_id == lists.id).scalar_subquery()
        wrong = or_(lists.allocated < holders, lists.version < changed + 1, lists.length != MINIMUM_LIST_LENGTH)
        query = select(lists.id, lists.allocated, holders, lists.version, changed, lists.length).where(wrong)
        yield from _few(session, query)


def entries_beyond_their_list(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    query = select(Credential.id).join(StatusList, StatusList.id == Credential.status_list_id)
    return _few(session, query.where(Credential.status_index >= StatusList.length))


def changes_of_other_entries(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    """Credentials whose revocation is written down for an entry that is not theirs."""
    elsewhere = or_(
        StatusChange.list_id != Credential.status_list_id,
        StatusChange.status_index != Credential.status_index,
        StatusChange.issuer_id != Credential.issuer_id,
    )
    query = select(Credential.id).join(StatusChange, StatusChange.credential_id == Credential.id)
    return _few(session, query.where(elsewhere))


def replaced_and_not_revoked(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    revoked = exists().where(StatusChange.credential_id == Succession.predecessor_id)
    query = select(Succession.predecessor_id).where(Succession.kind == SuccessionKind.REPLACEMENT, ~revoked)
    return _few(session, query)


def successors_before_their_predecessors(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    """So no line of successions is a circle either."""
    earlier, later = _CREDENTIALS.alias(), _CREDENTIALS.alias()
    query = (
        select(Succession.successor_id)
        .join(earlier, earlier.c.id == Succession.predecessor_id)
        .join(later, later.c.id == Succession.successor_id)
    )
    return _few(session, query.where(later.c.issued_at < earlier.c.issued_at))


def half_erased(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    """Credentials that are erased and still hold signed words, or hold none and are not erased."""
    empty = func.length(Credential.document) == 0
    kept = and_(Credential.erased_at.is_not(None), or_(~empty, Credential.jwt.is_not(None)))
    return _few(session, select(Credential.id).where(or_(kept, and_(Credential.erased_at.is_(None), empty))))


def erased_completions_of_whole_credentials(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    query = select(Credential.id).join(ErasedCompletion, ErasedCompletion.credential_id == Credential.id)
    return _few(session, query.where(Credential.erased_at.is_(None)))


def superseded_by_themselves(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    """Credentials whose signed bytes are on record as superseded, though nothing took their place."""
    query = select(Credential.id).join(SupersededDocument, SupersededDocument.credential_id == Credential.id)
    return _few(session, query.where(SupersededDocument.sha256 == Credential.sha256, Credential.erased_at.is_(None)))


def keys_at_odds_with_their_times(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    """Issuer and kid of keys whose state and times cannot both be true."""
    state = SigningKey.state
    wrong = or_(
        state.in_((KeyState.PENDING, KeyState.ACTIVE)) == SigningKey.retired_at.is_not(None),
        and_(state == KeyState.COMPROMISED, SigningKey.compromised_at.is_(None)),
        (state == KeyState.DESTROYED) == SigningKey.destroyed_at.is_(None),
        and_(state != KeyState.DESTROYED, func.length(SigningKey.ciphertext) == 0),
    )
    return _few(session, select(SigningKey.issuer_id, SigningKey.kid).where(wrong))


def purposes_with_two_keys(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    of = (SigningKey.issuer_id, SigningKey.purpose)
    query = select(*of).where(SigningKey.state == KeyState.ACTIVE).group_by(*of).having(func.count() > 1)
    return _few(session, query)


def endorsements(session: Session) -> Iterator[tuple[UUID, bytes, bytes]]:
    """Id, bytes and digest of every endorsement."""
    columns = Endorsement.metadata.tables["endorsements"].c
    query = select(columns.id, columns.document, columns.sha256).execution_options(yield_per=100)
    return ((endorsement_id, document, sha256) for endorsement_id, document, sha256 in session.execute(query))


def list_ids(session: Session) -> list[tuple[UUID, bool]]:
    """Every status list, and whether it is one of the VC-API's."""
    ours = session.scalars(select(StatusList.id).order_by(StatusList.id))
    theirs = session.scalars(select(VCStatusList.id).order_by(VCStatusList.id))
    return [*((list_id, False) for list_id in ours), *((list_id, True) for list_id in theirs)]


def stored_keys(session: Session) -> Iterator[StoredKeyBytes]:
    """Every key that an envelope holds, of issuers, of their instances of the VC-API, and of the service."""
    keys: Table = SigningKey.metadata.tables["signing_keys"]
    own = select(
        keys.c.issuer_id, keys.c.kid, cast(keys.c.algorithm, Text), keys.c.ciphertext, cast(keys.c.public_jwk, Text)
    ).where(keys.c.backend == KeyBackend.ENVELOPE, keys.c.state != KeyState.DESTROYED)
    for issuer_id, kid, algorithm, ciphertext, public_jwk in session.execute(own):
        yield StoredKeyBytes(issuer_id, kid, algorithm, ciphertext, public_jwk, None)
    instances: Table = VCInstance.metadata.tables["vc_instances"]
    columns = instances.c
    theirs = select(columns.issuer_id, columns.kid, cast(columns.algorithm, Text), columns.ciphertext, columns.did)
    for issuer_id, kid, algorithm, ciphertext, did in session.execute(theirs):
        yield StoredKeyBytes(issuer_id, kid, algorithm, ciphertext, public_jwk=None, did=did)
    receipts = ReceiptKey.metadata.tables["receipt_keys"].c
    services = select(receipts.id, receipts.kid, receipts.ciphertext, cast(receipts.public_jwk, Text))
    for key_id, kid, ciphertext, public_jwk in session.execute(services):
        yield StoredKeyBytes(key_id, kid, ReceiptKey.ALGORITHM, ciphertext, public_jwk, None, of_service=True)


def _few(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Row[*tuple[Any, ...]]]:
    return iter(session.execute(query.limit(MOST)).all())
