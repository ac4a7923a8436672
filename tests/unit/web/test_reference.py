"""The API reference says what the OpenAPI document says, as a plain page."""

from __future__ import annotations

import shlex
from itertools import pairwise

import pytest

from app.main import create_app
from app.routers.problems import problem_types
from app.settings import Settings
from app.web import pages
from app.web.reference import reference
from tests.unit.web.samples import Reader

BASE = "https://badges.example"
DOCUMENT = {
    "info": {"version": "1", "description": "Does *things*."},
    "tags": [{"name": "Things", "description": "Those."}, {"name": "Other", "description": "None."}],
    "components": {
        "schemas": {
            "ThingIn": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 2000},
                    "kind": {"enum": ["a", "b"], "default": "a", "description": "Which."},
                    "owner": {"anyOf": [{"$ref": "#/components/schemas/OwnerIn"}, {"type": "null"}], "default": None},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/OwnerIn"}},
                },
                "examples": [{"name": "it's <b>"}],
            },
            "OwnerIn": {"type": "object", "properties": {"email": {"type": "string", "format": "email"}}},
        }
    },
    "paths": {
        "/things/{slug}": {
            "put": {
                "operationId": "putThing",
                "tags": ["Things"],
                "summary": "Put a <thing>",
                "description": "Puts it. Needs the scope `manage`.\n\nFor good.",
                "security": [{"HTTPBearer": []}],
                "parameters": [{"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/ThingIn"}}}},
                "responses": {
                    "422": {"description": "Wrong", "content": {"application/problem+json": {}}, "x-problems": ["a-b"]},
                    "200": {"description": "Done", "content": {"application/json": {}}},
                },
            }
        }
    },
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The reference of the application itself."""
    folder = tmp_path_factory.mktemp("data")
    document = create_app(Settings(environment="development", data_dir=folder)).openapi()
    return document, reference(document, BASE)


def only():
    [group, empty] = reference(DOCUMENT, BASE).groups
    assert empty.operations == ()
    return group.operations[0]


def test_the_scope_is_taken_out_of_the_description():
    assert (only().scope, only().description) == ("manage", "Puts it.\n\nFor good.")


def test_members_are_named_by_their_path_and_typed_in_words():
    assert [(member.name, member.kind, member.required) for member in only().body.members] == [
        ("name", "string, at most 2,000", True),
        ("kind", 'a, b, "a" when left out', False),
        ("owner", "object or null", False),
        ("owner.email", "email", False),
        ("parts", "list of object", False),
        ("parts[].email", "email", False),
    ]


def test_answers_are_sorted_and_name_their_problems():
    assert [(answer.status, answer.media_types, answer.problems) for answer in only().answers] == [
        ("200", ("application/json",), ()),
        ("422", (), ("a-b",)),
    ]


def test_the_curl_line_survives_a_shell():
    words = shlex.split(only().curl.replace("\\\n", " "))
    assert words[:4] == ["curl", "-X", "PUT", f"{BASE}/things/riverside"]
    assert words[words.index("-d") + 1] == '{"name": "it\'s <b>"}'
    assert "Authorization: Bearer $KEY" in words


def test_what_is_written_in_the_document_is_escaped():
    html = pages.reference_page(reference(DOCUMENT, BASE))
    assert "Put a &lt;thing&gt;" in html
    assert "it&#39;s &lt;b&gt;" in html
    assert Reader(html).unbalanced == []


def test_every_operation_is_there_once(served):
    document, found = served
    listed = sorted((item.method, item.path) for group in found.groups for item in group.operations)
    assert listed == sorted((method.upper(), path) for path, item in document["paths"].items() for method in item)


def test_a_scope_is_named_wherever_a_key_is_asked_for(served):
    _, found = served
    for group in found.groups:
        for operation in group.operations:
            assert (operation.scope is not None) == ("Bearer" in operation.curl), operation.id


def test_problems_are_those_that_are_explained(served):
    _, found = served
    codes = {code for g in found.groups for item in g.operations for answer in item.answers for code in answer.problems}
    assert codes
    assert codes <= set(problem_types())


def test_the_page_is_plain_and_leads_to_what_it_names(served):
    html = pages.reference_page(served[1])
    reader = Reader(html)
    assert reader.unbalanced == []
    assert reader.all("script", "style", "iframe") == []
    assert not [key for _, attributes in reader.elements for key in attributes if key == "style" or key[:2] == "on"]
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for _, attributes in reader.all("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert "/openapi.json" in links
    assert "/problems/invalid-fields" in links


def test_headings_skip_no_level(served):
    levels = [int(tag[1]) for tag, _ in Reader(pages.reference_page(served[1])).all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
