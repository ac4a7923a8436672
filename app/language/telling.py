"""From words of ours to words in a language."""

from __future__ import annotations

from collections.abc import Callable

from app.language.catalogues import translations
from app.language.dates import written_day, written_moment
from app.language.languages import ENGLISH, Language
from app.language.numbers import like_counted, written_number
from app.language.said import Day, Listed, Moment, Said, SaidNumber

# A value within a sentence of the other direction: isolated, so that it does not turn what stands around it.
_ISOLATED = "\u2068{}\u2069"


def told(text: str, language: Language = ENGLISH, *, quote: Callable[[str], str] | None = None) -> str:
    """`text` in `language`. A plain str, which came from outside, stays as it is.

    `quote` makes of a value from outside what may stand in the sentence, for one that becomes HTML; by default it is
    isolated from the direction of the sentence where the language is written from right to left.
    """
    if not isinstance(text, Said):
        return text
    if language is ENGLISH and (quote is None or isinstance(text, Day)):
        return str(text)
    if isinstance(text, Day):
        moment = text.moment
        return written_moment(moment, language) if isinstance(text, Moment) else written_day(moment, language=language)
    if isinstance(text, Listed):
        return (
            translations(language).gettext(text.template).join(told(part, language, quote=quote) for part in text.parts)
        )
    template = _template(text, language)
    if not text.values:
        return template
    quoted = quote or (_ISOLATED.format if language.is_rtl else str)
    values = {
        name: told(value, language, quote=quote) if isinstance(value, Said) else quoted(value)
        for name, value in text.values.items()
    }
    if isinstance(text, SaidNumber):
        values["count"] = quoted(written_number(text.number, language))
    return template.format(**values)


def _template(text: Said, language: Language) -> str:
    known = translations(language)
    if isinstance(text, SaidNumber):
        return known.ngettext(text.template, text.plural, like_counted(text.number, language))
    return known.gettext(text.template) if text.template else ""
