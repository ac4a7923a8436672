"""The catalogues: one file in gettext's PO form for each language but English.

Read when a language is first spoken (some 40 ms), so that there is nothing to compile and nothing to forget.
"""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from app.language.languages import ENGLISH, Language

FOLDER: Final = Path(__file__).parent / "catalogues"


@cache
def translations(language: Language) -> gettext.NullTranslations:
    """What gives the words of `language` for those in English. A sentence that it lacks stays English, and so does all
    of a language without a catalogue.
    """
    file = FOLDER / f"{language.tag}.po"
    if language is ENGLISH or not file.is_file():
        return gettext.NullTranslations()
    # A tenth of a second that a service which speaks English only never needs.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with file.open("rb") as opened:
        catalogue = read_po(opened, locale=language.tag)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return gettext.GNUTranslations(BytesIO(compiled.getvalue()))
