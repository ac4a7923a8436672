"""Questions that the database answers: its schema and clock, the keys in it, and what it publishes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app import strictjson
from app.errors import AppError, KeyUnwrapError, UnavailableError
from app.models import MINIMUM_LIST_LENGTH, Issuer, KeyState, ReceiptKey, SigningKey
from app.openbadges import decode_bitstring, list_bits
from app.services import issuers as issuing
from app.services import receipt_keys
from app.services.examination import Examination, Question, listed
from app.services.instance import Instance
from app.services.paging import all_pages
from app.services.status import ListForm, signed_status_list
from app.signing import Algorithm, PublicKey, verify_proof
from app.storage import Database, Session, clock, issuers, keys, migrations_pending, status_lists
from app.verification.members import moment

DATABASE: Final = Question("database", "Database")
SCHEMA: Final = Question("schema", "Schema of the database")
CLOCK: Final = Question("clock-database", "Clock, beside the database's")
KEYS: Final = Question("keys", "Signing keys")
LISTS: Final = Question("status-lists", "Status lists")

_MAX_LIST_DOCUMENT: Final = 4 * 1024 * 1024
_SECONDS_NOTICED: Final = 2.0
_SECONDS_HARMFUL: Final = 60.0
_TOLERANCE: Final = timedelta(seconds=_SECONDS_HARMFUL)
_NOT_ASKED: Final = "The database could not be asked."
_FIRST: Final = "Mend what is said of the database first."


def examine_database(database: Database, instance: Instance, utc_now: Callable[[], datetime]) -> Iterable[Examination]:
    """In order: what cannot be asked because of an earlier answer is told so."""
    try:
        database.ping()
        pending = migrations_pending(database)
    except UnavailableError as error:
        yield DATABASE.fail(error.message, "See that the database runs, is whole, and lets the service in.")
        yield from (question.cannot_tell(_NOT_ASKED, _FIRST) for question in (SCHEMA, CLOCK, KEYS, LISTS))
        return
    yield DATABASE.ok(f"{'SQLite' if database.dialect == 'sqlite' else 'PostgreSQL'} answers.")
    if pending:
        yield SCHEMA.fail("It is not the newest.", "Run `laurel migrate`.")
        yield from (question.cannot_tell(_NOT_ASKED, _FIRST) for question in (CLOCK, KEYS, LISTS))
        return
    yield SCHEMA.ok("It is the newest.")
    with database.reading() as session:
        yield examine_clock(clock.find_time(session), utc_now())
        yield examine_keys(session, instance)
        yield examine_lists(session, instance, utc_now())


def every_issuer(session: Session) -> list[Issuer]:
    return list(all_pages(lambda at: issuers.list_issuers(session, after=at)))


def examine_clock(theirs: datetime | None, ours: datetime) -> Examination:
    if theirs is None:
        return CLOCK.ok("SQLite goes by the clock of this machine.")
    apart = abs((theirs - ours).total_seconds())
    detail = f"The clocks of this machine and of the database server are {apart:.0f} seconds apart."
    cure = "Have both set by NTP."
    if apart > _SECONDS_HARMFUL:
        return CLOCK.fail(f"{detail} Badges would carry wrong times.", cure)
    return CLOCK.warn(detail, cure) if apart > _SECONDS_NOTICED else CLOCK.ok("Both show the same time.")


# Keys -----------------------------------------------------------------------------------------------------------------


def examine_keys(session: Session, instance: Instance) -> Examination:
    """Every stored key opens with the key-encryption key and is the one that is published."""
    found = [(issuer, keys.list_keys(session, issuer.id)) for issuer in every_issuer(session)]
    own = receipt_keys.list_receipt_keys(session)
    closed = [f"{issuer.slug}/{row.kid}" for issuer, rows in found for row in rows if not _opens(issuer, row, instance)]
    closed += [row.kid for row in own if not _own_opens(row, instance)]
    if closed:
        return KEYS.fail(
            f"The key-encryption key does not open {listed(closed)}, or another key came out of it than is published.",
            "Restore the key-encryption key under which they were stored, or the database that belongs to it.",
        )
    lacking = [f"{issuer.slug} ({purpose})" for issuer, rows in found for purpose in _lacking(rows)]
    if lacking:
        return KEYS.fail(
            f"There is no active key of {listed(lacking)}: nothing can be signed so.", "Give the issuer a new key."
        )
    total = sum(len(rows) for _, rows in found) + len(own)
    return KEYS.ok(f"Issuers: {len(found)}, keys: {total}. Each opens.")


def _own_opens(row: ReceiptKey, instance: Instance) -> bool:
    try:
        return receipt_keys.opens(row, instance)
    except KeyUnwrapError:
        return False


def _opens(issuer: Issuer, row: SigningKey, instance: Instance) -> bool:
    try:
        algorithm = Algorithm(row.algorithm.value)
        signer = instance.keystore.signer(
            issuer_id=str(issuer.id), kid=row.kid, algorithm=algorithm, ciphertext=row.ciphertext
        )
    except KeyUnwrapError:
        return False
    return signer.public_key.thumbprint() == PublicKey.from_jwk(row.public_jwk).thumbprint()


def _lacking(rows: Sequence[SigningKey]) -> Iterator[str]:
    active = {row.purpose for row in rows if row.state is KeyState.ACTIVE}
    yield from (purpose.value for purpose in (issuing.DATA_INTEGRITY, issuing.VC_JWT) if purpose not in active)


# Status lists ---------------------------------------------------------------------------------------------------------


def examine_lists(session: Session, instance: Instance, now: datetime) -> Examination:
    """Each can be signed now, fits the issuer's key, and says which badges the database calls revoked."""
    total, bad = 0, []
    for issuer in every_issuer(session):
        for row in status_lists.list_lists(session, issuer.id):
            total += 1
            if (trouble := _trouble(session, issuer, row.id, instance, now)) is not None:
                bad.append(f"{instance.site.status_list(row.id)} ({trouble})")
    if bad:
        return LISTS.fail(
            f"These are not as they should be: {listed(bad)}.", "See what is said of the keys; else report this."
        )
    return LISTS.ok(f"Lists: {total}. Each can be signed, fits the published key and says what the database says.")


