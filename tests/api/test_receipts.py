"""Receipts of verifications: what they say, who signed them, that others can check it, and that nothing stays."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from app.errors import ConflictError, SigningFaultError
from app.main import build
from app.models import ReceiptKey
from app.routers import clients
from app.services import doctor_database, receipt_keys, rewrapping
from app.services.actors import TERMINAL
from app.services.fsck import Check
from app.services.receipts import make_receipt
from app.services.verifying import Verified
from app.settings import Settings
from app.verification import Report
from app.verification.report import completed, say
from tests.api.canary import MARK
from tests.api.conftest import BASE_URL, NOW, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

DID = "did:web:localhost%3A8000"
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@pytest.fixture
async def receipt(anonymous, credential):
    asked = {"credential": credential["credential"], "receipt": True}
    answer = await anonymous.post("/v1/verify", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["receipt"]


def base58(text):
    """Multibase without our own code: a number to the base of 58."""
    assert text.startswith("z")
    number = 0
    for letter in text[1:]:
        number = number * 58 + _ALPHABET.index(letter)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def canonical(value):
    """RFC 8785 for what a receipt holds: texts, whole numbers, lists and objects whose names are ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def check_by_hand(receipt, did_document):
    """Data Integrity, eddsa-jcs-2022 (VC-DI-EDDSA 3.3), by the letter and with nothing of ours.

    Raises InvalidSignature.
    """
    proof = dict(receipt["proof"])
    signature = base58(proof.pop("proofValue"))
    method = next(one for one in did_document["verificationMethod"] if one["id"] == proof["verificationMethod"])
    assert method["id"] in did_document["assertionMethod"]
    assert method["controller"] == did_document["id"] == receipt["verifier"]["id"]
    key = base58(method["publicKeyMultibase"])
    assert key[:2] == b"\xed\x01"
    document = {name: value for name, value in receipt.items() if name != "proof"}
    digests = hashlib.sha256(canonical(proof)).digest() + hashlib.sha256(canonical(document)).digest()
    Ed25519PublicKey.from_public_bytes(key[2:]).verify(signature, digests)


