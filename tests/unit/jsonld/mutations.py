"""Random changes to credentials, for comparing two readers of the same document."""

# ruff: noqa: E501 - tables of words

from __future__ import annotations

import copy
import json
from pathlib import Path

VC = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

TYPICAL = json.loads((Path(__file__).parents[3] / "bench/typical-credential.json").read_text())

PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-05-04T10:00:00Z",
    "proofPurpose": "assertionMethod",
    "verificationMethod": "did:key:z6MkkUZPsMaKKg6Kg5uKmtkJSHF1uQUvF8yWUXBuLTWY2K4w#z6MkkUZPsMaKKg6Kg5uKmtkJSHF1uQUvF8yWUXBuLTWY2K4w",
    "proofValue": "z3FXQjecWufY46yg5abdVZsXqLhxhueuSoZgNSARiKBk9czhSePTFehP8c3PGfb6a22gkfUKods5D2UAUL5n2Brbx",
}

ENDORSEMENT = {
    "@context": [VC, OB],
    "id": "urn:uuid:7c1b6c0e-98f2-4c50-8c57-1c7ea58ac6a3",
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "name": "Endorsement",
    "issuer": {"id": "https://city.example/", "type": ["Profile"], "name": "City"},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:web:badges.riverside.example:issuers:riverside",
        "type": ["EndorsementSubject"],
        "endorsementComment": "Good **work**",
    },
    "proof": [PROOF],
}


def endorsed():
    document = copy.deepcopy(TYPICAL)
    document["issuer"]["endorsement"] = [copy.deepcopy(ENDORSEMENT)]
    document["endorsement"] = [copy.deepcopy(ENDORSEMENT)]
    document["proof"] = copy.deepcopy(PROOF)
    return document


def presentation():
    return {
        "@context": [VC],
        "type": "VerifiablePresentation",
        "holder": "did:example:holder",
        "verifiableCredential": [copy.deepcopy(TYPICAL)],
        "proof": copy.deepcopy(PROOF),
    }


def legacy():
    return {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
            "https://w3id.org/security/suites/ed25519-2020/v1",
        ],
        "id": "http://example.com/credentials/3527",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "https://example.com/issuers/876543", "type": ["Profile"], "name": "Example Corp"},
        "issuanceDate": "2010-01-01T00:00:00Z",
        "name": "Teamwork Badge",
        "credentialSubject": {
            "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://example.com/achievements/21st-century-skills/teamwork",
                "type": ["Achievement"],
                "criteria": {"narrative": "Team members are nominated."},
                "description": "This badge recognises teamwork.",
                "name": "Teamwork",
                "creditsAvailable": 3,
                "tag": ["a", "b"],
            },
        },
        "proof": {
            "type": "Ed25519Signature2020",
            "created": "2022-11-16T18:54:22Z",
            "verificationMethod": "https://example.com/issuers/876543#key-1",
            "proofPurpose": "assertionMethod",
            "proofValue": "z3MUt2ZuU8Byqivxh6GphEM65AFYyNaGYibm97xLTafM7uGufZQLKvJR8itZwxKskvtFM3CUty46v26DZidMNoQnM",
        },
    }


BASES = (lambda: copy.deepcopy(TYPICAL), endorsed, presentation, legacy)

