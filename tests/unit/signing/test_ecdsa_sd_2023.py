"""ecdsa-sd-2023 over badges: what holders may leave out, and what nobody may do."""

from __future__ import annotations

import base64
import copy
import hmac
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import (
    InvalidKeyError,
    InvalidProofError,
    SignatureInvalidError,
    TooComplexError,
    UnsafeDocumentError,
    UnsupportedCryptoError,
)
from app.jsonld import DEFAULT_LIMITS, Limits, canonicalize
from app.signing import Algorithm, LocalSigner, PrivateKey, shows_a_part, verify_proof
from app.signing.ecdsa_sd_2023 import hmac_label
from app.signing.multibase import decode_base64url, encode_base64url
from tests.cost import within
from tests.factories import make_credential, make_subject
from tests.unit.jsonld.mutations import endorsed
from tests.unit.signing.selective import BASE, DERIVED, OPTIONS, Issued, proof_value, unlabelled
from tests.unit.signing.support import signer

KEY = signer(Algorithm.ES256).public_key
CREDENTIAL = make_credential()
ISSUED = Issued(CREDENTIAL, ["/issuer", "/validFrom", "/credentialSubject/achievement"])
REVEALED = ISSUED.revealed(["/name", "/credentialSubject/identifier/0"])
BASE_PARTS = ISSUED.base_parts()
PARTS = REVEALED.parts()


def verify(document, **options):
    verify_proof(document, document["proof"], KEY, **options)


def base_with(**changes):
    parts = dict(zip(("signature", "key", "hmac", "single", "pointers"), BASE_PARTS, strict=True))
    return ISSUED.secured(proof_value(BASE, list((parts | changes).values())))


def derived_with(**changes):
    parts = dict(zip(("signature", "key", "single", "labels", "mandatory"), PARTS, strict=True))
    return REVEALED.secured(proof_value(DERIVED, list((parts | changes).values())))


# What is good


def test_the_issuers_own_proof():
    verify(base_with())


@pytest.mark.parametrize(
    "pointers",
    [
        pytest.param([], id="nothing is mandatory"),
        pytest.param([""], id="everything is"),
        pytest.param(["/id"], id="one text"),
        pytest.param(["/type/1"], id="one of several texts"),
        pytest.param(["/credentialSubject/identifier/1"], id="one of several objects"),
        pytest.param(["/credentialSubject/identifier/1/salt", "/credentialSubject/identifier/0"], id="parts of both"),
        pytest.param(["/credentialSubject/achievement", "/credentialSubject/achievement/name"], id="a part twice"),
        pytest.param(["/issuer", "/issuer"], id="one pointer twice"),
    ],
)
def test_whatever_is_mandatory(pointers):
    issued = Issued(CREDENTIAL, pointers)
    verify(issued.base())
    verify(issued.revealed(["/validFrom"]).secured())


@pytest.mark.parametrize(
    "pointers",
    [
        pytest.param([], id="nothing more than is mandatory"),
        pytest.param(["/name"], id="one member"),
        pytest.param(["/credentialSubject"], id="the whole subject"),
        pytest.param([""], id="everything"),
        pytest.param(["/credentialSubject/identifier/0"], id="one of two identifiers"),
    ],
)
def test_whatever_the_holder_shows(pointers):
    shown = ISSUED.revealed(pointers)
    verify(shown.secured())


def test_the_order_of_members_does_not_matter():
    verify(dict(reversed(REVEALED.secured().items())))


RUBRIC = {
    "id": "urn:uuid:11111111-2222-4333-8444-555555555555",
    "type": ["ResultDescription"],
    "name": "Grade",
    "resultType": "LetterGrade",
    "allowedValue": ["A", "B", "C"],
}
OTHER_RUBRIC = {**RUBRIC, "id": "urn:uuid:21111111-2222-4333-8444-555555555555", "allowedValue": ["1", "2"]}


