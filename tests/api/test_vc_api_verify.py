"""Verifying credentials through the VC-API.

The lists follow github.com/w3c-ccg/vc-api-verifier-test-suite and w3c-ccg/data-integrity-test-suite-assertion.
"""

from __future__ import annotations

import pytest

from app.schemas import examples
from app.signing import Algorithm, LocalSigner, PrivateKey, did_key, did_key_method, jwt_claims, sign_jwt
from tests.api.vc_api import EXAMPLES, VC_1, VC_2, Person, credential, entry, old_credential
from tests.problem import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SUBJECT = {"id": "did:example:ebfeb1f712ebc6f1c276e12ec21"}


def assert_refused(response):
    """400, as a problem that says so."""
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body.get("verified") in (False, None)
    assert body["errors"]
    return body


@pytest.fixture
def person():
    return Person()


def changed(document, path, value):
    """`document` with one member, by its path, changed; left out for `...`."""
    name, _, rest = path.partition("/")
    members = dict(document)
    if rest:
        members[name] = changed(members[name], rest, value)
    elif value is ...:
        members.pop(name, None)
    else:
        members[name] = value
    return members


class TestWhatHolds:
    async def test_the_answer(self, suite):
        response = await suite.verify(await suite.issued())
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"
        body = response.json()
        assert (body["verified"], body["errors"], body["warnings"]) == (True, [], [])
        assert body["checks"] == ["format", "context", "schema", "proof", "issuer", "dates", "status"]
        assert body["report"]["verdict"] == "valid"
        assert body["report"]["credential"]["type"] == ["VerifiableCredential", "AlumniCredential"]

    async def test_of_anybody(self, suite, person):
        assert (await suite.verify(person.issue(credential(person.did)))).status_code == 200

    async def test_options_that_change_nothing(self, suite):
        options = {"checks": ["proof"], "returnProblemDetails": True, "returnResults": False, "returnCredential": False}
        response = await suite.verify(await suite.issued(), **options)
        assert response.status_code == 200
        assert "credential" not in response.json()

    async def test_it_comes_back_where_that_is_asked_for_and_it_holds(self, suite):
        issued = await suite.issued()
        good = await suite.verify(issued, returnCredential=True)
        bad = await suite.verify(changed(issued, "validFrom", "2026-05-02T00:00:00Z"), returnCredential=True)
        assert (good.status_code, good.json()["credential"]) == (200, issued)
        assert (bad.status_code, "credential" in bad.json()) == (400, False)

    async def test_a_badge_of_ours(self, suite, credential):
        assert (await suite.verify(credential["credential"])).status_code == 200

    async def test_the_example_of_the_documentation(self, anonymous):
        response = await anonymous.post("/vc-api/credentials/verify", json=examples.VC_VERIFY)
        assert response.status_code == 200, response.text

    async def test_a_context_of_its_own(self, suite, person):
        inline = {"AlumniCredential": "https://a.example/#Alumni", "alumniOf": "https://a.example/#of"}
        document = person.issue(credential(person.did, **{"@context": [VC_2, inline]}))
        assert (await suite.verify(document)).status_code == 200


class TestTokens:
    def token(self, document=None, algorithm=Algorithm.ES256):
        key = PrivateKey.generate(algorithm)
        plain = {"@context": [VC_2], "type": ["VerifiableCredential"], "credentialSubject": SUBJECT}
        document = document or credential(did_key(key.public_key), **plain)
        return sign_jwt(jwt_claims(document), LocalSigner(key, "k"), kid=did_key_method(key.public_key))

    def envelope(self, token, **changes):
        members = {
            "@context": [VC_2],
            "type": "EnvelopedVerifiableCredential",
            "id": f"data:application/vc+jwt,{token}",
        }
        return {name: value for name, value in (members | changes).items() if value is not ...}

    async def test_as_text(self, suite):
        assert (await suite.verify(self.token())).status_code == 200

    async def test_in_an_envelope(self, suite):
        response = await suite.verify(self.envelope(self.token()))
        assert response.status_code == 200, response.text

    async def test_in_the_envelope_of_a_presentation(self, suite):
        token = self.token()
        body = assert_refused(await suite.verify(self.envelope(token, id=f"data:application/vp+jwt,{token}")))
        assert body["errors"][0]["pointer"] == "/verifiableCredential/id"

    async def test_altered(self, suite):
        header, payload, signature = self.token().split(".")
        other = self.token().split(".")[1]
        assert_refused(await suite.verify(f"{header}.{other}.{signature}"))
        assert payload != other

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"@context": ...}, id="no context"),
            pytest.param({"@context": []}, id="an empty list of contexts"),
            pytest.param({"@context": EXAMPLES}, id="another context"),
            pytest.param({"id": ...}, id="no id"),
            pytest.param({"id": "eyJhbGciOiJFUzI1NiJ9.e30.AA"}, id="an id that is no data address"),
            pytest.param({"id": "data:text/plain,hello"}, id="another media type"),
            pytest.param({"id": 7}, id="an id that is a number"),
            pytest.param({"type": ...}, id="no type"),
            pytest.param({"type": "VerifiableCredential"}, id="the type of what is not enveloped"),
        ],
    )
    async def test_an_envelope_that_is_none(self, suite, changes):
        response = await suite.verify(self.envelope(self.token(), **changes))
        assert_refused(response)

    @pytest.mark.parametrize(
        "text", ["", " ", "credential", "https://example.org/credential", "data:application/vc+jwt,e30", "{}", "a.b"]
    )
    async def test_text_that_is_none(self, suite, text):
        assert_refused(await suite.verify(text))


