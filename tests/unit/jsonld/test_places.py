from __future__ import annotations

import tracemalloc
from contextlib import suppress

import pytest

from app.errors import DocumentError
from app.jsonld import BUNDLED_CONTEXTS, canonicalize, check_contexts
from app.jsonld.names import check_names
from app.jsonld.places import escape_pointer, pointer_to
from tests.unit.jsonld.mutations import OB, VC

LONG = "k" * 100_000


@pytest.mark.parametrize(
    ("place", "pointer"),
    [
        pytest.param(None, "", id="the document"),
        pytest.param((None, "issuer"), "/issuer", id="a member"),
        pytest.param(((None, "evidence"), 3), "/evidence/3", id="an item of a list"),
        pytest.param(((None, "a/b"), "m~n"), "/a~1b/m~0n", id="names that have to be escaped"),
    ],
)
def test_a_place_is_written_as_a_json_pointer(place, pointer):
    assert pointer_to(place) == pointer


def test_the_escape_itself_is_escaped_first():
    assert escape_pointer("~1") == "~01"


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda document: check_contexts({**document, "x": {"@context": VC}}), id="contexts"),
        pytest.param(lambda document: check_names(document, BUNDLED_CONTEXTS), id="names"),
        pytest.param(
            lambda document: canonicalize({**document, "name": {"@value": "x", "@language": "en"}}), id="PyLD"
        ),
    ],
)
def test_a_long_name_over_many_objects_is_written_down_once(read):
    """1,500 times it would be 150 MB."""
    document = {"@context": [VC, OB], "id": "urn:x", LONG: [{"id": "urn:y"} for _ in range(1_500)]}
    tracemalloc.start()
    with suppress(DocumentError):  # in the end it has no meaning
        read(document)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000
