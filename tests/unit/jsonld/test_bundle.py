"""The pinned contexts."""

from __future__ import annotations

import pytest

from app.errors import ConfigurationError, TooComplexError, UnknownContextError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, GENERIC_CONTEXTS, BundledContext, check_contexts
from app.jsonld.expansion import document_loader
from tests.unit.jsonld.mutations import OB, VC
from tests.unit.jsonld.support import SHARED


@pytest.mark.parametrize("context", GENERIC_CONTEXTS.values(), ids=lambda context: context.url)
def test_bundled_files_equal_the_collected_originals(context):
    index = SHARED / "spec/INDEX.md"
    if not index.is_file():
        pytest.skip("published files not present")
    rows = [line for line in index.read_text().splitlines() if f"| {context.url} |" in line]
    assert any(context.sha256 in row for row in rows)


def test_a_changed_file_is_not_served():
    genuine = BUNDLED_CONTEXTS[VC]
    with pytest.raises(ConfigurationError, match="digest"):
        BundledContext(url=VC, sha256=genuine.sha256, raw=genuine.raw.replace(b"schema.org", b"schema.orq", 1))


@pytest.mark.parametrize("context", BUNDLED_CONTEXTS.values(), ids=lambda context: context.url)
def test_no_bundled_context_widens_what_a_document_may_mean(context):
    """The walk and the safe mode count on it: no catch-all, no base, no keyword by another name than id and type."""

    def look(item):
        if isinstance(item, dict):
            assert not {"@vocab", "@base", "@language", "@direction", "@import", "@propagate"} & item.keys()
            for key, value in item.items():
                if isinstance(value, str) and value.startswith("@") and not key.startswith("@"):
                    assert (key, value) in {("id", "@id"), ("type", "@type")}
                look(value)
        elif isinstance(item, list):
            for member in item:
                look(member)

    look(context.parsed())


def test_each_reader_gets_its_own_copy():
    BUNDLED_CONTEXTS[VC].parsed()["@context"].clear()
    assert BUNDLED_CONTEXTS[VC].parsed()["@context"]


def test_the_loader_knows_nothing_but_the_bundle():
    load = document_loader(BUNDLED_CONTEXTS)
    assert load(VC)["document"]["@context"]
    for url in ("https://e.example/context", "file:///etc/passwd", f"{VC}/", "http://www.w3.org/ns/credentials/v2"):
        with pytest.raises(UnknownContextError):
            load(url)


def test_the_contexts_of_a_document():
    assert check_contexts({"@context": [VC, OB]}) == (VC, OB)
    assert check_contexts({"@context": VC}) == (VC,)


@pytest.mark.parametrize(
    ("document", "error", "pointer"),
    [
        pytest.param({}, UnsafeDocumentError, "/@context", id="no context"),
        pytest.param({"@context": {"a": "urn:a"}}, UnknownContextError, "/@context", id="inline"),
        pytest.param({"@context": [VC, {"a": "urn:a"}]}, UnknownContextError, "/@context", id="inline in a list"),
        pytest.param({"@context": [VC, None]}, UnknownContextError, "/@context", id="null"),
        pytest.param({"@context": [VC, "https://e.example/c"]}, UnknownContextError, "/@context", id="unknown"),
        pytest.param({"@context": [VC + " "]}, UnknownContextError, "/@context", id="look-alike"),
        pytest.param({"@context": [VC] * 9}, TooComplexError, "/@context", id="nine"),
        pytest.param(
            {"@context": VC, "a/b": [{"@context": {}}]},
            UnknownContextError,
            "/a~1b/0/@context",
            id="inline further down",
        ),
    ],
)
def test_contexts_that_are_refused(document, error, pointer):
    with pytest.raises(error) as caught:
        check_contexts(document)
    assert caught.value.pointer == pointer


def test_depth_is_bounded():
    document = {"@context": VC}
    for _ in range(5_000):
        document = {"@context": VC, "a": document}
    with pytest.raises(TooComplexError):
        check_contexts(document)
