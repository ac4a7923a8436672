"""What is signed as it was sent, and what comes of it. How each fault is told is in tests/api/test_vc_api_issue.py."""

from __future__ import annotations

import pytest

from app.errors import InvalidCredentialError, SigningFaultError
from app.issuance.any_credential import Admitted, WayOfSigning, admit, sign, sign_list
from app.openbadges import VC_1_CONTEXT, VC_CONTEXT
from app.signing import LocalSigner
from app.verification import MAX_PROOFS, ReadLimits
from tests.factories import NOW, make_status_list, web_issuer
from tests.unit.verification.inner import COLLEGE, ENDORSER, make_small, older

PROOFS_V2 = "https://w3id.org/security/data-integrity/v2"
EARLIER = {"type": "DataIntegrityProof", "proofValue": "z1"}


def admitted(document=None, issuer=COLLEGE):
    return admit(document or make_small(), issuer=issuer.did, limits=ReadLimits())


def way(suite="eddsa-rdfc-2022", by=COLLEGE, method=None):
    return WayOfSigning(LocalSigner(by.key, "key-1"), suite, method or by.method)


def old(*contexts):
    return {**older(make_small()), "@context": [VC_1_CONTEXT, *contexts]}


def test_only_what_was_looked_at_is_signed():
    with pytest.raises(TypeError):
        Admitted(make_small(), ReadLimits(), object())


@pytest.mark.parametrize(
    ("document", "wants"),
    [
        pytest.param(make_small(), True, id="on version 2.0"),
        pytest.param(make_small(credentialStatus={"id": "urn:x:1", "type": "Other"}), False, id="with a status"),
        pytest.param(old(), False, id="on version 1.1"),
    ],
)
def test_which_wants_an_entry(document, wants):
    assert admitted(document).wants_entry is wants


@pytest.mark.parametrize(
    ("document", "contexts"),
    [
        pytest.param(make_small(), [VC_CONTEXT], id="2.0"),
        pytest.param(old(), [VC_1_CONTEXT, PROOFS_V2], id="1.1"),
        pytest.param(old(PROOFS_V2), [VC_1_CONTEXT, PROOFS_V2], id="1.1 with the words of proofs"),
    ],
)
def test_the_words_of_the_proof_are_there_once(document, contexts):
    assert admitted(document).document["@context"] == contexts


@pytest.mark.parametrize("earlier", [0, 1, MAX_PROOFS - 1])
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_ours_comes_after_those_of_others_and_does_not_cover_them(suite, earlier):
    document = make_small(proof=[EARLIER] * earlier) if earlier else make_small()
    proof = sign(admitted(document), way(suite), now=NOW)["proof"]
    assert (proof[:-1] if earlier else []) == [EARLIER] * earlier
    assert (proof[-1] if earlier else proof) == sign(admitted(), way(suite), now=NOW)["proof"]


def test_there_is_room_for_one_more():
    with pytest.raises(InvalidCredentialError):
        admitted(make_small(proof=[EARLIER] * MAX_PROOFS))


def test_nobody_signs_for_another():
    with pytest.raises(InvalidCredentialError):
        admitted(issuer=ENDORSER)


@pytest.mark.parametrize(
    "by", [way(by=ENDORSER), way(by=ENDORSER, method=COLLEGE.method)], ids=["another's key", "under the issuer's name"]
)
def test_what_a_stranger_would_refuse_does_not_leave_the_house(by):
    with pytest.raises(SigningFaultError):
        sign(admitted(), by, now=NOW)
    with pytest.raises(SigningFaultError):
        sign_list(make_status_list(COLLEGE), by, now=NOW)


def test_nor_does_what_our_own_verifier_leaves_open():
    """A key that is published elsewhere is not looked up."""
    elsewhere = web_issuer()
    with pytest.raises(SigningFaultError):
        sign(admitted(make_small(issuer=elsewhere), elsewhere), way(by=elsewhere), now=NOW)


def test_it_may_define_words_itself():
    contexts = [VC_CONTEXT, {"word": "https://a.example/#word"}]
    document = make_small(**{"@context": contexts, "credentialSubject": {"id": "did:example:learner", "word": "a"}})
    assert sign(admitted(document), way(), now=NOW)["@context"] == contexts


def test_when_it_is_valid_is_for_whoever_wrote_it():
    assert sign(
        admitted(make_small(validUntil="2020-01-01T00:00:00Z", validFrom="2019-01-01T00:00:00Z")), way(), now=NOW
    )


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_what_makes_no_sense_is_not_signed(suite):
    document = make_small(credentialSubject={"id": "did:example:learner", "unheardOf": "word"})
    with pytest.raises(InvalidCredentialError):
        sign(admitted(document), way(suite), now=NOW)
