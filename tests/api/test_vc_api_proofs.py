"""Data Integrity proofs before the VC-API: those whose signature fits, although they are malformed; sets and chains.

What is asked follows github.com/w3c-ccg/data-integrity-test-suite-assertion (version 1.5), as
github.com/w3c/vc-di-eddsa-test-suite and w3c/vc-di-ed25519signature2020-test-suite use it. There everything is signed
as it stands, so that no verifier passes for the mere reason that a signature does not fit.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.signing import Algorithm
from tests.api.vc_api import EXAMPLES, VC_1, VC_2, Person, credential, old_credential

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

CHAINS = Path(__file__).parents[3] / "shared/vectors/data-integrity-proof-chains/inputs/eddsa-rdfc-2022"
SUITE_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
KINDS = ["eddsa-rdfc-2022", "eddsa-jcs-2022"]
SUBJECT = {"id": "did:example:ebfeb1f712ebc6f1c276e12ec21"}
ONE = "urn:uuid:00000000-0000-4000-8000-000000000001"


def then(document, by, *, previous=..., **options):
    """`document` with one proof more, by `by`, over those that it builds on."""
    proofs = document.get("proof", [])
    bare = {name: value for name, value in document.items() if name != "proof"}
    named = [previous] if isinstance(previous, str) else [] if previous is ... else previous
    earlier = [proof for proof in proofs if proof.get("id") in named]
    over = {**bare, "proof": earlier} if earlier else bare
    signed = by.present(over, **{"proofPurpose": "assertionMethod", "previousProof": previous, **options})
    return {**bare, "proof": [*proofs, signed["proof"]]}


def plain(did):
    """A credential in the words of version 2.0 alone."""
    return credential(did, **{"@context": [VC_2], "type": ["VerifiableCredential"], "credentialSubject": SUBJECT})


def plain_old(did):
    return old_credential(did, **{"@context": [VC_1, "https://w3id.org/security/data-integrity/v2"]})


def changed(document, index, **members):
    proofs = [proof | members if place == index else proof for place, proof in enumerate(document["proof"])]
    return {**document, "proof": proofs}


async def answers(suite, documents):
    """The status of each answer, by the name of what was sent."""
    return {name: (await suite.verify(document, checks=["proof"])).status_code for name, document in documents.items()}


def all_are(status, documents):
    return dict.fromkeys(documents, status)


MALFORMED = {
    "no purpose": {"proofPurpose": ...},
    "the purpose of presentations": {"proofPurpose": "authentication"},
    "no method": {"verificationMethod": ...},
    "a method that is none": {"verificationMethod": "did:key:nobody"},
    "a date of signing that is none": {"created": "yesterday"},
    "a date of signing without a zone": {"created": "2026-05-10T11:00:00"},
    "an end that is none": {"expires": "never"},
    "an end without a zone": {"expires": "2030-05-10T12:00:00"},
    "an end that has passed": {"expires": "2026-05-10T11:59:59Z"},
    "an earlier proof that is not there": {"previousProof": "urn:x:1"},
    "earlier proofs of which one is not there": {"previousProof": ["urn:x:1", "urn:x:2"]},
}
# Statements cannot hold these, since no context knows the words.
MALFORMED_TEXT = {
    "another type": {"type": "OtherProof"},
    "another suite": {"cryptosuite": "other-suite-2022"},
    "a purpose that nobody knows": {"proofPurpose": "otherPurpose"},
    "an earlier proof that is a number": {"previousProof": 7},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("make", [plain, plain_old], ids=["2.0", "1.1"])
async def test_a_fitting_signature_over_a_malformed_proof(suite, kind, make):
    person = Person(cryptosuite=kind)
    document = make(person.did)
    cases = MALFORMED | (MALFORMED_TEXT if "jcs" in kind else {})
    sent = {
        name: person.present(document, **{"proofPurpose": "assertionMethod", **change})
        for name, change in cases.items()
    }
    assert await answers(suite, sent) == all_are(400, sent)
    assert (await suite.verify(then(document, person))).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_proof_may_leave_out_or_add(suite, kind):
    person = Person(cryptosuite=kind)
    document = plain(person.did)
    sent = {
        "no date of signing": then(document, person, created=...),
        "signed a year ago": then(document, person, created="2025-05-10T11:00:00Z"),
        "signed in another zone": then(document, person, created="2026-05-10T11:00:00.5+02:00"),
        "an end that is to come": then(document, person, expires="2030-05-10T12:00:00Z"),
        "an id": then(document, person, id=ONE),
        "a domain and a challenge, not asked for": then(document, person, domain="a.example", challenge="1"),
    }
    assert await answers(suite, sent) == all_are(200, sent)


@pytest.mark.parametrize("kind", KINDS)
async def test_sets_and_chains(suite, kind):
    issuer, other = Person(cryptosuite=kind), Person(Algorithm.ES256, "ecdsa-rdfc-2019")
    document = plain(issuer.did)
    alone = then(document, issuer)
    after = then(then(document, other, id=ONE), issuer, previous=ONE)
    good = {
        "the same proof twice": {**alone, "proof": alone["proof"] * 2},
        "another's beside it": then(alone, other),
        "the issuer after another": after,
        "the issuer after others, of whom there is one": then(then(document, other, id=ONE), issuer, previous=[ONE]),
        "the issuer after itself": then(then(document, issuer, id=ONE), issuer, previous=ONE),
    }
    assert await answers(suite, good) == all_are(200, good)
    bad = {
        "the earlier one is gone": {**after, "proof": after["proof"][1:]},
        "the earlier one under another name": changed(after, 0, id="urn:x:1"),
        "the earlier one has no value": changed(after, 0, proofValue="none"),
        "the earlier one has another value": changed(after, 0, proofValue=after["proof"][1]["proofValue"]),
        "alone, and built on one that was never there": {
            **after,
            "proof": [{**after["proof"][1], "previousProof": "urn:x:1"}],
        },
        "only another's": then(document, other),
    }
    assert await answers(suite, bad) == all_are(400, bad)


async def test_the_published_chains_as_they_are(suite):
    """Unlike a badge they may hold a context of their own, so they are sent unchanged."""
    paths = sorted(CHAINS.glob("*.json"))
    if not paths:
        pytest.skip("published vectors not present")
    sent = {path.stem: json.loads(path.read_text()) for path in paths}
    assert await answers(suite, sent) == {name: 200 if "Ok" in name else 400 for name in sent}
    assert len(sent) == 12


async def test_signatures_of_before_the_cryptosuites(suite):
    person = Person(cryptosuite="Ed25519Signature2020")
    document = old_credential(person.did, **{"@context": [VC_1, SUITE_2020]})
    made = then(document, person, type="Ed25519Signature2020", cryptosuite=...)
    proof = made["proof"][0]
    assert (await suite.verify(made, checks=["proof"])).status_code == 200
    assert (await suite.verify(made, expectedProofPurpose="authentication")).status_code == 400
    gone = {f"no {member}": {name: value for name, value in proof.items() if name != member} for member in proof}
    other = {f"another {member}": {**proof, member: "other"} for member in proof}
    more = {
        "a value without the letter of its base": {**proof, "proofValue": proof["proofValue"][1:]},
        "a longer value": {**proof, "proofValue": proof["proofValue"] + "1"},
        "a key without the letter of its base": {
            **proof, "verificationMethod": person.method.replace("did:key:z", "did:key:"),
        },
        "the type of later ones": {**proof, "type": "DataIntegrityProof"},
    }  # fmt: skip
    sent = {name: {**document, "proof": change} for name, change in (gone | other | more).items()}
    assert await answers(suite, sent) == all_are(400, sent)


async def test_the_report_says_whose_its_words_are(suite):
    """A document may define words itself here, and then not all of them come from a published standard."""
    person = Person()
    bare = person.presentation()
    own = {
        "a context of its own": {"@context": [VC_2, {"@vocab": "https://a.example/#"}]},
        "one further down": {"credentialSubject": {"@context": {"of": "https://a.example/#of"}, "of": "A"}},
    }
    published = {
        "only published ones": {},
        "a published one further down": {"credentialSubject": {"@context": EXAMPLES, "alumniOf": "A"}},
    }
    for changes, expected in (*((one, True) for one in own.values()), *((one, False) for one in published.values())):
        assert says_own(await suite.verify(person.issue(credential(person.did, **changes)))) is expected
    shown = {**bare, "@context": [*bare["@context"], {"hall": "https://a.example/#hall"}]}
    assert says_own(await suite.verify_presentation(person.present(shown))) is True
    assert says_own(await suite.verify_presentation(person.present(bare))) is False


def says_own(response):
    assert response.status_code == 200, response.text
    check = next(check for check in response.json()["report"]["checks"] if check["id"] == "context")
    return check["detail"].endswith("is defined in the document itself.")
