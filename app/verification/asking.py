"""`needs`: what has to be fetched before a credential can be judged. Pure, and cheap: no signature is looked at.

`gathered` asks for all of it; who answers, and how, is somebody else's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from app.errors import InputError
from app.verification.data_integrity import controller_of, earlier_methods, supported_methods
from app.verification.embedded import HELD, MAX_DEPTH, Allowance, contents_of, endorsements_of
from app.verification.evidence import Answer, Evidence, Found, Need, NeedKind
from app.verification.issuers import issuer_needs, may_be_of
from app.verification.keys import is_web_url, key_need
from app.verification.kinds import BADGES, Kind, Recognised, recognise
from app.verification.members import issuer_id
from app.verification.ob2 import assertion_needs
from app.verification.outcome import Outcome
from app.verification.reading import Presented, read_bare
from app.verification.records import issued_need
from app.verification.refresh import refresh_need
from app.verification.report import CheckResult
from app.verification.status import read_list, record_need, status_needs
from app.verification.structure import check_context

__all__ = ["MAX_NEEDS", "MAX_NEEDS_OF_RECORD", "MAX_ROUNDS", "credential_needs", "gathered", "needs"]

MAX_NEEDS: Final = 8
MAX_NEEDS_OF_RECORD: Final = 32
MAX_ROUNDS: Final = 6
_INNER: Final = frozenset(HELD)


def gathered(
    presented: Presented, ask: Callable[[Need], Answer], *, kinds: frozenset[Kind] = BADGES
) -> dict[Need, Answer]:
    """The evidence about `presented`: what `ask` says to everything that is needed."""
    evidence: dict[Need, Answer] = {}
    for _ in range(MAX_ROUNDS):
        wanted = needs(presented, evidence, kinds=kinds)
        if not wanted:
            break
        evidence |= {need: ask(need) for need in wanted}
        if not any(_leads_on(need, evidence[need]) for need in wanted):
            break
    return evidence


# What leads to more needs when it is found; asking again after anything else costs time for nothing.
_LEADING: Final = frozenset(NeedKind) - {NeedKind.DID_DOCUMENT, NeedKind.KEY, NeedKind.SCHEMA}


def _leads_on(need: Need, found: Answer) -> bool:
    """An issuer's web address that says nothing of keys leads to the key set of its host."""
    return need.kind is NeedKind.CONTROLLER or (isinstance(found, Found) and need.kind in _LEADING)


def needs(presented: Presented, evidence: Evidence, *, kinds: frozenset[Kind] = BADGES) -> tuple[Need, ...]:
    """What is still missing; empty when the judge can work. Call it again with what was found: a list has needs too.

    Never more than MAX_NEEDS in all (MAX_NEEDS_OF_RECORD for a learner record), and none for what fails already: a
    forgery must not send us to addresses.
    """
    recognised = recognise(presented, kinds)
    if isinstance(recognised, CheckResult):
        return ()
    most = MAX_NEEDS_OF_RECORD if recognised.kind is Kind.RECORD else MAX_NEEDS
    wanted = dict.fromkeys(need for need in credential_needs(presented, evidence, kinds) if need not in evidence)
    return tuple(wanted)[: max(0, most - len(evidence))]


def credential_needs(
    presented: Presented,
    evidence: Evidence,
    kinds: frozenset[Kind],
    *,
    depth: int = MAX_DEPTH,
    outer: bool = True,
    allowance: Allowance | None = None,
) -> Iterator[Need]:
    """First what the credential itself names, then what its lists name, then what those inside it need.

    As far as the judge follows them: to the same depth, and no more of them.
    """
    recognised = recognise(presented, kinds)
    if isinstance(recognised, Recognised) and recognised.kind is Kind.ASSERTION:
        yield from assertion_needs(presented, evidence)
        return
    if isinstance(recognised, CheckResult) or check_context(presented, recognised).outcome is not Outcome.PASSED:
        return
    issuer = issuer_id(presented.document)
    if issuer is None or not _may_be_signed(presented, issuer):
        return
    yield from _of_proofs(presented, issuer, evidence)
    record = issued_need(presented.document, issuer, evidence)
    if record is not None:
        yield record
    lists = list(status_needs(presented.document))
    yield from lists
    for found in map(evidence.get, lists):
        listed = read_list(found) if isinstance(found, Found) else None
        if listed is not None and issuer_id(listed.document) == issuer and _may_be_signed(listed, issuer):
            yield from _of_proofs(listed, issuer, evidence)
    if (record := record_need(presented.document, evidence)) is not None:
        yield record
    if outer:
        yield from _of_newer_copy(presented, evidence)
    if depth == 0:
        return
    allowance = allowance or Allowance()
    inside = endorsements_of(presented, allowance).found
    if recognised.kind is Kind.RECORD:
        inside += contents_of(presented, allowance).found
    for inner in inside:
        if inner is not None:
            yield from credential_needs(inner, evidence, _INNER, depth=depth - 1, outer=False, allowance=allowance)


def _of_newer_copy(presented: Presented, evidence: Evidence) -> Iterator[Need]:
    need = refresh_need(presented.document)
    if need is None:
        return
    yield need
    found = evidence.get(need)
    if isinstance(found, Found):
        try:
            newer = read_bare(found.content)
        except InputError:
            return
        yield from credential_needs(newer, evidence, BADGES, outer=False)


def _of_proofs(presented: Presented, issuer: str, evidence: Evidence) -> Iterator[Need]:
    """The issuer's document, keys that stand elsewhere, those of all whose proofs its own builds on, and a token's."""
    yield from issuer_needs(issuer, supported_methods(presented), evidence)
    for method in earlier_methods(presented):
        yield from issuer_needs(controller_of(method), (method,), evidence)
    kid = presented.token.header.get("kid") if presented.token else None
    if isinstance(kid, str) and is_web_url(kid):
        yield key_need(kid)


def _may_be_signed(presented: Presented, issuer: str) -> bool:
    """Whether some proof names a key of the issuer, or a token leaves that open: else it could not be the issuer's."""
    if any(may_be_of(method, issuer) for method in supported_methods(presented)):
        return True
    if presented.token is None:
        return False
    kid = presented.token.header.get("kid")
    return not (isinstance(kid, str) and kid.startswith("did:")) or may_be_of(kid, issuer)
