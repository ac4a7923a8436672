"""Templates: the walk's bytes and the walk's errors, whoever makes them."""

from __future__ import annotations

import copy
import json
import marshal
import sys
from enum import StrEnum
from functools import reduce
from hashlib import sha256
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import UnsafeDocumentError
from app.jsonld import (
    BUNDLED_CONTEXTS,
    DEFAULT_LIMITS,
    BundledContext,
    Templates,
    plans,
    template,
)
from app.jsonld.canonical import slow_quads
from app.jsonld.rdfc import canonical_nquads
from tests.unit.jsonld.awards import BARE, CONSTANT, FULL, NAMED, evidence, named, outcome, rewritten, through, walked
from tests.unit.jsonld.documents import CHANGED, DOCUMENTS
from tests.unit.jsonld.mutations import BASES, TEXTS, TYPICAL

# Every run draws other documents; a failure prints the line that repeats it.
OFTEN = settings(max_examples=300, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
RANDOMS = st.randoms(use_true_random=False)
SHARED = Templates(CONSTANT)


def restored(tokens, texts):
    """The value that was outlined."""
    token = next(tokens)
    if token == "{":
        return {next(tokens): restored(tokens, texts) for _ in range(next(tokens))}
    if token == "[":
        return [restored(tokens, texts) for _ in range(next(tokens))]
    return next(texts) if token is ... else token[0] if isinstance(token, list) else token


KEYS = st.sampled_from(["a", "{", "[", "type", "issuer"])
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-1, 1), st.floats(), st.sampled_from(["", "{", "["])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
)


@OFTEN
@given(st.dictionaries(KEYS, JSON))
def test_a_shape_and_its_texts_are_the_document(document):
    shape, texts = template._outline(document, CONSTANT)
    assert repr(restored(iter(marshal.loads(shape)), iter(texts))) == repr(document)


@pytest.mark.parametrize("document", [TYPICAL, FULL, BARE], ids=["typical", "full", "bare"])
def test_documents_of_one_achievement_share_a_template(document):
    templates = Templates(CONSTANT)
    first = templates.canonicalize(document)
    assert first.template is not None
    assert first.nquads == walked(document)
    for number in range(50):
        other = templates.canonicalize(named(document, number))
        assert other.template is first.template
        assert other.nquads == walked(named(document, number))
        assert other.nquads != first.nquads


@OFTEN
@given(RANDOMS, st.sampled_from([TYPICAL, FULL, BARE]), st.lists(st.text(), min_size=1))
def test_any_text_may_stand_in_a_literal_and_any_iri_in_a_reference(chance, base, texts):
    numbers = count()

    def change(text, key):
        number = next(numbers)
        if ":" in text and not text[0].isdigit():
            return f"{chance.choice(('https', 'urn', 'did', 'HTTP', 'x-y'))}:{chance.randrange(10**9):x}{number}#ü"
        return f"{chance.choice((*TEXTS, *texts)).replace(chr(0xD800), '')}{number}"

    document = rewritten(base, change)
    canonical = SHARED.canonicalize(document)
    assert canonical.template is not None
    assert canonical.nquads == walked(document)


@OFTEN
@given(RANDOMS, st.sampled_from([TYPICAL, FULL, BARE]), st.lists(st.text(), max_size=3))
def test_odd_texts_anywhere_come_out_as_the_walk_has_them(chance, base, texts):
    constants = [FULL["issuer"]["id"], FULL["credentialSubject"]["achievement"]["id"], FULL["name"], "did:example:1"]
    odd = (*TEXTS, *texts, *constants, "mark0://0/", "tag:x,1:y", "\ud83d", "schema:x", "proof:x", "https:x", "_:x")
    document = rewritten(base, lambda text, key: chance.choice(odd) if chance.random() < 0.04 else text)
    assert outcome(through(SHARED), document) == outcome(walked, document)


@OFTEN
@given(RANDOMS, st.one_of(DOCUMENTS, CHANGED))
def test_other_documents_come_out_as_the_walk_has_them(chance, document):
    before = copy.deepcopy(document)
    expected = outcome(walked, document)
    templates = Templates(frozenset(chance.sample(sorted(CONSTANT), chance.randint(0, 4))))
    for _ in range(2):  # made, then filled
        assert outcome(through(templates), document) == expected
    assert document == before
    other = rewritten(document, lambda text, key: chance.choice(TEXTS) if chance.random() < 0.02 else f"{text}1")
    assert outcome(through(templates), other) == outcome(walked, other)


