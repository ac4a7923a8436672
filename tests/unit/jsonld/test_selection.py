from __future__ import annotations

import pytest

from app.jsonld.selection import NoSuchMemberError, select

DOCUMENT = {
    "@context": ["https://c.example/"],
    "id": "urn:x:1",
    "type": ["A", "B"],
    "name": "Name",
    "a/b": {"m~n": 1, "": 2},
    "issuer": {"id": "urn:x:2", "type": ["Profile"], "name": "Issuer", "url": "https://i.example/"},
    "subject": [
        {"id": "urn:x:3", "type": "S", "achievement": {"name": "First", "tag": ["x", "y", "z"]}},
        {"type": "S", "achievement": {"name": "Second"}},
    ],
    "single": [{"type": "T", "one": 1, "two": 2}],
}
HEAD = {"@context": ["https://c.example/"], "id": "urn:x:1", "type": ["A", "B"]}
NAMED = HEAD | {"issuer": {"id": "urn:x:2", "type": ["Profile"], "name": "Issuer"}}


@pytest.mark.parametrize(
    ("pointers", "selected"),
    [
        pytest.param([], HEAD, id="nothing"),
        pytest.param([""], DOCUMENT, id="everything"),
        pytest.param(["", "/name"], DOCUMENT, id="everything, and a part of it"),
        pytest.param(["/name"], HEAD | {"name": "Name"}, id="a text"),
        pytest.param(["/issuer/name"], NAMED, id="what a node is comes along"),
        pytest.param(["/issuer/name", "/issuer"], HEAD | {"issuer": DOCUMENT["issuer"]}, id="a part and the whole"),
        pytest.param(["/subject/1"], HEAD | {"subject": [DOCUMENT["subject"][1]]}, id="one of a list"),
        pytest.param(["/subject/1", "/subject/0"], HEAD | {"subject": DOCUMENT["subject"]}, id="in its own order"),
        pytest.param(
            ["/subject/0/achievement/tag/2", "/subject/0/achievement/tag/0"],
            HEAD | {"subject": [{"id": "urn:x:3", "type": "S", "achievement": {"tag": ["x", "z"]}}]},
            id="texts of a list, without gaps",
        ),
        pytest.param(["/a~1b/m~0n"], HEAD | {"a/b": {"m~n": 1}}, id="escapes"),
        pytest.param(["/a~1b/"], HEAD | {"a/b": {"": 2}}, id="an empty name"),
        pytest.param(["/type/0"], HEAD, id="of the types all stay"),
        pytest.param(["/single/one"], HEAD | {"single": [{"type": "T", "one": 1}]}, id="the only one of a list"),
        pytest.param(["/name/0"], HEAD | {"name": "Name"}, id="a text as a list of one"),
        pytest.param(["/issuer/0/name"], NAMED, id="one as a list of one"),
    ],
)  # fmt: skip
def test_selections(pointers, selected):
    assert select(DOCUMENT, pointers) == selected


@pytest.mark.parametrize(
    "pointer",
    ["name", "/nothing", "/issuer/nothing", "/name/0/0/x", "/name/1", "/subject/2", "/subject/00", "/subject/-1",
     "/subject/+1", "/subject/１", "/subject/x", "/subject/0/achievement/tag/3", "/subject/" + "1" * 5_000,
     "/a~1b/m~1n", "/issuer/1/name"],
)  # fmt: skip
def test_pointers_that_lead_nowhere(pointer):
    for pointers in ([pointer], ["/id", pointer]):
        with pytest.raises(NoSuchMemberError):
            select(DOCUMENT, pointers)


def test_the_document_stays_as_it_was():
    before = repr(DOCUMENT)
    select(DOCUMENT, ["/issuer/name", "/subject/0/achievement/tag/2"])
    assert repr(DOCUMENT) == before
