"""The VC-API as its test suites use it: an issuer that is open, and one request for each question."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime

from app.cli import samples
from app.jsonld import GENERIC_CONTEXTS
from app.services.vc_instances import InstanceName
from app.signing import CRYPTOSUITES, Algorithm, LocalSigner, PrivateKey, add_proof, did_key, did_key_method, sign_jwt
from app.signing.multibase import encode_multibase
from app.signing.suite import Unsecured

VC_2 = "https://www.w3.org/ns/credentials/v2"
VC_1 = "https://www.w3.org/2018/credentials/v1"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"

SLUG = samples.TEST_ISSUER["slug"]
NAMES = [name.value for name in InstanceName]


def address(name, act="issue"):
    return f"/vc-api/issuers/{SLUG}/{name}/credentials/{act}"


def credential(issuer, **changes):
    """A credential on version 2.0; a member that is changed to `...` is left out."""
    members = {
        "@context": [VC_2, EXAMPLES],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "issuer": issuer,
        "validFrom": "2026-05-01T19:23:24Z",
        "credentialSubject": {"id": "did:example:ebfeb1f712ebc6f1c276e12ec21", "alumniOf": "The School of Examples"},
    }
    return {name: value for name, value in (deepcopy(members) | changes).items() if value is not ...}


def old_credential(issuer, **changes):
    """The same on version 1.1, in words that are pinned."""
    members = {
        "@context": [VC_1],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc34",
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "issuanceDate": "2026-05-01T19:23:24Z",
        "credentialSubject": {"id": "did:example:ebfeb1f712ebc6f1c276e12ec21"},
    }
    return {name: value for name, value in (members | changes).items() if value is not ...}


def entry(**changes):
    """A status entry in somebody else's list."""
    members = {
        "id": "https://s.example/lists/1#5",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": "https://s.example/lists/1",
    }
    return {name: value for name, value in (members | changes).items() if value is not ...}


class Suite:
    """One instance of the issuer for tests, and the verifiers, asked by anybody."""

    def __init__(self, client, name, did):
        self.client = client
        self.name = name
        self.did = did

    async def issue(self, document, **members):
        return await self.client.post(address(self.name), json={"credential": document, **members})

    async def issued(self, document=None):
        response = await self.issue(document or credential(self.did))
        assert response.status_code == 201, response.text
        return response.json()["verifiableCredential"]

    async def verify(self, document, **options):
        body = {"verifiableCredential": document, **({"options": options} if options else {})}
        return await self.client.post("/vc-api/credentials/verify", json=body)

    async def verify_presentation(self, document, **options):
        body = {"verifiablePresentation": document, **({"options": options} if options else {})}
        return await self.client.post("/vc-api/presentations/verify", json=body)


async def open_suite(admin, anonymous, name):
    """The issuer for tests with the instance `name`."""
    made = await admin.post("/v1/issuers", json=samples.TEST_ISSUER)
    assert made.status_code in (201, 409), made.text
    instance = await admin.put(f"/vc-api/issuers/{SLUG}/{name}")
    assert instance.status_code in (200, 201), instance.text
    return Suite(anonymous, name, instance.json()["id"])


class Person:
    """Somebody with a key of their own: signs what they show, and what they say of themselves."""

    def __init__(self, algorithm=Algorithm.EDDSA, cryptosuite="eddsa-rdfc-2022"):
        key = PrivateKey.generate(algorithm)
        self.algorithm, self.cryptosuite = algorithm, cryptosuite
        self.did, self.method = did_key(key.public_key), did_key_method(key.public_key)
        self._signer = LocalSigner(key, "key-1")

    def issue(self, document):
        return add_proof(
            document,
            self._signer,
            verification_method=self.method,
            created=datetime(2026, 5, 4, 10, 0, tzinfo=UTC),
            cryptosuite=self.cryptosuite,
            contexts=GENERIC_CONTEXTS,
        )

    def present(self, document, **options):
        """`document` with a proof for authentication; an option that is changed to `...` is left out."""
        members = {
            "type": "DataIntegrityProof",
            "cryptosuite": self.cryptosuite,
            "created": "2026-05-10T11:00:00Z",
            "verificationMethod": self.method,
            "proofPurpose": "authentication",
            **({"@context": document["@context"]} if "jcs" in self.cryptosuite else {}),
            **options,
        }
        members = {name: value for name, value in members.items() if value is not ...}
        unsecured = Unsecured(document, members, contexts=GENERIC_CONTEXTS)
        signature = self._signer.sign(CRYPTOSUITES[self.cryptosuite].hash_data(unsecured, self.algorithm))
        return {**document, "proof": {**members, "proofValue": encode_multibase(signature)}}

    def present_as_token(self, document, **claims):
        return sign_jwt({**document, **claims}, self._signer, kid=self.method, typ="vp+jwt")

    def presentation(self, *credentials, **changes):
        """Unsigned."""
        members = {
            "@context": [VC_2, EXAMPLES],
            "type": ["VerifiablePresentation"],
            "holder": self.did,
            **({"verifiableCredential": list(credentials)} if credentials else {}),
        }
        return {name: value for name, value in (members | changes).items() if value is not ...}
