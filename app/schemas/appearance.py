"""How an issuer's pages and certificates look, and who finds them: the words that bodies use for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.openbadges.plain import Says

# The languages that pages and certificates can be in.
Language = Annotated[
    Literal["en", "es", "fr", "ar"],
    Field(description="In which its pages and certificates are when the visitor asks for none."),
]
Paper = Annotated[Literal["A4", "Letter"], Field(description="On which its certificates are printed.")]
AccentColor = Annotated[
    str,
    StringConstraints(pattern=r"^#[0-9a-f]{6}$"),
    Says("must be a colour as # and six digits of 0-9 and a-f, such as #1d5c8f"),
    Field(description="Of its pages and certificates; they see to it that text stays readable."),
]
Visibility = Annotated[
    Literal["unlisted", "public"],
    Field(description="Who finds a badge's page: whoever has its address (`unlisted`), or search engines too."),
]
