"""W3C's toRdf suite on both paths: what the compiled subset does not cover is refused or left to the slow path.

The suite's contexts are inline, and an inline context is refused before anything is read. So each is pinned for the
test, as if it were published at an address of its own; then every answer must be the right one, and no answer is given
where the suite wants an error.
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from urllib.parse import urljoin

import pytest

from app.jsonld import BUNDLED_CONTEXTS, BundledContext
from app.jsonld.limits import Limits
from app.jsonld.rdfc import canonical_nquads
from tests.unit.jsonld.support import ABSENT, VECTORS, fast, manifest, outcome, read_nquads, slow

FOLDER = VECTORS / "json-ld-api/tests"
BASE = "https://w3c.github.io/json-ld-api/tests/"
LIMITS = Limits(work=100_000)
ENTRIES = manifest("json-ld-api/tests/toRdf-manifest.jsonld")


def of_type(kind):
    found = []
    for entry in ENTRIES:
        options = entry.get("option", {})
        old = "json-ld-1.0" in {options.get("specVersion"), options.get("processingMode")}
        other = {"rdfDirection", "produceGeneralizedRdf"} & options.keys()
        if f"jld:{kind}EvaluationTest" in entry["@type"] and not old and not other:
            found.append(pytest.param(entry, id=entry["@id"]))
    return found or [pytest.param(None, marks=pytest.mark.skip(reason=ABSENT))]


class Pinned:
    """A document of the suite whose contexts have addresses, and those contexts."""

    def __init__(self, entry):
        self._base = BASE + entry["input"]
        self._pinned = {}
        self.document = self._with_addresses(json.loads((FOLDER / entry["input"]).read_text()))
        if isinstance(self.document, dict):
            outer = entry.get("option", {}).get("expandContext")
            first = [] if outer is None else [urljoin(BASE, outer)]
            own = self.document.get("@context", {})
            every = [*first, *(own if isinstance(own, list) else [own])]
            self.document["@context"] = [self._address(context) for context in every]
        self.contexts = BUNDLED_CONTEXTS.plus(*self._pinned.values())

    def _with_addresses(self, item):
        if isinstance(item, list):
            return [self._with_addresses(member) for member in item]
        if not isinstance(item, dict):
            return item
        found = {key: self._with_addresses(member) for key, member in item.items() if key != "@context"}
        if "@context" in item:
            value = item["@context"]
            found["@context"] = [self._address(context) for context in (value if isinstance(value, list) else [value])]
        return found

    def _address(self, context):
        if isinstance(context, dict):
            return self._pin(f"https://suite.example/{len(self._pinned)}", {"@context": context})
        if isinstance(context, str) and (url := urljoin(self._base, context)).startswith(BASE):
            file = FOLDER / url.removeprefix(BASE)
            return self._pin(url, json.loads(file.read_text())) if file.is_file() else context
        return context

    def _pin(self, url, document):
        raw = json.dumps(document).encode()
        self._pinned[url] = BundledContext(url, sha256(raw).hexdigest(), raw)
        return url


def read(entry):
    """What the two paths say: N-Quads, or "unsupported" or "refused"."""
    pinned = Pinned(entry)

    def quick(document):
        return fast(document, pinned.contexts, LIMITS)

    def thorough(document):
        return slow(document, pinned.contexts, LIMITS)

    return outcome(quick, pinned.document), outcome(thorough, pinned.document)


# A context of an address is unwrapped twice by PyLD, so that this one becomes right. It takes a wrong context, and ours
# are pinned.
WRONG_CONTEXT = "#ter56"

# PyLD warns where a context's term looks like a keyword.
SILENT = pytest.mark.filterwarnings("ignore::SyntaxWarning")


@SILENT
@pytest.mark.parametrize("entry", of_type("Positive"))
def test_an_answer_is_the_right_one(entry):
    expected = canonical_nquads(read_nquads((FOLDER / entry["expect"]).read_text()), LIMITS)
    quick, thorough = read(entry)
    assert quick in {expected, "unsupported", "refused"}
    assert thorough in {expected, "refused"}
    assert quick in {"unsupported", thorough}


@SILENT
@pytest.mark.parametrize("entry", of_type("Negative"))
def test_what_is_wrong_has_no_answer(entry):
    quick, thorough = read(entry)
    assert quick in {"unsupported", "refused"}
    assert thorough == "refused" or entry["@id"] == WRONG_CONTEXT


@SILENT
@pytest.mark.skipif(not ENTRIES, reason=ABSENT)
def test_the_suite_reaches_both_paths():
    """Should the walk or the slow path refuse everything, the tests above would pass and say nothing."""
    answers = [read(parameter.values[0]) for parameter in of_type("Positive")]
    given = Counter(tuple("answer" if isinstance(one, bytes) else one for one in both) for both in answers)
    assert given["answer", "answer"] >= 15, given
    assert given["unsupported", "answer"] >= 100, given
