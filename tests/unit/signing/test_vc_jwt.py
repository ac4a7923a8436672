from __future__ import annotations

import pytest

from app.signing import check_claims, credential_in, jwt_claims
from app.signing.vc_jwt import numeric_date

DOCUMENT = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "https://badges.example/credentials/1",
    "issuer": {"id": "did:web:badges.example", "type": ["Profile"]},
    "validFrom": "2026-05-04T10:00:00Z",
    "validUntil": "2029-05-04T12:00:00+02:00",
    "credentialSubject": {"id": "did:example:amina", "type": ["AchievementSubject"]},
}
CLAIMS = {
    "iss": "did:web:badges.example",
    "jti": "https://badges.example/credentials/1",
    "nbf": 1777888800,  # date -u -d 2026-05-04T10:00:00Z +%s
    "sub": "did:example:amina",
    "exp": 1872583200,  # date -u -d 2029-05-04T10:00:00Z +%s
}
PAYLOAD = {**DOCUMENT, **CLAIMS}
ANONYMOUS = {**DOCUMENT, "credentialSubject": {"type": ["AchievementSubject"], "identifier": []}}


def without(mapping, *names):
    return {name: value for name, value in mapping.items() if name not in names}


def test_the_claims_stand_beside_the_whole_credential():
    assert jwt_claims(DOCUMENT) == PAYLOAD
    assert check_claims(jwt_claims(DOCUMENT)) == ()


def test_a_claim_says_what_the_credential_says_whatever_stood_there():
    assert jwt_claims({**DOCUMENT, "iss": "did:web:evil.example", "exp": 5}) == PAYLOAD


def test_what_the_credential_does_not_state_makes_no_claim():
    claims = jwt_claims(without(ANONYMOUS, "validUntil"))
    assert "sub" not in claims
    assert "exp" not in claims
    assert check_claims(claims) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "did:web:badges.example"},
        {"credentialSubject": [DOCUMENT["credentialSubject"]]},
        {"nbf": 1777888800.0},
        {"nbf": 1777888800.9},
        {"iat": 1, "aud": "wallet"},
        {"validFrom": "2026-05-04T10:00:00.5Z"},
        {"validFrom": "2026-05-04t12:00:00+02:00"},
    ],
    ids=str,
)
def test_agreeing_payloads_pass(changes):
    assert check_claims({**PAYLOAD, **changes}) == ()


def test_claims_that_need_not_be_there():
    assert check_claims(without(PAYLOAD, "exp")) == ()
    assert check_claims(without(PAYLOAD, "validUntil")) == ()  # exp alone is then the date of expiry
    assert check_claims(without({**PAYLOAD, **ANONYMOUS}, "sub")) == ()


@pytest.mark.parametrize(
    ("name", "payload", "pointer"),
    [
        ("no iss", without(PAYLOAD, "iss"), "/iss"),
        ("no jti", without(PAYLOAD, "jti"), "/jti"),
        ("no nbf", without(PAYLOAD, "nbf"), "/nbf"),
        ("no sub though the subject has an id", without(PAYLOAD, "sub"), "/sub"),
        ("another iss", {**PAYLOAD, "iss": "did:web:evil.example"}, "/iss"),
        ("iss as a part of the issuer", {**PAYLOAD, "iss": "did:web:badges"}, "/iss"),
        ("iss as a list", {**PAYLOAD, "iss": ["did:web:badges.example"]}, "/iss"),
        ("iss in other letters", {**PAYLOAD, "iss": "did:web:Badges.example"}, "/iss"),
        ("another jti", {**PAYLOAD, "jti": "https://badges.example/credentials/2"}, "/jti"),
        ("another sub", {**PAYLOAD, "sub": "did:example:mallory"}, "/sub"),
        ("a sub without a subject id", {**PAYLOAD, **ANONYMOUS}, "/sub"),
        ("a sub with two subjects", {**PAYLOAD, "credentialSubject": [{"id": "did:example:amina"}] * 2}, "/sub"),
        ("nbf a second late", {**PAYLOAD, "nbf": 1777888801}, "/nbf"),
        ("nbf as text", {**PAYLOAD, "nbf": "1777888800"}, "/nbf"),
        ("nbf as true", {**PAYLOAD, "nbf": True}, "/nbf"),
        ("nbf null", {**PAYLOAD, "nbf": None}, "/nbf"),
        ("another exp", {**PAYLOAD, "exp": 1872583201}, "/exp"),
        ("exp null", {**PAYLOAD, "exp": None}, "/exp"),
        ("exp as text without a validUntil", {**without(PAYLOAD, "validUntil"), "exp": "never"}, "/exp"),
        ("exp as true without a validUntil", {**without(PAYLOAD, "validUntil"), "exp": True}, "/exp"),
        ("a validUntil that is no date", {**PAYLOAD, "validUntil": "2029"}, "/exp"),
        ("a validFrom that is no date", {**PAYLOAD, "validFrom": "yesterday"}, "/nbf"),
        ("a validFrom without a zone", {**PAYLOAD, "validFrom": "2026-05-04T10:00:00"}, "/nbf"),
        ("no issuer", without(PAYLOAD, "issuer"), "/iss"),
        ("no id", without(PAYLOAD, "id"), "/jti"),
        ("an issuer of an odd type", {**PAYLOAD, "issuer": 5}, "/iss"),
    ],
)
def test_each_contradiction_is_named(name, payload, pointer):
    [problem] = check_claims(payload)
    assert problem.pointer == pointer
    assert problem.detail.endswith(".")


