from __future__ import annotations

import pytest

from app.verification import MAX_NEEDS, Missing, Need, NeedKind, needs, read
from tests.factories import (
    LIST_URL,
    REMOVED,
    as_bytes,
    found,
    judged,
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
OTHER = web_issuer("other")
DID = Need(NeedKind.DID_DOCUMENT, ISSUER.did)
KEY = Need(NeedKind.KEY, ISSUER.key_url)
LIST = Need(NeedKind.STATUS_LIST, LIST_URL)
SIGNED = sign(make_credential())
KEY_ISSUER = key_issuer()


def asked(what, evidence=None):
    return needs(read(as_bytes(what)), evidence or {})


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        pytest.param(SIGNED, (DID, LIST), id="did:web"),
        pytest.param(sign_token(make_credential()), (DID, KEY, LIST), id="token with a key address"),
        pytest.param(
            sign_token(make_credential(), header={"kid": f"{ISSUER.did}#key-2"}),
            (DID, LIST), id="token with a DID URL",
        ),
        pytest.param(
            sign_token(make_credential(), header={"kid": REMOVED, "jwk": {}}),
            (DID, LIST), id="token with its key",
        ),
        pytest.param(sign(make_credential(KEY_ISSUER), KEY_ISSUER), (LIST,), id="did:key"),
        pytest.param(sign(make_credential(credentialStatus=REMOVED)), (DID,), id="no status"),
        pytest.param(
            sign(make_credential(credentialStatus={"id": LIST_URL, "type": "1EdTechRevocationList"})),
            (DID, LIST), id="1EdTech's list",
        ),
        pytest.param(
            put(SIGNED, "/credentialStatus", make_entry(type="FutureEntry2040")),
            (DID,), id="a status that is not supported",
        ),
        pytest.param(
            sign(make_credential(credentialStatus=make_entry(statusListCredential="file:///x"))),
            (DID,), id="a list that is a file",
        ),
        # what fails already sends us nowhere
        pytest.param(make_credential(), (), id="unsigned"),
        pytest.param(sign(make_credential(), OTHER), (), id="another issuer's key"),
        pytest.param(sign(make_credential(), KEY_ISSUER), (), id="a key of its own"),
        pytest.param(sign(make_credential(), cryptosuite="future-2040"), (), id="a cryptosuite that is not supported"),
        pytest.param(put(SIGNED, "/@context/2", "https://evil.example/c"), (), id="an unknown context"),
        pytest.param(put(SIGNED, "/type", ["VerifiableCredential"]), (), id="not a badge"),
        pytest.param(sign_token(make_credential(), header={"alg": "none"}), (), id="a token of no algorithm"),
        pytest.param(
            sign_token(make_credential(), header={"kid": f"{OTHER.did}#key-2"}),
            (), id="token with another issuer's DID",
        ),
        pytest.param(put(SIGNED, "/issuer", REMOVED), (), id="no issuer"),
        pytest.param(put(SIGNED, "/issuer/id", "did:web:a@b"), (), id="an issuer that is no address"),
    ],
)  # fmt: skip
def test_what_is_needed(what, expected):
    assert asked(what) == expected


def test_what_was_answered_is_not_asked_again():
    assert asked(SIGNED, {DID: found(ISSUER.document)}) == (LIST,)
    assert (
        asked(SIGNED, {DID: Missing("The server did not answer."), LIST: Missing("The server did not answer.")}) == ()
    )
    assert asked(SIGNED, make_evidence()) == ()


def test_a_list_has_needs_of_its_own():
    document = sign(make_credential(KEY_ISSUER), KEY_ISSUER)
    kid = "https://badges.example/key"
    listed = sign_token(make_status_list(KEY_ISSUER), KEY_ISSUER, header={"kid": kid})
    assert asked(document, {LIST: found(listed)}) == (Need(NeedKind.KEY, kid),)


def test_a_strangers_list_is_not_followed():
    document = sign(make_credential(KEY_ISSUER), KEY_ISSUER)
    for listed in (sign(make_status_list(ISSUER), ISSUER), sign_token(make_status_list(ISSUER), ISSUER)):
        assert asked(document, {LIST: found(listed)}) == ()


def test_needs_are_bounded():
    entries = [make_entry(statusListCredential=f"{LIST_URL}/{i}") for i in range(500)]
    first = asked(sign_token(make_credential(credentialStatus=entries)))
    assert len(first) == len(set(first)) <= MAX_NEEDS
    lists = {need: found(sign_token(make_status_list(), header={"kid": f"{need.url}/key"})) for need in first}
    assert len(first) + len(asked(sign_token(make_credential(credentialStatus=entries)), lists)) <= MAX_NEEDS


@pytest.mark.parametrize("what", [SIGNED, sign_token(make_credential()), sign_token(SIGNED)])
def test_with_what_it_asks_for_the_judge_can_work(what):
    evidence, answers = {}, make_evidence()
    while wanted := asked(what, evidence):
        evidence |= {need: answers[need] for need in wanted}
    assert judged(what, evidence) == judged(what, answers)