PROOFS = [
    pytest.param("proof", ..., id="no proof"),
    pytest.param("proof", None, id="a proof that is null"),
    pytest.param("proof", "string", id="a proof that is text"),
    pytest.param("proof", 10, id="a proof that is a number"),
    pytest.param("proof", True, id="a proof that is true"),
    pytest.param("proof", [], id="no proof in the list"),
    pytest.param("proof", {}, id="an empty proof"),
    pytest.param("proof/type", ..., id="no type"),
    pytest.param("proof/type", "UnknownProofType", id="another type"),
    pytest.param("proof/type", None, id="a type that is null"),
    pytest.param("proof/cryptosuite", ..., id="no suite"),
    pytest.param("proof/cryptosuite", "UnknownCryptosuite", id="another suite"),
    pytest.param("proof/cryptosuite", "ecdsa-rdfc-2019", id="a suite for other keys"),
    pytest.param("proof/cryptosuite", ["eddsa-rdfc-2022"], id="a suite that is a list"),
    pytest.param("proof/verificationMethod", ..., id="no method"),
    pytest.param("proof/verificationMethod", None, id="a method that is null"),
    pytest.param("proof/verificationMethod", "did:key:invalidVm", id="a method that is none"),
    pytest.param("proof/verificationMethod", 7, id="a method that is a number"),
    pytest.param("proof/proofPurpose", ..., id="no purpose"),
    pytest.param("proof/proofPurpose", None, id="a purpose that is null"),
    pytest.param("proof/proofPurpose", "invalidPurpose", id="another purpose"),
    pytest.param("proof/proofPurpose", "authentication", id="the purpose of presentations"),
    pytest.param("proof/created", ..., id="no date of signing, though one was signed"),
    pytest.param("proof/created", "invalidDate", id="a date of signing that is none"),
    pytest.param("proof/created", "2026-05-10T12:00:00", id="a date of signing without a zone"),
    pytest.param("proof/created", None, id="a date of signing that is null"),
    pytest.param("proof/expires", "2030-05-10T12:00:00", id="an end without a zone"),
    pytest.param("proof/expires", "2026-05-10T11:59:59Z", id="an end that has passed"),
    pytest.param("proof/proofValue", ..., id="no value"),
    pytest.param("proof/proofValue", None, id="a value that is null"),
    pytest.param("proof/proofValue", "", id="an empty value"),
    pytest.param("proof/proofValue", "z", id="a value without content"),
    pytest.param("proof/proofValue", "uAAAA", id="a value in another base"),
    pytest.param("proof/proofValue", 7, id="a value that is a number"),
    pytest.param("proof/domain", "a.example", id="a domain that was not signed"),
    pytest.param("proof/previousProof", "urn:x:1", id="an earlier proof that is not there"),
]


class TestProofs:
    @pytest.mark.parametrize(("path", "value"), PROOFS)
    async def test_that_do_not_hold(self, suite, path, value):
        assert_refused(await suite.verify(changed(await suite.issued(), path, value)))

    async def test_without_the_letter_of_its_base(self, suite):
        issued = await suite.issued()
        assert_refused(await suite.verify(changed(issued, "proof/proofValue", issued["proof"]["proofValue"][1:])))

    async def test_of_somebody_else(self, suite, person):
        assert_refused(await suite.verify(person.issue(credential(suite.did))))

    @pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-jcs-2019"], indirect=True)
    @pytest.mark.parametrize("path", ["id", "validFrom", "credentialSubject/alumniOf", "credentialStatus"])
    async def test_over_something_else(self, suite, path):
        value = {"id": "urn:x:1", "validFrom": "2026-05-02T00:00:00Z", "credentialStatus": ...}.get(path, "Another")
        assert_refused(await suite.verify(changed(await suite.issued(), path, value)))


