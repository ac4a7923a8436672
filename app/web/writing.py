"""The templates, with one environment for each language: what stands in them is told in it.

A sentence of a template is `{% trans %}` or `_()`. What the code says (`app.language.Said`) is told where it is shown,
by the filters `line` and `told`; what came from outside is shown as it is, isolated, in the direction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, tzinfo
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from app.language import ENGLISH, LANGUAGES, Language, Said, country_name, told, translations
from app.openbadges import CardItem, completeness
from app.services.remembered import Remembered
from app.web import dates, text
from app.web.assets import accent_url, static_url
from app.web.banner import ACTORS, OUTCOMES
from app.web.visitor import IN_ENGLISH, Visitor

__all__ = ["sentence", "write"]

_MOST_KEPT = 256  # for each language
_LONGEST_KEPT = 32_000  # characters
_MAX_CODE = 80
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


def _line(language: Language) -> Callable[..., Markup | str]:
    """The filter. What is said without values, most of a page, is made once."""

    @lru_cache(maxsize=4096)
    def without_values(template: str, limit: int) -> Markup:
        words = told(Said(template), language)
        return escape(text.line(words, limit) if language is ENGLISH else words)

    def line(words: object, limit: int = text.MAX_LINE) -> Markup | str:
        if type(words) is Said and not words.values:
            return without_values(words.template, limit)
        return sentence(words, language, limit)

    return line


class _KeptParts:
    """Parts that are the same on the pages of many badges, made once for a key that is equal only where the part is;
    for None each time. Never for what tells of a person.
    """

    def __init__(self) -> None:
        self._made: Remembered[tuple[str, Hashable], Markup] = Remembered(_MOST_KEPT)

    def __call__(self, part: Macro, key: Hashable, *values: Any) -> Markup:
        known = self._made.find((part.name, key))
        if known is not None:
            return known
        made = Markup(part(*values))  # noqa: S704 - what a macro returns is markup
        return made if key is None or len(made) > _LONGEST_KEPT else self._made.add((part.name, key), made)


def _isolated(value: str) -> str:
    return f"<bdi>{escape(text.line(value, _MAX_VALUE))}</bdi>"


class _Environment(jinja2.Environment):
    """Tells what is said without values when the template is compiled: a page has a hundred such sentences."""

    def __init__(self, language: Language, **options: Any) -> None:
        super().__init__(**options)
        self.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
        self._telling = _Telling(language)

    def _generate(self, source: nodes.Template, *rest: Any, **options: Any) -> str:
        # Jinja's own hook between its parser and its compiler.
        return super()._generate(self._telling.visit(source), *rest, **options)


class _Telling(NodeTransformer):
    def __init__(self, language: Language) -> None:
        self._gettext = translations(language).gettext

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - named for the node
        match node:
            case nodes.Call(
                node=nodes.Name(name="_" | "gettext"), args=[nodes.Const(value=words)], kwargs=[], dyn_kwargs=None
            ):
                # As Jinja does when the page is written: "%%" stands for a percent sign.
                told_now = Markup(self._gettext(words) % {})  # noqa: S704 - the catalogue is ours
                return nodes.Const(told_now, lineno=node.lineno)
        return self.generic_visit(node)


@cache
def _environment(language: Language) -> jinja2.Environment:
    environment = _Environment(
        language,
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.update(
        static=static_url,
        accent=accent_url,
        kept=_KeptParts(),
        actors=ACTORS,
        outcomes=OUTCOMES,
        language=language,
        languages=tuple(LANGUAGES.values()),
    )
    environment.filters.update(
        line=_line(language),
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
        country=partial(_country, language=language),
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
    return Markup(f' lang="{known}"')  # noqa: S704 - letters, digits and hyphens


def _tongue(words: object, *, page: Language) -> Markup:
    """Attributes of a sentence that may be one of those which are told in English only."""
    if isinstance(words, Said):
        return Markup()
    return Markup(' dir="auto"') if page is ENGLISH else Markup(' lang="en" dir="ltr"')


def _country(code: str, *, language: Language) -> str:
    """What `language` calls the country, else the code itself."""
    return country_name(code, language) or text.line(code, _MAX_CODE)


def _day(moment: datetime, zone: tzinfo, *, language: Language) -> Markup:
    return dates.written_day(moment, zone, language)


def _completeness(card: Sequence[CardItem]) -> tuple[int, int]:
    return completeness(card)
