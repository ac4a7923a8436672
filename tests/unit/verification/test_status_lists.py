"""The draft of 2021, and published lists. Bitstring Status List itself is in test_status.py."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.openbadges import encode_bitstring
from app.verification import Missing, Need, NeedKind, Outcome
from app.verification.status import check_status
from app.verification.words import LIST_DOUBTS
from tests.factories import (
    INDEX,
    LIST_URL,
    NOW,
    REMOVED,
    base64url,
    ed25519_key,
    found,
    key_issuer,
    make_credential,
    make_entry,
    make_evidence,
    make_status_list,
    put,
    sign,
    sign_token,
    web_issuer,
)

ISSUER = web_issuer()
VC_1 = "https://www.w3.org/2018/credentials/v1"
VC_2 = "https://www.w3.org/ns/credentials/v2"
CONTEXT_2021 = "https://w3id.org/vc/status-list/2021/v1"
ENTRY = make_entry(type="StatusList2021Entry")


def bare(indexes=(), *, padded=False):
    """`encodedList` as the draft has it."""
    text = encode_bitstring(indexes)[1:]
    return text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4) if padded else text


def list_of_2021(*, revoked=(), encoded=None, **changes):
    subject = {
        "id": f"{LIST_URL}#list",
        "type": "StatusList2021",
        "statusPurpose": "revocation",
        "encodedList": bare(revoked) if encoded is None else encoded,
    }
    document = {
        "@context": [VC_1, CONTEXT_2021, "https://w3id.org/security/data-integrity/v2"],
        "id": LIST_URL,
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": ISSUER.did,
        "issuanceDate": "2026-05-01T00:00:00Z",
        "credentialSubject": subject,
    } | changes
    return {name: value for name, value in document.items() if value is not REMOVED}


def on_vc_2(document):
    """The same on version 2.0 of the data model, whose words the context of 2021 contradicts: so only as a token."""
    members = {"@context": [VC_2, CONTEXT_2021], "validFrom": document["issuanceDate"]}
    return {name: value for name, value in document.items() if name != "issuanceDate"} | members


def token_of_vc_1(document):
    subject = document["credentialSubject"]["id"]
    claims = {"vc": document, "iss": document["issuer"], "sub": subject, "jti": document["id"], "nbf": 1_777_593_600}
    return sign_token({}, claims=claims)


def checked(status_list, entry=ENTRY):
    document = make_credential(credentialStatus=entry)
    return check_status(document, make_evidence(status_list=status_list), now=NOW).check


UNTIL = "2026-05-10T11:59:59Z"


@pytest.mark.parametrize(
    ("status_list", "code"),
    [
        pytest.param(sign(list_of_2021()), "status.good", id="not set"),
        pytest.param(sign(list_of_2021(revoked=[INDEX])), "status.revoked", id="set"),
        pytest.param(sign(list_of_2021(encoded=bare([INDEX], padded=True))), "status.revoked", id="in plain base64"),
        pytest.param(sign(list_of_2021(encoded="u" + bare([INDEX]))), "status.revoked", id="with a multibase sign"),
        pytest.param(sign_token(on_vc_2(list_of_2021())), "status.good", id="as a token, not set"),
        pytest.param(sign_token(on_vc_2(list_of_2021(revoked=[INDEX]))), "status.revoked", id="as a token, set"),
        pytest.param(sign_token(on_vc_2(list_of_2021(validUntil=UNTIL))), "dates", id="as a token, out of date"),
        pytest.param(token_of_vc_1(list_of_2021()), "status.good", id="as a token of VC 1.1, not set"),
        pytest.param(token_of_vc_1(list_of_2021(revoked=[INDEX])), "status.revoked", id="as a token of VC 1.1, set"),
        pytest.param(Missing("The server did not answer."), "status.unreachable", id="out of reach"),
        pytest.param(list_of_2021(), "unsigned", id="unsigned"),
        pytest.param(sign(list_of_2021(), key_issuer()), "unsigned", id="signed by a stranger"),
        pytest.param(put(sign(list_of_2021()), "/issuanceDate", "2026-05-02T00:00:00Z"), "unsigned", id="altered"),
        pytest.param(sign(list_of_2021(issuer=key_issuer().did), key_issuer()), "issuer", id="another issuer's"),
        pytest.param(sign(list_of_2021(id=f"{LIST_URL}2")), "address", id="another list of the issuer"),
        pytest.param(sign(list_of_2021(expirationDate=UNTIL)), "dates", id="out of date"),
        pytest.param(sign(list_of_2021(issuanceDate="2026-05-10T12:00:01Z")), "dates", id="from the future"),
        pytest.param(
            sign(put(list_of_2021(), "/credentialSubject/statusPurpose", "suspension")), "purpose", id="another purpose"
        ),
        pytest.param(sign(make_status_list()), "kind", id="a list of the newer kind"),
        pytest.param(sign(list_of_2021(encoded="z" + bare())), "unreadable", id="another multibase sign"),
        pytest.param(
            sign(list_of_2021(encoded=base64url(gzip.compress(bytes(8_192))))), "unreadable", id="shorter than allowed"
        ),
        pytest.param(
            sign(list_of_2021(encoded=base64url(gzip.compress(bytes(17 * 1024 * 1024))))), "unreadable", id="a bomb"
        ),
        pytest.param(sign(list_of_2021(encoded=bare()[:-8])), "unreadable", id="gzip cut off"),
    ],
)
def test_lists_of_2021(status_list, code):
    check = checked(status_list)
    if code in LIST_DOUBTS:
        assert (check.outcome, check.detail) == (Outcome.UNDETERMINED, LIST_DOUBTS[code])
    else:
        assert check.code == code


def test_the_newer_list_is_not_read_without_its_multibase_sign():
    without = put(make_status_list(), "/credentialSubject/encodedList", bare([INDEX]))
    assert checked(sign(without), make_entry()).detail == LIST_DOUBTS["unreadable"]
    assert checked(sign(list_of_2021()), make_entry()).detail == LIST_DOUBTS["kind"]


# Published lists

SAMPLES = Path(__file__).parents[4] / "shared" / "spec" / "examples" / "validator-ob30" / "bit-string-list"
VECTORS = Path(__file__).parents[4] / "shared" / "vectors" / "bitstring" / "vectors.json"


@pytest.mark.skipif(not VECTORS.is_file(), reason="published vectors not present")
def test_published_lists():
    vectors = json.loads(VECTORS.read_text("utf-8"))
    for vector in [vectors["spec_example"], *vectors["generated"]]:
        listed = sign(put(make_status_list(), "/credentialSubject/encodedList", vector["encodedList"]))
        for index in {*vector["set_indexes"], 0, 1, 6, 9, INDEX, 131_070}:
            code = "status.revoked" if index in vector["set_indexes"] else "status.good"
            assert checked(listed, make_entry(statusListIndex=str(index))).code == code
    for vector in vectors["negative"]:
        listed = sign(put(make_status_list(), "/credentialSubject/encodedList", vector["encodedList"]))
        assert checked(listed, make_entry()).detail == LIST_DOUBTS["unreadable"], vector["why"]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="published vectors not present")
@pytest.mark.parametrize("name", ["credential-status-revoked.json", "credential-status-revoked-blank-nodes.json"])
def test_the_list_of_1edtechs_validator(name):
    """Their list calls itself by another address than the one where the badge says it is: theirs does not mind.

    Nobody can mend the list without its key. So first that doubt; then the entry is pointed at the list's own address.
    """
    document = json.loads((SAMPLES / name).read_bytes())
    listed = (SAMPLES / "testlist.json").read_bytes()
    [listed_at, own_address] = [document["credentialStatus"]["statusListCredential"], json.loads(listed)["id"]]
    issuer = document["issuer"]["id"]
    key = document["proof"]["verificationMethod"]
    method = {"id": key, "type": "Multikey", "controller": issuer, "publicKeyMultibase": key.partition("#")[2]}
    home = {Need(NeedKind.CONTROLLER, issuer): found({"id": issuer, "assertionMethod": [method]})}
    evidence = {**home, **{Need(NeedKind.STATUS_LIST, url): found(listed) for url in (listed_at, own_address)}}
    now = datetime(2026, 5, 10, tzinfo=UTC)
    assert check_status(document, evidence, now=now).check.detail == LIST_DOUBTS["address"]
    moved = put(document, "/credentialStatus/statusListCredential", own_address)
    assert check_status(moved, evidence, now=now).check.code == "status.revoked"
    neighbour = put(moved, "/credentialStatus/statusListIndex", 22)
    assert check_status(neighbour, evidence, now=now).check.code == "status.good"
    assert ed25519_key("riverside").public_key.multikey() not in key
