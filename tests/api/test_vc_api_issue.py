"""Signing credentials as they are sent, and refusing what is not well built.

The lists follow github.com/w3c-ccg/vc-api-issuer-test-suite and w3c/vc-data-model-2.0-test-suite.
"""

from __future__ import annotations

import base64
import gzip
import json

import pytest

from app.errors import InvalidProofError
from app.signing.multibase import decode_multibase
from tests.api.conftest import path_of
from tests.api.vc_api import EXAMPLES, NAMES, VC_1, VC_2, Person, address, credential, entry, old_credential
from tests.problem import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SUBJECT = {"id": "did:example:ebfeb1f712ebc6f1c276e12ec21", "alumniOf": "The School of Examples"}
SRI = "sha384-Ml/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"


def index_of(issued):
    return int(issued["credentialStatus"]["statusListIndex"])


class TestEveryInstance:
    @pytest.mark.parametrize("suite", NAMES, indirect=True)
    @pytest.mark.parametrize("make", [credential, old_credential], ids=["2.0", "1.1"])
    async def test_signs_under_its_own_key_and_verifies(self, suite, make):
        sent = make(suite.did)
        response = await suite.issue(sent)
        assert response.status_code == 201, response.text
        assert response.headers["content-type"] == "application/json"
        issued = response.json()["verifiableCredential"]
        proof = issued["proof"]
        assert proof["type"] == "DataIntegrityProof"
        assert proof["cryptosuite"] == suite.name.removesuffix("-p384")
        assert proof["proofPurpose"] == "assertionMethod"
        assert proof["verificationMethod"] == f"{suite.did}#{suite.did.removeprefix('did:key:')}"
        assert proof["created"] == "2026-05-10T12:00:00Z"
        assert proof["proofValue"].startswith("z")
        signature = decode_multibase(proof["proofValue"], error=InvalidProofError)
        assert len(signature) == (96 if suite.name.endswith("p384") else 64)
        assert {name: issued[name] for name in sent if name != "@context"} == {
            name: value for name, value in sent.items() if name != "@context"
        }
        verified = await suite.verify(issued)
        assert verified.status_code == 200, verified.text

    @pytest.mark.parametrize("suite", NAMES, indirect=True)
    async def test_signs_its_own_status_lists(self, suite, anonymous):
        issued = await suite.issued()
        url = issued["credentialStatus"]["statusListCredential"]
        response = await anonymous.get(path_of(url))
        listed = response.json()
        assert (listed["issuer"], listed["id"]) == (suite.did, url)
        assert listed["proof"]["cryptosuite"] == suite.name.removesuffix("-p384")
        verified = await suite.verify(listed)
        assert verified.status_code == 200, verified.text


