"""Embedded proofs: the checks "proof" and "issuer"."""

from __future__ import annotations

import pytest

from app.errors import OverloadedError, TooComplexError
from app.jsonld import Limits
from app.signing import Algorithm, PublishedKey, did_document
from app.verification import NOBODY, Missing, Need, NeedKind, ReadLimits, Verdict, judge, read
from app.verification.data_integrity import MAX_PROOFS
from tests.factories import (
    NOW,
    OB_CONTEXT,
    REMOVED,
    as_bytes,
    ed25519_key,
    found,
    fresh_key,
    judged,
    key_issuer,
    make_credential,
    make_evidence,
    make_subject,
    put,
    sign,
    sign_options,
    sign_token,
    web_issuer,
)

VALID, INVALID, UNDETERMINED = Verdict
CREDENTIAL = make_credential()
SIGNED = sign(CREDENTIAL)
ISSUER = web_issuer()
OTHER = web_issuer("other")
DID_NEED = Need(NeedKind.DID_DOCUMENT, ISSUER.did)


def outcome_of(report):
    """The findings on proof and issuer, without their prefix, and the verdict."""
    codes = (report.check(name).code.removeprefix(f"{name}.") for name in ("proof", "issuer"))
    return (*codes, report.verdict)


def doubly_signed(*proofs):
    return {**CREDENTIAL, "proof": list(proofs)}


GOOD = SIGNED["proof"][0]
BAD = {**GOOD, "proofValue": sign(make_credential(name="Other"))["proof"][0]["proofValue"]}
UNKNOWN = {"type": "FutureProof2040", "proofPurpose": "assertionMethod", "verificationMethod": ISSUER.method}
STRANGERS = sign(CREDENTIAL, OTHER)["proof"][0]


