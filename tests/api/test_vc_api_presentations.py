"""Presentations, as the VC-API is asked about them."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest

from app.errors import DocumentError
from app.signing import Algorithm
from tests.api.vc_api import EXAMPLES, VC_1, VC_2, Person, credential
from tests.problem import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

FOLDER = Path(__file__).parents[3] / "shared/vectors/vcdm2/tests/input"
ANOTHER = "did:example:somebody-else"
ASKED = {"challenge": "7f3c", "domain": "verifier.example"}
NO_ALGORITHM = "eyJhbGciOiJub25lIn0.e30."


def outcomes(response):
    return {check["id"]: check["outcome"] for check in response.json()["report"]["checks"]}


def assert_verified(response):
    assert response.status_code == 200, response.text
    body = response.json()
    assert (body["verified"], body["errors"]) == (True, [])
    return body


def assert_not_verified(response, *checks):
    """For these checks and no others."""
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["verified"] is False
    assert body["type"].endswith("/problems/not-verified")
    assert body["errors"]
    bad = [name for name, outcome in outcomes(response).items() if outcome in ("failed", "undetermined")]
    assert bad == list(checks), body["errors"]
    return body


@pytest.fixture
def holder():
    return Person()


class TestWhoShowsIt:
    @pytest.mark.parametrize(
        "person",
        [
            pytest.param(("EdDSA", "eddsa-rdfc-2022"), id="eddsa-rdfc-2022"),
            pytest.param(("EdDSA", "eddsa-jcs-2022"), id="eddsa-jcs-2022"),
            pytest.param(("ES256", "ecdsa-rdfc-2019"), id="ecdsa-rdfc-2019"),
            pytest.param(("ES384", "ecdsa-rdfc-2019"), id="ecdsa-rdfc-2019 with P-384"),
        ],
    )
    async def test_the_holder_with_credentials(self, suite, person):
        holder = Person(Algorithm(person[0]), person[1])
        issued = await suite.issued()
        response = await suite.verify_presentation(holder.present(holder.presentation(issued, issued)))
        report = assert_verified(response)["report"]
        assert [inner["verdict"] for inner in report["contents"]] == ["valid", "valid"]
        assert outcomes(response)["holder"] == "passed"

    async def test_the_holder_with_nothing(self, suite, holder):
        assert_verified(await suite.verify_presentation(holder.present(holder.presentation())))

    async def test_the_holder_as_an_object(self, suite, holder):
        document = holder.presentation(holder={"id": holder.did, "name": "Amina Haddad"})
        assert_verified(await suite.verify_presentation(holder.present(document)))

    async def test_it_comes_back_where_that_is_asked_for_and_it_holds(self, suite, holder):
        document = holder.present(holder.presentation())
        body = assert_verified(await suite.verify_presentation(document, returnPresentation=True))
        assert body["verifiablePresentation"] == document
        assert "verifiablePresentation" not in assert_verified(await suite.verify_presentation(document))
        refused = await suite.verify_presentation({**document, "id": "urn:x:1"}, returnPresentation=True)
        assert (refused.status_code, "verifiablePresentation" in refused.json()) == (400, False)

    async def test_nobody_who_is_named(self, suite, holder):
        assert_verified(await suite.verify_presentation(holder.present(holder.presentation(holder=...))))

    async def test_somebody_else_than_the_holder(self, suite, holder):
        document = holder.presentation(holder=Person().did)
        assert_not_verified(await suite.verify_presentation(holder.present(document)), "holder")

    async def test_a_holder_whose_keys_are_out_of_reach(self, suite, holder):
        did = "did:web:localhost%3A8000:issuers:nobody"
        document = holder.present(holder.presentation(holder=did), verificationMethod=f"{did}#key-1")
        assert_not_verified(await suite.verify_presentation(document), "holder")

    async def test_an_issuer_of_ours_shows_nothing_with_its_key_for_badges(self, suite, issuer, holder):
        """Its DID document lists that key for assertions alone."""
        method = issuer["keys"][0]["verificationMethod"]
        document = holder.present(holder.presentation(holder=issuer["did"]), verificationMethod=method)
        assert_not_verified(await suite.verify_presentation(document), "holder")

    async def test_a_presentation_that_was_altered(self, suite, holder):
        document = holder.present(holder.presentation(await suite.issued()))
        document["id"] = "urn:example:another"
        assert_not_verified(await suite.verify_presentation(document), "holder")

    async def test_a_credential_that_was_taken_out(self, suite, holder):
        issued = await suite.issued()
        document = holder.present(holder.presentation(issued, await suite.issued(credential(suite.did, id="urn:x:2"))))
        document["verifiableCredential"] = [issued]
        assert_not_verified(await suite.verify_presentation(document), "holder")

    async def test_a_signature_for_assertions(self, suite, holder):
        document = holder.present(holder.presentation(), proofPurpose="assertionMethod")
        assert_not_verified(await suite.verify_presentation(document), "holder")

    @pytest.mark.parametrize("name", ["type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"])
    async def test_a_signature_without(self, suite, holder, name):
        document = holder.present(holder.presentation())
        del document["proof"][name]
        response = await suite.verify_presentation(document)
        assert response.status_code == 400
        assert response.json()["verified"] is False

    async def test_a_kind_of_signature_that_is_not_known(self, suite, holder):
        document = holder.present(holder.presentation())
        document["proof"]["cryptosuite"] = "bbs-2023"
        response = await suite.verify_presentation(document)
        assert_not_verified(response, "holder")
        assert outcomes(response)["holder"] == "undetermined"

    async def test_a_signature_that_has_expired(self, suite, holder):
        document = holder.present(holder.presentation(), expires="2026-05-10T11:30:00Z")
        assert_not_verified(await suite.verify_presentation(document), "holder")

    async def test_a_signature_that_builds_on_another(self, suite, holder):
        document = holder.present(holder.presentation(), previousProof="urn:example:proof")
        assert_not_verified(await suite.verify_presentation(document), "holder")

    async def test_two_signatures_of_which_one_is_a_strangers(self, suite, holder):
        document = holder.presentation()
        proofs = [holder.present(document)["proof"], Person().present(document)["proof"]]
        assert_not_verified(await suite.verify_presentation({**document, "proof": proofs}), "holder")

    async def test_nobody_at_all(self, suite, holder):
        response = await suite.verify_presentation(holder.presentation(await suite.issued()))
        assert_not_verified(response, "holder")

    async def test_nobody_where_only_the_contents_are_asked_about(self, suite, anonymous, holder):
        document = holder.presentation(await suite.issued(), holder=...)
        response = await anonymous.post("/vc-api/presentations/verify", json={"presentation": document})
        assert_verified(response)
        assert outcomes(response)["holder"] == "not applicable"

    async def test_a_bad_signature_even_then(self, suite, anonymous, holder):
        document = holder.present(holder.presentation())
        document["id"] = "urn:example:another"
        response = await anonymous.post("/vc-api/presentations/verify", json={"presentation": document})
        assert_not_verified(response, "holder")


class TestTheOccasion:
    async def test_it_is_this_one(self, suite, holder):
        document = holder.present(holder.presentation(), **ASKED)
        response = await suite.verify_presentation(document, **ASKED)
        assert_verified(response)
        assert outcomes(response)["challenge"] == "passed"

    async def test_several_domains_in_any_order(self, suite, holder):
        document = holder.present(holder.presentation(), domain=["a.example", "b.example"])
        assert_verified(await suite.verify_presentation(document, domain=["b.example", "a.example"]))

    async def test_it_was_not_asked(self, suite, holder):
        response = await suite.verify_presentation(holder.present(holder.presentation(), **ASKED))
        assert_verified(response)
        assert outcomes(response)["challenge"] == "not applicable"

    @pytest.mark.parametrize("name", ["challenge", "domain"])
    @pytest.mark.parametrize("signed", [..., "another"], ids=["not signed", "another one signed"])
    async def test_it_is_not(self, suite, holder, name, signed):
        document = holder.present(holder.presentation(), **{**ASKED, name: signed})
        body = assert_not_verified(await suite.verify_presentation(document, **ASKED), "challenge")
        assert name in body["errors"][0]["detail"]

    async def test_one_written_in_afterwards_is_not_signed(self, suite, holder):
        document = holder.present(holder.presentation())
        document["proof"].update(ASKED)
        assert_not_verified(await suite.verify_presentation(document, **ASKED), "holder")

    async def test_the_purpose_may_be_asked_for(self, suite, holder):
        document = holder.present(holder.presentation())
        assert_verified(await suite.verify_presentation(document, expectedProofPurpose="authentication"))
        response = await suite.verify_presentation(document, expectedProofPurpose="assertionMethod")
        assert_not_verified(response, "challenge")


class TestWhatItHolds:
    async def test_a_credential_that_was_altered(self, suite, holder):
        issued = await suite.issued()
        issued["credentialSubject"]["alumniOf"] = "The School of Forgeries"
        body = assert_not_verified(
            await suite.verify_presentation(holder.present(holder.presentation(issued))), "presented"
        )
        assert [inner["conclusion"] for inner in body["report"]["contents"]] == ["altered"]

    async def test_one_good_and_one_revoked(self, suite, holder):
        good, revoked = await suite.issued(), await suite.issued(credential(suite.did, id="urn:example:revoked"))
        status = {
            "credentialId": "urn:example:revoked",
            "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
            "status": True,
        }
        address = f"/vc-api/issuers/vc-test/{suite.name}/credentials/status"
        assert (await suite.client.post(address, json=status)).status_code == 200
        response = await suite.verify_presentation(holder.present(holder.presentation(good, revoked)))
        body = assert_not_verified(response, "presented")
        assert [inner["conclusion"] for inner in body["report"]["contents"]] == ["valid", "revoked"]

    async def test_one_whose_status_is_out_of_reach(self, suite, holder):
        entry = {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "5",
            "statusListCredential": "http://localhost:8000/vc-api/status/3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11",
        }
        issued = await suite.issued(credential(suite.did, credentialStatus=entry))
        response = await suite.verify_presentation(holder.present(holder.presentation(issued)))
        assert_not_verified(response, "presented")
        assert outcomes(response)["presented"] == "undetermined"

    async def test_one_that_the_holder_says_of_themselves(self, suite, holder):
        said = credential(holder.did)
        response = await suite.verify_presentation(holder.present(holder.presentation(said)))
        assert [inner["verdict"] for inner in assert_verified(response)["report"]["contents"]] == ["valid"]

    async def test_which_is_past_its_end(self, suite, holder):
        said = credential(holder.did, validUntil="2026-05-02T00:00:00Z")
        response = await suite.verify_presentation(holder.present(holder.presentation(said)))
        assert_not_verified(response, "presented")

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"holder": ...}, id="without saying who they are"),
            pytest.param({"issuer": ANOTHER}, id="in the name of somebody else"),
        ],
    )
    async def test_one_without_a_proof_otherwise(self, suite, holder, changes):
        said = credential(changes.get("issuer", holder.did))
        document = holder.presentation(said, **{name: changes[name] for name in ("holder",) if name in changes})
        assert_not_verified(await suite.verify_presentation(holder.present(document)), "schema")

    @pytest.mark.parametrize("item", ["https://example.org/credential", 7, None, [], NO_ALGORITHM])
    async def test_what_is_no_credential(self, suite, holder, item):
        document = {**holder.present(holder.presentation()), "verifiableCredential": [item]}
        response = await suite.verify_presentation(document)
        assert response.status_code == 400
        assert response.json()["verified"] is False

    async def test_more_than_anybody_shows(self, suite, holder):
        document = {**holder.present(holder.presentation()), "verifiableCredential": [{}] * 17}
        response = await suite.verify_presentation(document)
        assert_problem(response, 400, "invalid-credential", pointer="/verifiablePresentation/verifiableCredential")


class TestItsForm:
    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"@context": ...}, id="no context"),
            pytest.param({"@context": []}, id="an empty list of contexts"),
            pytest.param({"@context": [EXAMPLES, VC_2]}, id="the contexts in another order"),
            pytest.param({"@context": [VC_2, "https://example.com"]}, id="a context that is not pinned"),
            pytest.param({"@context": [VC_2, "https ://not-a-url/v1"]}, id="a context that is no address"),
            pytest.param({"@context": [VC_2, 123192875]}, id="a context that is a number"),
            pytest.param({"type": ...}, id="no type"),
            pytest.param({"type": ["VerifiableCredential"]}, id="the type of something else"),
            pytest.param({"type": 7}, id="a type that is a number"),
            pytest.param({"id": "not an address"}, id="an id that is no address"),
            pytest.param({"id": None}, id="an id that is null"),
            pytest.param({"id": ["urn:example:1", "urn:example:2"]}, id="two ids"),
            pytest.param({"holder": None}, id="a holder that is null"),
            pytest.param({"holder": {"name": "Amina"}}, id="a holder without an id"),
            pytest.param({"holder": []}, id="a holder that is a list"),
            pytest.param({"proof": None}, id="a proof that is null"),
            pytest.param({"proof": "signed"}, id="a proof that is text"),
        ],
    )
    async def test_is_wrong(self, suite, holder, changes):
        document = holder.present(holder.presentation()) | changes
        response = await suite.verify_presentation({k: v for k, v in document.items() if v is not ...})
        assert response.status_code == 400, response.text
        assert response.json()["verified"] is False

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param({}, id="nothing"),
            pytest.param({"verifiablePresentation": None}, id="null"),
            pytest.param({"verifiablePresentation": []}, id="a list"),
            pytest.param({"verifiablePresentation": 7}, id="a number"),
            pytest.param({"verifiablePresentation": ""}, id="an empty text"),
            pytest.param({"verifiablePresentation": "presentation"}, id="a text that is no token"),
            pytest.param({"verifiablePresentation": "https://example.org/presentation"}, id="an address"),
            pytest.param({"verifiablePresentation": {}, "presentation": {}}, id="both"),
            pytest.param({"verifiablePresentation": {}, "options": []}, id="options that are a list"),
            pytest.param({"verifiablePresentation": {}, "options": {"challenge": 7}}, id="a number for a challenge"),
            pytest.param([], id="no object"),
            pytest.param("", id="a text"),
        ],
    )
    async def test_the_request_is_wrong(self, suite, anonymous, body):
        response = await anonymous.post("/vc-api/presentations/verify", json=body)
        assert response.status_code in (400, 422), response.text

    async def test_an_envelope(self, suite, holder):
        envelope = {"@context": [VC_2], "type": "EnvelopedVerifiablePresentation"}
        ours = f"data:application/vc+jwt,{holder.present_as_token(holder.presentation())}"
        for id_ in ("eyJhbGciOiJFZERTQSJ9.e30.AA", None, "data:text/plain,hello", ours):
            response = await suite.verify_presentation({**envelope, "id": id_})
            assert_problem(response, 400, "invalid-credential", pointer="/verifiablePresentation/id")
        response = await suite.verify_presentation({**envelope, "id": f"data:application/vp+jwt,{NO_ALGORITHM}"})
        assert response.status_code == 400

    async def test_a_token(self, suite, holder):
        document = holder.presentation(await suite.issued())
        token = holder.present_as_token(document, iss=holder.did, nonce="7f3c", aud="verifier.example")
        envelope = {
            "@context": [VC_2],
            "type": "EnvelopedVerifiablePresentation",
            "id": f"data:application/vp+jwt,{token}",
        }
        for sent in (token, envelope):
            assert_verified(await suite.verify_presentation(sent, **ASKED))
            assert_not_verified(await suite.verify_presentation(sent, challenge="8a4d"), "challenge")
        assert_not_verified(await suite.verify_presentation(holder.present_as_token(document, exp=1)), "holder")

    @pytest.mark.parametrize(
        ("claims", "check"), [({"vc": {}}, "format"), ({"vc": 7}, "holder"), ({"vp": {}}, "holder")]
    )
    async def test_a_token_that_others_could_read_differently(self, suite, holder, claims, check):
        token = holder.present_as_token(holder.presentation(), **claims)
        assert_not_verified(await suite.verify_presentation(token), check)

    async def test_a_document_as_text(self, suite, holder):
        """Text is a token, here as for credentials."""
        response = await suite.verify_presentation(json.dumps(holder.present(holder.presentation())))
        assert_problem(response, 400, "invalid-credential", pointer="/verifiablePresentation")

    async def test_on_version_1_1(self, suite, holder):
        old = holder.presentation(**{"@context": [VC_1, "https://w3id.org/security/data-integrity/v2"]})
        assert_verified(await suite.verify_presentation(holder.present(old)))


INPUTS = sorted(FOLDER.glob("presentation-*.json")) or [None]
LOCAL_ISSUER = "did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj"
BAD = ("-fail", "-mismatch", "-no-holder")
# The token in it is an example of the specification, by a key that nobody publishes.
NOT_CHECKED = {"presentation-enveloped-vc-ok"}


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: "absent" if path is None else path.stem)
async def test_inputs_of_the_w3c_suite(suite, holder, path):
    """As the suite sends them: signed by its local issuer, who is the holder, and so are the credentials in them."""
    if path is None:
        pytest.skip("published vectors not present")
    document = json.loads(path.read_text().replace(LOCAL_ISSUER, holder.did))
    held = document.get("verifiableCredential")
    if isinstance(held, list) and "self-asserted" not in path.stem:
        document["verifiableCredential"] = [signed_if_possible(holder, item) for item in held]
    with suppress(DocumentError, KeyError):  # what cannot be signed is sent without
        document = holder.present(document)
    response = await suite.verify_presentation(document)
    good = not any(mark in path.stem for mark in BAD) and path.stem not in NOT_CHECKED
    assert response.status_code == (200 if good else 400), response.text


def signed_if_possible(holder, item):
    if not isinstance(item, dict) or "proof" in item or "Enveloped" in str(item.get("type")):
        return item
    with suppress(DocumentError):
        return holder.issue({**item, "issuer": holder.did})
    return item