DOCUMENTS = [
    pytest.param("@context", ..., id="no context"),
    pytest.param("@context", "string", id="a context that is text"),
    pytest.param("@context", {}, id="a context that is an object"),
    pytest.param("@context", None, id="a context that is null"),
    pytest.param("@context", 10, id="a context that is a number"),
    pytest.param("@context", [], id="an empty list of contexts"),
    pytest.param("@context", [[]], id="a context that is a list"),
    pytest.param("@context", [None], id="a context in the list that is null"),
    pytest.param("@context", [EXAMPLES, VC_2], id="the contexts in another order"),
    pytest.param("@context", [VC_2, "https://unknown.example/"], id="a context that is not pinned"),
    pytest.param("type", ..., id="no type"),
    pytest.param("type", "string", id="a type that is another word"),
    pytest.param("type", {}, id="a type that is an object"),
    pytest.param("type", None, id="a type that is null"),
    pytest.param("type", 10, id="a type that is a number"),
    pytest.param("type", [[]], id="a type that is a list"),
    pytest.param("issuer", ..., id="no issuer"),
    pytest.param("issuer", None, id="an issuer that is null"),
    pytest.param("issuer", [], id="an issuer that is a list"),
    pytest.param("issuer", 10, id="an issuer that is a number"),
    pytest.param("credentialSubject", ..., id="no subject"),
    pytest.param("credentialSubject", "string", id="a subject that is text"),
    pytest.param("credentialSubject", None, id="a subject that is null"),
    pytest.param("credentialSubject", [], id="no subject in the list"),
]


@pytest.mark.parametrize(("path", "value"), DOCUMENTS)
async def test_documents_that_are_none(suite, path, value):
    assert_refused(await suite.verify(changed(await suite.issued(), path, value)))


NOT_NOW = [
    pytest.param({"validFrom": "2026-05-11T00:00:00Z"}, "not yet valid", id="not yet"),
    pytest.param({"validUntil": "2026-05-09T00:00:00Z"}, "expired", id="not any more"),
]


@pytest.mark.parametrize(("changes", "conclusion"), NOT_NOW)
async def test_what_is_not_valid_at_this_moment(suite, person, changes, conclusion):
    response = await suite.verify(person.issue(credential(person.did, **changes)))
    assert assert_refused(response)["report"]["conclusion"] == conclusion


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"credentialStatus": {"id": "https://s.example/1"}}, id="a status without a type"),
        pytest.param({"validUntil": "2026-04-01T00:00:00Z"}, id="an end before the beginning"),
        pytest.param({"id": "no address"}, id="an id that is no address"),
        pytest.param({"credentialStatus": entry(statusListIndex="first")}, id="an entry without a place"),
        pytest.param({"relatedResource": [{"id": "https://r.example/"}]}, id="a related resource without a digest"),
        pytest.param({"name": {"@value": "a", "more": "b"}}, id="more beside a name in a language"),
    ],
)
async def test_what_somebody_signed_although_it_is_not_well_built(suite, changes):
    """Signed as text, since nobody else would sign it."""
    person = Person(cryptosuite="eddsa-jcs-2022")
    response = await suite.verify(person.issue(credential(person.did, **changes)))
    body = assert_refused(response)
    assert next(check["id"] for check in body["report"]["checks"] if check["outcome"] == "failed") == "schema"


REDEFINED = [
    pytest.param({"VerifiableCredential": "https://a.example/"}, id="a protected term"),
    pytest.param({"AlumniCredential": "https ://not-a-url#Alumni"}, id="a type that is no address"),
]


@pytest.mark.parametrize("inline", REDEFINED)
async def test_a_context_of_its_own_that_makes_no_sense(suite, inline):
    """The signature is over the text, and fits."""
    person = Person(cryptosuite="eddsa-jcs-2022")
    response = await suite.verify(person.issue(credential(person.did, **{"@context": [VC_2, EXAMPLES, inline]})))
    failed = [check["id"] for check in assert_refused(response)["report"]["checks"] if check["outcome"] == "failed"]
    assert failed == ["context"]


async def test_the_same_further_down(suite):
    person = Person(cryptosuite="eddsa-jcs-2022")
    subject = {"@context": {"alumniOf": "https ://not-a-url#of"}, **SUBJECT, "alumniOf": "A School"}
    response = await suite.verify(person.issue(credential(person.did, credentialSubject=subject)))
    failed = [check["id"] for check in assert_refused(response)["report"]["checks"] if check["outcome"] == "failed"]
    assert failed == ["context"]


@pytest.mark.parametrize("repeated", [[VC_2], ...], ids=["which the proof repeats", "which it does not repeat"])
async def test_a_word_that_no_published_context_knows(suite, repeated):
    """The text was signed, and it gives no word a meaning of its own."""
    person = Person(cryptosuite="eddsa-jcs-2022")
    document = {
        "@context": [VC_2],
        "type": ["VerifiableCredential"],
        "issuer": person.did,
        "credentialSubject": {**SUBJECT, "unheardOf": "word"},
    }
    signed = person.present(document, **{"@context": repeated, "proofPurpose": "assertionMethod"})
    response = await suite.verify(signed)
    assert response.status_code == 200, response.text