@pytest.mark.parametrize("make", BASES)
def test_other_kinds_of_documents_have_templates_too(make):
    """Proofs in graphs of their own, an endorsement, a presentation, VC 1.1."""
    # The samples say some things twice, and a proof's purpose is a term: both are for the walk.
    numbers = count()
    sample = rewritten(make(), lambda text, key: f"urn:{next(numbers)}:{text}")
    templates = Templates(CONSTANT)
    first = templates.canonicalize(sample)
    assert first.template is not None
    for number in range(3):
        canonical = templates.canonicalize(named(sample, number))
        assert canonical.nquads == walked(named(sample, number))
        assert canonical.template is first.template


@pytest.mark.parametrize("number", range(20))
def test_an_oracle_of_another_make(number):
    """PyLD expands and the whole of RDFC-1.0 labels, neither of which a filled template has gone through."""
    document = named(FULL, number)
    document["evidence"][0]["narrative"] = 'Said "yes"\n\\ and\tmore 😀 \ue000'
    SHARED.canonicalize(named(document, "first"))
    canonical = SHARED.canonicalize(document)
    assert canonical.template is not None
    assert canonical.nquads == canonical_nquads(slow_quads(document, BUNDLED_CONTEXTS, DEFAULT_LIMITS))


UNNAMED = evidence({"name": "a", "genre": "b"}, {"name": "c", "genre": "d"})


@pytest.mark.parametrize(
    ("sample", "other"),
    [
        pytest.param(UNNAMED, evidence(*[{"name": "x", "genre": "y"}] * 2), id="two nameless things become equal"),
        pytest.param(NAMED, evidence(*[{"id": "urn:x", "name": "x"}] * 2), id="two things become one"),
        pytest.param(
            NAMED, evidence({"id": "urn:x", "name": "x"}, {"id": "urn:x", "name": "a"}), id="two things mix their lines"
        ),
        pytest.param(
            NAMED,
            evidence({"id": FULL["issuer"]["id"], "name": "x"}, {"id": "urn:b", "name": "b"}),
            id="a thing mixes its lines with the issuer's",
        ),
        pytest.param(
            {**FULL, "inLanguage": ["a", "b"]}, {**FULL, "inLanguage": ["c", "c"]}, id="two statements become one"
        ),
        pytest.param(FULL, {**FULL, "id": "tag:e.example,2026:1"}, id="a scheme that is a term's name"),
        pytest.param(FULL, {**FULL, "awardedDate": "\ud800"}, id="half of a surrogate pair"),
        pytest.param(FULL, {**FULL, "id": "credentials/1"}, id="a relative IRI"),
        pytest.param(FULL, {**FULL, "id": "_:b1"}, id="the name of a blank node"),
        pytest.param(FULL, {**FULL, "id": "https://e.example/a b"}, id="an IRI with a space"),
        pytest.param(FULL, {**FULL, "id": ""}, id="no IRI at all"),
    ],
)
def test_what_a_template_leaves_to_the_walk(sample, other):
    templates = Templates(CONSTANT)
    first = outcome(templates.canonicalize, sample)
    expected = outcome(walked, other)
    assert outcome(through(templates), other) == expected
    if isinstance(expected, bytes):
        assert templates.canonicalize(other).template is None
    if not isinstance(first, tuple):
        assert templates.canonicalize(sample).template is first.template


def context(**terms):
    raw = json.dumps({"@context": {"id": "@id", "p": "urn:p", **terms}}).encode()
    return BUNDLED_CONTEXTS.plus(BundledContext("urn:c", sha256(raw).hexdigest(), raw))


XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("contexts", "members"),
    [
        pytest.param(context(kind="@type", T="urn:T"), {"kind": "T"}, id="a type by another name"),
        pytest.param(context(t="http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), {"t": "T"}, id="texts as types"),
        pytest.param(context(n={"@id": "urn:n", "@type": f"{XSD}integer"}), {"n": "01"}, id="a number as text"),
        pytest.param(context(), {"p": [{"p": "x", "id": "urn:x"}] * 2}, id="things equal in name only"),
        pytest.param(context(a="urn:a", b="urn:b"), {"a": [{"b": 1}, {"b": 1}]}, id="things that are always alike"),
    ],
)
def test_shapes_without_a_template(contexts, members):
    templates = Templates(frozenset(), contexts=contexts)
    document = {"@context": "urn:c", "id": "urn:s", "p": "x", **members}
    for number in range(3):
        canonical = templates.canonicalize(
            {**document, "p": [f"{number}", document["p"]]} if "p" not in members else document
        )
        assert canonical.template is None


def test_marks_that_are_more_than_the_walk_can_take(monkeypatch):
    monkeypatch.setattr(plans, "_MAX_STEPS", 8)
    contexts = context(kind="@type", T="urn:T")
    templates = Templates(frozenset(), contexts=contexts)
    document = {"@context": "urn:c", "id": "urn:s", "p": [{"kind": "T", "p": f"{number}"} for number in range(9)]}
    for _ in range(2):
        canonical = templates.canonicalize(document)
        assert (canonical.nquads, canonical.template) == (walked(document, contexts=contexts), None)


def test_compact_iris_and_terms_are_read_by_the_walk():
    contexts = context(
        e={"@id": "https://e.example/", "@prefix": True},
        see={"@id": "urn:see", "@type": "@id"},
        choice={"@id": "urn:choice", "@type": "@vocab"},
        Red="https://e.example/red",
    )
    templates = Templates(frozenset(), contexts=contexts)
    document = {"@context": "urn:c", "id": "urn:s", "see": "urn:x", "choice": "urn:y"}
    shared = templates.canonicalize(document).template
    for member, value, filled in [
        ("see", "e:x", False),
        ("choice", "e:x", False),
        ("choice", "Red", False),
        ("see", "e://x", False),
        ("see", "E:x", True),
        ("choice", "urn:Red", True),
        ("id", "https://e.example/red", True),
    ]:
        other = {**document, member: value}
        canonical = templates.canonicalize(other)
        assert canonical.nquads == walked(other, contexts=contexts)
        assert canonical.template is (shared if filled else None), value


class Text(StrEnum):
    ENGLISH = "en"


@pytest.mark.parametrize("constant", [CONSTANT, frozenset()], ids=["in a constant", "among the learner's"])
@pytest.mark.parametrize(
    "value",
    [("a", "b"), ["a", Text.ENGLISH], {"a"}, b"a", [["a"]], None, float("nan"), -0.0, type("T", (str,), {})("a")],
)
def test_what_looks_like_json_and_is_not(constant, value):
    templates = Templates(constant)
    document = copy.deepcopy(TYPICAL)
    achievement = document["credentialSubject"]["achievement"]
    for good in (["a", "en"], ["a", "b"], "a", 0.0):
        achievement["tag"] = good
        assert templates.canonicalize(document).nquads == walked(document)
    achievement["tag"] = value
    assert outcome(through(templates), document) == outcome(walked, document)


DEEP = reduce(lambda inner, _: {"evidence": inner}, range(sys.getrecursionlimit()), TYPICAL)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"@context": []},
        {1: "x"},
        type("D", (dict,), {})(TYPICAL),
        {**TYPICAL, "@context": [{}]},
        {**TYPICAL, **DEEP},
    ],
    ids=["nothing", "no statement", "a number as a name", "a kind of dict", "an inline context", "too deep"],
)
def test_what_is_no_document(document):
    templates = Templates(CONSTANT)
    for _ in range(2):
        assert outcome(through(templates), document) == outcome(walked, document)


def test_a_changed_constant_is_another_template():
    templates = Templates(CONSTANT)
    first = templates.canonicalize(FULL)
    for place, name in (("achievement", "name"), ("achievement", "version")):
        changed = copy.deepcopy(FULL)
        changed["credentialSubject"][place][name] += "."
        other = templates.canonicalize(changed)
        assert other.nquads == walked(changed)
        assert other.template not in (None, first.template)
    assert templates.canonicalize(FULL).template is first.template


def test_numbers_of_equal_value_are_told_apart():
    templates = Templates(frozenset())
    found = set()
    for value in (1, 1.0, True):
        document = {**BARE, "credentialSubject": {**BARE["credentialSubject"], "creditsEarned": value}}
        canonical = templates.canonicalize(document)
        assert canonical.nquads == walked(document)
        found.add(canonical.template)
    assert len(found - {None}) == 3


def test_marks_may_stand_in_the_document():
    templates = Templates(CONSTANT)
    document = copy.deepcopy(FULL)
    document["credentialSubject"]["achievement"]["description"] = "mark0://0/ and mark1://1/"
    document["evidence"][0].update(name="mark2://3/", id="mark3://3/")
    for sample in (document, named(document, 1)):
        canonical = templates.canonicalize(sample)
        assert canonical.template is not None
        assert canonical.nquads == walked(sample)


def test_errors_name_the_member():
    templates = Templates(CONSTANT)
    templates.canonicalize(FULL)
    document = copy.deepcopy(FULL)
    document["evidence"][0]["id"] = "plan"
    with pytest.raises(UnsafeDocumentError) as caught:
        templates.canonicalize(document)
    assert caught.value.pointer == "/evidence/0/id"
