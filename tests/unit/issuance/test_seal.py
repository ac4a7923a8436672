"""Sealing: exact bytes, checked as a stranger's; whatever is wrong with our own output is noticed before it leaves."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft201909Validator

from app import strictjson
from app.errors import SigningFaultError, UnsafeDocumentError
from app.issuance import prepare, require_own_output, seal, seal_document
from app.signing import LocalSigner, did_document, jwk_with_kid, jwt_claims, sign_jwt
from app.verification import Verdict
from tests.factories import (
    ed25519_key,
    judged,
    make_evidence,
    make_status_list,
    put,
    web_issuer,
)
from tests.unit.issuance.drafts import AWARDED, CREATED, ENTRY, bare_draft, make_draft

SCHEMAS = Path(__file__).parents[4] / "shared/spec/schemas"
SIGNER = LocalSigner(web_issuer().key, "key-1")
DRAFTS = {"full": make_draft(), "bare": bare_draft(), "test": make_draft(test=True)}


def sealed(draft):
    return seal(prepare(draft, entry=ENTRY), SIGNER, verification_method=web_issuer().method, created=CREATED)


def require(raw, *, did=None, document=None, now=AWARDED, keys=None):
    issuer = web_issuer()
    require_own_output(raw, did=did or issuer.did, did_document=document or issuer.document, now=now, keys=keys)


@pytest.mark.parametrize("draft", DRAFTS.values(), ids=DRAFTS)
def test_what_is_sealed_is_valid_for_everybody(draft):
    result = sealed(draft)
    require(result.raw)
    assert judged(result.raw, make_evidence()).verdict is Verdict.VALID


def test_the_bytes_are_the_document_and_have_their_digest():
    result = sealed(make_draft())
    assert strictjson.loads(result.raw, max_bytes=100_000) == result.document
    assert result.sha256 == hashlib.sha256(result.raw).digest()
    assert list(result.document)[-1] == "proof"


def test_the_proof_tells_when_it_was_made_and_by_which_key():
    [proof] = sealed(make_draft()).document["proof"]
    assert proof["created"] == "2026-05-10T12:00:00Z"
    assert proof["verificationMethod"] == web_issuer().method
    assert proof["cryptosuite"] == "eddsa-rdfc-2022"


def test_sealing_twice_gives_the_same_bytes():
    assert sealed(make_draft()).raw == sealed(make_draft()).raw


def test_sealing_leaves_the_prepared_document_alone():
    prepared = prepare(make_draft(), entry=ENTRY)
    before = json.dumps(prepared.document)
    seal(prepared, SIGNER, verification_method=web_issuer().method, created=CREATED)
    assert json.dumps(prepared.document) == before


def test_what_would_be_dropped_is_not_signed():
    prepared = prepare(make_draft(issuer={**web_issuer().profile, "undefinedTerm": "x"}), entry=ENTRY)
    with pytest.raises(UnsafeDocumentError) as caught:
        seal(prepared, SIGNER, verification_method=web_issuer().method, created=CREATED)
    assert caught.value.pointer == "/issuer/undefinedTerm"


def test_a_status_list_is_sealed_the_same_way():
    result = seal_document(make_status_list(), SIGNER, verification_method=web_issuer().method, created=CREATED)
    assert judged(sealed(make_draft()).raw, make_evidence(status_list=result.raw)).verdict is Verdict.VALID


GOOD = sealed(make_draft())
OTHER_KEYS = put(
    web_issuer().document, "/verificationMethod/0/publicKeyMultibase", ed25519_key("x").public_key.multikey()
)
FAULTS = [
    ("one letter changed", {"raw": GOOD.raw.replace(b"Amina Haddad", b"Amina Haddae")}, "proof"),
    ("no proof", {"raw": strictjson.dumps({k: v for k, v in GOOD.document.items() if k != "proof"})}, "proof"),
    ("the issuer publishes another key", {"document": OTHER_KEYS}, "proof"),
    ("the issuer publishes no key", {"document": did_document(web_issuer().did, [])}, "issuer"),
    ("the DID document of another issuer", {"did": "did:web:elsewhere.example"}, "proof"),
    ("before it begins", {"now": datetime(2026, 5, 3, tzinfo=UTC)}, "dates"),
    ("after its end", {"now": datetime(2036, 5, 3, tzinfo=UTC)}, "dates"),
]


@pytest.mark.parametrize(("changes", "check"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_our_own_output_with_a_fault_is_not_let_out(changes, check):
    with pytest.raises(SigningFaultError, match=f"“{check}”"):
        require(**{"raw": GOOD.raw, **changes})


def test_a_signature_by_another_key_is_not_let_out():
    wrong = LocalSigner(ed25519_key("another"), "key-1")
    raw = seal(prepare(make_draft(), entry=ENTRY), wrong, verification_method=web_issuer().method, created=CREATED).raw
    with pytest.raises(SigningFaultError, match="“proof”"):
        require(raw)


def test_a_token_is_checked_with_the_key_behind_its_kid():
    issuer = web_issuer()
    token = sign_jwt(jwt_claims(GOOD.document), LocalSigner(issuer.token_key, "key-2"), kid=issuer.key_url).encode()
    right = jwk_with_kid(issuer.token_key.public_key, issuer.key_url)
    require(token, keys={issuer.key_url: right})
    wrong = jwk_with_kid(web_issuer("other").token_key.public_key, issuer.key_url)
    with pytest.raises(SigningFaultError, match="“proof”"):
        require(token, keys={issuer.key_url: wrong})
    # Its payload holds a good proof too, so that others would be content without the key: we are not.
    with pytest.raises(SigningFaultError, match="Our own token"):
        require(token, keys={})


@pytest.mark.parametrize(
    "path",
    ["ob_v3p0/ob_v3p0_achievementcredential_schema.json", "ob_v3p0-strict-2024/achievementcredential.json"],
    ids=["the published schema", "the strict generation of 2024"],
)
@pytest.mark.parametrize("draft", DRAFTS.values(), ids=DRAFTS)
def test_the_official_schema_takes_what_was_signed(path, draft):
    if not (SCHEMAS / path).is_file():
        pytest.skip("published vectors not present")
    validator = Draft201909Validator(json.loads((SCHEMAS / path).read_text()))
    assert [error.message for error in validator.iter_errors(sealed(draft).document)] == []