class TestStatus:
    async def test_an_entry_as_the_standard_has_it(self, suite):
        entry = (await suite.issued())["credentialStatus"]
        assert entry == {
            "id": f"{entry['statusListCredential']}#{entry['statusListIndex']}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(int(entry["statusListIndex"])),
            "statusListCredential": entry["statusListCredential"],
        }

    async def test_no_two_have_the_same(self, suite):
        places = [(await suite.issued())["credentialStatus"]["id"] for _ in range(20)]
        assert len(set(places)) == 20

    async def test_one_that_is_there_is_kept(self, suite):
        entry = {"type": "ExampleStatus", "id": "https://status.example/5"}
        assert (await suite.issued(credential(suite.did, credentialStatus=entry)))["credentialStatus"] == entry

    async def test_version_1_1_gets_none(self, suite):
        assert "credentialStatus" not in await suite.issued(old_credential(suite.did))

    async def test_the_list_is_one_that_anybody_can_read(self, suite, anonymous):
        issued = await suite.issued()
        response = await anonymous.get(
            path_of(issued["credentialStatus"]["statusListCredential"]), headers={"Accept": "application/json"}
        )
        assert response.headers["content-type"] == "application/json"
        subject = response.json()["credentialSubject"]
        assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
        bits = bits_of(subject)
        assert len(bits) * 8 >= 131_072
        assert not any(bits)

    @pytest.mark.parametrize("by", ["id", "credentialId", "entry"])
    async def test_a_revocation_is_in_the_list_at_once(self, suite, anonymous, by):
        options = {"options": {"credentialId": "our-number-5"}} if by == "credentialId" else {}
        sent = credential(suite.did, **({"id": ...} if by == "credentialId" else {}))
        issued = (await suite.issue(sent, **options)).json()["verifiableCredential"]
        other = await suite.issued(credential(suite.did, id="urn:example:other"))
        entry = issued["credentialStatus"] if by == "entry" else {
            "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
        }  # fmt: skip
        body = {"credentialId": issued.get("id", "our-number-5"), "credentialStatus": entry, "status": True}
        for _ in range(2):  # final, and the same when it is asked for again
            assert (await anonymous.post(address(suite.name, "status"), json=body)).status_code == 200
        listed = await anonymous.get(path_of(issued["credentialStatus"]["statusListCredential"]))
        bits = bits_of(listed.json()["credentialSubject"])
        assert is_set(bits, index_of(issued))
        assert not is_set(bits, index_of(other))
        assert (await suite.verify(issued)).json()["report"]["conclusion"] == "revoked"
        assert (await suite.verify(other)).status_code == 200

    @pytest.mark.parametrize(
        ("changes", "status", "pointer"),
        [
            pytest.param({"status": False}, 400, "/status", id="taken back"),
            pytest.param({"credentialId": "urn:example:nobody"}, 404, None, id="of nobody"),
            pytest.param(
                {"credentialStatus": {"type": "Other", "statusPurpose": "revocation"}},
                400,
                "/credentialStatus",
                id="in a list of another type",
            ),
            pytest.param(
                {"credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "suspension"}},
                400,
                "/credentialStatus",
                id="for another purpose",
            ),
            pytest.param({"credentialStatus": []}, 400, "/credentialStatus", id="no entry"),
            pytest.param({"status": "true"}, 400, "/status", id="text for a status"),
        ],
    )
    async def test_what_cannot_be_revoked(self, suite, anonymous, changes, status, pointer):
        issued = await suite.issued()
        entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
        body = {"credentialId": issued["id"], "credentialStatus": entry, "status": True} | changes
        response = await anonymous.post(address(suite.name, "status"), json=body)
        assert_problem(response, status, "not-found" if status == 404 else "invalid-credential", pointer=pointer)

    @pytest.mark.parametrize(
        "place",
        [
            {"statusListIndex": "131072"}, {"statusListIndex": "-1"}, {"statusListIndex": "05"},
            {"statusListCredential": "https://elsewhere.example/1"},
        ],
    )  # fmt: skip
    async def test_a_place_that_it_does_not_hold(self, suite, anonymous, place):
        issued = await suite.issued()
        body = {"credentialId": issued["id"], "credentialStatus": issued["credentialStatus"] | place, "status": True}
        response = await anonymous.post(address(suite.name, "status"), json=body)
        assert response.status_code in (400, 404), response.text

    async def test_another_instance_cannot_revoke_it(self, suite, admin, anonymous):
        issued = await suite.issued()
        await admin.put("/vc-api/issuers/vc-test/eddsa-jcs-2022")
        body = {"credentialId": issued["id"], "credentialStatus": issued["credentialStatus"], "status": True}
        response = await anonymous.post(address("eddsa-jcs-2022", "status"), json=body)
        assert_problem(response, 404, "not-found")

    async def test_a_list_that_is_not_there(self, anonymous):
        assert_problem(await anonymous.get("/vc-api/status/3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11"), 404, "not-found")
        assert_problem(await anonymous.get("/vc-api/status/5"), 422, "invalid-fields")


def bits_of(subject):
    encoded = subject["encodedList"].removeprefix("u")
    return gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))