@pytest.mark.parametrize(
    ("document", "proof", "issuer", "verdict"),
    [
        pytest.param(SIGNED, "fits", "bound", VALID, id="good"),
        pytest.param({**SIGNED, "proof": GOOD}, "fits", "bound", VALID, id="one proof, not in a list"),
        # not signed
        pytest.param(CREDENTIAL, "none", "skipped", INVALID, id="no proof"),
        pytest.param({**SIGNED, "proof": []}, "none", "skipped", INVALID, id="an empty list"),
        pytest.param({**SIGNED, "proof": None}, "none", "skipped", INVALID, id="null"),
        pytest.param({**SIGNED, "proof": "signed!"}, "malformed", "skipped", INVALID, id="a text"),
        pytest.param({**SIGNED, "proof": [{}]}, "malformed", "skipped", INVALID, id="an empty object"),
        # altered
        pytest.param({**SIGNED, "name": "Other"}, "altered", "skipped", INVALID, id="another name"),
        pytest.param(doubly_signed(BAD), "altered", "skipped", INVALID, id="another document's value"),
        pytest.param(
            sign(CREDENTIAL, created="2026-05-05T10:00:00Z"),
            "altered", "skipped", INVALID, id="another time of signing",
        ),
        pytest.param(
            put(SIGNED, "/credentialSubject", [SIGNED["credentialSubject"], make_subject()]),
            "altered", "skipped", INVALID, id="a second subject",
        ),
        # malformed
        pytest.param(sign(CREDENTIAL, proofValue=REMOVED), "malformed", "skipped", INVALID, id="no value"),
        pytest.param(
            sign(CREDENTIAL, proofValue="z" + "1" * 88),
            "malformed", "skipped", INVALID, id="a value of zeros",
        ),
        pytest.param(
            sign(CREDENTIAL, proofValue="z" + "2" * 500_000),
            "malformed", "skipped", INVALID, id="a huge value",
        ),
        pytest.param(sign(CREDENTIAL, proofValue=5), "malformed", "skipped", INVALID, id="a number as value"),
        pytest.param(sign(CREDENTIAL, created="yesterday"), "malformed", "skipped", INVALID, id="no date"),
        pytest.param(
            sign(CREDENTIAL, **{"@context": [OB_CONTEXT]}),
            "malformed", "skipped", INVALID, id="a context of its own",
        ),
        pytest.param(sign(CREDENTIAL, cryptosuite=REMOVED), "malformed", "skipped", INVALID, id="no cryptosuite"),
        pytest.param(sign(CREDENTIAL, verificationMethod=REMOVED), "no-key", "skipped", INVALID, id="no method"),
        pytest.param(
            sign(CREDENTIAL, verificationMethod={"id": ISSUER.method}),
            "no-key", "skipped", INVALID, id="method as an object",
        ),
        pytest.param(sign(CREDENTIAL, verificationMethod="z6Mkjt"), "no-key", "skipped", INVALID, id="a bare key"),
        pytest.param(
            sign(CREDENTIAL, verificationMethod="#key-1"),
            "no-key", "skipped", INVALID, id="a relative method",
        ),
        # made for something else, or no longer good
        pytest.param(
            sign_options(CREDENTIAL, proofPurpose="authentication"),
            "purpose", "skipped", INVALID, id="another purpose",
        ),
        pytest.param(sign_options(CREDENTIAL, proofPurpose=REMOVED), "purpose", "skipped", INVALID, id="no purpose"),
        pytest.param(
            sign_options(CREDENTIAL, expires="2026-05-10T11:59:59Z"),
            "expired", "skipped", INVALID, id="expired proof",
        ),
        pytest.param(
            sign_options(CREDENTIAL, expires="2026-05-10T12:00:00Z"),
            "fits", "bound", VALID, id="in its last second",
        ),
        pytest.param(
            sign_options(CREDENTIAL, expires="never"),
            "malformed", "skipped", INVALID, id="an end that is no date",
        ),
        # not supported
        pytest.param(
            sign(CREDENTIAL, cryptosuite="bbs-2023"),
            "unsupported", "skipped", UNDETERMINED, id="another cryptosuite",
        ),
        pytest.param(
            sign(CREDENTIAL, type="RsaSignature2018"),
            "unsupported", "skipped", UNDETERMINED, id="another type",
        ),
        pytest.param(
            sign(CREDENTIAL, cryptosuite="ecdsa-rdfc-2019"),
            "key-unusable", "skipped", INVALID, id="a cryptosuite for keys of another kind",
        ),
        # several
        pytest.param(doubly_signed(BAD, GOOD), "fits", "bound", VALID, id="one good of two"),
        pytest.param(doubly_signed(UNKNOWN, GOOD), "fits", "bound", VALID, id="an unknown and a good one"),
        pytest.param(doubly_signed(STRANGERS, GOOD), "fits", "bound", VALID, id="a stranger's and the issuer's"),
        pytest.param(
            doubly_signed(BAD, UNKNOWN),
            "unsupported", "skipped", UNDETERMINED, id="a bad and an unknown one",
        ),
        pytest.param(doubly_signed(BAD, STRANGERS), "altered", "skipped", INVALID, id="none good"),
        pytest.param(doubly_signed(*[BAD] * (MAX_PROOFS - 1), GOOD), "fits", "bound", VALID, id="as many as allowed"),
        pytest.param(doubly_signed(*[BAD] * MAX_PROOFS, GOOD), "too-many", "skipped", INVALID, id="one more"),
        # somebody else's key
        pytest.param(sign(CREDENTIAL, OTHER), "not-reached", "other-key", INVALID, id="another issuer's key"),
        pytest.param(sign(CREDENTIAL, key_issuer()), "not-reached", "other-key", INVALID, id="a key of its own"),
        pytest.param(
            sign_options(CREDENTIAL, verificationMethod=f"https://evil.example/keys#{ISSUER.key.public_key.multikey()}"),
            "not-reached", "other-key", INVALID, id="a key in a web address",
        ),
        pytest.param(
            sign_options(CREDENTIAL, verificationMethod=f"{ISSUER.did}#{ISSUER.key.public_key.multikey()}"),
            "not-reached", "not-listed", INVALID, id="the issuer's key, by a name that it does not publish",
        ),
        pytest.param(
            sign_options(CREDENTIAL, OTHER, verificationMethod=f"{ISSUER.did}#{OTHER.key.public_key.multikey()}"),
            "not-reached", "not-listed", INVALID, id="a stranger's key in the fragment",
        ),
        pytest.param(
            sign_options(CREDENTIAL, OTHER, verificationMethod=ISSUER.method),
            "altered", "skipped", INVALID, id="a stranger under the issuer's method",
        ),
        pytest.param(
            sign_options(CREDENTIAL, verificationMethod=f"{ISSUER.did}#key-1-jwk"),
            "fits", "bound", VALID, id="the same key by its other name",
        ),
    ],
)  # fmt: skip
def test_embedded_proofs(document, proof, issuer, verdict):
    report = judged(document)
    assert outcome_of(report) == (proof, issuer, verdict)
    assert (report.credential is not None) == (verdict is VALID)