@pytest.mark.parametrize(
    "pointers",
    [
        pytest.param(["/credentialSubject/achievement/resultDescription/1"], id="the second"),
        pytest.param(["/credentialSubject/achievement/resultDescription/0/allowedValue"], id="the first"),
        pytest.param(["/credentialSubject/achievement"], id="both"),
        pytest.param(["/issuer"], id="neither"),
    ],
)
def test_lists_in_their_order(pointers):
    """A list is made of unnamed nodes of which the document says nothing, so they are told apart by their place."""
    document = copy.deepcopy(CREDENTIAL)
    document["credentialSubject"]["achievement"]["resultDescription"] = [RUBRIC, OTHER_RUBRIC]
    issued = Issued(document, pointers)
    verify(issued.base())
    verify(issued.revealed(["/name"]).secured())


def test_a_list_of_one_may_be_pointed_at_as_its_value_and_a_value_as_a_list_of_one():
    """Implementations compact the document before they follow a pointer, which takes such lists away."""
    document = {**CREDENTIAL, "evidence": [{"type": ["Evidence"], "name": "Essay", "genre": "text"}]}
    as_value, as_list = ["/evidence/name"], ["/evidence/0/name"]
    assert Issued(document, as_value).mandatory == Issued(document, as_list).mandatory != []
    as_value, as_list = ["/credentialSubject/achievement/name"], ["/credentialSubject/0/achievement/name"]
    assert Issued(document, as_value).mandatory == Issued(document, as_list).mandatory != []


def test_a_badge_with_an_endorsement_that_has_a_proof_of_its_own():
    """That proof is a graph inside the document, and graphs have no names either."""
    document = {**CREDENTIAL, "endorsement": [endorsed()["endorsement"][0], endorsed()["issuer"]["endorsement"][0]]}
    document["endorsement"][1] = {**document["endorsement"][1], "id": "urn:uuid:2a0c7f86-4f63-4c6a-9a0e-6f2f1c1f6a12"}
    for pointers in ([], ["/endorsement/1"], ["/endorsement/0/proof/created"]):
        issued = Issued(document, pointers)
        verify(issued.base())
        verify(issued.revealed(["/endorsement/0/name"]).secured())


def test_a_document_that_is_read_elsewhere():
    issued = Issued({**CREDENTIAL, "name": {"@value": "Nom", "@language": "fr"}}, ["/name"])
    elsewhere = Limits(slow_path=lambda document, _: canonicalize(document, limits=DEFAULT_LIMITS))
    verify(issued.base(), limits=elsewhere)
    verify(issued.revealed(["/validFrom"]).secured(), limits=elsewhere)


# What is altered


@pytest.mark.parametrize("secured", [ISSUED.base(), REVEALED.secured()], ids=["base", "derived"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda document: document["credentialSubject"]["achievement"].update(name="Other"), id="mandatory"
        ),
        pytest.param(lambda document: document.update(name="Other"), id="not mandatory"),
        pytest.param(lambda document: document.update(description="added"), id="a member more"),
        pytest.param(lambda document: document.pop("name"), id="a member less"),
        pytest.param(lambda document: document.pop("validFrom"), id="a mandatory member less"),
        pytest.param(lambda document: document["credentialSubject"].pop("achievement"), id="a mandatory part less"),
        pytest.param(lambda document: document["proof"].update(created="2026-05-04T10:00:01Z"), id="another moment"),
        pytest.param(lambda document: document["proof"].update(expires="2030-01-01T00:00:00Z"), id="an end"),
    ],
)
def test_changed_documents(secured, change):
    changed = copy.deepcopy(secured)
    change(changed)
    with pytest.raises((SignatureInvalidError, InvalidProofError)):
        verify(changed)


def test_members_cannot_be_moved_to_another_node():
    """Each statement is signed with the issuer's name for the node that makes it."""
    first, second = CREDENTIAL["credentialSubject"]["identifier"]
    swapped = copy.deepcopy(ISSUED.base())
    swapped["credentialSubject"]["identifier"] = [
        {**first, "identityHash": second["identityHash"]},
        {**second, "identityHash": first["identityHash"]},
    ]
    with pytest.raises(SignatureInvalidError):
        verify(swapped)


STRANGER = LocalSigner(PrivateKey.generate(Algorithm.ES256), "stranger")


