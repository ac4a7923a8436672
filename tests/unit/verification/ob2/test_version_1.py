"""Badges of version 1.1, as far as they are like those of 2.0, and the older ones."""

from __future__ import annotations

import pytest

from app.verification import Verdict
from tests.factories import REMOVED
from tests.factories_ob2 import (
    ASSERTION,
    ISSUER,
    KEY,
    OB1_CONTEXT,
    OB2_CONTEXT,
    judged_ob2,
    make_assertion,
    make_issuer,
    make_key,
    make_web,
    sign_assertion,
    troubles,
)

V1 = {"@context": OB1_CONTEXT, "uid": "17", "verification": REMOVED}
V1_HOSTED = make_assertion(**V1, verify={"type": "hosted", "url": ASSERTION})
V1_SIGNED = make_assertion(**V1, id=REMOVED, verify={"type": "signed", "url": KEY})


@pytest.mark.parametrize(
    ("assertion", "expected"),
    [
        pytest.param(V1_HOSTED, [], id="hosted"),
        pytest.param({**V1_HOSTED, "type": "assertion"}, [], id="its type in small letters"),
        pytest.param(
            make_assertion(**V1, id=REMOVED, verify=V1_HOSTED["verify"]), [], id="its address in verify alone"
        ),
        pytest.param({**V1_HOSTED, "issuedOn": "2014-05-21"}, ["dates.unreadable"], id="a date without time"),
        pytest.param({**V1_HOSTED, "issuedOn": 1_400_000_000}, ["dates.unreadable"], id="seconds since 1970"),
    ],
)
def test_version_1_1_hosted(assertion, expected):
    web = make_web(ASSERTION=assertion, ISSUER=make_issuer(type="Issuer", email=REMOVED))
    assert troubles(judged_ob2(assertion, web)) == expected


@pytest.mark.parametrize(
    ("public_key", "expected"),
    [
        pytest.param(REMOVED, ["proof.key-missing", "issuer.no-key-list"], id="an issuer that lists no keys"),
        pytest.param([f"{ISSUER}/other.pem"], ["issuer.key-unlisted"], id="an issuer that lists others"),
        pytest.param([KEY], [], id="an issuer that lists it: the bare file"),
    ],
)
def test_version_1_1_signed(public_key, expected):
    web = make_web(ISSUER=make_issuer(publicKey=public_key), KEY=make_key()["publicKeyPem"].encode())
    assert troubles(judged_ob2(sign_assertion(V1_SIGNED), web)) == expected


def test_who_names_both_versions_has_to_keep_the_newer():
    both = {**V1_HOSTED, "@context": [OB1_CONTEXT, OB2_CONTEXT], "issuedOn": "2014-05-21"}
    assert troubles(judged_ob2(both, make_web(ASSERTION=both))) == ["schema.problems", "dates.unreadable"]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            {"uid": "1", "recipient": {"type": "email"}, "badge": "https://a.example/b", "verify": {"type": "hosted"}},
            id="version 1.0",
        ),
        pytest.param({"recipient": "sha256$00", "badge": {"version": "0.5.0"}}, id="version 0.5"),
    ],
)
def test_the_oldest_badges_are_named_and_not_called_invalid(document):
    report = judged_ob2(document)
    assert report.verdict is Verdict.UNDETERMINED
    assert report.check("format").code == "format.too-old"