def _trouble(session: Session, issuer: Issuer, list_id: UUID, instance: Instance, now: datetime) -> str | None:
    row = status_lists.get_list(session, list_id)
    if row.length < MINIMUM_LIST_LENGTH:
        return "shorter than the standard allows"
    try:
        raw, _ = signed_status_list(session, list_id, ListForm.JSON, instance=instance, now=now)
        document = strictjson.loads(raw, max_bytes=_MAX_LIST_DOCUMENT)
        for proof in document["proof"]:
            verify_proof(document, proof, _key_of(session, issuer, proof["verificationMethod"]))
    except AppError as error:
        return error.message
    return None if says_what_is_stored(session, list_id, document) else "other bits than the database has"


def says_what_is_stored(session: Session, list_id: UUID, document: object) -> bool:
    """Whether a list, from wherever it came, has just the bits that the database has."""
    subject = document.get("credentialSubject") if isinstance(document, dict) else None
    encoded = subject.get("encodedList") if isinstance(subject, dict) else None
    length = status_lists.get_list(session, list_id).length
    try:
        return decode_bitstring(encoded) == list_bits(status_lists.revoked_indexes(session, list_id), length=length)
    except AppError:
        return False


def is_valid_now(document: object, now: datetime) -> bool:
    """Whether verifiers take a list at this moment, by the dates in it; clocks may differ a little."""
    dates = document if isinstance(document, dict) else {}
    start, end = moment(dates.get("validFrom")), moment(dates.get("validUntil"))
    return start is not None and start <= now + _TOLERANCE and (end is None or now < end)


def _key_of(session: Session, issuer: Issuer, method: str) -> PublicKey:
    """Raises NotFoundError."""
    return PublicKey.from_jwk(keys.get_key(session, issuer.id, method.removeprefix(f"{issuer.did}#")).public_jwk)