TEXTS = (
    "",
    " ",
    "plain",
    "did:example:1",
    "https://e.example/a b",
    "https://e.example/ü",
    "urn:x",
    "relative",
    "/path",
    "#frag",
    "_:b0",
    "_:c14n0",
    "@id",
    "@type",
    "@foo",
    "id",
    "name",
    "VC:x",
    "xsd:dateTime",
    "cred:x",
    "sec:proof",
    "a:",
    "Profile",
    "Achievement",
    "Alignment",
    "IdentityObject",
    "assertionMethod",
    "line\nbreak",
    'quote"\\',
    "\t\b\f\r\x00\x1f\x7f",
    "emoji 😀 \ue000",
    "\u2028",
    "\ud800",
    "en-GB",
    "true",
    "2026-01-01T00:00:00Z",
    "http://[::1]/",
    "HTTP://E.example",
    ":",
    "a:b:c",
    "mailto:a@b.example",
    "https://e.example/<x>",
    "https://e.example/a\u00a0b",
    "https://e.example/\U0001f600\ue000",
    "proof",
    "@vocab",
    "@none",
    "@json",
)
DATATYPES = (
    "http://www.w3.org/2001/XMLSchema#double",
    "http://www.w3.org/2001/XMLSchema#integer",
    "http://www.w3.org/2001/XMLSchema#string",
    "https://www.w3.org/2001/XMLSchema#float",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
    "@json",
    "@id",
    "@vocab",
    "@none",
    "",
    None,
)
NUMBERS = (
    0,
    1,
    -1,
    6.0,
    1.5,
    -0.0,
    1e-7,
    1e21,
    2**53,
    2**53 + 1,
    0.1 + 0.2,
    281474976710656.25,
    3.6666666666666665,
    True,
    False,
)
KEYS = (
    "name",
    "id",
    "type",
    "@id",
    "@type",
    "description",
    "unknown",
    "image",
    "url",
    "tag",
    "alignment",
    "achievement",
    "result",
    "resultDescription",
    "allowedValue",
    "issuer",
    "proof",
    "evidence",
    "creditsAvailable",
    "narrative",
    "criteria",
    "identifier",
    "hashed",
    "value",
    "points",
    "@value",
    "@language",
    "@direction",
    "@graph",
    "@index",
    "@included",
    "@reverse",
    "@nest",
    "@list",
    "@set",
    "@foo",
    "https://e.example/p",
    "schema:name",
    "_:p",
    "",
    "endorsement",
    "creator",
    "address",
    "proofPurpose",
    "termsOfUse",
    "credentialSubject",
    "verifiableCredential",
    "holder",
    "statusMessage",
    "message",
    "_sd",
    "cnf",
    "jwk",
    "jsonSchema",
    "otherIdentifier",
    "validFrom",
    "confidenceMethod",
    "refreshService",
    "targetUrl",
    "parentOrg",
    "geo",
    "inLanguage",
    "official",
)
TYPES = (
    "Profile",
    "Achievement",
    "Alignment",
    "AchievementSubject",
    "Image",
    "Result",
    "ResultDescription",
    "Evidence",
    "Address",
    "IdentityObject",
    "IdentifierEntry",
    "VerifiableCredential",
    "OpenBadgeCredential",
    "DataIntegrityProof",
    "JsonSchema",
    "BitstringStatusListEntry",
    "EndorsementSubject",
    "Unknown",
    "https://e.example/T",
    "xsd:T",
    "@json",
    "id",
    "name",
    "Criteria",
    "1EdTechJsonSchemaValidator2019",
    "VerifiablePresentation",
    "Related",
    "GeoCoordinates",
)


def changed(document, random):
    """A copy of `document` with up to four changes."""
    document = copy.deepcopy(document)
    for _ in range(random.randint(0, 4)):
        _change(document, random)
    return document


def value(random, depth=0):
    kind = random.randint(0, 9)
    if kind <= 3:
        return random.choice(TEXTS)
    if kind == 4:
        return random.choice(NUMBERS)
    if kind == 5:
        return None
    if kind == 6 and depth < 3:
        return [value(random, depth + 1) for _ in range(random.randint(0, 3))]
    if kind == 7:
        return {
            "@value": random.choice(TEXTS + NUMBERS),
            **random.choice(({}, {"@language": random.choice(TEXTS)}, {"@type": random.choice(DATATYPES + TEXTS)})),
        }
    if depth >= 3:
        return {}
    node = {random.choice(KEYS): value(random, depth + 1) for _ in range(random.randint(0, 3))}
    if random.randint(0, 1):
        node["type"] = (
            random.choice(TYPES)
            if random.randint(0, 1)
            else [random.choice(TYPES) for _ in range(random.randint(0, 2))]
        )
    if random.randint(0, 4) == 0:
        node["@context"] = random.choice(([VC], [VC, OB], [OB], VC, [EXTENSIONS, VC], []))
    return node


def _containers(item):
    found = [item] if isinstance(item, dict) else []
    for member in item.values() if isinstance(item, dict) else item:
        if isinstance(member, dict | list):
            found.extend(_containers(member))
    return found


def _change(document, random):
    place = random.choice(_containers(document))
    keys = [key for key in place if place is not document or key != "@context"]
    operation = random.randint(0, 7)
    if operation == 0 or not keys:
        place[random.choice(KEYS)] = value(random)
        return
    key = random.choice(keys)
    if operation == 1:
        del place[key]
    elif operation == 2:
        place[key] = value(random)
    elif operation == 3:
        place[random.choice(KEYS)] = place.pop(key)
    elif operation == 4:
        place[key] = [place[key]] if random.randint(0, 1) else [place[key], copy.deepcopy(place[key])]
    elif operation == 5:
        place["type"] = [random.choice(TYPES) for _ in range(random.randint(0, 3))]
    elif operation == 6:
        place[key] = copy.deepcopy(random.choice(_containers(document)))
    elif isinstance(place[key], list) and place[key]:
        place[key].append(value(random))
    else:
        place[key] = random.choice(TEXTS)