async def did_document(client):
    answer = await client.get("/.well-known/did.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/did+json"
    return answer.json()


async def save(client, receipt, form="json"):
    text = receipt if isinstance(receipt, str) else json.dumps(receipt)
    return await client.post("/verify/receipt", data={"receipt": text, "form": form})


# What it says ---------------------------------------------------------------------------------------------------------


async def test_it_says_what_was_checked_when_and_the_result(receipt, credential):
    signed = credential["credential"]
    assert receipt["type"] == "VerificationReceipt"
    assert receipt["id"].startswith("urn:uuid:")
    assert receipt["verifier"] == {"id": DID, "name": "Laurel", "url": BASE_URL}
    assert receipt["checkedAt"] == "2026-05-10T12:00:00Z"
    assert (receipt["verdict"], receipt["conclusion"]) == ("valid", "valid")
    assert receipt["credential"]["id"] == signed["id"]
    assert receipt["issuer"]["name"] == signed["issuer"]["name"]
    assert receipt["achievement"]["name"] == signed["credentialSubject"]["achievement"]["name"]
    assert {check["id"]: check["outcome"] for check in receipt["checks"]}["proof"] == "passed"
    assert receipt["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    assert "judgedAt" not in receipt
    assert "omitted" not in receipt
    assert "@context" not in receipt


@pytest.mark.parametrize("form", ["json", "jwt", "png", "svg", "pdf"])
async def test_it_names_the_very_bytes_that_were_sent(anonymous, credential, form):
    content = (await anonymous.get(path_of(credential["links"][form]))).content
    sent = {"content": content, "headers": {"Content-Type": "application/octet-stream"}}
    by_query = (await anonymous.post("/v1/verify?receipt=true", **sent)).json()["receipt"]
    by_form = (await anonymous.post("/v1/verify", files={"file": content}, data={"receipt": "true"})).json()["receipt"]
    for receipt in (by_query, by_form):
        assert receipt["of"]["sha256"] == hashlib.sha256(content).hexdigest()
        assert receipt["of"]["bytes"] == len(content)
        assert "url" not in receipt["of"]


async def test_of_an_address_it_names_the_address_and_what_was_there(anonymous, credential):
    content = (await anonymous.get(path_of(credential["links"]["json"]))).content
    answer = await anonymous.post("/v1/verify", json={"url": credential["id"], "receipt": True})
    of = answer.json()["receipt"]["of"]
    assert (of["url"], of["sha256"]) == (credential["id"], hashlib.sha256(content).hexdigest())


async def test_a_bad_badge_has_a_receipt_too_that_repeats_nothing_of_it(anonymous, credential):
    altered = {**credential["credential"], "name": f"{MARK} altered"}
    receipt = (await anonymous.post("/v1/verify", json={"credential": altered, "receipt": True})).json()["receipt"]
    assert receipt["verdict"] == "invalid"
    assert not {"credential", "issuer", "recipient"} & set(receipt)
    assert MARK not in json.dumps(receipt)


async def test_what_could_not_be_had_has_no_digest(anonymous, issuer):
    asked = {"url": f"{BASE_URL}/credentials/00000000-0000-4000-8000-000000000000", "receipt": True}
    receipt = (await anonymous.post("/v1/verify", json=asked)).json()["receipt"]
    assert receipt["verdict"] == "undetermined"
    assert receipt["of"] == {"format": "address", "url": asked["url"]}


async def test_another_moment_is_named(anonymous, credential):
    asked = {"credential": credential["credential"], "at": "2026-05-09T08:00:00Z", "receipt": True}
    receipt = (await anonymous.post("/v1/verify", json=asked)).json()["receipt"]
    assert (receipt["checkedAt"], receipt["judgedAt"]) == ("2026-05-10T12:00:00Z", "2026-05-09T08:00:00Z")


async def test_an_address_that_was_asked_about_is_not_in_it(anonymous, credential):
    email = f"{MARK}@riverside.example"
    asked = {"credential": credential["credential"], "email": email, "receipt": True}
    assert MARK not in json.dumps((await anonymous.post("/v1/verify", json=asked)).json()["receipt"])


async def test_without_being_asked_for_there_is_none(anonymous, credential, laurel):
    for body in ({"credential": credential["credential"]}, {"credential": credential["credential"], "receipt": False}):
        assert "receipt" not in (await anonymous.post("/v1/verify", json=body)).json()
    assert stored(laurel) == []  # not even a key


async def test_a_wish_that_is_none_is_refused(anonymous, credential):
    assert_problem(
        await anonymous.post("/v1/verify?receipt=maybe", json=credential["credential"]), 422, "invalid-fields"
    )
    asked = {"credential": credential["credential"], "receipt": "maybe"}
    assert_problem(await anonymous.post("/v1/verify", json=asked), 422, "invalid-fields")
    assert_problem(
        await anonymous.post("/v1/verify", files={"file": b"{}"}, data={"receipt": "maybe"}), 422, "invalid-fields"
    )


# Who signed it --------------------------------------------------------------------------------------------------------


async def test_others_can_check_it_by_the_standard_alone(anonymous, receipt):
    check_by_hand(receipt, await did_document(anonymous))


@pytest.mark.parametrize("member", ["verdict", "checkedAt", "summary", "of", "id"])
async def test_whoever_changes_it_is_found_out(anonymous, receipt, member):
    altered = {**receipt, member: "valid."}
    with pytest.raises(InvalidSignature):
        check_by_hand(altered, await did_document(anonymous))
    assert (await save(anonymous, altered)).status_code == 422


async def test_our_own_resolution_knows_the_services_did(anonymous, receipt):
    found = (await anonymous.get(f"/1.0/identifiers/{DID.replace('%', '%25')}")).json()
    assert found["didDocument"] == await did_document(anonymous)


async def test_before_the_first_receipt_the_document_has_no_key(anonymous):
    document = await did_document(anonymous)
    assert (document["id"], document["assertionMethod"]) == (DID, [])


async def test_after_a_rotation_both_are_verifiable(anonymous, credential, receipt, laurel):
    row = receipt_keys.rotate(laurel.database, actor=TERMINAL, instance=laurel.instance, now=NOW)
    asked = {"credential": credential["credential"], "receipt": True}
    second = (await anonymous.post("/v1/verify", json=asked)).json()["receipt"]
    assert (row.kid, second["proof"]["verificationMethod"]) == ("receipts-2", f"{DID}#receipts-2")
    document = await did_document(anonymous)
    for one in (receipt, second):
        check_by_hand(one, document)
        assert (await save(anonymous, one)).status_code == 200


def stored(laurel):
    with laurel.database.reading() as session:
        return list(session.scalars(select(ReceiptKey).order_by(ReceiptKey.kid)))


async def test_of_those_who_make_the_first_key_at_once_one_wins(issuer, laurel, settings):
    other = build(settings, clock=lambda: NOW)
    with ThreadPoolExecutor(8) as threads:
        asked = [
            threads.submit(receipt_keys.receipt_signer, one.database, instance=one.instance, now=NOW)
            for one in [laurel, other] * 4
        ]
        methods = {one.result().verification_method for one in asked}
    other.database.close()
    assert methods == {f"{DID}#receipts-1"}
    assert len(stored(laurel)) == 1


async def test_a_key_that_somebody_else_made_meanwhile_is_the_one(issuer, laurel, monkeypatch):
    """The loser, whose row the unique kid refuses, takes the winner's."""
    known = receipt_keys.receipt_signer(laurel.database, instance=laurel.instance, now=NOW)
    found, blind = receipt_keys.receipts.find_active_key, [True, True]
    monkeypatch.setattr(
        receipt_keys.receipts, "find_active_key", lambda session: None if blind and blind.pop() else found(session)
    )
    monkeypatch.setattr(receipt_keys.receipts, "list_keys", lambda _: () if blind else stored(laurel))
    again = receipt_keys.receipt_signer(laurel.database, instance=laurel.instance, now=NOW)
    assert again.verification_method == known.verification_method
    assert again.public_key == known.public_key


async def test_two_rotations_at_once_are_one(issuer, laurel, monkeypatch):
    receipt_keys.rotate(laurel.database, actor=TERMINAL, instance=laurel.instance, now=NOW)
    monkeypatch.setattr(receipt_keys.receipts, "list_keys", lambda _: ())  # as it was before the other one came
    with pytest.raises(ConflictError):
        receipt_keys.rotate(laurel.database, actor=TERMINAL, instance=laurel.instance, now=NOW)
    monkeypatch.undo()
    assert [row.retired_at for row in stored(laurel)] == [None]


async def test_a_signature_that_does_not_fit_does_not_leave(anonymous, credential, laurel, receipt):
    with laurel.database.transaction() as session:
        row = session.scalar(select(ReceiptKey))
        row.public_jwk = {**row.public_jwk, "x": base64.urlsafe_b64encode(b"\x09" + bytes(31)).decode().rstrip("=")}
    verified = Verified(Report("json", completed([say("format.token", form="x")])), b"{}")
    with pytest.raises(SigningFaultError):
        make_receipt(verified, laurel.database, instance=laurel.instance, now=NOW)


# The keys, wherever keys are looked after -----------------------------------------------------------------------------


async def test_another_key_encryption_key_takes_them_over(receipt, laurel, settings):
    changed = settings.model_dump() | {"key_encryption_key": "22" * 32, "key_encryption_key_previous": "11" * 32}
    both = build(Settings(**changed), clock=lambda: NOW)
    rewrapping.rewrap(both.database, instance=both.instance, actor=TERMINAL, now=NOW)
    both.database.close()
    alone = build(Settings(**(changed | {"key_encryption_key_previous": None})), clock=lambda: NOW)
    signer = receipt_keys.receipt_signer(alone.database, instance=alone.instance, now=NOW)
    alone.database.close()
    assert signer.verification_method == receipt["proof"]["verificationMethod"]


def spoil(laurel):
    with laurel.database.transaction() as session:
        row = session.scalar(select(ReceiptKey))
        row.ciphertext = row.ciphertext[:-1] + bytes([row.ciphertext[-1] ^ 1])


def findings(laurel):
    check = Check(laurel.database, laurel.instance, NOW, lambda *_: None)
    return [finding.text for finding in check.findings()], check.counts.keys


async def test_fsck_and_doctor_look_at_them(receipt, laurel):
    assert findings(laurel) == ([], 3)
    with laurel.database.reading() as session:
        assert "keys: 3" in doctor_database.examine_keys(session, laurel.instance).detail
    spoil(laurel)
    assert findings(laurel)[0] == ["receipt key receipts-1: the key-encryption key does not open it; it may be damaged"]
    with laurel.database.reading() as session:
        assert "receipts-1" in doctor_database.examine_keys(session, laurel.instance).detail


async def test_a_key_that_does_not_open_is_a_problem_and_no_crash(receipt, laurel, anonymous, credential):
    spoil(laurel)
    asked = {"credential": credential["credential"], "receipt": True}
    assert_problem(await anonymous.post("/v1/verify", json=asked), 503, "key-unwrap")
    assert (await anonymous.post("/v1/verify", json={"credential": credential["credential"]})).status_code == 200


# Saving it ------------------------------------------------------------------------------------------------------------


async def test_it_is_saved_as_json(anonymous, receipt):
    answer = await save(anonymous, receipt)
    assert answer.status_code == 200
    assert answer.json() == receipt
    assert answer.headers["content-disposition"] == 'attachment; filename="verification-receipt-2026-05-10.json"'
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


async def test_it_is_saved_as_a_page_that_says_the_same_and_holds_it(anonymous, receipt):
    answer = await save(anonymous, receipt, "pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="verification-receipt-2026-05-10.pdf"'
    document = pypdf.PdfReader(io.BytesIO(answer.content))
    assert json.loads(document.attachments["verification-receipt-2026-05-10.json"][0]) == receipt
    assert len(document.pages) == 1
    said = " ".join(document.pages[0].extract_text().split())
    for expected in (receipt["summary"], receipt["issuer"]["name"], "10 May 2026, 12:00 UTC", "Passed"):
        assert expected in said
    assert (await save(anonymous, receipt, "pdf")).content == answer.content


async def test_what_this_service_did_not_sign_is_refused_on_a_page(anonymous, receipt, credential):
    proof = receipt["proof"]
    foreign = {**proof, "verificationMethod": "did:web:elsewhere.example#receipts-1"}
    wrong = [
        "",
        "{",
        "[]",
        "null",
        "\x00",
        json.dumps(receipt)[:-1] + ',"id":"twice"}',
        json.dumps({**receipt, "proof": foreign}),
        json.dumps({**receipt, "proof": {**proof, "verificationMethod": f"{DID}#receipts-9\x00"}}),
        json.dumps({**receipt, "proof": {**proof, "proofValue": 7}}),
        json.dumps({**receipt, "proof": {**proof, "proofPurpose": "authentication"}}),
        json.dumps({**receipt, "proof": {**proof, "previousProof": ["urn:uuid:1"]}}),
        json.dumps({**receipt, "proof": [proof]}),
        json.dumps({name: value for name, value in receipt.items() if name != "proof"}),
        json.dumps(credential["credential"]),
        "[" * 40_000,
    ]
    for sent in wrong:
        for form in ("json", "pdf"):
            answer = await save(anonymous, sent, form)
            assert answer.status_code in (413, 422), sent[:80]
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert answer.headers["cache-control"] == "no-store"
            assert "content-disposition" not in answer.headers


async def test_forms_that_are_none_are_refused(anonymous, receipt):
    assert (await save(anonymous, receipt, "exe")).status_code == 422
    assert (await anonymous.post("/verify/receipt", json=receipt)).status_code == 415
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for content in (b"\xff", b"receipt=%FF", b"a=1&b=2&c=3&d=4&e=5&receipt="):
        assert (await anonymous.post("/verify/receipt", content=content, headers=form)).status_code == 422
    long = b"receipt=" + b"x" * 200_000
    assert (await anonymous.post("/verify/receipt", content=long, headers=form)).status_code == 413


def test_it_counts_as_a_verification():
    assert "/verify/receipt" in clients._VERIFIES


# Privacy ---------------------------------------------------------------------------------------------------


async def test_nothing_of_it_is_stored(anonymous, credential, laurel):
    def rows():
        with laurel.database.reading() as session:
            tables = ReceiptKey.metadata.sorted_tables
            return {table.name: sorted(map(str, session.execute(select(table)))) for table in tables}

    asked = {"credential": credential["credential"], "receipt": True}
    first = (await anonymous.post("/v1/verify", json=asked)).json()["receipt"]
    before = rows()
    second = (await anonymous.post("/v1/verify", json=asked)).json()["receipt"]
    assert (await save(anonymous, second, "pdf")).status_code == 200
    assert rows() == before
    assert first["id"] != second["id"]


async def test_a_receipt_is_never_a_valid_badge(anonymous, receipt):
    answer = await anonymous.post("/v1/verify", json={"credential": receipt})
    assert answer.json()["verdict"] == "invalid"
    as_file = await anonymous.post("/v1/verify", files={"file": json.dumps(receipt).encode()})
    assert as_file.json()["conclusion"] == "not a badge"
