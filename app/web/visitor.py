"""For whom a page is written: a language, and whether the visitor asked for it by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import Depends, Query, Request

from app.language import ENGLISH, Language, choose, find_language

__all__ = ["IN_ENGLISH", "Visitor", "VisitorDep", "visitor_of"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """`asked`: the language stands in the address, so the links of the page carry it on; there is no cookie to do so.
    `accepted` is the visitor's Accept-Language header. `home` is the language of whose pages these are.
    """

    language: Language = ENGLISH
    asked: bool = False
    accepted: str | None = None
    home: Language = ENGLISH

    def at_home_with(self, tag: str | None) -> Visitor:
        """The same visitor on pages of somebody who speaks `tag`: for those who ask for no language themselves."""
        home = find_language(tag) or ENGLISH
        if self.asked:
            return replace(self, home=home)
        return replace(self, home=home, language=choose(accepted=self.accepted, fallback=tag))

    def link(self, address: str) -> str:
        """An address of ours, in the language that was asked for."""
        if not self.asked:
            return address
        path, mark, fragment = address.partition("#")
        return f"{path}{'&' if '?' in path else '?'}lang={self.language.tag}{mark}{fragment}"


IN_ENGLISH: Final = Visitor()


def visitor_of(request: Request, lang: str | None) -> Visitor:
    """Who asks, and for which language: that of the address, else one of the Accept-Language header."""
    accepted = request.headers.get("accept-language")
    return Visitor(choose(asked=lang, accepted=accepted), find_language(lang) is not None, accepted)


async def _visitor(
    request: Request,
    lang: Annotated[
        str | None,
        Query(description="The language of the page: `en`, `es`, `fr` or `ar`. Others are passed over."),
    ] = None,
) -> Visitor:
    """Asynchronous, though nothing waits: FastAPI would send a plain function to another thread."""
    return visitor_of(request, lang)


VisitorDep = Annotated[Visitor, Depends(_visitor)]
