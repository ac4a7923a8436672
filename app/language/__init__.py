"""The languages that Laurel speaks: what is said, in which one, and how it reads there.

    text = said("It expired on {end}.", end=Day(moment))     # an English str that remembers how it was made
    language = choose(asked="es", accepted="fr;q=0.8", fallback="en")
    told(text, language)                                     # 'Caducó el 4 de mayo de 2026.'

English is the source and stands in the code; the others are gettext catalogues in `catalogues/` (`make catalogues`).
Whatever is a plain `str` came from outside and is told as it is, in every language.
"""

from __future__ import annotations

from app.language.catalogues import translations
from app.language.dates import country_name, language_name, written_day, written_moment, written_month
from app.language.languages import ENGLISH, LANGUAGES, Language, choose, find_accepted, find_language
from app.language.said import AND, COMMA, SEMICOLON, Day, Moment, Said, listed, said, said_number
from app.language.telling import told

__all__ = [
    "AND",
    "COMMA",
    "ENGLISH",
    "LANGUAGES",
    "SEMICOLON",
    "Day",
    "Language",
    "Moment",
    "Said",
    "choose",
    "country_name",
    "find_accepted",
    "find_language",
    "language_name",
    "listed",
    "said",
    "said_number",
    "told",
    "translations",
    "written_day",
    "written_moment",
    "written_month",
]
