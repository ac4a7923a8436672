from __future__ import annotations

import pytest

from app.web import text
from tests.cost import within

LINKS = {
    "https": ("https://riverside.example/a?b=c#d", True),
    "http": ("http://riverside.example", True),
    "a port": ("https://riverside.example:8443/", True),
    "mail": ("mailto:academy@riverside.example", True),
    "javascript": ("javascript:alert(1)", False),
    "javascript in capitals": ("JaVaScRiPt:alert(1)", False),
    "javascript after a space": (" javascript:alert(1)", False),
    "javascript with a tab inside": ("java\tscript:alert(1)", False),
    "javascript with a newline inside": ("java\nscript:alert(1)", False),
    "data": ("data:text/html,<script>alert(1)</script>", False),
    "vbscript": ("vbscript:msgbox(1)", False),
    "file": ("file:///etc/passwd", False),
    "no scheme": ("riverside.example", False),
    "scheme-relative": ("//evil.example", False),
    "a path": ("/verify", False),
    "no host": ("https:///x", False),
    "a user name that looks like the host": ("https://riverside.example@evil.example/", False),
    "a password": ("https://a:b@evil.example/", False),
    "a backslash": ("https://riverside.example\\@evil.example", False),
    "a quotation mark": ('https://riverside.example/"onclick="x', False),
    "a bracket": ("https://riverside.example/<b>", False),
    "a right-to-left override": ("https://riverside.example/\u202egpj.exe", False),
    "a zero-width space": ("https://river\u200bside.example/", False),
    "a port that is no number": ("https://riverside.example:x/", False),
    "a port out of range": ("https://riverside.example:70000/", False),
    "broken brackets": ("https://[::1/", False),
    "mail to nobody": ("mailto:", False),
    "too long": ("https://riverside.example/" + "a" * 2048, False),
    "nothing": ("", False),
    "not text": (None, False),
    "a list": (["https://riverside.example"], False),
}


@pytest.mark.parametrize("case", LINKS)
def test_only_web_and_mail_addresses_may_be_linked(case):
    url, allowed = LINKS[case]
    assert text.safe_url(url) == (url if allowed else None)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.gov.uk/standards", "gov.uk"),
        ("https://riverside.example:8443/x", "riverside.example"),
        ("mailto:academy@riverside.example", "academy@riverside.example"),
    ],
)
def test_host_of_says_where_a_link_leads(url, host):
    assert text.host_of(url) == host


LINES = {
    "spaces and newlines become one space": ("a \n\t b", "a b"),
    "control characters go": ("a\x00b\x1bc\x7f", "abc"),
    "overrides and isolates go": ("abc\u202egnp\u202c \u2066x\u2069", "abcgnp x"),
    "lone surrogates go": ("a\ud800b", "ab"),
    "joiners stay, scripts need them": ("می\u200cخواهم", "می\u200cخواهم"),
    "numbers are written": (87, "87"),
    "true is no number": (True, ""),
    "an object is not text": ({"en": "x"}, ""),
    "nothing": (None, ""),
}


@pytest.mark.parametrize("case", LINES)
def test_line(case):
    given, expected = LINES[case]
    assert text.line(given) == expected


def test_line_is_cut_at_a_word_if_one_ends_near():
    assert text.line("one two three four", 12) == "one two…"
    assert text.line("x" * 400) == "x" * 299 + "…"


def test_name_is_escaped_and_isolated():
    assert text.name("<b>Amina\u202e") == '<bdi dir="auto">&lt;b&gt;Amina</bdi>'


