"""Issuers under DIDs. Those at web addresses are in test_issuers.py, tokens' ways to name keys in test_claims.py."""

from __future__ import annotations

import pytest

from app.signing import PublishedKey, did_document
from app.verification import Missing, Need, NeedKind, Outcome, Verdict
from app.verification.issuer_documents import MAX_DOCUMENT, issuer_document
from app.verification.issuers import issuer_needs
from tests.factories import (
    REMOVED,
    as_bytes,
    found,
    judged,
    key_issuer,
    make_credential,
    make_evidence,
    put,
    sign,
    sign_options,
    web_issuer,
)

VALID, INVALID, UNDETERMINED = Verdict
ISSUER = web_issuer()
OTHER = web_issuer("other")
NEED = Need(NeedKind.DID_DOCUMENT, ISSUER.did)
METHOD = ISSUER.document["verificationMethod"][0]
RELATIVE = {**METHOD, "id": "#key-1"}
SIGNED = sign(make_credential())
PROOF = SIGNED["proof"][0]


def outcome_of(report):
    """The findings on proof and issuer, without their prefix, and the verdict."""
    codes = (report.check(name).code.removeprefix(f"{name}.") for name in ("proof", "issuer"))
    return (*codes, report.verdict)


@pytest.mark.parametrize(
    ("issuer", "need"),
    [
        pytest.param(ISSUER.did, NEED, id="did:web"),
        pytest.param("did:jwk:eyJ9", None, id="did:jwk is its own document"),
        pytest.param("https://a.example/x#y", Need(NeedKind.CONTROLLER, "https://a.example/x"), id="a web address"),
        pytest.param("https://?x", None, id="a web address without a host"),
        pytest.param(key_issuer().did, None, id="did:key is its own document"),
        pytest.param("did:web:", None, id="did:web without a host"),
        pytest.param("did:web:a.example:%2e%2e", None, id="did:web that climbs"),
        pytest.param("did:web:a.example#key-1", None, id="a key, not an issuer"),
        pytest.param("did:example:1", None, id="a method that is not supported"),
        pytest.param("urn:uuid:6f2e33e5", None, id="no address"),
    ],
)
def test_what_an_issuer_needs(issuer, need):
    assert list(issuer_needs(issuer, [], {})) == ([need] if need else [])


def test_a_did_key_document_names_its_one_key():
    issuer = key_issuer()
    document = issuer_document(issuer.did, {}).members
    assert document["assertionMethod"] == [issuer.method]
    assert document["verificationMethod"][0]["controller"] == issuer.did


@pytest.mark.parametrize("padding", [0, 100_000])
def test_small_and_large_documents_are_read_alike(padding):
    evidence = {NEED: found(as_bytes(ISSUER.document) + b" " * padding)}
    assert issuer_document(ISSUER.did, evidence).members == ISSUER.document


def test_documents_are_bounded():
    raw = as_bytes(ISSUER.document)
    at_limit = raw + b" " * (MAX_DOCUMENT - len(raw))
    assert issuer_document(ISSUER.did, {NEED: found(at_limit)}).members == ISSUER.document
    assert issuer_document(ISSUER.did, {NEED: found(at_limit + b" ")}).code == "issuer.unreachable"


def test_the_reason_is_passed_on():
    finding = issuer_document(ISSUER.did, {NEED: Missing("The server did not answer.")})
    assert "The server did not answer." in finding.detail


# did:key


def test_did_key_needs_nothing():
    issuer = key_issuer()
    report = judged(sign(make_credential(issuer, credentialStatus=REMOVED), issuer), {})
    assert report.verdict is VALID


KEY_ISSUER = key_issuer()
KEY_SIGNED = make_credential(KEY_ISSUER)


@pytest.mark.parametrize(
    ("document", "proof", "issuer", "verdict"),
    [
        pytest.param(
            sign_options(KEY_SIGNED, KEY_ISSUER, verificationMethod=KEY_ISSUER.did),
            "fits", "bound", VALID, id="without fragment, as in published samples",
        ),
        pytest.param(
            sign_options(KEY_SIGNED, OTHER, verificationMethod=f"{KEY_ISSUER.did}#{OTHER.key.public_key.multikey()}"),
            "not-reached", "not-listed", INVALID, id="a swapped fragment",
        ),
        pytest.param(
            sign(KEY_SIGNED, key_issuer("mallory")), "not-reached", "other-key", INVALID, id="another did:key",
        ),
    ],
)  # fmt: skip
def test_did_key(document, proof, issuer, verdict):
    report = judged(document, make_evidence(KEY_ISSUER))
    assert outcome_of(report) == (proof, issuer, verdict)


def multikey(prefix: str, raw: str) -> str:
    from app.signing.multibase import encode_multibase

    return encode_multibase(bytes.fromhex(prefix + raw))


@pytest.mark.parametrize(
    ("key", "verdict"),
    [
        pytest.param(multikey("ed01", "01" + "00" * 31), INVALID, id="the neutral point, which any signature fits"),
        pytest.param(multikey("ed01", "00" * 32), INVALID, id="a point of order 4"),
        pytest.param(multikey("ed01", "00" * 31), INVALID, id="a byte short"),
        pytest.param(multikey("ffff", "00" * 32), INVALID, id="no such kind of key"),
        pytest.param("f" + "ed01" + "00" * 32, INVALID, id="another base"),
        pytest.param("z" + "1" * 200_000, INVALID, id="a huge one"),
        pytest.param(multikey("e701", "02" + "11" * 32), UNDETERMINED, id="a curve that is not supported"),
    ],
)
def test_weak_and_foreign_keys(key, verdict):
    did = f"did:key:{key}"
    credential = put(make_credential(), "/issuer/id", did)
    proof = {**PROOF, "verificationMethod": f"{did}#{key}", "proofValue": "z1" + "1" * 63}
    report = judged({**credential, "proof": [proof]}, {})
    assert report.verdict is verdict
    assert report.credential is None


