"""Parts of sentences, and names for what is found."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.language.said import Said

__all__ = ["FORMS", "KINDS", "LIST_DOUBTS", "PRINTED_PARTS", "REVOCATION_REASONS", "STANDARDS", "SUMMARIES"]


def _said(words: Mapping[str, str]) -> Mapping[str, Said]:
    return MappingProxyType({key: Said(text) for key, text in words.items()})


SUMMARIES: Final[Mapping[str, Said]] = _said(
    {
        "valid": "This badge is genuine and valid.",
        "nothing checked": "Nothing was checked.",
    }
)

FORMS: Final[Mapping[str, Said]] = _said(
    {
        "json": "a document (JSON)",
        "jwt": "a signed token (JWT)",
        "json+jwt": "a document (JSON) with a signed token inside",
        "url": "the address of a badge",
        "png+json": "a badge image (PNG) with a document inside",
        "png+jwt": "a badge image (PNG) with a signed token inside",
        "png+url": "a badge image (PNG) with an address inside",
        "svg+json": "a badge image (SVG) with a document inside",
        "svg+jwt": "a badge image (SVG) with a signed token inside",
        "svg+url": "a badge image (SVG) with an address inside",
        "pdf+json": "a PDF file with a document attached",
        "pdf+jwt": "a PDF file with a signed token attached",
    }
)

KINDS: Final[Mapping[str, Said]] = _said(
    {
        "badge": "one Open Badge (version 3.0)",
        "clr": "one Comprehensive Learner Record",
        "endorsement": "one endorsement",
        "credential": "one verifiable credential",
        "ob-2": "one Open Badge of the older version 2",
    }
)

STANDARDS: Final[Mapping[str, Said]] = _said(
    {
        "badge": "Open Badges 3.0 with its official schema",
        "clr": "Comprehensive Learner Record 2.0 with its official schema",
        "endorsement": "Open Badges 3.0 with its official schema",
        "credential": "the Verifiable Credentials standard",
        "ob-2": "Open Badges 2",
    }
)

LIST_DOUBTS: Final[Mapping[str, Said]] = _said(
    {
        "entry": "The badge does not say clearly where it stands in the issuer's list.",
        "many": "The badge names more lists than any honest badge needs.",
        "unreadable": "What was found at the list's address is not a list that can be read.",
        "entries": "The list has entries that name no badge, so this one may be meant.",
        "kind": "What was found at the list's address is not a status list.",
        "unsigned": "The list's own signature does not fit, or is missing.",
        "unchecked": "The list's own signature could not be checked.",
        "issuer": "The list was not published by the issuer of the badge.",
        "address": "The list does not say that it is the one at this address.",
        "dates": "The list is out of date.",
        "purpose": "The list was made for another purpose than the badge says.",
        "range": "The badge's place lies outside the list.",
        "ttl": "The list does not say clearly for how long a copy of it may be used.",
        "insecure": "The list is not signed, and its address is not a secure one: anybody on the way could change it.",
        "nameless": "The list goes by the badge's identifier, and this badge has none.",
    }
)

REVOCATION_REASONS: Final[Mapping[str, Said]] = _said(
    {
        "given": "It gives a reason, which the issuer can tell you.",
        "none": "It gives no reason.",
    }
)

PRINTED_PARTS: Final[Mapping[str, Said]] = _said(
    {
        "name": "the name of its holder",
        "title": "the title",
        "date": "the date",
    }
)
