"""A newer copy of the same credential, where the issuer offers one (OB 3.0 section 9, "Refresh").

Nothing here can make a badge worse: a copy that cannot be had, or is not of the same credential, leaves the one that
was presented. Whether the newer copy is the issuer's is for its own proof to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from app.errors import InputError
from app.verification.evidence import Evidence, Missing, Need, NeedKind, answer
from app.verification.keys import is_web_url
from app.verification.members import dates_of, issuer_id, mapping, moment, text
from app.verification.reading import Presented, read_bare
from app.verification.report import CheckResult, say

__all__ = ["newer_copy", "refresh_need"]

_METHOD: Final = "1EdTechCredentialRefresh"


def refresh_need(document: Mapping[str, Any]) -> Need | None:
    """What has to be fetched to know whether there is a newer copy."""
    service = mapping(document.get("refreshService"))
    url = text(service.get("id"))
    if service.get("type") != _METHOD or url is None or not is_web_url(url):
        return None
    return Need(NeedKind.CREDENTIAL, url)


def newer_copy(document: Mapping[str, Any], evidence: Evidence) -> tuple[CheckResult, Presented | None]:
    """The copy that takes the place of `document`, still to be judged; or the finding that there is none."""
    if "refreshService" not in document:
        return say("refresh.none"), None
    need = refresh_need(document)
    if need is None:
        return say("refresh.unsupported"), None
    found = answer(evidence, need)
    if isinstance(found, Missing):
        return say("refresh.unreachable", reason=found.reason), None
    try:
        newer = read_bare(found.content)
    except InputError:
        return say("refresh.unusable"), None
    if _identity(newer.document) != _identity(document):
        return say("refresh.unusable"), None
    return (say("refresh.current"), newer) if _is_later(newer.document, document) else (say("refresh.current"), None)


def _identity(document: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Two credentials are the same if these are equal after percent-decoding and trimming (OB 3.0 section 9.3)."""
    names = issuer_id(document), text(document.get("id"))
    issuer, credential = (unquote(name).strip() if name else None for name in names)
    return issuer, credential


def _is_later(newer: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    starts = [moment(one.get(dates_of(one)[0])) for one in (newer, document)]
    return starts[0] is not None and starts[1] is not None and starts[0] > starts[1]
