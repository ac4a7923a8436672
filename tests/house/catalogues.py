"""Everything that Laurel says to people, and the catalogues that say it in other languages: `make catalogues`.

Sentences stand in the templates of pages, in calls of `Said`, `said` and `said_number`, and in the words of the judge.
The catalogues in app/language/catalogues are renewed from them: what is new is added without a translation, what is
gone is left out, what is there stays. `test_catalogues.py` holds that none is missing.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from app.language import AND, COMMA, ENGLISH, LANGUAGES, SEMICOLON
from app.language.catalogues import FOLDER
from app.rendering import CertificateWords
from app.verification.words import CATALOGUE, phrases

APP = Path(__file__).parents[2] / "app"
# What is drawn measures words under the same name.
_METHODS = [("rendering/**.py", "ignore"), ("web/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
_OPTIONS = {"web/templates/**.html": {"trimmed": "true", "silent": "false"}}
_KEYWORDS = {"Said": None, "said": None, "said_number": (1, 2), "_": None, "gettext": None, "ngettext": (1, 2)}
_HEADER = """# Laurel in {english}. Renewed by `make catalogues`; only what stands after msgstr is written by hand.
msgid ""
msgstr ""
"Language: {tag}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural};\\n"

"""
_BETWEEN = (AND, COMMA, SEMICOLON)  # where the space goes is for each language to say
_VALUES = re.compile(r"\{\w+\}|%\(\w+\)s|</?\w+>")


def messages() -> Iterator[tuple[str | tuple[str, str], str]]:
    """(English, where it is said); a pair of forms for what depends on a count. Some come more than once."""
    found = extract_from_dir(APP, method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS)
    for name, _, said, _, _ in found:
        yield said, f"app/{name}"
    for code, words in CATALOGUE.items():
        where = f"app/verification/words/{code.partition('.')[0]}.py"
        for text in (words.title, words.detail, words.remedy and words.remedy.text, words.summary):
            if text:
                yield text, where
    for field in fields(CertificateWords):
        yield str(field.default), "app/rendering/certificate.py"
    for name in phrases.__all__:
        for text in getattr(phrases, name).values():
            yield str(text), "app/verification/words/phrases.py"


def template() -> Catalog:
    """All messages, in the order of the files that say them first."""
    catalog = Catalog(domain="laurel", project="Laurel", charset="utf-8", fuzzy=False)
    for said, where in sorted(messages(), key=lambda found: found[1]):
        catalog.add(said, locations=[(where, None)])
    return catalog


def read(tag: str) -> Catalog:
    file = FOLDER / f"{tag}.po"
    if not file.is_file():
        return Catalog(locale=tag, domain="laurel", project="Laurel", fuzzy=False)
    with file.open("rb") as opened:
        return read_po(opened, locale=tag)


def renewed(tag: str) -> Catalog:
    """The catalogue of a language with every message there is, and no other. Never guesses a translation."""
    old, new = read(tag), Catalog(locale=tag, domain="laurel", project="Laurel", charset="utf-8", fuzzy=False)
    for message in template():
        if message.id:
            known = old.get(message.id)
            string = known.string if known is not None and type(known.id) is type(message.id) else ""
            new.add(message.id, string, locations=message.locations, flags=message.flags - {"fuzzy"})
    return new


def faults(catalog: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being shown: a sentence for each."""
    for message in catalog:
        if not message.id:
            continue
        english, forms = _forms(message.id), _forms(message.string)
        if not all(forms):
            yield f"not translated: {english[0]}"
        elif len(english) > 1 and len(forms) != catalog.num_plurals:
            yield f"{len(forms)} of {catalog.num_plurals} forms: {english[0]}"
        for form in filter(None, forms):
            yield from (f"{fault}: {form}" for fault in _faults_of(form, english))


def _faults_of(form: str, english: tuple[str, ...]) -> Iterator[str]:
    wanted, found = Counter(_VALUES.findall(english[-1])), Counter(_VALUES.findall(form))
    # A form for one or two may say the number in words.
    if found != wanted and not (len(english) > 1 and found == wanted - Counter(["{count}", "%(count)s"])):
        yield f"other values or marks than {english[-1]!r}"
    around = (form[:1].isspace(), form[-1:].isspace()), (english[0][:1].isspace(), english[0][-1:].isspace())
    if english[0] not in _BETWEEN and around[0] != around[1]:
        yield f"other space around it than {english[0]!r}"


def written(tag: str, catalog: Catalog) -> bytes:
    """The file of a catalogue. Nothing in it changes unless a sentence does."""
    body = BytesIO()
    write_po(body, catalog, width=120, omit_header=True)
    head = _HEADER.format(english=Locale(tag).english_name, tag=tag, plural=catalog.plural_forms.rstrip(";"))
    return head.encode() + body.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", metavar="TAG", help="only say what is wrong with a catalogue")
    asked = parser.parse_args()
    if asked.check:
        print("\n".join(faults(read(asked.check))) or "nothing is wrong")  # noqa: T201
        return
    for tag in LANGUAGES:
        if tag != ENGLISH.tag:
            catalog = renewed(tag)
            (FOLDER / f"{tag}.po").write_bytes(written(tag, catalog))
            missing = sum(1 for fault in faults(catalog) if fault.startswith("not translated"))
            print(f"{tag}: {len(catalog)} messages, {missing} without a translation")  # noqa: T201


def _forms(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


if __name__ == "__main__":
    main()
