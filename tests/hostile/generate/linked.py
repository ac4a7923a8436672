"""`ld-*`: documents that say more, less or something else than their signature (threat T-08)."""

from __future__ import annotations

from tests.factories import REMOVED, put, sign
from tests.hostile.generate.honest import ATTACKER, ISSUER, as_json, badge, changed, resigned, signed, subject
from tests.hostile.generate.sample import ANYTHING_BUT_VALID, INVALID, NOT_VALID, rows

ACHIEVEMENT = "/credentialSubject/achievement"
_NO_ENTRY = {"id": "urn:x", "type": "BitstringStatusListEntry"}
SCHEMA_ORG = "https://schema.org/"
CREDENTIALS = "https://www.w3.org/2018/credentials#"

# Where something may be said, and what an undefined member is put into.
PLACES = {
    "root": "",
    "issuer": "/issuer",
    "subject": "/credentialSubject",
    "achievement": ACHIEVEMENT,
    "criteria": f"{ACHIEVEMENT}/criteria",
    "result": "/credentialSubject/result/0",
    "evidence": "/evidence/0",
    "identifier": "/credentialSubject/identifier/0",
    "schema": "/credentialSchema/0",
    "proof": "/proof/0",
}
ALTERED = {
    "name": ("/name", "Advanced Teaching"),
    "id": ("/id", "https://badges.example/credentials/another"),
    "learner": ("/credentialSubject/identifier/0/identityHash", "Somebody Else"),
    "email-hash": ("/credentialSubject/identifier/1/identityHash", "sha256$" + "0" * 64),
    "achievement-name": (f"{ACHIEVEMENT}/name", "Doctor of Medicine"),
    "narrative": (f"{ACHIEVEMENT}/criteria/narrative", "None."),
    "result": ("/credentialSubject/result/0/value", "Failed"),
    "issuer-name": ("/issuer/name", "University of Oxford"),
    "issuer-url": ("/issuer/url", "https://attacker.example/"),
    "valid-until": ("/validUntil", "2099-05-04T10:00:00Z"),
    "valid-from": ("/validFrom", "2020-05-04T10:00:00Z"),
    "awarded": ("/awardedDate", "2020-05-04T10:00:00Z"),
    "until-removed": ("/validUntil", REMOVED),
    "result-removed": ("/credentialSubject/result", REMOVED),
    "evidence-removed": ("/evidence", REMOVED),
    "schema-removed": ("/credentialSchema", REMOVED),
    "email-removed": ("/credentialSubject/identifier", subject()["identifier"][:1]),
    "subject-id-added": ("/credentialSubject/id", ATTACKER.did),
    "image-changed": (f"{ACHIEVEMENT}/image/id", "https://attacker.example/a.png"),
    "type-added": ("/type", ["VerifiableCredential", "OpenBadgeCredential", "VerifiablePresentation"]),
    "created": ("/proof/0/created", "2027-05-04T10:00:05Z"),
    "language-added": ("/name", {"@value": "Differentiated Teaching", "@language": "en"}),
    "number-for-text": (f"{ACHIEVEMENT}/name", 1),
}


def undefined():
    yield from rows(
        INVALID,
        {
            f"ld-undefined-{label}": (
                "a member without meaning was added; the signature of what is left fits",
                lambda place=place: changed(f"{place}/grade", "with highest honours"),
            )
            for label, place in PLACES.items()
        },
    )
    yield from rows(
        INVALID,
        {
            "ld-undefined-type": (
                "a type without meaning was added",
                lambda: changed("/type", [*badge()["type"], "Doctorate"]),
            ),
            "ld-undefined-deep": (
                "an object without meaning was added",
                lambda: changed("/award", {"grade": {"name": "A"}}),
            ),
            "ld-undefined-name-of-learner": (
                "a name for the learner was added",
                lambda: changed("/credentialSubject/recipientName", "Eve"),
            ),
            "ld-relative-reference": (
                "a reference leads to no address",
                lambda: resigned_without("/evidence/0/id", "plan.html"),
            ),
        },
    )


def resigned_without(path, value) -> bytes:
    """The member changed, under the signature of the document that lacks it."""
    without = sign(put(badge(), path, REMOVED), ISSUER)
    return as_json(put(without, path, value))