def is_set(bits, index):
    return bool(bits[index // 8] & (0x80 >> index % 8))


GOOD = [
    pytest.param({"id": ...}, id="no id"),
    pytest.param({"type": "VerifiableCredential"}, id="one type as text"),
    pytest.param({"validFrom": ...}, id="no dates"),
    pytest.param({"validUntil": "2030-01-01T00:00:00+02:00"}, id="an end in another zone"),
    pytest.param({"validFrom": "2050-01-01T00:00:00Z"}, id="a beginning that is to come"),
    pytest.param({"name": "A credential"}, id="a name"),
    pytest.param({"name": {"@value": "Zeugnis", "@language": "de"}}, id="a name with its language"),
    pytest.param(
        {"name": [{"@value": "a", "@language": "en"}, {"@value": "b", "@language": "fr"}]}, id="two languages"
    ),
    pytest.param({"credentialSubject": [SUBJECT, {"id": "did:example:2", "name": "B"}]}, id="two subjects"),
    pytest.param({"credentialSchema": {"id": "https://s.example/1", "type": "JsonSchema"}}, id="a schema"),
    pytest.param({"termsOfUse": {"type": "ExamplePolicy", "id": "https://p.example/"}}, id="terms of use"),
    pytest.param({"evidence": [{"type": "Evidence", "id": "https://e.example/"}]}, id="evidence"),
    pytest.param({"refreshService": {"type": "ExampleRefresh", "id": "https://r.example/"}}, id="a refresh service"),
    pytest.param({"relatedResource": [{"id": "https://r.example/1", "digestSRI": SRI}]}, id="a related resource"),
    pytest.param(
        {"@context": [VC_2, {"alumniOf": "https://a.example/#of"}], "type": ["VerifiableCredential"]},
        id="a context in it",
    ),
]


@pytest.mark.parametrize("changes", GOOD)
async def test_what_may_differ(suite, changes):
    response = await suite.issue(credential(**{"issuer": suite.did, **changes}))
    assert response.status_code == 201, response.text


async def test_the_issuer_may_be_an_object(suite):
    issuer = {"id": suite.did, "name": "Example University"}
    assert (await suite.issued(credential(issuer)))["issuer"] == issuer


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022"], indirect=True)
async def test_a_direction_of_writing_where_the_text_is_signed(suite):
    name = {"@value": "HTML و CSS", "@language": "ar", "@direction": "rtl"}
    assert (await suite.issued(credential(suite.did, name=name)))["name"] == name


async def test_proofs_of_others_stay(suite):
    somebody = Person()
    signed = somebody.issue(credential(suite.did))
    issued = await suite.issued(signed)
    assert issued["proof"][0] == signed["proof"][0]
    assert issued["proof"][1]["verificationMethod"].startswith(suite.did)
    assert len(issued["proof"]) == 2


# name: what is changed, and where the problem says that it is
BAD = [
    pytest.param({"@context": ...}, id="no context"),
    pytest.param({"@context": []}, id="an empty list of contexts"),
    pytest.param({"@context": None}, id="a context that is null"),
    pytest.param({"@context": 4}, id="a context that is a number"),
    pytest.param({"@context": "string"}, id="a context that is a word"),
    pytest.param({"@context": {}}, id="a context that is an object alone"),
    pytest.param({"@context": [{"foo": True}, 4, False, None]}, id="contexts that are none"),
    pytest.param({"@context": [EXAMPLES]}, id="without the first context"),
    pytest.param({"@context": [EXAMPLES, VC_2]}, id="the first context second"),
    pytest.param({"@context": [{"a": "https://a.example/"}, VC_2]}, id="a context of its own before the first"),
    pytest.param({"@context": [VC_2, "https://unknown.example/context"]}, id="a context that is not pinned"),
    pytest.param({"@context": [VC_2, "https ://not-a-url/contexts/example/v1"]}, id="a context that is no address"),
    pytest.param({"@context": [VC_2, VC_1]}, id="both versions"),
    pytest.param({"@context": [VC_2]}, id="words without a meaning"),
    pytest.param({"@context": [VC_2, EXAMPLES, {"id": "https://a.example/"}]}, id="a protected term redefined"),
    pytest.param({"@context": [VC_2, EXAMPLES, {"VerifiableCredential": "https://a.example/"}]}, id="its type too"),
    pytest.param({"type": ...}, id="no type"),
    pytest.param({"type": []}, id="no type in the list"),
    pytest.param({"type": None}, id="a type that is null"),
    pytest.param({"type": 4}, id="a type that is a number"),
    pytest.param({"type": {}}, id="a type that is an object"),
    pytest.param({"type": [2, None, {"foo": True}, False]}, id="types that are none"),
    pytest.param({"type": ["AlumniCredential"]}, id="without the type of credentials"),
    pytest.param({"type": ["VerifiablePresentation"]}, id="the type of presentations"),
    pytest.param({"type": ["VerifiableCredential", "not a term"]}, id="a type that is neither term nor address"),
    pytest.param({"id": None}, id="an id that is null"),
    pytest.param({"id": ["urn:x:1", "urn:x:2"]}, id="two ids"),
    pytest.param({"id": "no address"}, id="an id that is no address"),
    pytest.param({"id": 7}, id="an id that is a number"),
    pytest.param({"id": {}}, id="an id that is an object"),
    pytest.param({"issuer": ...}, id="no issuer"),
    pytest.param({"issuer": None}, id="an issuer that is null"),
    pytest.param({"issuer": []}, id="an issuer that is a list"),
    pytest.param({"issuer": 4}, id="an issuer that is a number"),
    pytest.param({"issuer": True}, id="an issuer that is true"),
    pytest.param({"issuer": "not an address"}, id="an issuer that is no address"),
    pytest.param({"issuer": {"name": "A"}}, id="an issuer without an id"),
    pytest.param({"issuer": {"id": None}}, id="an issuer whose id is null"),
    pytest.param({"issuer": {"id": "not an address"}}, id="an issuer whose id is no address"),
    pytest.param({"issuer": "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"}, id="another issuer"),
    pytest.param({"credentialSubject": ...}, id="no subject"),
    pytest.param({"credentialSubject": None}, id="a subject that is null"),
    pytest.param({"credentialSubject": []}, id="no subject in the list"),
    pytest.param({"credentialSubject": "did:example:1234"}, id="a subject that is text"),
    pytest.param({"credentialSubject": [None, True, 4]}, id="subjects that are none"),
    pytest.param({"credentialSubject": {}}, id="a subject of which nothing is said"),
    pytest.param({"credentialSubject": {"id": ["did:example:1", "did:example:2"]}}, id="a subject with two ids"),
    pytest.param({"validFrom": "2026-05-01"}, id="a beginning without a time"),
    pytest.param({"validFrom": "2026-05-01T00:00:00"}, id="a beginning without a zone"),
    pytest.param({"validFrom": "2026-13-01T00:00:00Z"}, id="a beginning that is no date"),
    pytest.param({"validFrom": None}, id="a beginning that is null"),
    pytest.param({"validFrom": 1777600000}, id="a beginning that is a number"),
    pytest.param({"validUntil": "soon"}, id="an end that is a word"),
    pytest.param({"validUntil": "2026-04-01T00:00:00Z"}, id="an end before the beginning"),
    pytest.param({"credentialStatus": {"id": "https://s.example/1"}}, id="a status without a type"),
    pytest.param({"credentialStatus": {"id": "no address", "type": "ExampleStatus"}}, id="a status of no address"),
    pytest.param({"credentialStatus": {"id": ["urn:x:1", "urn:x:2"], "type": "Example"}}, id="a status with two ids"),
    pytest.param({"credentialStatus": "https://s.example/1"}, id="a status that is text"),
    pytest.param({"credentialStatus": entry(statusListIndex=True)}, id="a place in a list that is true"),
    pytest.param({"credentialStatus": [entry(), entry(statusListCredential="list 1")]}, id="a list of no address"),
    pytest.param({"credentialSchema": {"id": "https://s.example/1"}}, id="a schema without a type"),
    pytest.param({"credentialSchema": {"type": "JsonSchema"}}, id="a schema without an id"),
    pytest.param({"credentialSchema": {"id": "no address", "type": "JsonSchema"}}, id="a schema of no address"),
    pytest.param({"evidence": {"id": "https://e.example/"}}, id="evidence without a type"),
    pytest.param({"termsOfUse": {"id": "https://p.example/"}}, id="terms of use without a type"),
    pytest.param({"refreshService": {"id": "https://r.example/"}}, id="a refresh service without a type"),
    pytest.param({"relatedResource": [{"id": "https://r.example/1"}]}, id="a related resource without a digest"),
    pytest.param({"relatedResource": [{"digestSRI": SRI}]}, id="a related resource without an id"),
    pytest.param({"relatedResource": [{"id": "https://r.example/1", "digestSRI": SRI}] * 2}, id="a resource twice"),
    pytest.param({"relatedResource": ["https://r.example/1"]}, id="a related resource that is text"),
    pytest.param({"name": {"@value": "a", "@language": "en", "extra": "b"}}, id="more beside a name in a language"),
    pytest.param({"name": {"@language": "en"}}, id="a language without a name"),
    pytest.param({"name": {"@value": 7}}, id="a name that is a number"),
    pytest.param({"description": {"@value": "a", "@language": "not a language"}}, id="a language that is none"),
    pytest.param({"proof": {"created": "2026-05-01T00:00:00Z"}}, id="a proof without a type"),
    pytest.param({"proof": [{"type": "DataIntegrityProof"}] * 8}, id="eight proofs already"),
    pytest.param({"statusEntry": {"statusListIndex": True}, "@context": [VC_2]}, id="a member that is not known"),
]


async def test_a_status_entry_of_another_list_is_kept(suite):
    several = [entry(), entry(id=..., statusPurpose="suspension", statusSize=2)]
    assert (await suite.issued(credential(suite.did, credentialStatus=several)))["credentialStatus"] == several


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"], indirect=True)
@pytest.mark.parametrize("changes", BAD)
async def test_what_is_refused(suite, changes):
    response = await suite.issue(credential(**{"issuer": suite.did, **changes}))
    problem = assert_problem(response, 400, "invalid-credential")
    assert all(error["pointer"].startswith("/credential") for error in problem["errors"])


OLD = [
    pytest.param({"issuanceDate": ...}, id="no date of issue"),
    pytest.param({"issuanceDate": "2026-05-01"}, id="a date of issue without a time"),
    pytest.param({"expirationDate": "2026-04-01T00:00:00Z"}, id="an end before the beginning"),
    pytest.param({"credentialSubject": {}}, id="a subject of which nothing is said"),
]


@pytest.mark.parametrize("changes", OLD)
async def test_what_is_refused_on_version_1_1(suite, changes):
    response = await suite.issue(old_credential(suite.did, **changes))
    assert_problem(response, 400, "invalid-credential")


BODIES = [
    pytest.param({}, id="nothing"),
    pytest.param({"verifiableCredential": {}}, id="under another name"),
    pytest.param({"credential": None}, id="null"),
    pytest.param({"credential": []}, id="a list"),
    pytest.param({"credential": "credential"}, id="a text"),
    pytest.param({"credential": 7}, id="a number"),
    pytest.param({"credential": {}}, id="an empty object"),
    pytest.param({"credential": {}, "more": True}, id="a member that is not known"),
    pytest.param({"credential": {}, "options": []}, id="options that are a list"),
    pytest.param({"credential": {}, "options": "x"}, id="options that are text"),
    pytest.param({"credential": {}, "options": {"mandatoryPointers": ["/issuer"]}}, id="selective disclosure"),
    pytest.param({"credential": {}, "options": {"created": "2026-01-01T00:00:00Z"}}, id="another date of signing"),
    pytest.param({"credential": {}, "options": {"credentialId": 7}}, id="a number for a name"),
    pytest.param([], id="a list instead of an object"),
    pytest.param("text", id="a text instead of an object"),
    pytest.param(7, id="a number instead of an object"),
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("act", ["issue", "status"])
async def test_requests_of_another_form(suite, anonymous, act, body):
    response = await anonymous.post(address(suite.name, act), json=body)
    assert_problem(response, 400, "invalid-credential")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b'{"credential": {"a": 1, "a": 2}}', 400),
        (b'{"credential": NaN}', 400),
        (b"\xff\xfe", 400),
        (json.dumps({"credential": {"a": "x" * 2_000_000}}).encode(), 413),
        (b'{"credential": ' + b"[" * 100 + b"]" * 100 + b"}", 400),
    ],
    ids=["empty", "cut off", "null", "a member twice", "no number", "no text", "too much", "too deep"],
)
async def test_requests_that_are_no_json(suite, anonymous, raw, status):
    response = await anonymous.post(address(suite.name), content=raw, headers={"Content-Type": "application/json"})
    assert response.status_code == status, response.text


async def test_a_request_of_another_media_type(suite, anonymous):
    response = await anonymous.post(address(suite.name), content=b"{}", headers={"Content-Type": "text/plain"})
    assert_problem(response, 415, "unsupported-media-type")
