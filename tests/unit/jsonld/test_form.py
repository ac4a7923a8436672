"""Forms, on datasets that no credential comes to."""

from __future__ import annotations

import sys

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import UnsafeDocumentError
from app.jsonld import form
from app.jsonld.form import form_of
from app.jsonld.rdfc import canonical_nquads
from app.jsonld.terms import RDF_TYPE, XSD, Quads, quote

# Every run draws other datasets; a failure prints the line that repeats it.
OFTEN = settings(max_examples=300, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
MARK = "mark0://"
LITERALS = 4  # the texts 0 to 3 are literals, 4 to 7 are IRIs
PLACES = range(2 * LITERALS)
PREDICATES = [f"<urn:{name}>" for name in ("p", "pp", "q")]
NODES = [f"_:b{number}" for number in range(12)]


def mark(place, texts=None):
    text = f"{MARK}{place}/" if texts is None else texts[place]
    return quote(text) if place < LITERALS else f"<{text}>"


def quads_of(rows, texts=None):
    """A dataset from rows of terms, numbers standing for what varies."""
    quads = Quads()
    for row in rows:
        quads.add(*[mark(term, texts) if isinstance(term, int) else term for term in row])
    return quads


def made(rows, *, reserved=frozenset()):
    return form_of(quads_of(rows), MARK, len(PLACES), reserved=reserved)


# Enough that each text has a place and that nodes can be told apart now and then.
USED = [("<urn:s>", f"<urn:used{place}>", place) for place in PLACES]
APART = [(node, f"<urn:is{node[2:]}>", '"x"') for node in NODES]
SUBJECTS = st.sampled_from(["<urn:s>", "<urn:t>", *NODES, *PLACES[LITERALS:]])
OBJECTS = st.one_of(SUBJECTS, st.sampled_from(['"a"', '"b"', *PLACES[:LITERALS]]))
ROWS = st.lists(
    st.tuples(SUBJECTS, st.sampled_from(PREDICATES), OBJECTS, st.sampled_from(["", "", "", "_:b0", "_:b1"])),
    max_size=30,
)
TEXTS = st.tuples(
    *[st.one_of(st.sampled_from(("a", "b", "c", "", "\n", '"')), st.text(max_size=3)) for _ in range(LITERALS)],
    *[st.sampled_from(("urn:s", "urn:t", "urn:u", "urn:x", "urn:tt", "urn:é")) for _ in range(LITERALS)],
)


@OFTEN
@given(ROWS, st.lists(st.sampled_from(APART), max_size=12), st.lists(TEXTS, min_size=4, max_size=4))
def test_a_filled_form_is_the_canonical_form(rows, apart, fills):
    rows = [*rows, *apart, *USED]
    found = made(rows)
    for texts in fills if found else ():
        filled = found.fill(texts)
        assert filled is None or filled == canonical_nquads(quads_of(rows, texts))


@OFTEN
@given(ROWS, st.permutations(range(100, 104)), st.permutations(range(100, 104)))
def test_different_texts_leave_nothing_to_the_walk(rows, literals, references):
    """Where every node has a statement that no other one has, and no text is another's equal."""
    rows = [*rows, *APART, *USED]
    texts = [*map(str, literals), *map("urn:{}".format, references)]
    assert made(rows).fill(texts) == canonical_nquads(quads_of(rows, texts))


def test_the_tenth_label_comes_before_the_second():
    rows = [*APART, *USED]
    texts = [str(place) if place < LITERALS else f"urn:{place}" for place in PLACES]
    filled = made(rows).fill(texts).decode().splitlines()
    assert filled == sorted(filled)
    assert [line.split()[0] for line in filled[-len(NODES) :]][1:4] == ["_:c14n1", "_:c14n10", "_:c14n11"]


def test_marks_that_are_not_understood():
    for row in [
        ("<urn:s>", f"<{MARK}0/>", '"x"'),
        ("<urn:s>", "<urn:p>", f"<urn:x:{MARK}0/>"),
        ("<urn:s>", "<urn:p>", f'"x {MARK}0/"'),
        ("<urn:s>", "<urn:p>", f"<{MARK}0/>"),  # an IRI here, a literal there
        ("<urn:s>", "<urn:p>", f'"{MARK}0/"^^<{XSD}boolean>'),
        ("<urn:s>", RDF_TYPE, f"<{MARK}4/>"),
        ("_:b0", "<urn:p>", '"x"', f"<{MARK}4/>"),
        ("<urn:s>", "<urn:p>", f'"{MARK}{len(PLACES)}/"'),
    ]:
        assert made(USED) is not None
        assert made([*USED, row]) is None, row
    assert made(USED[:-1]) is None, "a text that is nowhere"


def test_names_that_a_context_may_have_are_not_filled_in():
    texts = ["x"] * LITERALS + [f"urn:{place}" for place in range(LITERALS)]
    assert made(USED, reserved={"x", "u"}).fill(texts) is not None
    assert made(USED, reserved={"urn"}).fill(texts) is None
    assert made(USED, reserved={"urn:3"}).fill(texts) is None


def test_plain_text_is_what_is_written_as_it_is():
    for character in map(chr, range(sys.maxunicode + 1)):
        try:
            as_it_is = quote(character) == f'"{character}"'
        except UnsafeDocumentError:
            as_it_is = False
        assert as_it_is is bool(form._PLAIN.fullmatch(character)), hex(ord(character))