def altered():
    yield from rows(
        INVALID,
        {
            f"ld-altered-{label}": (
                "the content was changed after signing",
                lambda path=path, value=value: changed(path, value),
            )
            for label, (path, value) in ALTERED.items()
        },
    )


def iri_named():
    """The same statement under a name that a reader of JSON does not look for."""
    for label, old, new in (
        ("until", "/validUntil", f"/{CREDENTIALS}validUntil"),
        ("until-compact", "/validUntil", "/cred:validUntil"),
        ("status", "/credentialStatus", f"/{CREDENTIALS}credentialStatus"),
        ("issuer", "/issuer", f"/{CREDENTIALS}issuer"),
        ("subject", "/credentialSubject", f"/{CREDENTIALS}credentialSubject"),
        ("name", "/name", f"/{SCHEMA_ORG}name"),
        ("id", "/id", "/@id"),
        ("type", "/type", "/@type"),
    ):
        yield from rows(
            INVALID,
            {f"ld-iri-{label}": ("a member at the top is named by its IRI", lambda o=old, n=new: _renamed(o, n))},
        )
    for label, old, new in (
        ("achievement", ACHIEVEMENT, "/credentialSubject/https://purl.imsglobal.org/spec/vc/ob/vocab.html#achievement"),
        ("achievement-name", f"{ACHIEVEMENT}/name", f"{ACHIEVEMENT}/{SCHEMA_ORG}name"),
        ("issuer-id", "/issuer/id", "/issuer/@id"),
        ("criteria-narrative", f"{ACHIEVEMENT}/criteria", f"{ACHIEVEMENT}/{SCHEMA_ORG}criteria"),
        ("subject-type", "/credentialSubject/type", "/credentialSubject/@type"),
        ("identity-type", "/credentialSubject/identifier/1/identityType", "/credentialSubject/identifier/1/@type"),
    ):
        yield from rows(
            INVALID,
            {
                f"ld-iri-deep-{label}": (
                    "a member further down is named by its IRI",
                    lambda o=old, n=new: _renamed(o, n),
                )
            },
        )
    yield from rows(
        INVALID,
        {
            "ld-iri-proof-purpose": (
                "a member of the proof is named by its IRI",
                lambda: _renamed("/proof/0/proofPurpose", "/proof/0/https://w3id.org/security#proofPurpose"),
            ),
            "ld-iri-proof-expires": (
                "the end of the proof is named by its IRI",
                lambda: _renamed(
                    "/proof/0/expires", "/proof/0/https://w3id.org/security#expiration", "2026-05-05T00:00:00Z"
                ),
            ),
        },
    )


def _pointer(path: str) -> tuple[list[str], str]:
    """The parents of a path and its last name, which may hold slashes when it is an IRI."""
    head, scheme, tail = path.partition("/https://")
    if scheme:
        return [part for part in head.split("/") if part], f"https://{tail}"
    *parents, last = path.removeprefix("/").split("/")
    return parents, last


def _at(document, parents):
    for name in parents:
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def _renamed(old: str, new: str, absent=_NO_ENTRY) -> bytes:
    """The signed document with a member under another name; `absent` stands for one that it lacks."""
    document = signed()
    parents, name = _pointer(old)
    value = _at(document, parents).pop(name, absent)
    parents, name = _pointer(new)
    _at(document, parents)[name] = value
    return as_json(document)


