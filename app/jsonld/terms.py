"""RDF terms as canonical N-Quads text (RDFC-1.0 section 5), and the collector of quads made of them.

A term is the very text that stands in the output: `<https://…>`, `"text"@en`, `_:b0`. So a quad without blank nodes is
finished when it is made, and blank nodes are told from everything else by their first character.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.errors import UnsafeDocumentError

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = f"<{RDF}type>"
RDF_FIRST = f"<{RDF}first>"
RDF_REST = f"<{RDF}rest>"
RDF_NIL = f"<{RDF}nil>"

_MAX_SAFE_INTEGER = 2**53
_SMALLEST = 1e-6

# RFC 3987 has a scheme and one fragment; N-Quads excludes the rest from an IRIREF, and processors differ in how they
# escape it, so such an IRI has no canonical form that everybody agrees on. White space of other scripts (a no-break
# space, U+2028, …) is allowed by RFC 3987 and still no absolute IRI to jsonld.js.
_NOT_IN_IRI = r"\x00-\x20\s\ufeff<>\"{}|\\^`\ud800-\udfff#"
_ABSOLUTE_IRI = re.compile(rf"[A-Za-z][A-Za-z0-9+.\-]*:[^{_NOT_IN_IRI}]*(?:#[^{_NOT_IN_IRI}]*)?")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_DOUBLE = re.compile(r"-?[0-9]\.[0-9]{1,15}E-?[0-9]{1,3}")
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORT = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", '"': r"\"", "\\": r"\\"}
_ESCAPES: Mapping[str, str] = {
    character: _SHORT.get(character, f"\\u{ord(character):04X}")
    for character in [*map(chr, range(0x20)), '"', "\\", "\x7f"]
}

Quad = tuple[str, str, str, str]  # subject, predicate, object, graph; the default graph is ""


@dataclass(slots=True)
class Quads:
    """A dataset under construction: finished lines, and quads that still wait for canonical blank node labels."""

    ground: list[str] = field(default_factory=list)
    linked: list[Quad] = field(default_factory=list)
    _blank: int = 0

    def add(self, subject: str, predicate: str, obj: str, graph: str = "") -> None:
        if subject[0] == "_" or obj[0] == "_" or graph[:1] == "_":
            self.linked.append((subject, predicate, obj, graph))
        else:
            self.ground.append(line(subject, predicate, obj, graph))

    def blank(self) -> str:
        """A blank node that is not in the dataset yet."""
        self._blank += 1
        return f"_:b{self._blank}"

    def __len__(self) -> int:
        return len(self.ground) + len(self.linked)


def line(subject: str, predicate: str, obj: str, graph: str) -> str:
    """One line of canonical N-Quads (RDFC-1.0 section 5)."""
    if graph:
        return f"{subject} {predicate} {obj} {graph} .\n"
    return f"{subject} {predicate} {obj} .\n"


def is_absolute_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI that every processor writes alike."""
    return _ABSOLUTE_IRI.fullmatch(text) is not None


def is_language(tag: str) -> bool:
    """Whether `tag` is a well-formed language tag as N-Quads has it."""
    return _LANGUAGE.fullmatch(tag) is not None


def literal(text: str, datatype: str | None = None) -> str:
    """A literal: plain (xsd:string) or with a datatype IRI. Raises UnsafeDocumentError for half a surrogate pair."""
    quoted = quote(text)
    return quoted if datatype is None or datatype == f"{XSD}string" else f"{quoted}^^<{datatype}>"


def quote(text: str) -> str:
    """`text` in quotes, escaped as RDFC-1.0 section 5 asks: as little as possible."""
    if _SURROGATE.search(text):
        raise UnsafeDocumentError("A text holds half of a surrogate pair, which cannot be written as UTF-8.")
    if _ESCAPED.search(text) is None:
        return f'"{text}"'
    return '"' + _ESCAPED.sub(lambda match: _ESCAPES[match[0]], text) + '"'


def native(value: bool | float, datatype: str | None = None) -> str:  # noqa: FBT001 - a JSON value, not a switch
    """A JSON boolean or number as a literal (JSON-LD 1.1 API section 8.6).

    Raises UnsafeDocumentError where implementations write the same number differently: below 1e-6, above 2^53,
    negative zero, and numbers halfway between two of the 16-digit numbers that the conversion can write.
    """
    if isinstance(value, bool):
        return literal("true" if value else "false", datatype or f"{XSD}boolean")
    if isinstance(value, float) and not value.is_integer():  # type: ignore[redundant-expr] # an int, too: it may be too large for a float
        return literal(double(value), datatype or f"{XSD}double")
    if abs(value) > _MAX_SAFE_INTEGER:
        raise UnsafeDocumentError("A whole number beyond 2^53 is not read alike everywhere; write it as text.")
    if value == 0 and str(value).startswith("-"):
        raise UnsafeDocumentError("Negative zero is not written alike everywhere.")
    if datatype == f"{XSD}double":
        return literal(double(float(value)), datatype)
    return literal(str(int(value)), datatype or f"{XSD}integer")


def double(value: float) -> str:
    """`value` as the canonical xsd:double of JSON-LD: `printf("%1.15E")` without needless zeros."""
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN alone differs from itself
        raise UnsafeDocumentError("A number is not finite.")
    if 0 < abs(value) < _SMALLEST:
        raise UnsafeDocumentError("A number below 0.000001 is not written alike everywhere; write it as text.")
    if _is_tie(value):
        raise UnsafeDocumentError("A number has more digits than can be written alike everywhere; write it as text.")
    mantissa, exponent = f"{value:.15E}".split("E")
    digits = mantissa.rstrip("0")
    return f"{digits}0E{int(exponent)}" if digits.endswith(".") else f"{digits}E{int(exponent)}"


def is_canonical_double(text: str) -> bool:
    """Whether `text` is what `double` would write: jsonld.js rewrites any other text of the type xsd:double."""
    return _DOUBLE.fullmatch(text) is not None and double(float(text)) == text


def _is_tie(value: float) -> bool:
    """Whether the 17th and last digit is a 5: C rounds to even here, JavaScript away from zero."""
    digits = f"{value:.60E}".split("E")[0].rstrip("0")
    return len(digits.lstrip("-")) == len("1.") + 16 and digits.endswith("5")