def test_a_proof_of_a_key_of_another_kind_is_refused():
    p256 = fresh_key(Algorithm.ES256, "p256")
    document = did_document(ISSUER.did, [PublishedKey("key-1", p256.public_key)])
    report = judged(SIGNED, {DID_NEED: found(document)})
    assert report.check("proof").code == "proof.key-unusable"


# JSON-LD: whatever the signature would not cover (safe mode), and whatever would change what words mean

ADDITIONS = [
    pytest.param("/grade", "with highest honours", id="an undefined term at the root"),
    pytest.param("/credentialSubject/grade", "A", id="an undefined term in the subject"),
    pytest.param("/credentialSubject/recipientName", "Mallory", id="a likely looking term"),
    pytest.param("/credentialSubject/achievement/criteria/x", 1, id="an undefined term deep inside"),
    pytest.param("/proof/0/grade", "A", id="an undefined term in the proof"),
    pytest.param("/credentialSubject/achievement/id", "7d1e", id="a relative address"),
    pytest.param("/@graph", [{"id": "https://a.example/1", "name": "x"}], id="@graph"),
    pytest.param("/@included", [{"id": "https://a.example/1", "name": "x"}], id="@included"),
    pytest.param("/@reverse", {"issuer": {"id": "https://a.example/1"}}, id="@reverse"),
    pytest.param("/@id", "https://a.example/1", id="a second id"),
    pytest.param("/@type", "VerifiableCredential", id="a second type"),
    pytest.param("/@index", "x", id="@index"),
    pytest.param("/name", {"@value": "Other"}, id="another name as a value object"),
    pytest.param("/credentialSubject/id", "did:example:mallory", id="a subject id"),
    pytest.param("/name", "Other", id="another name"),
    pytest.param("/issuer/https:~1~1schema.org~1name", "Other", id="a second name of the issuer, by its address"),
]


@pytest.mark.parametrize(("path", "value"), ADDITIONS)
def test_nothing_can_be_added_to_a_signed_document(path, value):
    report = judged(put(SIGNED, path, value))
    assert report.verdict is INVALID
    assert report.credential is None
    assert report.check("proof").code in {"proof.unsafe", "proof.altered", "proof.malformed"}


