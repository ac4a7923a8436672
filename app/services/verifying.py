"""Verifying what somebody submits: read, gather evidence, judge.

Evidence about our own addresses comes out of the database. What others know is asked of them, by whoever has a
network, a round at a time: no connection and no thread is held meanwhile.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Final, ParamSpec, TypeVar
from uuid import UUID

import anyio
import anyio.to_thread

from app.errors import InputError, MalformedDocumentError, OverloadedError, TooComplexError, TooLargeError
from app.jsonld import Limits as WorkLimits
from app.language import Said
from app.openbadges import PNG_SIGNATURE, sniff
from app.services.credentials import StoredCredential, get_published
from app.services.instance import Instance
from app.services.outside import NOT_ASKED, Errand, Outside
from app.services.own_evidence import Evidence, Needed, answered_by_us, badge_at
from app.services.site import Site
from app.storage import Database, Session
from app.storage.live import asking
from app.verification import (
    BADGES,
    MAX_NEEDS_OF_RECORD,
    MAX_ROUNDS,
    NOBODY,
    NOTHING_KNOWN,
    Found,
    Kind,
    Known,
    Missing,
    Need,
    NeedKind,
    Policy,
    Presented,
    ReadLimits,
    Report,
    gathered,
    holds_others,
    is_receipt,
    issuer_id,
    judge,
    needs,
    read,
    unreachable,
)

_SHORT: Final = 16 * 1024
_SHORT_IMAGE: Final = 256 * 1024  # of a PNG no more than checksums are made; other files are taken apart
_SOON_READ: Final = ("json", "jwt", "png")
_LITTLE_WORK: Final = 128  # steps of RDFC-1.0; an honest badge takes a handful, and so many two milliseconds
_MAX_HOPS: Final = 2  # to an image that was baked by Open Badges 2.0, and from there to the assertion
_WEB_PAGE: Final = "There is no badge file at this address, perhaps only a web page that shows one."
_MOST_ASKED: Final = MAX_NEEDS_OF_RECORD + 1 + _MAX_HOPS

Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Question:
    """What the asker wants to know beside 'is it valid?'. `at` is the moment to judge for.

    Without a `policy` that of the deployment counts.
    """

    at: datetime
    known: Known = NOTHING_KNOWN
    policy: Policy | None = None
    kinds: frozenset[Kind] = BADGES


@dataclass(frozen=True, slots=True)
class Verified:
    """A report, and what it is on: the bytes that were judged, and the address they were at unless they were sent.

    `raw` is None where nothing could be had. `receipt`: the text in it, if that calls itself a verification receipt.
    """

    report: Report
    raw: bytes | None
    url: str | None = None
    receipt: bytes | None = None

    @classmethod
    def of(cls, report: Report, presented: Presented, url: str | None) -> Verified:
        return cls(report, presented.raw, url, presented.text if is_receipt(presented) else None)


@dataclass(frozen=True, slots=True)
class _Badge:
    """What was submitted and all that is needed to judge it: no more questions to anybody."""

    presented: Presented
    evidence: Evidence


# In this process alone


def verify_submission(
    source: Session | Database, raw: bytes, question: Question, *, instance: Instance, now: datetime
) -> Report:
    """The report on `raw`, without asking anybody else. Raises InputError when no credential can be read from it.

    `source` is the database, or a session that has read already and holds its connection meanwhile. A badge that names
    nothing of ours never touches either. Nothing is stored.
    """
    presented = read(raw, limits=instance.read_limits)
    evidence: Evidence = {}
    with asking(source) as live:
        while wanted := answered_by_us(live, _needed(presented, question), evidence, instance=instance):
            evidence |= dict.fromkeys(wanted, NOT_ASKED)
    return _judged(_Badge(presented, evidence), question, instance=instance, now=now)


def verify_published(
    session: Session, credential_id: UUID, question: Question, *, instance: Instance, now: datetime
) -> tuple[StoredCredential, Report]:
    """A credential of our own, and the report on it, without asking anybody else: of an endorsement whose key lies with
    others it says that it could not be checked. Raises NotFoundError, ErasedError.
    """
    stored = get_published(session, credential_id)
    return stored, verify_submission(session, stored.row.document, question, instance=instance, now=now)


def verify_at_once(
    source: Session | Database, what: bytes | str, question: Question, *, instance: Instance, now: datetime
) -> Report | None:
    """The report of `examine_at_once`."""
    examined = examine_at_once(source, what, question, instance=instance, now=now)
    return examined.report if examined is not None else None


def examine_at_once(
    source: Session | Database, what: bytes | str, question: Question, *, instance: Instance, now: datetime
) -> Verified | None:
    """The report on bytes or an address, if it takes a millisecond or so and nobody else has to be asked.

    None if it might not, and nothing is decided. For a caller that keeps others waiting. Where asking the database
    means waiting for a network, it should not be one.
    """
    with asking(source) as live:
        url = what if isinstance(what, str) else None
        found = badge_at(live, what, instance.site) if isinstance(what, str) else what
        if found is None:
            return None
        if isinstance(found, Missing):
            return Verified(unreachable(str(what), found.reason), None, url)
        presented = _read_at_once(found, instance.read_limits)
        if presented is None:
            return None
        evidence: Evidence = {}
        if answered_by_us(live, _needed(presented, question), evidence, instance=instance):
            return None
    report = _judged(_Badge(presented, evidence), question, instance=instance, now=now)
    return None if report.check("proof").code == "proof.too-complex" else Verified.of(report, presented, url)


def _read_at_once(raw: bytes, limits: ReadLimits) -> Presented | None:
    """None for what takes longer, and for the address of something else. Raises InputError as `read` does."""
    most = _SHORT_IMAGE if raw.startswith(PNG_SIGNATURE) else _SHORT
    if len(raw) > most or sniff(raw) not in _SOON_READ:
        return None
    try:
        presented = read(raw, limits=_hurried(limits))
    except TooLargeError:  # for somebody in a hurry
        return None
    # Each signature takes its time, and so does each credential inside.
    quick = len(presented.text) <= _SHORT and presented.text.count(b'"proofValue"') <= 1
    return presented if quick and presented.address is None and not holds_others(presented) else None


def verify_alone(raw: bytes, question: Question, *, now: datetime) -> Report:
    """The same where there is no deployment to ask: only what proves itself (did:key) is judged to the end."""
    presented = read(raw)
    evidence = gathered(presented, lambda _: NOT_ASKED, kinds=question.kinds)
    return _judged(_Badge(presented, evidence), question, instance=None, now=now)


# With the world outside


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies what anybody issued. `threads` bounds how many of its computations run side by side.

    `places` bounds how many verifications there are at once: each holds what was sent while strangers' servers are
    waited for. Without a database and an instance there is no deployment, and nothing is ours.
    """

    outside: Outside
    database: Database | None = None
    instance: Instance | None = None
    threads: anyio.CapacityLimiter | None = field(default=None)
    places: anyio.CapacityLimiter | None = field(default=None)

    async def verify(self, what: bytes | str, question: Question, *, now: datetime) -> Report:
        """The report of `examine`."""
        return (await self.examine(what, question, now=now)).report

    async def examine(self, what: bytes | str, question: Question, *, now: datetime) -> Verified:
        """The report on bytes, or on what is at an address, and what was judged.

        Raises InputError when bytes hold no credential, OverloadedError when every place is taken.
        """
        async with self.errand() as errand:
            presented, url = await self._presented(what, errand)
            if isinstance(presented, Report):
                return Verified(presented, None, url)
            badge = _Badge(presented, {})
            await self.gather(_needed(presented, question), badge.evidence, errand)
        report = await self.in_thread(_judged, badge, question, instance=self.instance, now=now)
        return Verified.of(report, presented, url)

    @asynccontextmanager
    async def errand(self, *, most: int = _MOST_ASKED) -> AsyncIterator[Errand]:
        """A place, and the questions of one verification. Raises OverloadedError when every place is taken."""
        borrower = object()
        if self.places is not None:
            try:
                self.places.acquire_on_behalf_of_nowait(borrower)
            except anyio.WouldBlock:
                raise OverloadedError(
                    Said("Too many badges are being verified at this moment; try again soon.")
                ) from None
        try:
            async with self.outside.errand(most=most) as errand:
                yield errand
        finally:
            if self.places is not None:
                self.places.release_on_behalf_of(borrower)

    async def _presented(self, what: bytes | str, errand: Errand) -> tuple[Presented | Report, str | None]:
        """With the address that it came from; None for what was sent itself."""
        url = what if isinstance(what, str) else None
        if isinstance(what, str):
            found = await self._at(what, errand)
        else:
            found = await self.in_thread(read, what, limits=self._limits)
        # What was sent may say no more than where the badge is, and what is there may be an image that says the same.
        for _ in range(_MAX_HOPS):
            if isinstance(found, Report) or found.address is None:
                break
            url = found.address
            found = await self._at(url, errand)
        return found, url

    async def _at(self, url: str, errand: Errand) -> Presented | Report:
        found: bytes | Missing | Found | None = await self.in_thread(self._own_bytes, url)
        if found is None:
            found = await errand.answer(Need(NeedKind.CREDENTIAL, url))
        if isinstance(found, Missing):
            return unreachable(url, found.reason)
        content = found.content if isinstance(found, Found) else found
        try:
            return await self.in_thread(read, content, limits=self._limits)
        except MalformedDocumentError:
            return unreachable(url, _WEB_PAGE)
        except InputError as error:  # it is not the asker who sent it
            return unreachable(url, error.message)

    async def gather(self, needed: Needed, evidence: Evidence, errand: Errand) -> None:
        """Adds to `evidence` what we know, and what others answer, for a few rounds."""
        for _ in range(MAX_ROUNDS):
            wanted = await self.in_thread(self._ask_ourselves, needed, evidence)
            if not wanted:
                return
            async with anyio.create_task_group() as group:
                for need in wanted:
                    group.start_soon(_ask, errand, need, evidence)

    @property
    def _limits(self) -> ReadLimits:
        return self.instance.read_limits if self.instance is not None else ReadLimits()

    def _own_bytes(self, url: str) -> bytes | Missing | None:
        if self.database is None or self.instance is None:
            return None
        with asking(self.database) as live:
            return badge_at(live, url, self.instance.site)

    def _ask_ourselves(self, needed: Needed, evidence: Evidence) -> tuple[Need, ...]:
        """What only others can tell."""
        if self.database is None or self.instance is None:
            return needed(evidence)
        with asking(self.database) as live:
            return answered_by_us(live, needed, evidence, instance=self.instance)

    async def in_thread(self, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
        return await anyio.to_thread.run_sync(partial(function, *args, **kwargs), limiter=self.threads)


async def _ask(errand: Errand, need: Need, evidence: Evidence) -> None:
    evidence[need] = await errand.answer(need)


# What all of them share


def _needed(presented: Presented, question: Question) -> Needed:
    return partial(needs, presented, kinds=question.kinds)


def _judged(badge: _Badge, question: Question, *, instance: Instance | None, now: datetime) -> Report:
    """The report. It may take seconds, so whoever calls has given the database back."""
    ask = partial(
        judge,
        badge.presented,
        badge.evidence,
        now=question.at,
        asked_at=now,
        known=question.known,
        kinds=question.kinds,
    )
    if instance is None:
        return ask(question.policy or NOBODY)
    templates = instance.templates if _is_familiar(badge.presented, instance.site) else None
    return ask(question.policy or instance.policy, memo=instance.fitted, templates=templates)


def _is_familiar(presented: Presented, site: Site) -> bool:
    """Whether it names an issuer of ours, and is of a usual length: of such badges it is remembered what they share."""
    issuer = issuer_id(presented.document)
    return issuer is not None and len(presented.text) <= _SHORT and site.slug_of(issuer) is not None


@lru_cache(maxsize=8)
def _hurried(limits: ReadLimits) -> ReadLimits:
    """The same limits with little work and text: what needs more, or another process, is too complex or too large."""
    work = replace(limits.work, work=min(limits.work.work, _LITTLE_WORK), slow_path=_too_slow)
    return replace(limits, work=work, document=min(limits.document, _SHORT), token=min(limits.token, 2 * _SHORT))


def _too_slow(_document: Mapping[str, object], _limits: WorkLimits, /, *, generic: bool = False) -> bytes:  # noqa: ARG001
    raise TooComplexError("The document takes longer to read than there is time now.")
