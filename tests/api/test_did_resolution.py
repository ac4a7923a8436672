"""The resolver, as the test suite of DID Resolution asks it (github.com/w3c-ccg/did-resolution-mocha-test-suite)."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from urllib.parse import quote

import pytest

from app.services.did_resolving import resolve_did
from app.verification import Found, Missing

pytestmark = pytest.mark.anyio

ENDPOINT = "/1.0/identifiers"
RESULT = "application/did-resolution"
LINKED = 'application/ld+json;profile="https://w3id.org/did-resolution"'
# From the specification of did:key (section 5) and of did:jwk ("Examples").
DID_KEY = "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"
DID_JWK = (
    "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5"
    "IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
)
NOT_ASCII = ["🔥💥🚫", "Привет", "こんにちは", "مرحبا", "foo\u200bbar"]


def assert_failed(response, status, name, form=RESULT):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == form
    body = response.json()
    assert body["didDocument"] is None
    assert body["didDocumentMetadata"] == {}
    assert body["didResolutionMetadata"]["error"]["type"] == f"https://www.w3.org/ns/did#{name}"
    assert body["didResolutionMetadata"]["error"]["detail"].endswith(".")


def assert_resolved(response, did):
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["didDocument"]["id"] == did
    assert body["didResolutionMetadata"]["contentType"] in response.headers["content-type"]
    assert body["didDocumentMetadata"] == {}
    return body["didDocument"]


class TestWhatIsResolved:
    @pytest.mark.parametrize("did", [DID_KEY, DID_JWK])
    @pytest.mark.parametrize("written", [lambda did: did, lambda did: quote(did, safe="")], ids=["plain", "encoded"])
    async def test_a_did_that_is_its_own_key(self, anonymous, did, written):
        response = await anonymous.get(f"{ENDPOINT}/{written(did)}", headers={"Accept": RESULT})
        assert response.headers["content-type"] == RESULT
        document = assert_resolved(response, did)
        assert document["assertionMethod"] == [document["verificationMethod"][0]["id"]]

    @pytest.mark.parametrize(
        "written",
        [
            pytest.param(lambda did: quote(did, safe=""), id="encoded"),
            pytest.param(lambda did: did.replace("%", "%25"), id="with its per cent sign encoded"),
            pytest.param(lambda did: did, id="as it stands"),
        ],
    )
    async def test_our_own(self, anonymous, issuer, written):
        response = await anonymous.get(f"{ENDPOINT}/{written(issuer['did'])}")
        document = assert_resolved(response, issuer["did"])
        assert document == (await anonymous.get(f"/issuers/{issuer['slug']}/did.json")).json()

    async def test_that_of_a_signing_instance(self, anonymous, suite):
        response = await anonymous.get(f"{ENDPOINT}/{suite.did}")
        document = assert_resolved(response, suite.did)
        assert document["verificationMethod"][0]["publicKeyMultibase"] == suite.did.removeprefix("did:key:")

    @pytest.mark.parametrize(
        ("accept", "media_type"),
        [
            (None, RESULT),
            ("*/*", RESULT),
            (RESULT, RESULT),
            ("application/json", "application/json"),
            (
                LINKED,
                LINKED,
            ),
        ],
    )
    async def test_a_result_by_default_and_in_these_forms(self, anonymous, accept, media_type):
        del anonymous.headers["accept"]
        response = await anonymous.get(f"{ENDPOINT}/{DID_KEY}", headers={"Accept": accept} if accept else {})
        assert response.headers["content-type"] == media_type
        assert response.json()["didDocument"]["id"] == DID_KEY

    @pytest.mark.parametrize("form", ["application/did", "application/did+json", "application/did+ld+json"])
    async def test_the_document_alone(self, anonymous, form):
        response = await anonymous.get(f"{ENDPOINT}/{DID_KEY}", headers={"Accept": form})
        assert response.headers["content-type"] == form
        assert response.json()["id"] == DID_KEY
        assert "didResolutionMetadata" not in response.json()


class TestWhatIsNot:
    @pytest.mark.parametrize(
        "did",
        [
            pytest.param("", id="nothing"),
            pytest.param("not-a-did", id="no DID"),
            pytest.param("did:example", id="a method alone"),
            pytest.param("did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktI", id="a key that is none"),
            pytest.param("did:key:", id="a key left out"),
            pytest.param(f"{DID_KEY}#fragment".replace("#", "%23"), id="a DID URL"),
            pytest.param("did:web:exa mple.org", id="a host that is none"),
            pytest.param("%00", id="a zero byte"),
            pytest.param("%ff%fe", id="no text"),
            pytest.param("not%0Aone%0A", id="line breaks"),
            pytest.param("did:web:example.org%0A", id="a line break after it"),
        ],
    )
    async def test_what_is_no_did(self, anonymous, did):
        assert_failed(await anonymous.get(f"{ENDPOINT}/{did}"), 400, "INVALID_DID")

    async def test_a_method_that_is_not_known(self, anonymous):
        response = await anonymous.get(f"{ENDPOINT}/did:unsupported:123456789abcdefghi")
        assert_failed(response, 501, "METHOD_NOT_SUPPORTED")

    async def test_a_key_of_a_kind_that_is_not_known(self, anonymous):
        response = await anonymous.get(f"{ENDPOINT}/did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme")
        assert_failed(response, 501, "FEATURE_NOT_SUPPORTED")

    @pytest.mark.parametrize("path", ["issuers:nobody", "somewhere:else"])
    async def test_an_issuer_that_is_not_there(self, anonymous, path):
        response = await anonymous.get(f"{ENDPOINT}/did:web:localhost%253A8000:{path}")
        assert_failed(response, 404, "NOT_FOUND")

    @pytest.mark.parametrize("accept", ["application/x-unsupported-99999", "text/html", "application/did+cbor"])
    async def test_a_form_that_is_not_offered(self, anonymous, accept):
        response = await anonymous.get(f"{ENDPOINT}/{DID_KEY}", headers={"Accept": accept})
        assert_failed(response, 406, "REPRESENTATION_NOT_SUPPORTED")

    @pytest.mark.parametrize("form", ["application/did", "application/did+json", "application/did+ld+json"])
    async def test_a_failure_is_a_result_whatever_was_asked_for(self, anonymous, form):
        response = await anonymous.get(f"{ENDPOINT}/not-a-did", headers={"Accept": form})
        assert_failed(response, 400, "INVALID_DID")

    @pytest.mark.parametrize("form", [LINKED, "application/json"])
    async def test_a_failure_has_the_form_of_the_result_that_was_asked_for(self, anonymous, form):
        """Clients read what says that it is JSON, and drop the rest."""
        response = await anonymous.get(f"{ENDPOINT}/not-a-did", headers={"Accept": form})
        assert_failed(response, 400, "INVALID_DID", form)

    @pytest.mark.parametrize(
        ("did", "status", "name"),
        [("not-a-did", 400, "INVALID_DID"), ("did:unsupported:1", 501, "METHOD_NOT_SUPPORTED")],
    )
    async def test_the_did_is_looked_at_before_the_options(self, anonymous, did, status, name):
        for wrong in ({"versionTime": "x"}, {"unheard": "1"}):
            assert_failed(await anonymous.get(f"{ENDPOINT}/{did}", params=wrong), status, name)


class TestParameters:
    @pytest.mark.parametrize("value", NOT_ASCII)
    @pytest.mark.parametrize(
        "name", ["service", "serviceType", "relativeRef", "versionId", "versionTime", "hl", "accept"]
    )
    async def test_that_are_not_ascii(self, anonymous, name, value):
        assert_failed(await anonymous.get(f"{ENDPOINT}/{DID_KEY}", params={name: value}), 400, "INVALID_OPTIONS")

    @pytest.mark.parametrize("value", ["my path/file", "file#section", "dir/with?query=value", "100%"])
    async def test_references_that_are_not_encoded(self, anonymous, value):
        response = await anonymous.get(f"{ENDPOINT}/{DID_KEY}", params={"relativeRef": value})
        assert_failed(response, 400, "INVALID_OPTIONS")

    @pytest.mark.parametrize(
        "value",
        [
            "2025-10-07 12:30:45", "2025/10/07T12:30:45", "2025-13-07T12:30:45", "2025-10-32T12:30:45",
            "2025-10-07T25:00:00", "2025-10-07T12:30:60", "2025-10-07T12:30:45+24:00", "2025-10-07",
            "2025-10-07T12:30:45abc", "T12:30:45", "2025-10-07T00:00:00+02:00", "2025-10-07T00:00:00-05:00",
            "2025-10-07T00:00:00", "2025-10-07T00:00:00.123Z", "2025-10-07T00:00:00.999+01:00", "2025-02-30T00:00:00Z",
        ],
    )  # fmt: skip
    async def test_times_that_are_none(self, anonymous, value):
        response = await anonymous.get(f"{ENDPOINT}/{DID_KEY}", params={"versionTime": value})
        assert_failed(response, 400, "INVALID_OPTIONS")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("service", "linkedDomain"), ("serviceType", "LinkedDomain"), ("relativeRef", "my%20path/file"),
            ("versionTime", "2025-10-07T14:30:00Z"), ("versionId", "1"), ("hl", "zQm"),
            ("expandRelativeUrls", "true"), ("noCache", "true"), ("publicKeyFormat", "Multikey"),
        ],
    )  # fmt: skip
    async def test_that_are_right(self, anonymous, name, value):
        assert_resolved(await anonymous.get(f"{ENDPOINT}/{DID_KEY}", params={name: value}), DID_KEY)

    async def test_earlier_versions_of_a_did_web_cannot_be_had(self, anonymous, issuer):
        path = f"{ENDPOINT}/{quote(issuer['did'], safe='')}"
        response = await anonymous.get(path, params={"versionTime": "2025-10-07T14:30:00Z"})
        assert_failed(response, 501, "FEATURE_NOT_SUPPORTED")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("unheard", "1"), ("transformKeys", "JsonWebKey2020"), ("publicKeyFormat", "Ed25519VerificationKey2018"),
            ("publicKeyFormat", "JsonWebKey"), ("enableEncryptionKeyDerivation", "true"),
        ],
    )  # fmt: skip
    async def test_that_are_not_known_are_not_passed_over(self, anonymous, name, value):
        response = await anonymous.get(f"{ENDPOINT}/{DID_KEY}", params={name: value})
        assert_failed(response, 501, "FEATURE_NOT_SUPPORTED")

    async def test_that_stand_there_twice(self, anonymous):
        times = [("versionTime", "2025-10-07T14:30:00Z"), ("versionTime", "2025-10-08T14:30:00Z")]
        assert_failed(await anonymous.get(f"{ENDPOINT}/{DID_KEY}", params=times), 400, "INVALID_OPTIONS")

    async def test_our_own_documents_are_always_fresh_and_whole(self, anonymous, issuer):
        path = f"{ENDPOINT}/{quote(issuer['did'], safe='')}"
        response = await anonymous.get(path, params={"noCache": "true", "expandRelativeUrls": "true"})
        assert assert_resolved(response, issuer["did"]) == (await anonymous.get(path)).json()["didDocument"]
        response = await anonymous.get(path, params={"publicKeyFormat": "Multikey"})
        assert_failed(response, 501, "FEATURE_NOT_SUPPORTED")


class Elsewhere:
    """The world outside, with one answer."""

    def __init__(self, answer):
        self.answer_of_all = answer
        self.asked = []

    @asynccontextmanager
    async def errand(self, *, most):
        assert most == 1
        yield self

    async def answer(self, need):
        self.asked.append(need.url)
        return self.answer_of_all


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestElsewhere:
    DID = "did:web:academy.example"

    async def resolve(self, laurel, outside, **options):
        return await resolve_did(
            self.DID,
            parameters=options.items(),
            database=laurel.database,
            outside=outside,
            instance=laurel.instance,
        )

    async def test_a_document_that_is_there(self, laurel, app):
        outside = Elsewhere(Found(json.dumps({"id": self.DID}).encode(), "application/did+json"))
        found = await self.resolve(laurel, outside)
        assert (found.document, found.failure, outside.asked) == ({"id": self.DID}, None, [self.DID])

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b'{"id": "did:web:stranger.example"}', id="somebody else's"),
            pytest.param(b"[]", id="a list"),
            pytest.param(b"<html>", id="a page"),
            pytest.param(b'{"id": "did:web:academy.example", "assertionMethod": "#a"}', id="no DID document"),
            pytest.param(b'{"id": "' + b"x" * 300_000 + b'"}', id="too much"),
        ],
    )
    async def test_a_document_that_is_not_its_own(self, laurel, content):
        found = await self.resolve(laurel, Elsewhere(Found(content, "application/json")))
        assert (found.document, found.failure) == (None, "INVALID_DID_DOCUMENT")

    async def test_its_addresses_are_made_whole_when_asked(self, laurel):
        written = {"id": self.DID, "assertionMethod": ["#a"]}
        outside = Elsewhere(Found(json.dumps(written).encode(), "application/did+json"))
        assert (await self.resolve(laurel, outside)).document == written
        found = await self.resolve(laurel, outside, expandRelativeUrls="true")
        assert found.document == {"id": self.DID, "assertionMethod": [f"{self.DID}#a"]}

    @pytest.mark.parametrize("options", [{"noCache": "true"}, {"versionId": "1"}, {"publicKeyFormat": "Multikey"}])
    async def test_what_cannot_be_asked_of_others(self, laurel, options):
        """Somebody who is told nothing would take the document for what was asked."""
        outside = Elsewhere(Missing("no"))
        found = await self.resolve(laurel, outside, **options)
        assert (found.document, found.failure, outside.asked) == (None, "FEATURE_NOT_SUPPORTED", [])

    async def test_a_host_that_does_not_answer(self, laurel):
        found = await self.resolve(laurel, Elsewhere(Missing("It took too long.")))
        assert (found.document, found.failure, found.reason) == (None, "NOT_FOUND", "It took too long.")

    async def test_a_document_that_was_withdrawn(self, laurel):
        found = await self.resolve(laurel, Elsewhere(Missing("It was removed.", gone=True)))
        assert (found.document, found.failure, found.deactivated) == (None, None, True)

    async def test_nothing_of_ours_is_fetched(self, laurel):
        outside = Elsewhere(Missing("no"))
        await resolve_did(
            "did:web:localhost%3A8000", database=laurel.database, outside=outside, instance=laurel.instance
        )
        assert outside.asked == []
