"""Lists that name what was withdrawn. Neither kind is signed."""

from __future__ import annotations

import pytest

from app.verification import Missing, Need, NeedKind, Outcome, Verdict, needs, read
from app.verification.revocation_lists import MAX_LIST, check_revoked_assertions
from app.verification.words import LIST_DOUBTS
from tests.factories import as_bytes, found, judged, make_credential, sign, web_issuer

VALID, INVALID, UNDETERMINED = Verdict
ISSUER = web_issuer()
URL = "https://riverside.example/revocations"
NEED = Need(NeedKind.STATUS_LIST, URL)
ENTRY = {"id": URL, "type": "1EdTechRevocationList"}
SIGNED = sign(make_credential(credentialStatus=ENTRY))
ID = SIGNED["id"]


def listing(*items, **members):
    return found({"id": URL, "issuer": ISSUER.did, "revokedCredential": list(items), **members})


@pytest.mark.parametrize(
    ("answer", "code", "verdict"),
    [
        pytest.param(listing(), "status.not-listed", VALID, id="nothing was withdrawn"),
        pytest.param(listing({"id": "urn:uuid:1"}), "status.not-listed", VALID, id="another was"),
        pytest.param(listing({"id": ID}), "status.listed", INVALID, id="this one was"),
        pytest.param(listing({"id": ID, "revoked": True}), "status.listed", INVALID, id="said so twice"),
        pytest.param(listing({"id": ID, "revoked": False}), "status.not-listed", VALID, id="not after all"),
        pytest.param(listing("x", None, {"id": 5}, {"id": ID}), "status.listed", INVALID, id="among odd items"),
        pytest.param(listing({"id": ID}, issuer={"id": ISSUER.did}), "status.listed", INVALID, id="issuer an object"),
        pytest.param(found({"revokedCredential": [{"id": ID}]}), "status.listed", INVALID, id="of no stated issuer"),
        pytest.param(
            found(as_bytes({"revokedCredential": []}), "text/plain"), "status.not-listed", VALID, id="an odd media type"
        ),
        pytest.param(Missing("The server did not answer."), "status.unreachable", UNDETERMINED, id="out of reach"),
        pytest.param(None, "status.unreachable", UNDETERMINED, id="not looked up"),
        pytest.param(found("<html>"), "unreadable", UNDETERMINED, id="an error page"),
        pytest.param(found("[]"), "unreadable", UNDETERMINED, id="a JSON list"),
        pytest.param(found(b" " * MAX_LIST + b"{}"), "unreadable", UNDETERMINED, id="too large"),
        pytest.param(found({}), "kind", UNDETERMINED, id="an object without a list"),
        pytest.param(found({"revokedCredential": ID}), "kind", UNDETERMINED, id="a text as list"),
        pytest.param(listing(issuer="did:web:evil.example"), "issuer", UNDETERMINED, id="another issuer's"),
    ],
)
def test_the_list_of_1edtech(answer, code, verdict):
    evidence = dict(ISSUER.evidence) | ({} if answer is None else {NEED: answer})
    report = judged(SIGNED, evidence)
    assert report.verdict is verdict
    if code in LIST_DOUBTS:
        assert report.check("status").detail == LIST_DOUBTS[code]
    else:
        assert report.check("status").code == code
    assert report.status["list"] == URL
    assert report.status["revoked"] is {VALID: False, INVALID: True, UNDETERMINED: None}[verdict]


def test_the_reason_is_told_of_and_not_told_since_nobody_signed_it():
    for reason, said in (("plagiarism", "It gives a reason"), (None, "It gives no reason")):
        item = {"id": ID} | ({"revocationReason": reason} if reason else {})
        report = judged(SIGNED, {**ISSUER.evidence, NEED: listing(item)})
        assert said in report.check("status").detail
        assert "plagiarism" not in report.check("status").detail


def test_that_the_list_is_not_signed_is_said():
    report = judged(SIGNED, {**ISSUER.evidence, NEED: listing()})
    assert "The list is not signed" in report.check("status").detail


@pytest.mark.parametrize(
    ("entry", "doubt"),
    [
        pytest.param({**ENTRY, "id": URL.replace("https", "http")}, "insecure", id="an address that is not secure"),
        pytest.param({**ENTRY, "id": "urn:uuid:1"}, "entry", id="no address"),
        pytest.param({**ENTRY, "id": f"{URL}/é"}, "entry", id="an address with a letter that none may hold"),
        pytest.param({"type": ENTRY["type"]}, "entry", id="nothing"),
    ],
)
def test_a_list_that_is_not_fetched(entry, doubt):
    document = sign(make_credential(credentialStatus=entry))
    assert Need(NeedKind.STATUS_LIST, str(entry.get("id"))) not in needs(read(as_bytes(document)), {})
    assert judged(document, ISSUER.evidence).check("status").detail == LIST_DOUBTS[doubt]


