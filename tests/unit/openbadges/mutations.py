"""Documents that are almost right: one or two members taken away, replaced by others or by junk, or added."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import strategies as st

from tests.unit.openbadges.documents import ABSENT, changed

JUNK = st.sampled_from(
    [
        None,
        True,
        0,
        1.5,
        "",
        "x",
        "https://a.example/1",
        "2026-02-30T00:00:00Z",
        "ext:x",
        "ext:",
        "ext:-",
        [],
        ["x"],
        [None],
        [1],
        [[]],
        {},
        {"en": "x"},
        {"en": 1},
        {"english": "x"},
        {"id": "urn:a:b"},
        {"type": "Profile"},
        [{}],
        "Profile",
        ["Profile"],
        "Achievement",
        "Image",
        "Completed",
        "\n",
        "a.b.c",
        "en-GB",
    ]
)


def pointers(node, prefix=""):
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in members:
        yield f"{prefix}/{key}"
        yield from pointers(value, f"{prefix}/{key}")


@st.composite
def mutated(draw, sample, *, apart=()):
    """`sample` with one or two members taken away, replaced by something else in it or by junk, or added.

    `apart`: members whose pointers hold these are not taken as something else, since their names cannot be pointers.
    """
    places = sorted(pointer for pointer in pointers(sample) if not any(part in pointer for part in apart))
    members = sorted({place.rsplit("/", 1)[1] for place in places if not place[-1].isdigit()} | {"extra"})
    document = sample
    for _ in range(draw(st.integers(1, 2))):
        pointer = draw(st.sampled_from(sorted(pointers(document))))
        kind = draw(st.sampled_from(["remove", "junk", "swap", "add", "unlist"]))
        if kind == "remove":
            value = ABSENT
        elif kind == "swap":
            value = deepcopy(_at(sample, draw(st.sampled_from(places))))
        elif kind == "unlist" and isinstance(held := _at(document, pointer), list) and held:
            value = held[0]
        else:
            value = draw(JUNK)
        if kind == "add" and isinstance(_at(document, pointer), dict):
            pointer = f"{pointer}/{draw(st.sampled_from(members))}"
        document = changed(pointer, value, document=document)
    return document


def _at(document, pointer):
    for part in pointer[1:].split("/"):
        document = document[int(part) if isinstance(document, list) else part]
    return document