def keywords():
    """Words of JSON-LD itself, added after signing and where it was signed."""
    node = {"id": "urn:x", "name": "Another"}
    added = {
        "graph-root": ("/@graph", [node]),
        "graph-subject": ("/credentialSubject/@graph", [node]),
        "included": ("/@included", [node]),
        "included-deep": (f"{ACHIEVEMENT}/@included", [node]),
        "included-empty": ("/@included", []),
        "reverse": ("/@reverse", {"issuer": {"id": "urn:another"}}),
        "reverse-deep": (f"{ACHIEVEMENT}/@reverse", {"achievement": {"id": "urn:another"}}),
        "nest": ("/@nest", {"name": "Another"}),
        "index": ("/@index", "x"),
        "index-deep": (f"{ACHIEVEMENT}/@index", "x"),
        "vocab-root": ("/@vocab", "https://attacker.example/"),
        "base-root": ("/@base", "https://attacker.example/"),
        "language-root": ("/@language", "en"),
        "id-beside-id": ("/issuer/@id", ATTACKER.did),
        "type-beside-type": ("/credentialSubject/@type", "Achievement"),
        "set": ("/name", {"@set": ["Differentiated Teaching", "Another"]}),
        "list": ("/name", {"@list": ["Differentiated Teaching"]}),
        "json": ("/name", {"@value": {"a": 1}, "@type": "@json"}),
        "direction": ("/name", {"@value": "Differentiated Teaching", "@direction": "rtl"}),
        "unknown-keyword": ("/@grade", "A"),
        "value-and-id": ("/name", {"@value": "x", "id": "urn:x"}),
    }
    yield from rows(
        INVALID,
        {
            f"ld-keyword-{label}": (
                "a word of JSON-LD itself was added",
                lambda path=path, value=value: changed(path, value),
            )
            for label, (path, value) in added.items()
        },
    )


def structures():
    other = subject(id=ATTACKER.did)
    yield from rows(
        INVALID,
        {
            "ld-second-subject": (
                "a second subject was added",
                lambda: changed("/credentialSubject", [subject(), other]),
            ),
            "ld-second-subject-signed": (
                "there are two subjects",
                lambda: resigned("/credentialSubject", [subject(id=ISSUER.did), other]),
            ),
            "ld-second-achievement": (
                "a second achievement was added",
                lambda: changed(ACHIEVEMENT, [badge()["credentialSubject"]["achievement"]] * 2),
            ),
            "ld-second-issuer": (
                "a second issuer was added",
                lambda: changed("/issuer", [ISSUER.profile, ATTACKER.profile]),
            ),
            "ld-second-issuer-signed": (
                "there are two issuers",
                lambda: resigned("/issuer", [ISSUER.profile, ATTACKER.profile]),
            ),
            "ld-issuer-of-another": ("the issuer was replaced", lambda: changed("/issuer/id", ATTACKER.did)),
            "ld-issuer-missing": ("there is no issuer", lambda: resigned("/issuer", REMOVED)),
            "ld-issuer-without-id": ("the issuer has no id", lambda: resigned("/issuer/id", REMOVED)),
            "ld-issuer-fragment": ("the issuer's id is that of a key", lambda: resigned("/issuer/id", ISSUER.method)),
            "ld-issuer-upper-case": (
                "the issuer's id is spelt in capitals",
                lambda: changed("/issuer/id", ISSUER.did.upper()),
            ),
            "ld-graph-wrapped": (
                "the document stands in a @graph",
                lambda: as_json({"@context": badge()["@context"], "@graph": [signed()]}),
            ),
            "ld-array": (
                "the type says presentation",
                lambda: resigned("/type", ["VerifiablePresentation", *badge()["type"]]),
            ),
            "ld-vp": (
                "it is a presentation of an honest badge",
                lambda: as_json(
                    {
                        "@context": badge()["@context"],
                        "type": ["VerifiablePresentation"],
                        "verifiableCredential": [signed()],
                    }
                ),
            ),
            "ld-type-not-a-badge": (
                "its type is not that of a badge",
                lambda: resigned("/type", ["VerifiableCredential"]),
            ),
            "ld-subject-missing": ("there is no subject", lambda: resigned("/credentialSubject", REMOVED)),
            "ld-achievement-missing": ("there is no achievement", lambda: resigned(ACHIEVEMENT, REMOVED)),
        },
    )
    yield from rows(
        NOT_VALID,
        {
            "ld-status-added": (
                "a status entry that leads elsewhere was added",
                lambda: changed(
                    "/credentialStatus", {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
                ),
            ),
            "ld-issuer-did-unknown": (
                "the issuer's kind of identifier is not known",
                lambda: resigned("/issuer/id", "did:example:issuer"),
            ),
        },
    )
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            "ld-verifiable-credentials-in-list": ("it is a list of badges", lambda: as_json([signed(), signed()])),
            "ld-unsigned-copy-beside": (
                "an unsigned badge stands in place of the signed one, which is evidence",
                lambda: as_json({**badge(), "evidence": [signed()]}),
            ),
        },
    )


def samples():
    yield from undefined()
    yield from altered()
    yield from iri_named()
    yield from keywords()
    yield from structures()
