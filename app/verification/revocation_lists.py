"""Lists that name the credentials that were withdrawn: 1EdTech's (VCRL 1.0) and that of Open Badges 2.0.

Neither is signed. Such a list is the issuer's because the signed credential, or the issuer's profile, says where it is,
and because a secure connection says who answered there. So it counts, both ways, if it comes from such an address.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from app.openbadges import ob2
from app.verification.addresses import same_address, secured
from app.verification.evidence import Evidence, Missing, Need, NeedKind, answer
from app.verification.keys import is_web_url, json_object
from app.verification.members import issuer_id, mapping, several, text
from app.verification.report import CheckResult, say
from app.verification.status_entry import Asked, Entry, StatusMethod, doubt
from app.verification.words import REVOCATION_REASONS

MAX_LIST: Final = 2 * 1024 * 1024
_SECURE: Final = "https://"


def _address(entry: Entry) -> str | None:
    url = text(entry.get("id"))
    return url if url is not None and url.startswith(_SECURE) and is_web_url(url) else None


def _check_entry(asked: Asked) -> CheckResult:
    """1EdTech's list: `revokedCredential`, of which an item may say that it is not revoked after all."""
    url = _address(asked.entry)
    if url is None:
        return doubt("insecure" if is_web_url(text(asked.entry.get("id")) or "") else "entry")
    if asked.credential is None:
        return doubt("nameless")
    members = _list_at(Need(NeedKind.STATUS_LIST, url), {asked.issuer}, asked.evidence)
    if isinstance(members, CheckResult):
        return members
    if not isinstance(members.get("revokedCredential"), list):
        return doubt("kind")
    return _check_named(members["revokedCredential"], {asked.credential})


REVOCATION_LIST: Final = StatusMethod(_address, _check_entry)


def check_revoked_assertions(
    url: str, names: Collection[str], issuers: Collection[str], evidence: Evidence
) -> CheckResult:
    """What the revocation list at `url`, which the issuer's profile names, says of an assertion of Open Badges 2.0.

    `names` are its id and, in older badges, its uid; `issuers` what the issuer goes by.
    """
    url = secured(url)
    if not (url.startswith(_SECURE) and is_web_url(url)):
        return doubt("insecure" if is_web_url(url) else "entry")
    members = _list_at(Need(NeedKind.LINKED, url), issuers, evidence)
    if isinstance(members, CheckResult):
        return members
    if "RevocationList" not in ob2.type_names(members):
        return doubt("kind")
    if not same_address(members.get("id", url), url):
        return doubt("address")
    return _check_named(several(members.get("revokedAssertions")), names)


def _list_at(need: Need, issuers: Collection[str], evidence: Evidence) -> Mapping[str, Any] | CheckResult:
    found = answer(evidence, need)
    if isinstance(found, Missing):
        return say("status.unreachable", reason=found.reason)
    members = json_object(found.content, MAX_LIST)
    if isinstance(members, str):
        return doubt("unreadable")
    # It need not say whose it is.
    named = issuer_id(members)
    return members if named is None or named in issuers else doubt("issuer")


def _check_named(items: Iterable[object], names: Collection[str]) -> CheckResult:
    """An entry that names nothing may be about any badge: then only what is listed is clear."""
    wanted = {secured(name) for name in names}
    unclear = False
    for item in items:
        members = {"id": item} if isinstance(item, str) else mapping(item)
        stated = list(filter(None, map(text, map(members.get, ("id", "uid")))))
        unclear = unclear or not stated
        is_meant = not wanted.isdisjoint(map(secured, stated))
        if is_meant and members.get("revoked") is not False:
            reason = "given" if text(members.get("revocationReason")) else "none"
            return say("status.listed", reason=REVOCATION_REASONS[reason])
    return doubt("entries") if unclear else say("status.not-listed")