@pytest.mark.parametrize(
    "issued",
    [
        pytest.param(replace(ISSUED, by=STRANGER), id="somebody else's base signature"),
        pytest.param(replace(ISSUED, options={**OPTIONS, "created": "2026-05-04T10:00:01Z"}), id="other options"),
    ],
)
def test_signatures_over_something_else(issued):
    for parts, secured in ((issued.base_parts(), BASE), (issued.revealed(["/name"]).parts(), DERIVED)):
        document = ISSUED if secured is BASE else ISSUED.revealed(["/name"])
        with pytest.raises(SignatureInvalidError):
            verify(document.secured(proof_value(secured, parts)))


def test_a_key_that_the_issuer_did_not_vouch_for():
    swapped = replace(ISSUED, single=STRANGER)
    with pytest.raises(SignatureInvalidError):
        verify(base_with(key=swapped.key_bytes, single=swapped.signatures()))


@pytest.mark.parametrize(
    "single",
    [
        pytest.param([], id="none"),
        pytest.param(BASE_PARTS[3][:-1], id="one less"),
        pytest.param([*BASE_PARTS[3], BASE_PARTS[3][0]], id="one more"),
        pytest.param(BASE_PARTS[3][::-1], id="another order"),
        pytest.param([BASE_PARTS[3][0]] * len(BASE_PARTS[3]), id="one for all"),
        pytest.param([*BASE_PARTS[3][:-1], bytes(64)], id="zeros"),
        pytest.param([*BASE_PARTS[3][:-1], b"\xff" * 64], id="too large"),
    ],
)
def test_signatures_that_are_not_those_of_the_statements(single):
    with pytest.raises(SignatureInvalidError):
        verify(base_with(single=single))


@pytest.mark.parametrize(
    ("indexes", "error"),
    [
        pytest.param(PARTS[4][:-1], SignatureInvalidError, id="one less"),
        pytest.param([], SignatureInvalidError, id="none"),
        pytest.param(list(range(len(REVEALED.lines))), SignatureInvalidError, id="all"),
        pytest.param([*PARTS[4], len(REVEALED.lines)], InvalidProofError, id="one past the end"),
        pytest.param([2**64 - 1], InvalidProofError, id="as far as can be"),
    ],
)
def test_other_statements_called_mandatory(indexes, error):
    with pytest.raises(error):
        verify(derived_with(mandatory=indexes))


LABELS = PARTS[3]
FIRST, SECOND = sorted(LABELS)[:2]


@pytest.mark.parametrize(
    ("labels", "error"),
    [
        pytest.param({**LABELS, FIRST: LABELS[SECOND], SECOND: LABELS[FIRST]}, SignatureInvalidError, id="two swapped"),
        pytest.param({**LABELS, FIRST: LABELS[SECOND]}, InvalidProofError, id="two nodes of one name"),
        pytest.param({k: v for k, v in LABELS.items() if k != FIRST}, InvalidProofError, id="a node without a name"),
        pytest.param({}, InvalidProofError, id="no names"),
        pytest.param({**LABELS, FIRST: bytes(32)}, SignatureInvalidError, id="another name"),
        pytest.param({**LABELS, FIRST: bytes(31)}, InvalidProofError, id="a short name"),
        pytest.param({**LABELS, FIRST: "u3Lv2QpFgo"}, InvalidProofError, id="a text as a name"),
        pytest.param({**LABELS, "c14n0": bytes(32)}, InvalidProofError, id="a text as a number"),
        pytest.param(list(LABELS.values()), InvalidProofError, id="a list of names"),
    ],
)
def test_other_names_for_nodes(labels, error):
    with pytest.raises(error):
        verify(derived_with(labels=labels))


def test_a_name_more_than_there_are_nodes_says_nothing():
    verify(derived_with(labels={**LABELS, 999: bytes(32)}))