# did:web


@pytest.mark.parametrize(
    ("answer", "proof", "issuer", "verdict"),
    [
        pytest.param(found(ISSUER.document), "fits", "bound", VALID, id="good"),
        pytest.param(None, "key-missing", "unreachable", UNDETERMINED, id="not looked up"),
        pytest.param(
            Missing("The server did not answer."),
            "key-missing", "unreachable", UNDETERMINED, id="out of reach",
        ),
        pytest.param(found("<html>"), "key-missing", "unreachable", UNDETERMINED, id="an error page"),
        pytest.param(found("[]"), "key-missing", "unreachable", UNDETERMINED, id="a list"),
        pytest.param(found("{}" + " " * 300_000), "key-missing", "unreachable", UNDETERMINED, id="too large"),
        pytest.param(found(OTHER.document), "not-reached", "not-listed", INVALID, id="somebody else's"),
        pytest.param(
            found(put({**ISSUER.document, "id": OTHER.did}, "/verificationMethod/0/controller", OTHER.did)),
            "not-reached", "not-listed", INVALID, id="somebody else's, who calls a key as the issuer does",
        ),
        pytest.param(
            found({**ISSUER.document, "assertionMethod": []}),
            "not-reached", "not-listed", INVALID, id="no key for assertions",
        ),
        pytest.param(
            found({**ISSUER.document, "authentication": [ISSUER.method], "assertionMethod": []}),
            "not-reached", "not-listed", INVALID, id="listed for something else",
        ),
        pytest.param(
            found(put(ISSUER.document, "/verificationMethod/0/controller", OTHER.did)),
            "not-reached", "not-listed", INVALID, id="somebody else's key",
        ),
        pytest.param(
            found(put(ISSUER.document, "/verificationMethod", [])),
            "not-reached", "not-listed", INVALID, id="listed, but not there",
        ),
        pytest.param(
            found({"id": ISSUER.did, "assertionMethod": ["#key-1"], "verificationMethod": [RELATIVE]}),
            "fits", "bound", VALID, id="relative names",
        ),
        pytest.param(
            found({"id": ISSUER.did, "assertionMethod": [METHOD]}),
            "fits", "bound", VALID, id="the method embedded",
        ),
        pytest.param(
            found(put(ISSUER.document, "/verificationMethod/0/type", "FutureKey2040")),
            "unsupported", "skipped", UNDETERMINED, id="a form of key that is not supported",
        ),
    ],
)  # fmt: skip
def test_did_web(answer, proof, issuer, verdict):
    evidence = {**make_evidence(), NEED: answer}
    if answer is None:
        del evidence[NEED]
    report = judged(SIGNED, evidence)
    assert outcome_of(report) == (proof, issuer, verdict)


def test_out_of_reach_reads_as_cannot_be_checked_now():
    report = judged(SIGNED, {NEED: Missing("The server did not answer.")})
    assert report.summary.startswith("This badge cannot be checked now")
    assert "The server did not answer." in report.check("issuer").detail


def test_a_retired_key_still_verifies():
    keys = [PublishedKey("key-1", ISSUER.key.public_key, retired=True), PublishedKey("key-9", OTHER.key.public_key)]
    evidence = {**make_evidence(), NEED: found(did_document(ISSUER.did, keys))}
    assert judged(SIGNED, evidence).verdict is VALID


@pytest.mark.parametrize(
    ("did", "issuer"),
    [
        pytest.param("did:example:riverside", "issuer.unsupported", id="a method that is not supported"),
        pytest.param("did:jwk:eyJrdHkiOiJPS1AifQ", "issuer.not-listed", id="did:jwk without a key"),
        pytest.param("did:jwk:e30=", "issuer.not-listed", id="did:jwk that is not base64url"),
        pytest.param(
            "https://riverside.example/issuer", "issuer.unreachable", id="a web address that was not looked up"
        ),
        pytest.param("https://?x", "issuer.unnamed", id="a web address without a host"),
        pytest.param("did:web:riverside.example@evil.example", "issuer.unnamed", id="did:web with a user name"),
        pytest.param("did:web:..:..", "issuer.unnamed", id="did:web that climbs"),
        pytest.param(None, "issuer.unnamed", id="nobody"),
    ],
)
def test_other_identifiers(did, issuer):
    credential = put(make_credential(), "/issuer/id", REMOVED if did is None else did)
    document = {**credential, "proof": [{**PROOF, "verificationMethod": f"{did or ISSUER.did}#key-1"}]}
    report = judged(document)
    assert report.check("issuer").code == issuer
    assert report.verdict is not VALID
    assert report.check("proof").outcome is not Outcome.PASSED


def test_a_look_alike_issuer_is_told_by_its_address():
    twin = web_issuer("rivers1de")
    report = judged(sign(make_credential(twin), twin), make_evidence(twin))
    assert report.verdict is VALID
    assert twin.did in report.check("issuer").detail
    assert report.issuer["id"] == twin.did
