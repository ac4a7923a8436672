"""Questions that our own public address answers, asked by the door and the rules by which strangers' are asked.

From this machine the way to it may be another than from elsewhere: so no answer is not a bad answer, unless the
reason would hold everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from uuid import UUID

import anyio

from app import strictjson
from app.errors import InputError
from app.remote import reasons
from app.services import issuers as issuing
from app.services.doctor_database import every_issuer, is_valid_now, says_what_is_stored
from app.services.examination import Examination, Question, listed
from app.services.instance import Instance
from app.services.outside import Errand, Outside
from app.services.status import TTL_MS
from app.storage import Database, Session, status_lists
from app.verification import Found, Missing, Need, NeedKind

ADDRESS: Final = Question("public-address", "Public address, asked")
CLOCK: Final = Question("clock-outside", "Clock, beside the public address's")
DIDS: Final = Question("did-documents", "DID documents as published")
LISTS: Final = Question("published-lists", "Status lists as published")
EVERY: Final = (ADDRESS, CLOCK, DIDS, LISTS)

_SIDE_BY_SIDE: Final = 8
_MOST_LISTS: Final = 64  # the newest; an older one that is wrong was once among them
_MAX_BYTES: Final = 4 * 1024 * 1024
_SECONDS_NOTICED: Final = 5.0  # the header has whole seconds, and an answer may travel
_SECONDS_HARMFUL: Final = 300.0  # the tolerance for learning platforms' clocks
# What holds wherever one asks from. Certificates and names too: nobody else will trust or find them either.
_CERTAIN: Final = frozenset({reasons.NOT_PUBLIC, reasons.NOT_HTTPS, reasons.NOT_TRUSTED, reasons.NO_SUCH_SITE})
_PROXY: Final = "See that the reverse proxy passes every path on to this service, and nothing in between changes it."


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One published thing: its name for people, how it is asked for, and what the database says it is."""

    name: str
    need: Need
    expected: Any


async def examine_outside(
    database: Database, instance: Instance, outside: Outside, now: datetime
) -> Sequence[Examination]:
    """Stops asking when the address itself does not answer."""
    [alive] = await _answers(outside, [Need(NeedKind.LINKED, f"{instance.site.base_url}/healthz")])
    first = examine_address(alive, instance.site.base_url)
    if isinstance(alive, Missing):
        reason = "The public address did not answer."
        rest = (
            question.cannot_tell(reason, "Mend what is said of the public address first.") for question in EVERY[1:]
        )
        return [first, *rest]
    return [
        first,
        examine_date(alive, now),
        await _examine_dids(database, instance, outside),
        await _examine_lists(database, instance, outside, now),
    ]


def examine_address(alive: Found | Missing, base_url: str) -> Examination:
    if isinstance(alive, Missing):
        detail = f"{base_url} was asked as strangers ask. {alive.reason}"
        if alive.reason in _CERTAIN or alive.absent:
            return ADDRESS.fail(detail, "Set LAUREL_PUBLIC_URL, the name, the certificate or the proxy right.")
        return ADDRESS.cannot_tell(
            detail, f"Open {base_url}/healthz from another network; from here the way may be closed."
        )
    if _json(alive) != {"status": "ok"}:
        return ADDRESS.fail(f"At {base_url} something else than this service answers.", _PROXY)
    return ADDRESS.ok(f"{base_url} answers.")


def examine_date(alive: Found, now: datetime) -> Examination:
    try:
        theirs = parsedate_to_datetime(alive.date)
    except ValueError:
        return CLOCK.cannot_tell("The answer carried no date.", "Have the proxy pass on the header Date.")
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    apart = abs((theirs - now).total_seconds())
    detail = f"The clock of this machine and that of the public address are {apart:.0f} seconds apart."
    if apart > _SECONDS_HARMFUL:
        return CLOCK.fail(f"{detail} Others will find new badges not valid yet, or expired ones valid.", "Use NTP.")
    if apart > _SECONDS_NOTICED:
        return CLOCK.warn(detail, "Have every machine set by NTP.")
    return CLOCK.ok("Both show the same time.")


