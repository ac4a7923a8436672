"""The templates, with one environment for each language: what stands in them is told in it.

A sentence of a template is `{% trans %}` or `_()`. What the code says (`app.language.Said`) is told where it is shown,
by the filters `line` and `told`; what came from outside is shown as it is, isolated, in the direction of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from app.language import ENGLISH, LANGUAGES, Language, Said, told, translations
from app.openbadges import CardItem, completeness
from app.web import dates, text
from app.web.assets import accent_url, static_url
from app.web.banner import ACTORS, OUTCOMES
from app.web.visitor import IN_ENGLISH, Visitor

__all__ = ["sentence", "write"]

_MAX_VALUE = 600  # characters of something from outside, within a sentence of ours


def write(template: str, visitor: Visitor = IN_ENGLISH, **values: Any) -> str:
    """The page that `template` makes of `values`, as HTML text."""
    return _environment(visitor.language).get_template(template).render(visitor=visitor, to=visitor.link, **values)


def sentence(words: object, language: Language, limit: int = text.MAX_LINE) -> Markup | str:
    """`words` on one line: ours in `language`, what others wrote isolated within; others' as they are. What a template
    has made HTML of already stays.
    """
    if isinstance(words, Markup):
        return words
    if not isinstance(words, Said) or language is ENGLISH:
        return text.line(words, limit)
    return Markup(told(words, language, quote=_isolated))  # noqa: S704 - the catalogue is ours, values are escaped


def _isolated(value: str) -> str:
    return str(Markup("<bdi>{}</bdi>").format(text.line(value, _MAX_VALUE)))


@cache
def _environment(language: Language) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        static=static_url,
        accent=accent_url,
        actors=ACTORS,
        outcomes=OUTCOMES,
        language=language,
        languages=tuple(LANGUAGES.values()),
    )
    environment.filters.update(
        line=lambda words, limit=text.MAX_LINE: sentence(words, language, limit),
        told=partial(_plainly, language=language),
        name=text.name,
        paragraphs=text.paragraphs,
        markdown=text.markdown,
        kept_markdown=text.kept_markdown,
        safe_url=text.safe_url,
        host=text.host_of,
        lang=partial(_lang, page=language),
        tongue=partial(_tongue, page=language),
        language_name=partial(text.language_name, language=language),
        day=partial(_day, language=language),
        moment=partial(dates.written_moment, language=language),
        completeness=_completeness,
        trusted=Markup,
    )
    return environment


def _plainly(words: str, *, language: Language) -> str:
    """For attributes and other places without markup."""
    return told(words, language)


def _lang(tag: object, *, page: Language) -> Markup:
    """` lang="fr"`; of text in a language that nobody stated, nothing on a page in English, else that it is unknown."""
    known = text.language_tag(tag)
    if known is None:
        return Markup() if page is ENGLISH else Markup(' lang=""')
    return Markup(' lang="{}"').format(known)


def _tongue(words: object, *, page: Language) -> Markup:
    """Attributes of a sentence that may be one of those which are told in English only."""
    if isinstance(words, Said):
        return Markup()
    return Markup(' dir="auto"') if page is ENGLISH else Markup(' lang="en" dir="ltr"')


def _day(moment: datetime, zone: tzinfo, *, language: Language) -> Markup:
    return dates.written_day(moment, zone, language)


def _completeness(card: Sequence[CardItem]) -> tuple[int, int]:
    return completeness(card)
