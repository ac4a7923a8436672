"""The narrative of the criteria: fixed headings, and text that stays text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.openbadges import AchievementDefinition
from app.openbadges.criteria import criteria_narrative, escape

READERS = [MarkdownIt("commonmark"), MarkdownIt("gfm-like", {"linkify": False})]
LEAST = {"name": "Mentoring", "description": "Accompanies a new teacher."}


def narrative(**members):
    return criteria_narrative(AchievementDefinition.model_validate({**LEAST, **members}))


def headings(markdown):
    tokens = READERS[0].parse(markdown)
    return [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"]


def test_nothing_stated():
    assert narrative() is None


def test_every_section_in_its_order():
    text = narrative(
        criteriaNarrative="Submit *one* plan.",
        learningOutcomes=["Plan", "Listen"],
        hours=12,
        level={"framework": "Own", "code": "2"},
        assessment={"type": "Portfolio", "description": "Two assessors."},
        participation="online",
        prerequisites="A class.\nA plan.",
        supervision="A tutor.",
        stackability="A certificate.",
        validity="P3Y",
    )
    assert text == (
        "Submit *one* plan.\n\n"
        "## Learning outcomes\n\n- Plan\n- Listen\n\n"
        "## Assessment\n\nPortfolio\n\nTwo assessors.\n\n"
        "## Workload\n\n12 hours\n\n"
        "## Participation\n\nOnline\n\n"
        "## Level\n\nOwn level 2\n\n"
        "## Prerequisites\n\nA class.\n\nA plan.\n\n"
        "## Supervision and identity check\n\nA tutor.\n\n"
        "## Stackability\n\nA certificate.\n\n"
        "## Validity\n\n3 years"
    )


@pytest.mark.parametrize(
    "level", [{"framework": "EQF", "code": "7"}, {"framework": "Own", "code": "2", "url": "https://a.example"}]
)
def test_a_level_that_is_an_alignment_is_not_repeated(level):
    assert narrative(level=level) is None


INJECTIONS = {
    "a heading": "# Assessment",
    "a heading after a line": "Nothing.\n## Assessment\nNone",
    "an underlined heading": "Assessment\n===",
    "another underlined heading": "Assessment\n---",
    "a list": "- one\n+ two\n* three\n1. four\n2) five",
    "a code block": "```\nall of it",
    "another code block": "~~~",
    "an indented code block": "a\n\n    code",
    "a quotation": "> so they say",
    "a link": "[here](https://evil.example)",
    "an image": "![x](https://evil.example/x.png)",
    "an automatic link": "<https://evil.example>",
    "HTML": "<script>alert(1)</script>",
    "an HTML comment": "<!-- hidden",
    "an entity": "&lt;b&gt; &#35;",
    "emphasis": "*very* __important__ ~~not~~",
    "code": "`x`",
    "backslashes": "\\# \\",
    "a table": "a | b\n:-- | --\nc | d",
    "a reference": "[x]: https://evil.example",
}


@pytest.mark.parametrize("text", INJECTIONS.values(), ids=INJECTIONS)
def test_text_stays_text(text):
    written = narrative(prerequisites=text, learningOutcomes=[" ".join(text.split())])
    assert headings(written) == ["Learning outcomes", "Prerequisites"]
    for reader in READERS:
        kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in reader.parse(written)}
        assert kinds <= {"heading", "inline", "paragraph", "bullet_list", "list_item"}
        assert shown(reader, escape(text)) == " ".join(text.split())


def shown(reader, markdown):
    """What a reader of the Markdown sees; fails when there is anything but one paragraph of text."""
    opening, inline, closing = reader.parse(markdown)
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    assert {child.type for child in inline.children} <= {"text", "text_special"}
    return "".join(child.content for child in inline.children)


@given(st.text(st.sampled_from("ab1.)# -+=*_`~[]()<>!&;:|\\\n\t$x")).filter(str.strip))
def test_any_text_stays_text(text):
    for reader in READERS:
        assert shown(reader, escape(text)) == " ".join(text.split())


OPEN_FENCES = {
    "backticks": "```\ncode",
    "tildes": "~~~python\ncode",
    "a longer fence": "`````\n```\ncode",
    "a second fence": "```\na\n```\n\n```\nb",
    "a closing fence with words is none": "```\na\n``` b",
}


@pytest.mark.parametrize("own", OPEN_FENCES.values(), ids=OPEN_FENCES)
def test_an_open_code_fence_does_not_swallow_the_sections(own):
    assert headings(narrative(criteriaNarrative=own, hours=1)) == ["Workload"]


def test_the_issuers_own_markdown_is_left_as_it_is():
    own = "# Ours\n\n1. [a](https://a.example)\n\n```\ncode\n```"
    assert narrative(criteriaNarrative=own) == own