MARKDOWN = {
    "raw HTML is shown, not obeyed": ("<script>alert(1)</script>", "<script", "&lt;script&gt;"),
    "raw HTML inside a line": ("a <img src=x onerror=alert(1)> b", "<img", "&lt;img"),
    "a javascript link stays text": ("[a](javascript:alert(1))", "<a", "[a]"),
    "a javascript link with entities": ("[a](&#106;avascript:alert(1))", "<a", "[a]"),
    "a data link": ("[a](data:text/html;base64,PHNjcmlwdD4=)", "<a", "[a]"),
    "a javascript autolink": ("<javascript:alert(1)>", "<a", "&lt;javascript"),
    "a reference to javascript": ("[a]\n\n[a]: javascript:alert(1)", "<a", "[a]"),
    "an image becomes its text": ("![the plan](https://evil.example/x.png)", "<img", "the plan"),
    "an image's text is escaped": ('![<b onclick="x">](https://evil.example/x)', "<b", "&lt;b"),
    "an image with a quotation mark": ('![a" onerror="x](https://evil.example/x)', "<img", "onerror"),
    "a title cannot leave its attribute": ("[a](https://b.example '\" onclick=\"x')", "onclick", ">a</a>"),
    "a relative link": ("[a](/verify)", "<a", "[a]"),
    "an HTML comment": ("<!-- x --> y", "<!--", "y"),
    "a form": ("<form action=https://evil.example><input></form>", "<form", "&lt;form"),
    "a style": ("<style>*{display:none}</style>", "<style", "&lt;style"),
    "a fence with markup in its language": ('```"><script>\nx\n```', "<script", "x"),
    "right-to-left override": ("abc\u202egnp", "\u202e", "abcgnp"),
}


@pytest.mark.parametrize("case", MARKDOWN)
def test_markdown_is_harmless(case):
    source, never, always = MARKDOWN[case]
    html = text.markdown(source)
    assert never not in html
    assert always in html


def test_markdown_does_what_authors_expect():
    html = text.markdown("A **bold** [link](https://b.example)\n\n1. one\n\n> said\n\n| a |\n|---|\n| b |")
    for part in ("<strong>bold</strong>", "<ol", "<blockquote", "<table", "<td"):
        assert part in html
    assert '<a href="https://b.example" rel="nofollow noopener">link</a>' in html


def test_every_block_finds_its_own_direction():
    html = text.markdown("مرحبا\n\n- مرحبا\n\n# مرحبا")
    assert html.count('dir="auto"') == html.count("<p") + html.count("<ul") + html.count("<li") + html.count("<h")


@pytest.mark.parametrize(
    ("source", "levels"),
    [
        ("# a\n\n## b\n\n# c", ["h3", "h4", "h3"]),
        ("#### a\n\n###### b", ["h3", "h4"]),
        ("# a\n## b\n### c\n#### d\n##### e\n###### f", ["h3", "h4", "h5", "h6", "h6", "h6"]),
        ("a\n===", ["h3"]),
    ],
)
def test_headings_start_at_the_third_level_without_gaps(source, levels):
    html = text.markdown(source)
    assert [html[i + 1 : i + 3] for i in range(len(html)) if html[i : i + 2] == "<h"] == levels


def test_no_markdown_is_nothing():
    assert text.markdown(None) == text.markdown("") == ""


POISON = {
    "brackets": "[" * 50_000,
    "nested quotes": ">" * 50_000,
    "nested lists": "".join(" " * i + "- a\n" for i in range(300)),
    "emphasis": "*a_ " * 12_000,
    "links": "[a](" * 12_000,
    "backticks": "".join("`" * i + " " for i in range(200)),
    "entities": "&" * 50_000,
    "table": "|" * 10_000 + "\n" + "|-" * 10_000,
}


@pytest.mark.parametrize("case", POISON)
def test_hostile_markdown_costs_little(case):
    with within(1):  # a tenth of that alone; other tests may run beside
        html = text.markdown(POISON[case])
    assert len(html) < 500_000


@pytest.mark.parametrize(
    ("tag", "known"), [("en", "en"), ("zh-Hans", "zh-Hans"), ('en" x="', None), ("", None), (None, None), ("e", None)]
)
def test_language_is_a_tag_or_nothing(tag, known):
    assert text.language_tag(tag) == known


@pytest.mark.parametrize(
    ("tag", "word"), [("en-GB", "English"), ("ar", "Arabic"), ("eo", "Esperanto"), ("qqq", "qqq"), ("<b>", "<b>")]
)
def test_language_names(tag, word):
    assert text.language_name(tag) == word


def test_paragraphs_are_the_lines_that_say_something():
    assert text.paragraphs(" one \n\n two\u202e\r\n") == ("one", "two")