async def _examine_dids(database: Database, instance: Instance, outside: Outside) -> Examination:
    with database.reading() as session:
        wanted = [
            _Wanted(
                row.slug,
                Need(NeedKind.DID_DOCUMENT, row.did),
                issuing.issuer_did_document(session, row, site=instance.site),
            )
            for row in every_issuer(session)
        ]
    elsewhere = [item.name for item in wanted if instance.site.slug_of(item.need.url) != item.name]
    if elsewhere:
        return DIDS.fail(
            f"The DIDs of {listed(elsewhere)} lead to another address than LAUREL_PUBLIC_URL.",
            "Set LAUREL_PUBLIC_URL back to the address under which these issuers were created.",
        )
    found = await _answers(outside, [item.need for item in wanted])
    return _compared(
        DIDS, [(item.name, answer, _json(answer) == item.expected) for item, answer in zip(wanted, found, strict=True)]
    )


async def _examine_lists(database: Database, instance: Instance, outside: Outside, now: datetime) -> Examination:
    with database.reading() as session:
        rows = [row for issuer in every_issuer(session) for row in status_lists.list_lists(session, issuer.id)]
    newest = sorted(rows, key=lambda row: row.created_at)[-_MOST_LISTS:]
    found = await _answers(outside, [Need(NeedKind.STATUS_LIST, instance.site.status_list(row.id)) for row in newest])
    with database.reading() as session:
        return _compared(
            LISTS,
            [
                (str(row.id), answer, _is_as_stored(session, row.id, answer, now))
                for row, answer in zip(newest, found, strict=True)
            ],
        )


def _is_as_stored(session: Session, list_id: UUID, answer: Found | Missing, now: datetime) -> bool | None:
    """None when it differs, and caches on the way may still keep the list as it was before its last change."""
    document = _json(answer)
    if not is_valid_now(document, now):
        return False
    if says_what_is_stored(session, list_id, document):
        return True
    changed = status_lists.find_last_change(session, list_id)
    return None if changed is not None and now - changed < timedelta(milliseconds=TTL_MS) else False


def _compared(question: Question, found: Sequence[tuple[str, Found | Missing, bool | None]]) -> Examination:
    """(name, answer, whether it is what the database says; None if that shows later) for each."""
    wrong = [name for name, answer, same in found if isinstance(answer, Found) and same is False]
    early = [name for name, answer, same in found if isinstance(answer, Found) and same is None]
    absent = [name for name, answer, _ in found if isinstance(answer, Missing) and answer.absent]
    unanswered = [(name, answer) for name, answer, _ in found if isinstance(answer, Missing) and not answer.absent]
    if wrong:
        return question.fail(
            f"Published is something else than the database says, or not valid now: {listed(wrong)}.", _PROXY
        )
    if absent:
        return question.fail(f"Not published: {listed(absent)}.", _PROXY)
    if unanswered:
        name, answer = unanswered[0]
        return question.cannot_tell(f"{len(unanswered)} did not answer, {name} among them. {answer.reason}", _PROXY)
    if early:
        return question.cannot_tell(
            f"These changed within the last minutes, and caches may still keep them as they were: {listed(early)}.",
            "Ask again in five minutes.",
        )
    return question.ok(f"Asked for: {len(found)}. Each says what the database says.")


async def _answers(outside: Outside, needs: Sequence[Need]) -> list[Found | Missing]:
    """A few at a time, each group within the time of one verification."""
    found: list[Found | Missing] = []
    for start in range(0, len(needs), _SIDE_BY_SIDE):
        group = needs[start : start + _SIDE_BY_SIDE]
        found += await _group(outside, group)
        if all(isinstance(answer, Missing) for answer in found[start:]):  # nobody there: the rest would take minutes
            found += [found[-1]] * (len(needs) - len(found))
            break
    return found


async def _group(outside: Outside, group: Sequence[Need]) -> list[Found | Missing]:
    answers: dict[Need, Found | Missing] = {}

    async def ask(errand: Errand, need: Need) -> None:
        answers[need] = await errand.answer(need)

    async with outside.errand(most=len(group)) as errand, anyio.create_task_group() as tasks:
        for need in group:
            tasks.start_soon(ask, errand, need)
    return [answers[need] for need in group]


def _json(found: Found | Missing) -> Any:
    """What it says; None when it says nothing that can be read."""
    if isinstance(found, Missing):
        return None
    try:
        return strictjson.loads(found.content, max_bytes=_MAX_BYTES)
    except InputError:
        return None
