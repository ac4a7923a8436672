"""A member cannot be named by its address where a term says the same: readers would miss it, and the signature fit."""

from __future__ import annotations

import copy
from hashlib import sha256

import pytest

from app.errors import UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, BundledContext, Limits, canonicalize
from app.jsonld.names import check_names
from tests.unit.jsonld.mutations import TYPICAL
from tests.unit.jsonld.support import EXAMPLES, slow

OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
VC = "https://www.w3.org/2018/credentials#"
STATUS = "https://www.w3.org/ns/credentials/status#"
SCHEMA = "https://schema.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"


def put(document, path, name, value):
    """A copy with the member `name` added at `path`."""
    changed = copy.deepcopy(document)
    place = changed
    for step in path:
        place = place[step]
    place[name] = value
    return changed


def renamed(document, path, name, address, value=None):
    """A copy in which a member is named by its address: the same statements."""
    changed = copy.deepcopy(document)
    place = changed
    for step in path:
        place = place[step]
    old = place.pop(name)
    place[address] = old if value is None else value
    return changed


SUBJECT, ACHIEVEMENT = ("credentialSubject",), ("credentialSubject", "achievement")
HIDDEN = [
    pytest.param((), "validUntil", VC + "validUntil", f"{XSD}dateTime", id="the date of expiry"),
    pytest.param((), "credentialStatus", VC + "credentialStatus", None, id="the status"),
    pytest.param(SUBJECT, "achievement", OB + "achievement", None, id="the achievement"),
    pytest.param(SUBJECT, "identifier", OB + "identifier", None, id="whom it was issued to"),
    pytest.param(("credentialStatus",), "statusListIndex", STATUS + "statusListIndex", None, id="its place in a list"),
    pytest.param(ACHIEVEMENT, "criteria", OB + "Criteria", None, id="the criteria"),
    pytest.param((*ACHIEVEMENT, "criteria"), "narrative", OB + "narrative", None, id="their text"),
    pytest.param(("issuer",), "name", SCHEMA + "name", None, id="the issuer's name"),
    pytest.param(("evidence", 0), "narrative", OB + "narrative", None, id="a text of evidence"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "name", "address", "datatype"), HIDDEN)
def test_the_address_of_a_term_is_refused_at_any_depth(path, name, address, datatype):
    place = TYPICAL
    for step in path:
        place = place[step]
    value = {"@value": place[name], "@type": datatype} if datatype else None
    changed = renamed(TYPICAL, path, name, address, value)
    with pytest.raises(UnsafeDocumentError) as caught:
        canonicalize(changed)
    steps = [*map(str, path), address.replace("/", "~1")]
    assert caught.value.pointer == "/" + "/".join(steps)


def test_that_is_what_fits_the_same_signature():
    """By way of PyLD alone, which knows nothing of this rule."""
    changed = renamed(TYPICAL, ("issuer",), "name", SCHEMA + "name")
    assert slow(changed) == canonicalize(TYPICAL)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("https://e.example/words", 1_200, id="an address that no term has"),
        pytest.param("https://schema.org/wordCount", 1_200, id="one of a vocabulary of which some terms are known"),
        pytest.param("urn:x:words", "many", id="a URN"),
    ],
)
def test_an_address_that_no_term_has_hides_nothing(name, value):
    assert b"words" in canonicalize(put(TYPICAL, ("evidence", 0), name, value)).replace(b"wordCount", b"words")


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        pytest.param((*ACHIEVEMENT,), "achievementType", "ext:MicroCourse", id="a type of its own"),
        pytest.param((), "name", {"@value": "Nom", "@language": "fr"}, id="a text in a language"),
    ],
)  # fmt: skip
def test_values_and_keywords_are_no_names(path, name, value):
    document = {**TYPICAL} if path == () else copy.deepcopy(TYPICAL)
    check_names(put(document, path, name, value), BUNDLED_CONTEXTS)


def test_an_id_and_a_type_by_their_keywords():
    changed = renamed(renamed(TYPICAL, ("issuer",), "id", "@id"), ("issuer",), "type", "@type")
    assert canonicalize(changed) == canonicalize(TYPICAL)


@pytest.mark.parametrize("name", ["schema:name", "cred:issuer", "sec:proofPurpose", "xsd:dateTime"])
def test_a_compact_address_of_a_term_is_refused_whichever_context_shortens_it(name):
    with pytest.raises(UnsafeDocumentError):
        check_names({"a": [{"b": [[{name: "x"}]]}]}, BUNDLED_CONTEXTS)


@pytest.mark.parametrize("name", ["schema:wordCount", "nothing:name", ":", "a:", ":name"])
def test_other_compact_addresses_are_left(name):
    check_names({"a": {name: "x"}}, BUNDLED_CONTEXTS)


def test_a_context_that_makes_a_term_of_every_name():
    """The examples context of the W3C has an `@vocab`: whatever follows it is a term."""
    with pytest.raises(UnsafeDocumentError):
        check_names({"a": {"https://www.w3.org/ns/credentials/examples#alumniOf": "x"}}, EXAMPLES)
    check_names({"a": {"https://www.w3.org/ns/credentials/examples#alumniOf": "x"}}, BUNDLED_CONTEXTS)


def test_a_term_whose_name_holds_a_colon_is_a_term():
    raw = b'{"@context": {"ext": "https://e.example/", "ext:grade": "https://e.example/grade", "id": "@id"}}'
    url = "https://e.example/context"
    contexts = BUNDLED_CONTEXTS.plus(BundledContext(url=url, sha256=sha256(raw).hexdigest(), raw=raw))
    document = {"@context": url, "id": "urn:x:y", "ext:grade": "A"}
    assert canonicalize(document, contexts=contexts) == b'<urn:x:y> <https://e.example/grade> "A" .\n'


def test_what_is_refused_is_not_sent_elsewhere():
    asked = []
    limits = Limits(slow_path=lambda document, _: asked.append(document) or b"")
    with pytest.raises(UnsafeDocumentError):
        canonicalize(renamed(TYPICAL, ("issuer",), "name", SCHEMA + "name"), limits=limits)
    assert asked == []


def test_no_depth_exhausts_the_stack():
    deep = {}
    for _ in range(100_000):
        deep = {"a": deep}
    check_names(deep, BUNDLED_CONTEXTS)