async def test_an_end_that_goes_by_another_name_is_not_overlooked(suite, person):
    """The statements and so the signature stay as they are; only `validUntil` would be found nowhere."""
    ended = person.issue(credential(person.did, validUntil="2026-05-09T00:00:00Z"))
    name = {
        "@id": "https://www.w3.org/2018/credentials#validUntil",
        "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
    }
    renamed = {member: value for member, value in ended.items() if member != "validUntil"}
    renamed |= {"@context": [VC_2, EXAMPLES, {"until": name}], "until": ended["validUntil"]}
    assert_refused(await suite.verify(ended))
    body = assert_refused(await suite.verify(renamed))
    assert body["report"]["conclusion"] == "altered"


class TestTheOccasion:
    @pytest.mark.parametrize(
        "options",
        [
            pytest.param({"challenge": "1235abcd6789"}, id="a challenge"),
            pytest.param({"domain": "domain.example"}, id="a domain"),
            pytest.param({"domain": ["domain.example"]}, id="domains"),
            pytest.param({"expectedProofPurpose": "authentication"}, id="another purpose"),
        ],
    )
    async def test_that_it_was_not_signed_for(self, suite, options):
        body = assert_refused(await suite.verify(await suite.issued(), **options))
        assert body["report"]["conclusion"] == "signed for another occasion"

    async def test_the_purpose_that_it_was_signed_for(self, suite):
        response = await suite.verify(await suite.issued(), expectedProofPurpose="assertionMethod")
        assert response.status_code == 200
        assert response.json()["checks"][-1] == "challenge"


BODIES = [
    pytest.param({}, id="nothing"),
    pytest.param({"credential": {}}, id="under another name"),
    pytest.param({"verifiableCredential": None}, id="null"),
    pytest.param({"verifiableCredential": []}, id="a list"),
    pytest.param({"verifiableCredential": 7}, id="a number"),
    pytest.param({"verifiableCredential": True}, id="true"),
    pytest.param({"verifiableCredential": {}}, id="an empty object"),
    pytest.param({"verifiableCredential": {"type": ["NonconformingDocument"]}}, id="a document that is none"),
    pytest.param({"verifiableCredential": {}, "options": []}, id="options that are a list"),
    pytest.param({"verifiableCredential": {}, "options": {"domain": 7}}, id="a domain that is a number"),
    pytest.param({"verifiableCredential": {}, "more": 1}, id="a member that is not known"),
    pytest.param({"verifiableCredential": {}, "options": {"returnCredential": "yes"}}, id="a text for yes or no"),
    pytest.param([], id="a list instead of an object"),
    pytest.param("text", id="a text instead of an object"),
    pytest.param(7, id="a number instead of an object"),
]


@pytest.mark.parametrize("body", BODIES)
async def test_requests_of_another_form(anonymous, body):
    response = await anonymous.post("/vc-api/credentials/verify", json=body)
    assert response.status_code == 400, response.text


@pytest.mark.parametrize("option", ["trustedIssuers", "returnPresentation", "Challenge"])
async def test_an_option_that_is_not_known_may_be_a_condition(suite, option):
    """Whoever asks for more than is looked at must not be told that it holds."""
    problem = assert_problem(await suite.verify(await suite.issued(), **{option: True}), 400, "invalid-credential")
    assert [error["pointer"] for error in problem["errors"]] == [f"/options/{option}"]


@pytest.mark.parametrize(
    ("path", "member", "value"),
    [
        ("credentials", "verifiableCredential", 7),
        ("credentials", "verifiableCredential", ""),
        ("presentations", "verifiablePresentation", 7),
    ],
)
async def test_what_is_wrong_is_pointed_at_once_and_where_it_stands(anonymous, path, member, value):
    response = await anonymous.post(f"/vc-api/{path}/verify", json={member: value, "options": {"domain": 7}})
    problem = assert_problem(response, 400, "invalid-credential")
    assert [error["pointer"] for error in problem["errors"]] == [f"/{member}", "/options/domain"]


async def test_a_presentation_is_no_credential(suite, person):
    assert_refused(await suite.verify(person.present(person.presentation())))


async def test_version_1_1_of_somebody_else(suite, person):
    contexts = {"@context": [VC_1, "https://w3id.org/security/data-integrity/v2"]}
    assert (await suite.verify(person.issue(old_credential(person.did, **contexts)))).status_code == 200


async def test_a_request_of_another_media_type(anonymous):
    response = await anonymous.post("/vc-api/credentials/verify", content=b"{}", headers={"Content-Type": "text/xml"})
    assert_problem(response, 415, "unsupported-media-type")