def test_a_badge_without_a_name_cannot_be_in_the_list():
    from app.verification.status import check_status
    from tests.factories import NOW, REMOVED

    document = make_credential(credentialStatus=ENTRY, id=REMOVED)
    assert check_status(document, {NEED: listing()}, now=NOW).check.detail == LIST_DOUBTS["nameless"]


# Open Badges 2.0

OB2_ISSUER = "https://riverside.example/issuer"
ASSERTION = "https://riverside.example/assertions/1"
INSECURE = "http://riverside.example/assertions/1"


def revocation_list(*items, **members):
    plain = {"type": "RevocationList", "id": URL, "issuer": OB2_ISSUER, "revokedAssertions": list(items)}
    return found({"@context": "https://w3id.org/openbadges/v2", **plain, **members})


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param(revocation_list(), "status.not-listed", id="nothing was withdrawn"),
        pytest.param(revocation_list(revokedAssertions=None), "status.not-listed", id="no list of them"),
        pytest.param(revocation_list("https://a.example/2"), "status.not-listed", id="another was"),
        pytest.param(revocation_list(ASSERTION), "status.listed", id="named by its id"),
        pytest.param(revocation_list({"id": ASSERTION}), "status.listed", id="as an object"),
        pytest.param(revocation_list({"uid": "abc-1"}), "status.listed", id="by its uid"),
        pytest.param(revocation_list({"id": ASSERTION, "revocationReason": "x"}), "status.listed", id="with a reason"),
        pytest.param(revocation_list(ASSERTION, issuer={"id": OB2_ISSUER}), "status.listed", id="issuer an object"),
        pytest.param(revocation_list(INSECURE), "status.listed", id="by http"),
        pytest.param(revocation_list({"id": ASSERTION, "revoked": None}), "status.listed", id="said in an odd way"),
        pytest.param(revocation_list({"id": ASSERTION, "revoked": False}), "status.not-listed", id="not after all"),
        pytest.param(revocation_list(7, [], {}, {"id": 7}), "entries", id="items that name nothing"),
        pytest.param(revocation_list({}, "https://a.example/2"), "entries", id="one that names nothing"),
        pytest.param(revocation_list({}, ASSERTION), "status.listed", id="after one that names nothing"),
        pytest.param(revocation_list(id=URL.replace("https", "http")), "status.not-listed", id="a list's id by http"),
        pytest.param(revocation_list(id=None), "address", id="a list whose id is nothing"),
        pytest.param(Missing("The server did not answer."), "status.unreachable", id="out of reach"),
        pytest.param(revocation_list(type="Assertion"), "kind", id="another thing"),
        pytest.param(revocation_list(issuer="https://evil.example"), "issuer", id="another issuer's"),
        pytest.param(revocation_list(id="https://evil.example"), "address", id="another list"),
        pytest.param(found("<html>"), "unreadable", id="an error page"),
    ],
)
def test_the_list_of_open_badges_2(answer, outcome):
    check = check_revoked_assertions(URL, {ASSERTION, "abc-1"}, {OB2_ISSUER}, {Need(NeedKind.LINKED, URL): answer})
    if outcome in LIST_DOUBTS:
        assert (check.outcome, check.detail) == (Outcome.UNDETERMINED, LIST_DOUBTS[outcome])
    else:
        assert check.code == outcome


def test_of_old_badges_http_and_https_name_the_same():
    evidence = {Need(NeedKind.LINKED, URL): revocation_list(ASSERTION)}
    insecure = URL.replace("https", "http")
    assert check_revoked_assertions(insecure, {INSECURE}, {OB2_ISSUER}, evidence).code == "status.listed"


@pytest.mark.parametrize(
    ("url", "doubt"),
    [("http://riverside.example:8080/r", "insecure"), ("urn:uuid:1", "entry"), (f"{URL}?a b", "entry")],
)
def test_a_list_of_open_badges_2_that_is_not_fetched(url, doubt):
    assert check_revoked_assertions(url, {ASSERTION}, {OB2_ISSUER}, {}).detail == LIST_DOUBTS[doubt]
