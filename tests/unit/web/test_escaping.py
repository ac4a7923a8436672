"""Every text that reaches a page, filled with what does harm elsewhere: nothing of it becomes markup."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from app.openbadges import CardItem
from app.verification import CheckResult, Outcome
from app.web import pages
from app.web.views import Technical
from tests.unit.web.samples import (
    NOW,
    SIGNED,
    Reader,
    achievement_view,
    credential,
    issuer_view,
    report,
)

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "an image with a handler": "<img src=x onerror=alert(1)>",
    "a drawing with a handler": "<svg/onload=alert(1)>",
    "the end of an attribute": '" onmouseover="alert(1)" style="x" x=\'',
    "the end of a single-quoted attribute": "' onfocus='alert(1)' autofocus='",
    "the end of a text field": "</textarea></title></style><script>alert(1)</script>",
    "a comment": "<!-- --><!--<b>",
    "a template": "{{ 7 * 7 }}{% raw %}",
    "a javascript address": "javascript:alert(1)",
    "a javascript link in Markdown": "[x](javascript:alert(1)) <javascript:alert(1)>",
    "right-to-left override": "abc\u202egnp.exe\u2066\u2069",
    "entities": "&lt;script&gt;&#60;b&#62;",
    "a NUL and control characters": "a\x00b\x1b[31mc\x7f",
    "a lone surrogate": "a\ud800b",
    "ten thousand characters": "W" * 10_000,
}
SAFE_ADDRESSES = {"url", "image_url"}  # ours, made from ids: never a stranger's text


def fill(thing, text):
    """`thing` with every text in it, at any depth, replaced by `text`; addresses of our own stay."""
    if isinstance(thing, tuple):
        return tuple(fill(item, text) for item in thing)
    if isinstance(thing, dict):
        return {key: fill(value, text) for key, value in thing.items()}
    if is_dataclass(thing):
        kept = SAFE_ADDRESSES if type(thing).__name__ not in ("Alignment", "EvidenceItem") else set()
        fixed = {*kept, "formats", "image_version", "preview_version", "twin_url"}
        names = [field.name for field in fields(thing) if field.name not in fixed]
        return replace(thing, **{name: fill(getattr(thing, name), text) for name in names})
    return text if isinstance(thing, str) and not isinstance(thing, Outcome) else thing


def hostile_report(text):
    checks = (
        CheckResult("proof", Outcome.PASSED, text, text, text),
        CheckResult("x", Outcome.PASSED, text, text, None),
    )
    return replace(report(**fill(SIGNED, text)), checks=checks, format=text)


def hostile_pages(text):
    found = hostile_report(text)
    view = fill(credential(), text)
    return {
        "credential": pages.credential_page(view, found),
        "public credential": pages.credential_page(replace(view, listed=True), found),
        "test credential": pages.credential_page(replace(view, test=True), found),
        "achievement": pages.achievement_page(fill(achievement_view(), text)),
        "issuer": pages.issuer_page(fill(issuer_view(), text)),
        "verify": pages.verify_page(found, checked_at=NOW),
        "verify, problem": pages.verify_page(problem=text, pasted=text),
        "home": pages.home_page(),
        "problem": pages.problem_page(404, text, text, request_id=text),
        "problem type": pages.problem_type_page(text, text, text),
    }


# The same pages with harmless text: a hostile one may have fewer elements (a link becomes text), never other ones.
PLAIN = {name: Reader(html) for name, html in hostile_pages("Plain words").items()}
LINKED = {name: Reader(html) for name, html in hostile_pages("https://plain.example/").items()}
ADDED_BY_MARKDOWN = {"p", "blockquote", "code", "em"}


@pytest.mark.parametrize("case", HOSTILE)
class TestHostileText:
    def test_adds_no_element_and_no_attribute(self, case):
        for name, html in hostile_pages(HOSTILE[case]).items():
            reader = Reader(html)
            assert reader.unbalanced == [], name
            most = Counter(tag for tag, _ in PLAIN[name].elements) | Counter(tag for tag, _ in LINKED[name].elements)
            extra = Counter(tag for tag, _ in reader.elements) - most
            assert set(extra) <= ADDED_BY_MARKDOWN, name
            allowed = {key for r in (PLAIN, LINKED) for _, attributes in r[name].elements for key in attributes}
            assert {key for _, attributes in reader.elements for key in attributes} <= allowed, name

    def test_leads_nowhere_dangerous(self, case):
        for name, html in hostile_pages(HOSTILE[case]).items():
            for _, attributes in Reader(html).elements:
                for key in ("href", "src", "action"):
                    assert re.match(r"https?://[^@]+$|/|#|mailto:|\?lang=[a-z]+$|$", attributes.get(key, "")), (
                        name,
                        attributes,
                    )

    def test_leaves_no_character_that_turns_or_controls(self, case):
        for name, html in hostile_pages(HOSTILE[case]).items():
            # The text field gives back what was typed, and nobody reads that as a name.
            read = html.partition("<textarea")[0] if name == "verify, problem" else html
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", read), name

    def test_keeps_one_title(self, case):
        for html in hostile_pages(HOSTILE[case]).values():
            assert len(Reader(html).all("h1")) == 1


def test_long_names_are_cut_and_the_page_stays_small():
    html = hostile_pages("W" * 10_000)["credential"]
    assert len(re.search("<title>(.*)</title>", html)[1]) < 300


def test_names_are_isolated_wherever_they_are_shown():
    html = pages.credential_page(fill(credential(), "שם"), report())
    body = html.partition("<body>")[2]
    assert body.count('<bdi dir="auto">שם</bdi>') >= 4  # holder, achievement, issuer, assessor


def test_an_item_of_the_card_cannot_be_stated_by_spaces():
    html = pages.credential_page(credential(card=(CardItem("x", "X", "\u202e \n ", mandatory=True),)), report())
    assert Reader(html).unbalanced == []


def test_only_the_drawings_skip_escaping():
    folder = Path(pages.__file__).parent / "templates"
    skipping = {
        file.name for file in folder.iterdir() if re.search(r"\|\s*(?:trusted|safe)\b|autoescape", file.read_text())
    }
    assert skipping == {"icons.html"}


def test_technical_details_may_be_missing():
    assert "Technical details" in pages.credential_page(credential(technical=Technical()), report())
