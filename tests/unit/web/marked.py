"""A language in which every sentence of ours stands between ‹ and ›: what does not cannot be translated."""

from __future__ import annotations

import gettext
import re
from contextlib import contextmanager

from app.language import LANGUAGES, telling
from app.web import writing
from app.web.visitor import Visitor

MARKED = Visitor(LANGUAGES["es"], asked=True)


class _Marks(gettext.NullTranslations):
    def gettext(self, message):
        return f"‹{message}›"

    def ngettext(self, msgid1, msgid2, n):
        return f"‹{msgid1 if n == 1 else msgid2}›"


@contextmanager
def marked(monkeypatch):
    """While it lasts, pages for `MARKED` are told so."""
    marks = _Marks()
    with monkeypatch.context() as patched:
        for room in (writing, telling):
            patched.setattr(room, "translations", lambda _: marks)
        writing._environment.cache_clear()
        yield
    writing._environment.cache_clear()


def unmarked(text, *values):
    """The words of `text` that stand outside of marks and are none of `values`."""
    while "‹" in text:
        text, found = re.subn("‹[^‹›]*›", " ", text)
        assert found, text
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, " ")
    return re.findall(r"\w+", text)