@pytest.mark.parametrize(
    ("pointers", "error"),
    [
        pytest.param(["/issuer"], SignatureInvalidError, id="fewer"),
        pytest.param([], SignatureInvalidError, id="none"),
        pytest.param([""], SignatureInvalidError, id="everything"),
        pytest.param(["/nothing"], InvalidProofError, id="nothing there"),
        pytest.param(["/type/9"], InvalidProofError, id="past the end of a list"),
        pytest.param(["/type/x"], InvalidProofError, id="no index"),
        pytest.param(["/type/-1"], InvalidProofError, id="from the end of a list"),
        pytest.param(["/type/01"], InvalidProofError, id="an index with a zero before it"),
        pytest.param(["/type/" + "9" * 1_000], InvalidProofError, id="an index of a thousand digits"),
        pytest.param(["/name/x"], InvalidProofError, id="below a text"),
        pytest.param(["issuer"], InvalidProofError, id="no pointer"),
        pytest.param(["/" * 1_000], InvalidProofError, id="a thousand steps"),
        pytest.param(["/" + "x" * 2_000], InvalidProofError, id="a long pointer"),
        pytest.param(["/issuer"] * 300, TooComplexError, id="three hundred pointers"),
        pytest.param([5], InvalidProofError, id="a number"),
        pytest.param("/issuer", InvalidProofError, id="a text"),
    ],
)
def test_other_mandatory_pointers(pointers, error):
    with pytest.raises(error):
        verify(base_with(pointers=pointers))


# What is no such proof


@pytest.mark.parametrize("algorithm", [Algorithm.EDDSA, Algorithm.ES384, Algorithm.RS256])
def test_the_key_is_one_of_p256(algorithm):
    with pytest.raises(InvalidKeyError):
        verify_proof(ISSUED.base(), ISSUED.base()["proof"], signer(algorithm).public_key)


def test_a_context_of_its_own_has_to_be_the_documents():
    base = ISSUED.base()
    for own in (CREDENTIAL["@context"][:1], None):
        with pytest.raises(InvalidProofError, match="context"):
            verify({**base, "proof": {**base["proof"], "@context": own}})


# What cannot be decided, or takes too long


def test_a_document_that_takes_names_like_ours_is_not_supported_as_a_base_proof():
    document = {**CREDENTIAL, "id": "urn:bnid:0"}
    base = {**document, "proof": ISSUED.base()["proof"]}
    with pytest.raises(UnsupportedCryptoError):
        verify(base)


def test_an_undefined_term_is_refused():
    for secured in (ISSUED.base(), REVEALED.secured()):
        with pytest.raises(UnsafeDocumentError):
            verify({**secured, "grade": "A"})


def test_nodes_that_are_too_much_alike_are_given_up():
    subject = make_subject()
    rubric = subject["result"][0]["resultDescription"]
    alignment = {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://a.example/x"}
    result = {"type": ["Result"], "resultDescription": rubric, "value": "1", "alignment": [alignment] * 9}
    document = {**ISSUED.base(), "credentialSubject": {**subject, "result": [result] * 9}}
    with within(2), pytest.raises(TooComplexError):
        verify(document)


GOOD = decode_base64url(proof_value(DERIVED, PARTS)[1:], error=InvalidProofError, max_length=200_000)


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
@settings(max_examples=150, deadline=2_000)
def test_no_byte_of_a_derived_proof_can_be_changed(place, difference):
    changed = bytearray(GOOD)
    changed[place] ^= difference
    with pytest.raises((InvalidProofError, SignatureInvalidError)):
        verify(REVEALED.secured("u" + encode_base64url(bytes(changed))))


def test_the_names_of_nodes_are_bytes():
    assert all(len(unlabelled(name)) == 32 for name in ISSUED.labels.values())


# Which it is, and what the issuer calls a node


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        pytest.param(derived_with()["proof"], True, id="a holder's"),
        pytest.param(base_with()["proof"], False, id="the issuer's"),
        pytest.param({**derived_with()["proof"], "cryptosuite": "ecdsa-rdfc-2019"}, False, id="of another suite"),
        pytest.param({**OPTIONS, "proofValue": ["u2V0B"]}, False, id="a list"),
        pytest.param(OPTIONS, False, id="no value"),
    ],
)
def test_a_proof_shows_a_part_if_a_holder_made_it(proof, expected):
    assert shows_a_part(proof) is expected


def test_the_issuers_name_for_a_node_is_made_of_its_canonical_label():
    """VC-DI-ECDSA 3.4.4: HMAC of the label without "_:", in multibase base64url."""
    digest = hmac.digest(bytes(range(32)), b"c14n7", "sha256")
    name = "_:u" + base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert hmac_label(bytes(range(32)), "_:c14n7") == name
