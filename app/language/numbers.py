"""Numbers as people write them, and the form of the words that follow them (CLDR, through Babel)."""

from __future__ import annotations

from babel import Locale
from babel.numbers import format_decimal

from app.language.languages import Language

# One whole number for each form that a language here has; catalogues know whole numbers only.
_WHOLE = (2, 1, 100, 5, 11, 0)


def written_number(number: float, language: Language) -> str:
    """`1.5`, or `1,5`: in European digits, as dates are."""
    return format_decimal(number, locale=language.locale, numbering_system="latn")


def like_counted(number: float, language: Language) -> int:
    """A whole number after which words take the same form: fractions count like many in one language, like one in
    another.
    """
    if number == int(number):
        return int(number)
    form = Locale.parse(language.locale).plural_form
    return next((whole for whole in _WHOLE if form(whole) == form(number)), 2)
