"""Receipts that are handed in on /verify: this service's own, altered ones, others', and what only looks like one."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from app import strictjson
from app.errors import InputError
from app.services import receipt_keys
from app.services.actors import TERMINAL
from app.services.given_receipts import ForeignReceipt, NoReceipt, OwnReceipt, look_at_receipt
from app.signing import Algorithm, PrivateKey, add_proof
from tests.api.canary import MARK
from tests.api.conftest import NOW, path_of
from tests.api.test_receipts import DID, save
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

OWN, FOREIGN, NONE = (
    "A receipt, signed by this service",
    "A receipt of another service",
    "Not a receipt of this service",
)
ELSEWHERE = "did:web:verify.example"


@pytest.fixture
async def receipt(anonymous, credential):
    asked = {"credential": credential["credential"], "receipt": True}
    return (await anonymous.post("/v1/verify", json=asked)).json()["receipt"]


def signed_elsewhere(receipt, did=ELSEWHERE, method=None):
    """The same words from another service, with a good signature of a key of its own."""
    words = {name: value for name, value in receipt.items() if name != "proof"}
    words |= {"verifier": {"id": did, "name": f"{MARK} verifier", "url": "https://verify.example"}, "summary": MARK}
    signer = PrivateKey.generate(Algorithm.EDDSA)
    made = add_proof(
        words, signer, verification_method=method or f"{did}#receipts-1", created=NOW, cryptosuite="eddsa-jcs-2022"
    )
    return {**words, "proof": made["proof"][0]}


async def given(client, content, **more):
    raw = content if isinstance(content, bytes) else strictjson.dumps(content)
    answer = await client.post("/verify", files={"file": ("receipt", raw, "application/octet-stream")}, **more)
    assert answer.headers["cache-control"] == "no-store"
    return answer


def status(answer):
    assert answer.status_code == 200, answer.text
    return unescape(re.search(r'id="status"><span[^>]*>[^<]*</span>([^<]+)', answer.text)[1])


# This service's own ---------------------------------------------------------------------------------------------------


async def test_its_own_is_known_and_what_it_said_is_repeated_as_of_then(anonymous, receipt, credential):
    answer = await given(anonymous, receipt)
    assert status(answer) == OWN
    assert "banner tone-quiet" in answer.text  # a receipt is no badge, whatever it said, and so never green
    for words in ("10 May 2026", "This badge is genuine and valid.", "may have been revoked since", "Amina Haddad"):
        assert words in answer.text
    assert f'<input type="hidden" name="text" value="{credential["id"]}">' in answer.text


async def test_as_a_page_it_is_the_same(anonymous, receipt):
    answer = await given(anonymous, (await save(anonymous, receipt, "pdf")).content)
    assert status(answer) == OWN
    assert "Amina Haddad" in answer.text


async def test_as_text_it_is_the_same_however_it_is_laid_out(anonymous, receipt):
    answer = await anonymous.post("/verify", files={"text": (None, json.dumps(receipt, indent=2))})
    assert status(answer) == OWN


async def test_the_button_verifies_the_badge_as_it_is_now(anonymous, admin, receipt, credential):
    revoke = f"/v1{path_of(credential['id'])}:revoke"
    assert (await admin.post(revoke, json={"reason": "Withdrawn."})).status_code == 200
    then = await given(anonymous, receipt)
    assert status(then) == OWN
    address = re.search(r'name="text" value="([^"]+)"', then.text)[1]
    now = await anonymous.post("/verify", files={"text": (None, address)})
    assert status(now) == "Revoked"


async def test_of_a_bad_badge_it_says_that_it_was_bad(anonymous, credential):
    altered = {**credential["credential"], "name": f"{MARK} altered"}
    receipt = (await anonymous.post("/v1/verify", json={"credential": altered, "receipt": True})).json()["receipt"]
    answer = await given(anonymous, receipt)
    assert status(answer) == OWN
    assert '<dt>Result at that time</dt><dd><span dir="auto">Altered</span></dd>' in answer.text
    assert "does not say where the badge is" in answer.text


async def test_a_key_that_was_rotated_still_speaks_for_what_it_signed(anonymous, receipt, laurel):
    receipt_keys.rotate(laurel.database, actor=TERMINAL, instance=laurel.instance, now=NOW)
    assert receipt["proof"]["verificationMethod"].endswith("#receipts-1")
    assert status(await given(anonymous, receipt)) == OWN


async def test_it_is_told_in_the_visitors_language(anonymous, receipt):
    answer = await given(anonymous, receipt, params={"lang": "fr"})
    assert "10 mai 2026" in answer.text
    assert 'action="/verify?lang=fr"' in answer.text


# Others ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member", ["summary", "verdict", "checkedAt", "id", "conclusion"])
async def test_one_letter_and_it_is_not_its_own_and_nothing_is_repeated(anonymous, receipt, member):
    altered = receipt | {member: receipt[member][:-1] + ("x" if receipt[member][-1] != "x" else "y")}
    answer = await given(anonymous, altered)
    assert status(answer) == NONE
    assert "Its signature does not fit what it says." in answer.text
    assert "Amina Haddad" not in answer.text
    assert 'name="receipt"' not in answer.text


async def test_an_altered_page_is_found_out(anonymous, receipt, monkeypatch):
    raw = (await save(anonymous, receipt, "pdf")).content
    altered = strictjson.dumps(receipt | {"verdict": "unsure"})
    from app.rendering import receipt as drawn
    from app.services import receipt_pages

    page = drawn.receipt_pdf
    monkeypatch.setattr(receipt_pages, "receipt_pdf", lambda what, **more: page(what, **more | {"receipt": altered}))
    forged = receipt_pages.receipt_page(receipt)
    assert forged != raw
    assert status(await given(anonymous, forged)) == NONE


async def test_anothers_is_left_to_the_other_and_nothing_is_repeated(anonymous, receipt):
    answer = await given(anonymous, signed_elsewhere(receipt))
    assert status(answer) == FOREIGN
    assert "verify.example" in answer.text
    assert MARK not in answer.text
    assert "Amina Haddad" not in answer.text
    assert not re.search(r'href="[^"]*verify\.example', answer.text)  # a stranger chose it
    assert "tone-good" not in answer.text


@pytest.mark.parametrize(
    ("did", "method"),
    [
        (DID, "did:web:verify.example#receipts-1"),  # says that we made it, and that somebody else signed it
        (ELSEWHERE, f"{DID}#receipts-1"),
        (DID, f"{DID}#receipts-1"),  # our key's name on another's signature
        (DID, f"{DID}#receipts-9"),
        ("did:web:verify.example%2Fvalid", None),
        ("did:web:a@verify.example", None),
        ("did:web:127.0.0.1", None),
        ("did:key:z6Mk", None),
    ],
)
async def test_who_speaks_with_two_voices_or_with_none_is_nobody(anonymous, receipt, did, method):
    answer = await given(anonymous, signed_elsewhere(receipt, did, method))
    assert status(answer) == NONE
    assert MARK not in answer.text


HOSTILE = {
    "unsigned": {"proof": None},
    "proofs": {"proof": [{}]},
    "numbers": {"proof": {"verificationMethod": 1}, "verifier": 1},
    "verifier in a list": {"verifier": [ELSEWHERE]},
    "deep": {"of": json.loads("[" * 20 + "]" * 20)},
    "long": {"summary": "x" * 100_000},
    "markup": {"proof": {"verificationMethod": "<script>alert(1)</script>#x"}, "verifier": {"id": "<script>"}},
    "another suite": {"proof": {"type": "DataIntegrityProof", "verificationMethod": f"{DID}#receipts-1"}},
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_whatever_calls_itself_one_is_answered(anonymous, receipt, laurel, name):
    sent = receipt | HOSTILE[name]
    answer = await given(anonymous, sent)
    assert status(answer) == NONE
    assert "<script>alert" not in answer.text
    found = look_at_receipt(strictjson.dumps(sent), laurel.database, instance=laurel.instance)
    assert isinstance(found, NoReceipt)


async def test_what_is_nested_deeper_than_anything_is_not_read_at_all(anonymous):
    deep = b'{"type":"VerificationReceipt","of":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    answer = await given(anonymous, deep)
    assert answer.status_code == 400
    assert "That could not be read" in answer.text


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"\xff", b'"VerificationReceipt"', b"{", b"[" * 10_000])
async def test_any_bytes_are_no_receipt(laurel, raw):
    assert isinstance(look_at_receipt(raw, laurel.database, instance=laurel.instance), NoReceipt)


async def test_the_three_answers_by_themselves(laurel, receipt):
    def look(what):
        return look_at_receipt(strictjson.dumps(what), laurel.database, instance=laurel.instance)

    assert look(receipt) == OwnReceipt(receipt)
    assert look(signed_elsewhere(receipt)) == ForeignReceipt("verify.example")
    assert look(signed_elsewhere(receipt, "did:web:localhost%3A9000")) == ForeignReceipt("localhost:9000")
    with pytest.raises(InputError):
        strictjson.loads(b"[" * 9 + b"]" * 9, max_bytes=100, max_depth=8)


# A receipt is no badge ------------------------------------------------------------------------------------------------


async def test_programs_are_told_that_it_is_one_and_no_badge(anonymous, receipt):
    page = (await save(anonymous, receipt, "pdf")).content
    for raw in (strictjson.dumps(receipt), page):
        report = (await anonymous.post("/v1/verify", files={"file": raw})).json()
        assert (report["verdict"], report["conclusion"]) == ("invalid", "not a badge")
        assert report["summary"] == "This is a verification receipt, not an Open Badge."
        assert report["credential"] is None
    assert_problem(await anonymous.post("/v1/verify", json=receipt), 422, "invalid-fields")  # as ever


async def test_a_credential_that_calls_itself_one_is_judged_as_what_it_is(anonymous, credential):
    odd = {**credential["credential"], "type": "VerificationReceipt"}
    report = (await anonymous.post("/v1/verify", json={"credential": odd})).json()
    assert report["conclusion"] == "not a badge"
    answer = await given(anonymous, odd)
    assert status(answer) == "Not a badge"