def test_every_contradiction_is_named_at_once():
    assert [problem.pointer for problem in check_claims({"id": "urn:x"})] == ["/iss", "/jti", "/nbf"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.5Z", -1),
        ("2026-05-04T10:00:00.999999999Z", 1777888800),
        ("2026-05-04T10:00:00-01:30", 1777894200),
        ("0001-01-01T00:00:00Z", -62135596800),
        ("9999-12-31T23:59:59Z", 253402300799),
        ("0001-01-01T00:00:00+14:00", -62135647200),
        ("2026-02-30T10:00:00Z", None),
        ("2026-05-04T24:00:00Z", None),
        ("2026-05-04T10:00:00+25:00", None),
        ("2026-05-04 10:00:00Z", None),
        ("2026-05-04", None),
        ("２026-05-04T10:00:00Z", None),
        ("", None),
        (5, None),
        (None, None),
    ],
)
def test_numeric_dates(text, expected):
    assert numeric_date(text) == expected


# Version 1.1: the credential is a claim of its own

OLD = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "id": "https://badges.example/credentials/1",
    "issuer": "did:web:badges.example",
    "issuanceDate": "2026-05-04T10:00:00Z",
    "expirationDate": "2029-05-04T10:00:00Z",
    "credentialSubject": {"id": "did:example:amina", "type": ["AchievementSubject"]},
}
ONLY_CLAIMED = {"@context": OLD["@context"], "credentialSubject": {"type": ["AchievementSubject"]}}


def test_what_only_the_claims_say_is_filled_in_and_nothing_else():
    payload = {**CLAIMS, "aud": "wallet", "name": "beside it", "vc": ONLY_CLAIMED}
    assert credential_in(payload) == OLD
    assert check_claims(payload) == ()
    assert "id" not in ONLY_CLAIMED["credentialSubject"]


@pytest.mark.parametrize(
    "subject", [..., [{"type": ["AchievementSubject"]}], "did:example:amina"], ids=["none", "in a list", "its id"]
)
def test_a_subject_that_is_no_object_is_left_as_it_is(subject):
    vc = {**OLD, "credentialSubject": subject} if subject is not ... else without(OLD, "credentialSubject")
    assert credential_in({**CLAIMS, "vc": vc}) == vc


@pytest.mark.parametrize(
    ("claim", "value", "member"),
    [
        ("iss", "did:web:evil.example", "issuer"),
        ("jti", "https://badges.example/credentials/2", "id"),
        ("nbf", 1777888801, "issuanceDate"),
        ("exp", 1872583201, "expirationDate"),
        ("sub", "did:example:mallory", "credentialSubject"),
    ],
)
def test_what_the_credential_says_itself_stays_and_a_claim_that_differs_is_named(claim, value, member):
    payload = {**CLAIMS, "vc": OLD, claim: value}
    assert credential_in(payload)[member] == OLD[member]
    assert [problem.pointer for problem in check_claims(payload)] == [f"/{claim}"]


@pytest.mark.parametrize("seconds", [10**15, -(10**15), 1e300, True, "1777888800", None], ids=repr)
def test_a_number_that_is_no_date_fills_nothing_in(seconds):
    payload = {**CLAIMS, "nbf": seconds, "exp": seconds, "vc": ONLY_CLAIMED}
    assert credential_in(payload).keys() == OLD.keys() - {"issuanceDate", "expirationDate"}
    assert "/nbf" in [problem.pointer for problem in check_claims(payload)]


def test_an_end_that_is_no_date_is_not_replaced_by_the_claim():
    payload = {**CLAIMS, "vc": {**OLD, "expirationDate": "never"}}
    assert credential_in(payload)["expirationDate"] == "never"
    assert [problem.pointer for problem in check_claims(payload)] == ["/exp"]


def test_the_dates_of_version_2_are_no_dates_of_version_1():
    vc = {**without(OLD, "issuanceDate", "expirationDate"), "validFrom": "2020-01-01T00:00:00Z", "validUntil": "x"}
    assert check_claims({**CLAIMS, "vc": vc}) == ()


@pytest.mark.parametrize("vc", ["a text", ["a list"], 5, None], ids=repr)
def test_a_claim_vc_that_is_no_object_is_no_credential(vc):
    payload = {**PAYLOAD, "vc": vc}
    assert credential_in(payload) is payload