@pytest.mark.parametrize(
    ("path", "name", "address"),
    [
        ("/credentialStatus", "statusListIndex", "https://www.w3.org/ns/credentials/status#statusListIndex"),
        ("/credentialStatus", "statusPurpose", "https://www.w3.org/ns/credentials/status#statusPurpose"),
        ("/credentialSubject", "identifier", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#identifier"),
        ("/credentialSubject/achievement", "name", "https://schema.org/name"),
        ("/issuer", "url", "https://schema.org/url"),
    ],
)
def test_no_member_at_any_depth_can_hide_behind_its_address(path, name, address):
    """The same statements and so the same signature, but not the same to whoever reads the badge."""
    parts = path.removeprefix("/").split("/")
    value = SIGNED
    for part in parts:
        value = value[part]
    hidden = put(put(SIGNED, f"{path}/{name}", REMOVED), path, {**value, address: value[name]})
    hidden = put(hidden, f"{path}/{name}", REMOVED)
    report = judged(hidden)
    assert report.check("proof").code == "proof.unsafe"
    assert address.replace("/", "~1") in report.check("proof").detail


def test_the_uncovered_part_is_named():
    assert "“/grade”" in judged(put(SIGNED, "/grade", "A")).check("proof").detail


def test_a_document_built_to_take_for_ever_is_left_undecided():
    # security.md fact 1: equal results with equal alignments and no labels, factorial without a limit
    alignment = {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://a.example/x"}
    rubric = make_subject()["result"][0]["resultDescription"]
    result = {"type": ["Result"], "resultDescription": rubric, "value": "1", "alignment": [alignment] * 9}
    document = put(SIGNED, "/credentialSubject/result", [result] * 9)
    report = judged(document)
    assert outcome_of(report) == ("too-complex", "skipped", UNDETERMINED)


# What the slow path says, and how often it is asked

SLOW = make_credential(evidence=[{"type": ["Evidence"], "name": "Essay", "https://e.example/words": 1_200}])
GOOD_AND_SLOW = sign(SLOW)["proof"][0]


def asked_slowly(error, *proofs):
    """The report on `SLOW` with these proofs where the slow path raises `error`, and how often it was asked."""
    asked = []

    def slow_path(document, _limits):
        asked.append(document)
        raise error

    raw = as_bytes({**SLOW, "proof": list(proofs)})
    presented = read(raw, limits=ReadLimits(work=Limits(slow_path=slow_path)))
    return judge(presented, make_evidence(), NOBODY, now=NOW), len(asked)


@pytest.mark.parametrize(
    ("error", "code"), [(TooComplexError("It took too long."), "too-complex"), (OverloadedError("Busy."), "busy")]
)
@pytest.mark.parametrize(
    "proofs",
    [
        pytest.param([GOOD_AND_SLOW], id="one"),
        pytest.param([GOOD_AND_SLOW] * MAX_PROOFS, id="as many as are looked at"),
        pytest.param([UNKNOWN, STRANGERS, GOOD_AND_SLOW, GOOD_AND_SLOW], id="after others that need no reading"),
        pytest.param([GOOD_AND_SLOW, UNKNOWN], id="before another"),
    ],
)
def test_a_document_that_cannot_be_read_is_not_read_again_for_the_next_proof(error, code, proofs):
    """Each time may take seconds, and a worker that others wait for."""
    report, times = asked_slowly(error, *proofs)
    assert outcome_of(report) == (code, "skipped", UNDETERMINED)
    assert times == 1


def test_a_busy_server_does_not_call_the_badge_complicated():
    report, _ = asked_slowly(OverloadedError("Busy."), GOOD_AND_SLOW)
    proof = report.check("proof")
    said = f"{report.summary} {proof.detail} {proof.remedy}"
    assert "busy" in said
    assert "Try again" in said
    assert "complicated" not in said
    assert "tangled" not in said


# A proof inside a token: what is presented as a token has to hold as one


MALLORY = fresh_key(Algorithm.ES256, "mallory")
KEY_NEED = Need(NeedKind.KEY, ISSUER.key_url)
GONE = {**make_evidence(), KEY_NEED: Missing("It did not answer.")}
OTHER_KIND = {"kty": "EC", "crv": "secp256k1", "x": "A" * 43, "y": "A" * 43}


@pytest.mark.parametrize(
    ("token", "evidence", "proof", "verdict"),
    [
        pytest.param(sign_token(SIGNED, key=MALLORY), None, "altered", INVALID, id="somebody else's token"),
        pytest.param(
            sign_token(SIGNED, claims={"exp": 1}, key=MALLORY), None, "altered", INVALID, id="with an end of their own"
        ),
        pytest.param(sign_token(SIGNED, claims={"jti": "urn:x:y"}), None, "claims", INVALID, id="a claim that differs"),
        pytest.param(sign_token(SIGNED, header={"kid": REMOVED}), None, "no-key", INVALID, id="no key"),
        pytest.param(
            sign_token(SIGNED, header={"kid": f"{OTHER.did}#key-2"}),
            None,
            "not-reached",
            INVALID,
            id="a stranger's key",
        ),
        pytest.param(sign_token(SIGNED), GONE, "fits", VALID, id="its key cannot be had"),
        pytest.param(
            sign_token(SIGNED),
            GONE | {KEY_NEED: found(OTHER_KIND)},
            "fits",
            VALID,
            id="its key is of a kind unknown here",
        ),
        pytest.param(
            sign_token(SIGNED, claims={"exp": 1}), GONE, "fits", VALID, id="claims of one that was not checked"
        ),
        pytest.param(
            sign_token({**SIGNED, "name": "Other"}), GONE, "key-missing", UNDETERMINED, id="neither could be believed"
        ),
        pytest.param(
            sign_token({**SIGNED, "name": "Other"}), None, "fits", VALID, id="a good token around a bad proof"
        ),
        pytest.param(sign_token({**SIGNED, "name": "Other"}, key=MALLORY), None, "altered", INVALID, id="neither good"),
    ],
)
def test_a_proof_inside_a_token(token, evidence, proof, verdict):
    report = judged(token, evidence)
    assert report.check("proof").code == f"proof.{proof}"
    assert report.verdict is verdict


def test_of_a_token_that_was_not_checked_nothing_is_shown():
    report = judged(sign_token(SIGNED, claims={"exp": 1, "iat": 5}), GONE)
    assert report.check("dates").code == "dates.within"
    assert report.dates["issued"] == "2026-05-04T10:00:05Z"


def test_keys_are_test_keys():
    assert ed25519_key("a").public_key == ed25519_key("a").public_key != ed25519_key("b").public_key
