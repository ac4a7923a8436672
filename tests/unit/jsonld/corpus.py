"""The reference corpus: documents with what jsonld.js and rdf-canonize make of them (see `reference/README.md`).

Where we answer differently, we do so on purpose: `DEVIATIONS` names every such case and its reason, and a difference
that none of them explains is a failure. A deviation either refuses what jsonld.js accepts, or follows RDFC-1.0 where
jsonld.js does not; nothing that jsonld.js refuses is accepted.
"""

from __future__ import annotations

import builtins
import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app.errors import DocumentError
from app.jsonld import canonicalize, rdfc

REFERENCE = Path(__file__).parent / "reference"
FIXTURE = REFERENCE / "corpus.jsonl.gz"

DEVIATIONS = {
    "a": "numbers that readers write differently: below 1e-6, above 2^53, negative zero, ties",
    "b": 'IRIs with white space or one of <>"{}|\\^` or two fragments, which readers escape differently',
    "c": "an empty reference, which would be dropped",
    "d": "rdf-canonize sorts by UTF-16 unit, RDFC-1.0 by code point",
    "keyword": "a reference that looks like a keyword, which jsonld.js drops without a word",
    "beside": "@set and @list beside other members, which would be dropped",
    "statement": "@graph, @included, @index and the like, which are dropped when they hold nothing",
    "no value": "a keyword with a null, or a language with nothing to be the language of, which would be dropped",
    "list of graphs": "a list in a list of graphs, which readers group differently",
    "language": "a literal of the type rdf:langString without a language, which jsonld.js writes without its type",
    "value": "a value that is an empty list, which jsonld.js takes for a node",
    "typed value": "a list of types of one value, which jsonld.js joins with commas",
    "blank property": "a blank node as a property, even with a null: every property must be an absolute IRI",
    "blank type": "a blank node as a type: every type must be an absolute IRI",
    "nothing": "a document that says nothing, so that any signature of any such document would fit",
    "half a pair": "half of a surrogate pair, which has no UTF-8",
    "double": "a text of the type xsd:double, which jsonld.js takes for a number and writes anew",
    "inline context": "a context that is not pinned",
    "by its address": "a member named by the address of a term, which hides that term from whoever reads the JSON",
    "alike": "more symmetry than the limit on work allows",
    "twice": "jsonld.js makes two statements of the same empty list given twice, RDFC-1.0 has a set of them",
}

_REFUSALS = {
    "a": r"A number below|A whole number beyond|Negative zero|A number has more digits",
    "c": r"'' is not an absolute IRI",
    "keyword": r"'@[A-Za-z]+' is not an absolute IRI",
    "b": r"is not an absolute IRI|No context of the document defines '[a-z]+:",
    "beside": r"What stands beside @(set|list)",
    "statement": r"The keyword @\w+ must not stand",
    "no value": r"@(language|type|id|value) is null|A language without a value",
    "list of graphs": r"This part makes no statement",
    "language": r"of the type rdf:langString",
    "value": r"A value is neither a text nor a number",
    "typed value": r"This is not JSON-LD: invalid typed value",
    "blank property": r"No context of the document defines '_:",
    "blank type": r"defines the type '_:",
    "nothing": r"The document makes no statement",
    "half a pair": r"half of a surrogate pair",
    "double": r"A text is not written alike everywhere as a double",
    "inline context": r"The context inline context is not one of",
    "by its address": r"is not named by its term",
    "alike": r"too much alike",
}


class UnexplainedError(AssertionError):
    """We and jsonld.js differ, and no deviation says why."""


@dataclass(frozen=True)
class Sample:
    """One document and jsonld.js's answer: `nquads`, or why it `refused`."""

    name: str
    document: dict[str, Any]
    nquads: str | None
    refused: str | None
    deviation: str | None = None

    @classmethod
    def of(cls, name: str, document: dict[str, Any], answer: Mapping[str, str], deviation: str | None = None) -> Sample:
        return cls(name, document, answer.get("nquads"), answer.get("refused"), deviation)

    def written(self) -> str:
        """One line of the fixture."""
        members = {
            "name": self.name,
            "document": self.document,
            "nquads": self.nquads,
            "refused": self.refused,
            "deviation": self.deviation and {"hazard": self.deviation, "reason": DEVIATIONS[self.deviation]},
        }
        return json.dumps({key: value for key, value in members.items() if value is not None})


def load() -> list[Sample]:
    with gzip.open(FIXTURE, "rt", encoding="utf-8") as lines:
        return [_read(json.loads(line)) for line in lines]


def _read(members: dict[str, Any]) -> Sample:
    deviation = members.get("deviation", {}).get("hazard")
    return Sample(members["name"], members["document"], members.get("nquads"), members.get("refused"), deviation)


def deviation(sample: Sample) -> str | None:
    """How our answer differs from jsonld.js's: a key of DEVIATIONS, or None where it is the same.

    Raises UnexplainedError.
    """
    try:
        ours = canonicalize(sample.document).decode()
    except DocumentError as error:
        return None if sample.nquads is None else _why_refused(sample, error.message)
    if sample.nquads is None:
        raise UnexplainedError(f"{sample.name}: accepted what jsonld.js refuses ({sample.refused})")
    return None if ours == sample.nquads else _why_different(sample, ours)


def _why_refused(sample: Sample, message: str) -> str:
    for key, pattern in _REFUSALS.items():
        if re.search(pattern, message):
            return key
    raise UnexplainedError(f"{sample.name}: refused what jsonld.js accepts: {message}")


def _why_different(sample: Sample, ours: str) -> str:
    theirs = sample.nquads or ""
    if canonicalize_by_utf16(sample.document) == theirs:
        return "d"
    lines = re.findall(r"[^\n]*\n", theirs)  # splitlines() would split at U+2028 as well
    if len(lines) > len(set(lines)) and "".join(dict.fromkeys(lines)) in {ours, canonicalize_by_utf16(sample.document)}:
        return "twice"
    raise UnexplainedError(f"{sample.name}: other N-Quads than jsonld.js")


def canonicalize_by_utf16(document: dict[str, Any]) -> str:
    """`canonicalize`, were lines sorted as JavaScript sorts them."""

    def by_utf16(items: Any, key: Any = None) -> list[Any]:
        return builtins.sorted(items, key=key or _utf16)

    with patch.object(rdfc, "sorted", by_utf16, create=True):
        return canonicalize(document).decode()


def _utf16(item: Any) -> Any:
    return item.encode("utf-16-be") if isinstance(item, str) else item
