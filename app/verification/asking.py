"""`needs`: what has to be fetched before a credential can be judged. Pure, and cheap: no signature is looked at.

`gathered` asks for all of it; who answers, and how, is somebody else's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from app.verification.evidence import Answer, Evidence, Found, Need, NeedKind
from app.verification.keys import is_web_url, issuer_need
from app.verification.members import issuer_id
from app.verification.outcome import Outcome
from app.verification.proofs import supported_methods
from app.verification.reading import Presented
from app.verification.status import list_urls, read_list
from app.verification.structure import check_context, check_format

__all__ = ["MAX_NEEDS", "gathered", "needs"]

MAX_NEEDS: Final = 8
_ROUNDS: Final = 4


def gathered(presented: Presented, ask: Callable[[Need], Answer]) -> dict[Need, Answer]:
    """The evidence about `presented`: what `ask` says to everything that is needed."""
    evidence: dict[Need, Answer] = {}
    for _ in range(_ROUNDS):
        wanted = needs(presented, evidence)
        evidence |= {need: ask(need) for need in wanted}
        # Only lists that were fetched can lead to more.
        if not any(need.kind is NeedKind.STATUS_LIST and isinstance(evidence[need], Found) for need in wanted):
            break
    return evidence


def needs(presented: Presented, evidence: Evidence) -> tuple[Need, ...]:
    """What is still missing; empty when the judge can work. Call it again with what was found: a list has needs too.

    Never more than MAX_NEEDS in all, and none for what fails already: a forgery must not send us to addresses.
    """
    if check_format(presented).code != "format.read":
        return ()
    if check_context(presented).outcome is not Outcome.PASSED:
        return ()
    wanted = list(dict.fromkeys(_wanted(presented, evidence)))[:MAX_NEEDS]
    return tuple(need for need in wanted if need not in evidence)


def _wanted(presented: Presented, evidence: Evidence) -> Iterator[Need]:
    """First what the credential itself names, then what its lists name: so a later round only adds at the end."""
    issuer = issuer_id(presented.document)
    if issuer is None or not _may_be_signed(presented, issuer):
        return
    yield from _of_proofs(presented, issuer)
    lists = [Need(NeedKind.STATUS_LIST, url) for url in list_urls(presented.document)]
    yield from lists
    for found in map(evidence.get, lists):
        listed = read_list(found) if isinstance(found, Found) else None
        if listed is not None and issuer_id(listed.document) == issuer and _may_be_signed(listed, issuer):
            yield from _of_proofs(listed, issuer)


def _of_proofs(presented: Presented, issuer: str) -> Iterator[Need]:
    """The issuer's document and the key of a token."""
    document = issuer_need(issuer)
    if document is not None:
        yield document
    kid = presented.token.header.get("kid") if presented.token else None
    if isinstance(kid, str) and is_web_url(kid):
        yield Need(NeedKind.KEY, kid)


def _may_be_signed(presented: Presented, issuer: str) -> bool:
    """Whether some proof names a key of the issuer, or a token leaves that open: else it could not be the issuer's."""
    if any(method.partition("#")[0] == issuer for method in supported_methods(presented)):
        return True
    if presented.token is None:
        return False
    kid = presented.token.header.get("kid")
    return not (isinstance(kid, str) and kid.startswith("did:")) or kid.partition("#")[0] == issuer
