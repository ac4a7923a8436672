from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.openbadges import ob2
from tests.factories import REMOVED, put
from tests.factories_ob2 import (
    OB1_CONTEXT,
    OB2_CONTEXT,
    changed,
    make_assertion,
    make_badge,
    make_issuer,
    make_recipient,
    make_signed_assertion,
)

PICTURE = "data:image/png;base64,iVBORw0KGgo="
DIGEST = "0" * 64


def pointers(problems):
    return [problem.pointer for problem in problems]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        pytest.param("/id", REMOVED, ["/id"], id="no id"),
        pytest.param("/id", "17", ["/id"], id="an id that is no address"),
        pytest.param("/id", "urn:uuid:1", [], id="an id that is no web address"),
        pytest.param("/type", "obi:Assertion", [], id="its type as a compact IRI"),
        pytest.param("/type", ["https://w3id.org/openbadges#Assertion", "x:y"], [], id="types as IRIs"),
        pytest.param("/type", "Badge", ["/type"], id="another type"),
        pytest.param("/recipient", REMOVED, ["/recipient"], id="no recipient"),
        pytest.param("/recipient/hashed", REMOVED, ["/recipient/hashed"], id="not said whether hashed"),
        pytest.param("/recipient/hashed", "true", ["/recipient/hashed"], id="hashed as text"),
        pytest.param("/recipient/identity", "amina", ["/recipient"], id="said to be hashed and is not"),
        pytest.param("/recipient/identity", "sha1$00", ["/recipient"], id="another hash"),
        pytest.param("/recipient", make_recipient(identity=f"SHA256${DIGEST}"), [], id="a hash in capitals"),
        pytest.param("/recipient", make_recipient(hashed=False, identity="a@b.example"), [], id="a readable recipient"),
        pytest.param("/recipient/type", "telephone", [], id="a telephone number"),
        pytest.param("/recipient/salt", 5, ["/recipient/salt"], id="a number for salt"),
        pytest.param("/badge", REMOVED, ["/badge"], id="no badge class"),
        pytest.param("/badge", make_badge(), [], id="the badge class inside"),
        pytest.param("/badge", 5, ["/badge"], id="a number for the badge class"),
        pytest.param("/verification", REMOVED, ["/verification"], id="no verification"),
        pytest.param("/verification", "HostedBadge", ["/verification"], id="verification as text"),
        pytest.param("/verification/type", REMOVED, ["/verification/type"], id="verification without a type"),
        pytest.param("/verification/creator", {"publicKeyPem": ""}, [], id="a key inside"),
        pytest.param("/issuedOn", REMOVED, ["/issuedOn"], id="no date"),
        pytest.param("/issuedOn", "2026-05-04", ["/issuedOn"], id="a date without time"),
        pytest.param("/issuedOn", "2026-05-04T10:00:00", ["/issuedOn"], id="a time without zone"),
        pytest.param("/issuedOn", "2026-02-30T10:00:00Z", ["/issuedOn"], id="no day of the calendar"),
        pytest.param("/issuedOn", 1_400_000_000, ["/issuedOn"], id="seconds since 1970"),
        pytest.param("/issuedOn", "2017-10-01T00:00Z", [], id="a time without seconds"),
        pytest.param("/expires", "2026-05-04T09:59:59Z", ["/expires"], id="expired before it was issued"),
        pytest.param("/expires", "2026-05-04T09:59:59-01:00", [], id="compared as moments"),
        pytest.param("/expires", "soon", ["/expires"], id="no date of expiry"),
        pytest.param("/image", PICTURE, ["/image"], id="the picture itself"),
        pytest.param("/image", {"id": "https://a.example/1.png", "caption": "x"}, [], id="a picture with a caption"),
        pytest.param("/evidence", "https://a.example/work", [], id="evidence as an address"),
        pytest.param("/evidence", [{"narrative": "x"}, "https://a.example/"], [], id="several pieces of evidence"),
        pytest.param("/evidence", 5, ["/evidence"], id="a number for evidence"),
        pytest.param("/revoked", "yes", ["/revoked"], id="revoked as text"),
        pytest.param("/extensions:hours", {"@context": "https://a.example/"}, [], id="an extension"),
    ],
)
def test_assertion(path, value, expected):
    assert pointers(ob2.check_assertion(put(make_assertion(), path, value))) == expected


def test_the_good_ones():
    assert ob2.check_assertion(make_assertion()) == ()
    assert ob2.check_assertion(make_signed_assertion()) == ()
    assert ob2.check_badge_class(make_badge()) == ()
    assert ob2.check_issuer(make_issuer()) == ()


