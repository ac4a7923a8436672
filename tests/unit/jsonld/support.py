"""What the tests of this room share: both paths as functions, the published vectors, an N-Quads reader, contexts."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from app.errors import DocumentError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, BundledContext
from app.jsonld.canonical import canonicalize_slowly
from app.jsonld.plans import UnsupportedError
from app.jsonld.rdfc import canonical_nquads
from app.jsonld.terms import Quads, literal, quote
from app.jsonld.walk import walk

SHARED = Path(__file__).parents[4] / "shared"
VECTORS = SHARED / "vectors"
ABSENT = "published vectors not present"


def fast(document, contexts=BUNDLED_CONTEXTS, limits=DEFAULT_LIMITS):
    """The canonical N-Quads by way of the walk alone; raises UnsupportedError where it does not cover something."""
    quads = walk(document, contexts, limits)
    if not quads:
        raise UnsafeDocumentError("The document makes no statement.")
    return canonical_nquads(quads, limits)


def slow(document, contexts=BUNDLED_CONTEXTS, limits=DEFAULT_LIMITS):
    """The canonical N-Quads by way of PyLD's expansion."""
    return canonicalize_slowly(document, contexts, limits)


def outcome(read, document):
    """What `read` returns, or "unsupported" or "refused"."""
    try:
        return read(document)
    except UnsupportedError:
        return "unsupported"
    except DocumentError:
        return "refused"


def vectors(folder):
    """The folder of published vectors, or a skip."""
    path = VECTORS / folder
    if not path.is_dir():
        pytest.skip(ABSENT)
    return path


def manifest(path):
    """The entries of a W3C test manifest; none where the vectors are absent."""
    full = VECTORS / path
    if not full.is_file():
        return []
    document = json.loads(full.read_text())
    return document.get("entries") or document["sequence"]


_TERM = re.compile(r'<([^>]*)>|(_:[^\s]+)|"((?:[^"\\]|\\.)*)"(?:\^\^<([^>]*)>|@([A-Za-z0-9-]+))?')
_UNESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def _unescape(text):
    def one(match):
        if match[1] or match[2]:
            return chr(int(match[1] or match[2], 16))
        return _SHORT.get(match[3], match[3])

    return _UNESCAPE.sub(one, text)


def _term(match):
    iri, blank, text, datatype, language = match.groups()
    if iri is not None:
        return f"<{_unescape(iri)}>"
    if blank is not None:
        return blank
    if language:
        return f"{quote(_unescape(text))}@{language}"
    return literal(_unescape(text), datatype and _unescape(datatype))


def read_nquads(text):
    """N-Quads as published in test suites, into the room's own collector."""
    quads = Quads()
    for raw_line in re.split(r"[\r\n]+", text):
        body = raw_line.strip()
        if body and not body.startswith("#"):
            terms = [_term(match) for match in _TERM.finditer(body)]
            quads.add(*terms)
    return quads


# Contexts that W3C's vectors name and that no signed credential should name.
_EXAMPLES_V2 = b'{\n  "@context": {\n    "@vocab": "https://www.w3.org/ns/credentials/examples#"\n  }\n}\n'

# https://w3id.org/citizenship/v4rc1 is in no package registry; these are the terms that the vector uses, as its
# published canonical form has them.
_CITIZENSHIP = json.dumps(
    {
        "@context": {
            "@protected": True,
            "image": {"@id": "https://schema.org/image", "@type": "@id"},
            "EmploymentAuthorizationDocumentCredential": "https://w3id.org/citizenship#EmploymentAuthorizationDocumentCredential",
            "PermanentResident": "https://w3id.org/citizenship#PermanentResident",
            "PermanentResidentCardCredential": "https://w3id.org/citizenship#PermanentResidentCardCredential",
            "Person": {
                "@id": "https://schema.org/Person",
                "@context": {
                    "@protected": True,
                    "additionalName": "https://schema.org/additionalName",
                    "birthDate": {
                        "@id": "https://schema.org/birthDate",
                        "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
                    },
                    "familyName": "https://schema.org/familyName",
                    "gender": "https://schema.org/gender",
                    "givenName": "https://schema.org/givenName",
                    "birthCountry": "https://w3id.org/citizenship#birthCountry",
                    "commuterClassification": "https://w3id.org/citizenship#commuterClassification",
                    "permanentResidentCard": {
                        "@id": "https://w3id.org/citizenship#permanentResidentCard",
                        "@type": "@id",
                    },
                    "residentSince": {
                        "@id": "https://w3id.org/citizenship#residentSince",
                        "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
                    },
                },
            },
            "EmployablePerson": {
                "@id": "https://w3id.org/citizenship#EmployablePerson",
                "@context": {
                    "@protected": True,
                    "employmentAuthorizationDocument": {
                        "@id": "https://w3id.org/citizenship#employmentAuthorizationDocument",
                        "@type": "@id",
                    },
                },
            },
            "PermanentResidentCard": {
                "@id": "https://w3id.org/citizenship#PermanentResidentCard",
                "@context": {
                    "@protected": True,
                    "identifier": "https://schema.org/identifier",
                    "lprCategory": "https://w3id.org/citizenship#lprCategory",
                    "lprNumber": "https://w3id.org/citizenship#lprNumber",
                },
            },
            "EmploymentAuthorizationDocument": {
                "@id": "https://w3id.org/citizenship#EmploymentAuthorizationDocument",
                "@context": {
                    "@protected": True,
                    "identifier": "https://schema.org/identifier",
                    "lprCategory": "https://w3id.org/citizenship#lprCategory",
                    "lprNumber": "https://w3id.org/citizenship#lprNumber",
                },
            },
        }
    }
).encode()

EXAMPLES = BUNDLED_CONTEXTS.plus(
    BundledContext(
        url="https://www.w3.org/ns/credentials/examples/v2",
        sha256="57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
        raw=_EXAMPLES_V2,
    ),
    BundledContext(url="https://w3id.org/citizenship/v4rc1", sha256=sha256(_CITIZENSHIP).hexdigest(), raw=_CITIZENSHIP),
)
