"""Badges secured by every suite, judged from end to end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.jsonld import canonicalize
from app.signing import CRYPTOSUITES, Algorithm, LocalSigner, add_proof, did_key, did_key_method
from app.signing.multibase import encode_multibase
from app.verification import Outcome, Verdict
from tests.factories import (
    REMOVED,
    TestIssuer,
    fresh_key,
    judged,
    make_credential,
    make_evidence,
    put,
    sign_options,
    web_issuer,
)
from tests.unit.signing.selective import OPTIONS, Issued
from tests.unit.signing.test_chains import with_proof

VALID, INVALID, UNDETERMINED = Verdict
CREATED = datetime(2026, 5, 4, 10, 0, 5, tzinfo=UTC)
SUITE_CONTEXT = "https://w3id.org/security/suites/ed25519-2020/v1"


def issuer_with(algorithm):
    """A did:key with a key of its kind; no list, so nothing has to be fetched."""
    key = fresh_key(algorithm, "suites")
    method = did_key_method(key.public_key)
    return TestIssuer(did_key(key.public_key), method, key, key, method, {})


def credential(issuer, **changes):
    return make_credential(issuer, **{"credentialStatus": REMOVED, **changes})


def secured(suite, algorithm):
    issuer = issuer_with(algorithm)
    return add_proof(
        credential(issuer),
        LocalSigner(issuer.key, "key-1"),
        verification_method=issuer.method,
        created=CREATED,
        cryptosuite=suite,
    )


def in_drafts():
    issuer = issuer_with(Algorithm.EDDSA)
    return sign_options(credential(issuer), issuer, cryptosuite="eddsa-2022")


def before_cryptosuites():
    issuer = issuer_with(Algorithm.EDDSA)
    document = credential(issuer)
    document["@context"] = [*document["@context"], SUITE_CONTEXT]
    return sign_options(document, issuer, type="Ed25519Signature2020", cryptosuite=REMOVED)


def selective(document=None, pointers=None):
    issuer = issuer_with(Algorithm.ES256)
    options = {**OPTIONS, "created": "2026-05-04T10:00:05Z", "verificationMethod": issuer.method}
    usual = ["/id", "/issuer", "/validFrom", "/validUntil", "/name", "/credentialSubject/achievement",
             "/credentialSchema", "/awardedDate"]  # fmt: skip
    by = LocalSigner(issuer.key, "key-1")
    return Issued(document or credential(issuer), pointers or usual, by=by, options=options)


DERIVED = selective().revealed(["/credentialSubject/identifier"]).secured()
EVERY = [
    pytest.param(secured("eddsa-rdfc-2022", Algorithm.EDDSA), "eddsa-rdfc-2022", id="eddsa-rdfc-2022"),
    pytest.param(secured("eddsa-jcs-2022", Algorithm.EDDSA), "eddsa-jcs-2022", id="eddsa-jcs-2022"),
    pytest.param(secured("ecdsa-rdfc-2019", Algorithm.ES256), "ecdsa-rdfc-2019", id="ecdsa-rdfc-2019 P-256"),
    pytest.param(secured("ecdsa-rdfc-2019", Algorithm.ES384), "ecdsa-rdfc-2019", id="ecdsa-rdfc-2019 P-384"),
    pytest.param(secured("ecdsa-jcs-2019", Algorithm.ES256), "ecdsa-jcs-2019", id="ecdsa-jcs-2019 P-256"),
    pytest.param(secured("ecdsa-jcs-2019", Algorithm.ES384), "ecdsa-jcs-2019", id="ecdsa-jcs-2019 P-384"),
    pytest.param(in_drafts(), "eddsa-2022", id="eddsa-2022"),
    pytest.param(before_cryptosuites(), "Ed25519Signature2020", id="Ed25519Signature2020"),
    pytest.param(selective().base(), "ecdsa-sd-2023", id="ecdsa-sd-2023 base"),
    pytest.param(DERIVED, "ecdsa-sd-2023", id="ecdsa-sd-2023 derived"),
]


def test_no_suite_is_left_out():
    assert {parameters.values[1] for parameters in EVERY} == set(CRYPTOSUITES)


@pytest.mark.parametrize(("document", "suite"), EVERY)
def test_a_good_badge(document, suite):
    report = judged(document, {})
    against = {check.code for check in report.checks if check.outcome in {Outcome.FAILED, Outcome.UNDETERMINED}}
    assert against == ({"status.withheld"} if document is DERIVED else set()), report.summary
    assert suite in report.check("proof").detail
    assert report.achievement["name"] == "Differentiated Teaching"
    assert report.dates["issued"] == "2026-05-04T10:00:05Z"


@pytest.mark.parametrize(("document", "suite"), EVERY)
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/name", "Other"),
        ("/validUntil", "2040-01-01T00:00:00Z"),
        ("/credentialSubject/achievement/name", "Other"),
        ("/credentialSubject/identifier/0/identityHash", "Mallory"),
    ],
)
def test_an_altered_badge(document, suite, path, value):
    report = judged(put(document, path, value), {})
    assert report.verdict is INVALID
    assert report.check("proof").code == "proof.altered"
    assert report.credential is None


@pytest.mark.parametrize(("document", "suite"), EVERY)
def test_somebody_elses_badge(document, suite):
    report = judged(put(document, "/issuer/id", web_issuer().did))
    assert report.verdict is INVALID
    assert report.check("issuer").code == "issuer.other-key"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"proofValue": "u2V0C"}, "malformed", id="a value that is none"),
        pytest.param({"proofValue": encode_multibase(bytes(64))}, "malformed", id="the value of another suite"),
        pytest.param({"cryptosuite": "ecdsa-rdfc-2019"}, "malformed", id="the name of another suite"),
        pytest.param({"created": "yesterday"}, "malformed", id="a date that is none"),
        pytest.param({"proofPurpose": "authentication"}, "purpose", id="another purpose"),
        pytest.param({"expires": "2026-05-10T11:59:59Z"}, "expired", id="expired"),
    ],
)
def test_a_selective_proof_that_cannot_be_accepted(change, code):
    base = selective().base()
    report = judged({**base, "proof": {**base["proof"], **change}}, {})
    assert report.check("proof").code == f"proof.{code}"
    assert report.verdict is INVALID


def test_a_selective_proof_of_a_kind_that_cannot_be_checked_is_no_forgery():
    issued = selective()
    document = {**issued.document, "evidence": [{"id": "urn:bnid:0", "type": ["Evidence"], "name": "Essay"}]}
    report = judged({**document, "proof": issued.base()["proof"]}, {})
    assert report.check("proof").code == "proof.unsupported"
    assert report.verdict is UNDETERMINED


def test_what_the_holder_leaves_out_is_missing_and_nothing_else():
    """What an issuer did not make mandatory a holder may hide; whatever the standard asks for has to be there."""
    report = judged(selective().revealed([]).secured(), {})
    assert report.check("proof").code == "proof.fits"
    assert report.check("schema").code == "schema.problems"  # nobody is named as its recipient


def test_a_term_without_a_meaning_is_signed_as_json_and_not_as_a_statement():
    issuer = issuer_with(Algorithm.EDDSA)
    document = with_proof({**credential(issuer), "grade": "A"}, suite="eddsa-jcs-2022", by=LocalSigner(issuer.key, "k"))
    document["proof"][0]["verificationMethod"] = issuer.method
    assert judged(document, {}).check("proof").code == "proof.altered"  # its method was not signed
    report = judged(put(secured("eddsa-rdfc-2022", Algorithm.EDDSA), "/grade", "A"), {})
    assert report.check("proof").code == "proof.unsafe"


def test_an_ecdsa_key_in_a_web_document():
    """The issuer's second key, which signs its tokens, signs a proof as well."""
    issuer = web_issuer()
    document = add_proof(
        make_credential(),
        LocalSigner(issuer.token_key, "key-2"),
        verification_method=f"{issuer.did}#key-2",
        created=CREATED,
        cryptosuite="ecdsa-jcs-2019",
    )
    assert judged(document, make_evidence()).verdict is VALID


def test_the_statements_are_the_same_whatever_secures_them():
    with_jcs = secured("eddsa-jcs-2022", Algorithm.EDDSA)
    with_rdfc = secured("eddsa-rdfc-2022", Algorithm.EDDSA)
    one, other = ({name: value for name, value in each.items() if name != "proof"} for each in (with_jcs, with_rdfc))
    assert canonicalize(one) == canonicalize(other)