def test_every_problem_is_a_sentence():
    document = make_assertion(issuedOn="x", badge=5, recipient=5, verification=REMOVED)
    details = [problem.detail for problem in ob2.check_assertion(document)]
    assert sorted(details) == [
        "badge must be an address, or an object with one.",
        "issuedOn must be a real date and time with a zone, such as 2026-05-04T10:00:00Z.",
        "recipient must be an object.",
        "verification is missing.",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"name": REMOVED}, ["/name"], id="no name"),
        pytest.param({"name": {"@value": "Enseignement", "@language": "fr"}}, [], id="a name with its language"),
        pytest.param({"name": ["Teaching", {"@value": "Enseignement"}]}, [], id="several names"),
        pytest.param({"name": [5]}, ["/name"], id="a number for a name"),
        pytest.param({"description": REMOVED}, ["/description"], id="no description"),
        pytest.param({"criteria": REMOVED}, ["/criteria"], id="no criteria"),
        pytest.param({"criteria": "https://a.example/criteria"}, [], id="criteria as an address"),
        pytest.param({"issuer": REMOVED}, ["/issuer"], id="no issuer"),
        pytest.param({"issuer": make_issuer()}, [], id="the issuer inside"),
        pytest.param({"image": REMOVED}, [], id="no picture, which 1EdTech's validator accepts"),
        pytest.param({"image": PICTURE}, [], id="the picture itself"),
        pytest.param({"type": "Assertion"}, ["/type"], id="another type"),
        pytest.param({"alignment": [{"targetName": "x"}]}, ["/alignment/0/targetUrl"], id="an alignment to nothing"),
        pytest.param({"tags": ["a", 5]}, ["/tags/1"], id="a number for a tag"),
    ],
)
def test_badge_class(changes, expected):
    assert pointers(ob2.check_badge_class(make_badge(**changes))) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"name": REMOVED}, ["/name"], id="no name"),
        pytest.param({"url": REMOVED}, ["/url"], id="no url"),
        pytest.param({"email": REMOVED}, ["/email"], id="no e-mail address"),
        pytest.param({"email": ["a@a.example", "b@a.example"]}, [], id="several e-mail addresses"),
        pytest.param({"type": "Issuer"}, [], id="by its older name"),
        pytest.param({"type": ["obi:Issuer", "https://a.example/Club"]}, [], id="of several types"),
        pytest.param({"type": "Criteria"}, ["/type"], id="another type"),
        pytest.param({"publicKey": [5]}, ["/publicKey/0"], id="a number for a key"),
        pytest.param({"id": REMOVED}, ["/id"], id="no id"),
    ],
)
def test_issuer(changes, expected):
    assert pointers(ob2.check_issuer(make_issuer(**changes))) == expected


V1 = changed(
    make_assertion(),
    {"@context": OB1_CONTEXT, "uid": "17", "verification": REMOVED, "verify": {"type": "hosted", "url": "x:y"}},
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="good"),
        pytest.param({"issuedOn": "2014-05-21"}, [], id="a date without time is another check's affair"),
        pytest.param({"issuedOn": 1_400_000_000}, [], id="so are seconds since 1970"),
        pytest.param({"issuedOn": []}, ["/issuedOn"], id="a list is no date"),
        pytest.param({"uid": REMOVED}, ["/uid"], id="no uid"),
        pytest.param({"verify": REMOVED}, ["/verification"], id="no verify"),
    ],
)
def test_assertion_of_version_1_1(changes, expected):
    assert {pointer[:13] for pointer in pointers(ob2.check_assertion(changed(V1, changes), old=True))} == {*expected}


def test_what_version_1_1_asks_less_of():
    assert ob2.check_issuer(make_issuer(email=REMOVED, id=REMOVED), old=True) == ()
    assert ob2.check_badge_class(make_badge(alignment=[{"name": "x", "url": "y"}]), old=True) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-05-04T10:00:00Z", "2026-05-04T10:00:00", id="UTC"),
        pytest.param("2026-05-04T10:00:00.123456789+02:00", "2026-05-04T08:00:00.123456", id="a zone and nanoseconds"),
        pytest.param("2026-05-04T10:00+0200", "2026-05-04T08:00:00", id="without seconds or colon"),
        pytest.param("2026-05-04T10:00:00+02", "2026-05-04T08:00:00", id="a zone of hours"),
        pytest.param("2026-05-04T10:00:00", None, id="no zone"),
        pytest.param("2026-05-04 10:00:00Z", None, id="no T"),
        pytest.param("2026-05-04T10:00:60Z", None, id="a leap second"),
        pytest.param("0001-01-01T00:00:00+23:00", None, id="before the calendar"),
        pytest.param("２０２６-05-04T10:00:00Z", None, id="other digits"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_read_time(text, expected):
    moment = ob2.read_time(text)
    assert moment == (datetime.fromisoformat(expected).replace(tzinfo=UTC) if expected else None)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param({"@context": OB2_CONTEXT, "type": "Assertion"}, True, id="by its type"),
        pytest.param({"type": ["obi:Assertion"]}, True, id="as a compact IRI"),
        pytest.param({"type": "assertion"}, True, id="in small letters"),
        pytest.param({"type": "BadgeClass"}, False, id="a badge class"),
        pytest.param({"type": ["VerifiableCredential", "Assertion"]}, False, id="a verifiable credential"),
        pytest.param({"type": [5, None]}, False, id="no text"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_is_assertion(document, expected):
    assert ob2.is_assertion(document) is expected
