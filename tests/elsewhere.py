"""Badges of an issuer elsewhere, one for each conclusion that a report can come to, and the web that they need.

`PAGES` is what a stand-in (tests/standin.py) serves; `CASES` names the badge and what is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.openbadges import bake_png, bake_svg
from tests import standin
from tests.factories import (
    BASE_URL,
    EMAIL,
    INDEX,
    LIST_URL,
    PNG,
    REMOVED,
    SVG,
    as_bytes,
    make_credential,
    make_entry,
    make_status_list,
    put,
    sign,
    sign_token,
    web_issuer,
)

ISSUER = web_issuer()
OTHER = web_issuer("other")
GONE_ISSUER = web_issuer("gone")
SILENT = "https://silent.example/list"
REFRESH = f"{BASE_URL}/refreshed"
REVOKED_INDEX = INDEX + 1


def badge(**changes: Any) -> dict[str, Any]:
    return sign(make_credential(ISSUER, **changes), ISSUER)


GOOD = badge()
HOSTED = f"{BASE_URL}/credentials/1"


def _did_json(issuer: Any) -> str:
    return f"{BASE_URL}/issuers/{issuer.did.rpartition(':')[2]}/did.json"


PAGES: dict[str, Any] = {
    _did_json(ISSUER): ISSUER.document,
    _did_json(OTHER): OTHER.document,
    ISSUER.key_url: ISSUER.token_key.public_key.jwk(),
    LIST_URL: sign(make_status_list(ISSUER, revoked=[REVOKED_INDEX]), ISSUER),
    SILENT: standin.hang,
    f"{HOSTED}.json": GOOD,
    f"{HOSTED}.jwt": (200, {"Content-Type": "text/plain"}, sign_token(make_credential(ISSUER), ISSUER)),
    f"{HOSTED}.png": (200, {"Content-Type": "image/png"}, bake_png(PNG, as_bytes(GOOD).decode())),
    f"{HOSTED}.svg": (200, {"Content-Type": "image/svg+xml"}, bake_svg(SVG, as_bytes(GOOD).decode())),
    f"{HOSTED}/page": (
        200,
        {"Content-Type": "text/html"},
        f'<!doctype html><title>A badge</title><link rel="alternate" type="application/ld+json" href="{HOSTED}.json">',
    ),
    f"{HOSTED}/words": (200, {"Content-Type": "text/html"}, "<!doctype html><title>A page about badges</title>"),
    f"{HOSTED}/moved": standin.redirect(f"{HOSTED}.json"),
    f"{HOSTED}/removed": 410,
    REFRESH: badge(
        refreshService={"id": REFRESH, "type": "1EdTechCredentialRefresh"}, validFrom="2026-05-09T10:00:00Z"
    ),
}


@dataclass(frozen=True)
class Case:
    """What is verified, how it is asked, and the conclusion."""

    what: bytes | str
    conclusion: str
    verdict: str
    asked: dict[str, Any] = field(default_factory=dict)


def case(what: Any, conclusion: str, verdict: str, **asked: Any) -> Case:
    return Case(what if isinstance(what, bytes) else as_bytes(what), conclusion, verdict, asked)


CASES = {
    "valid": case(GOOD, "valid", "valid"),
    "valid, issued to the address": case(GOOD, "valid", "valid", email=EMAIL),
    "valid, issuer recognised": case(GOOD, "valid", "valid", trust=[ISSUER.did]),
    "valid, issuer not recognised": case(GOOD, "valid, issuer not recognised", "valid", trust=[OTHER.did]),
    "expired": case(badge(validUntil="2026-05-05T10:00:00Z"), "expired", "invalid"),
    "not yet valid": case(badge(validFrom="2028-01-01T00:00:00Z"), "not yet valid", "invalid"),
    "revoked": case(
        badge(credentialStatus=make_entry(statusListIndex=str(REVOKED_INDEX), id=REMOVED)), "revoked", "invalid"
    ),
    "replaced": case(badge(refreshService={"id": REFRESH, "type": "1EdTechCredentialRefresh"}), "replaced", "valid"),
    "altered": case(put(GOOD, "/name", "Something else"), "altered", "invalid"),
    "not signed by its issuer": case(sign(make_credential(ISSUER), OTHER), "not signed by its issuer", "invalid"),
    "not signed": case(make_credential(ISSUER), "not signed", "invalid"),
    "not built right": case(sign(make_credential(ISSUER, id=REMOVED), ISSUER), "malformed", "invalid"),
    "issued to somebody else": case(GOOD, "issued to somebody else", "invalid", email="x@riverside.example"),
    "its issuer's keys are not there": case(
        sign(make_credential(GONE_ISSUER, credentialStatus=REMOVED), GONE_ISSUER),
        "cannot be checked now",
        "undetermined",
    ),
    "its list does not answer": case(
        badge(credentialStatus=make_entry(statusListCredential=SILENT, id=REMOVED)),
        "cannot be checked now",
        "undetermined",
    ),
    "a status for a purpose that nobody knows": case(
        badge(credentialStatus=make_entry(statusPurpose="weather")),
        "cannot be checked here",
        "undetermined",
    ),
    "not a badge": case(
        {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": "Invoice"}, "not a badge", "invalid"
    ),
}
ADDRESSES = {
    ".json": "valid",
    ".jwt": "valid",
    ".png": "valid",
    ".svg": "valid",
    "/page": "valid",
    "/moved": "valid",
    "/words": "cannot be checked now",
    "/removed": "cannot be checked now",
    "/nothing": "cannot be checked now",
}
