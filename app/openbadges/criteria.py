"""The criteria of an achievement as Markdown: the issuer's own narrative, then what the card states.

Open Badges has no members for outcomes, workload or assessment, so they stand here under fixed headings that
people and programs can rely on. What the issuer wrote into typed fields is text, not Markdown: it cannot open
a heading, a list, a link or a code block of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from app.openbadges.card import level_words, outcome_words, participation, validity, workload
from app.openbadges.definition import AchievementDefinition, Assessment

# Inside a line: what CommonMark or its usual extensions (tables, strike-through) would take for markup.
_MARKUP: Final = re.compile(r"[\\`*_\[\]<>|~]|&(?=[#A-Za-z0-9]+;)|:(?=[A-Za-z0-9+-]+:)|\$")
# At the start of a line: heading, list item, thematic break, quotation, underline of a heading, definition.
_OPENER: Final = re.compile(r"(?P<mark>[#+=:-])|(?P<number>[0-9]{1,9})(?P<after>[.)])")
_FENCE: Final = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")


def criteria_narrative(definition: AchievementDefinition) -> str | None:
    """Markdown, or None when the definition states nothing that belongs there."""
    own = definition.criteria_narrative
    sections = [_closed(own)] if own else []
    sections += [f"## {heading}\n\n{body}" for heading, body in _sections(definition) if body]
    return "\n\n".join(sections) or None


def escape(text: str) -> str:
    """`text` as one line of Markdown that reads exactly as written."""
    marked = _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
    opener = _OPENER.match(marked)
    if opener is None:
        return marked
    return f"\\{marked}" if opener["mark"] else f"{opener['number']}\\{marked[opener.start('after') :]}"


def _sections(definition: AchievementDefinition) -> Iterable[tuple[str, str | None]]:
    """In a stable order. Levels and standards are alignments; only a level that cannot be one stands here."""
    level = definition.level
    yield "Learning outcomes", _list(outcome_words(outcome) for outcome in definition.learning_outcomes)
    yield "Assessment", _assessment(definition.assessment)
    yield "Workload", _paragraphs(workload(definition))
    yield "Participation", _paragraphs(participation(definition))
    if level and not (level.url or level.is_eqf):
        yield "Level", _paragraphs(level_words(level))
    yield "Prerequisites", _paragraphs(definition.prerequisites)
    yield "Supervision and identity check", _paragraphs(definition.supervision)
    yield "Stackability", _paragraphs(definition.stackability)
    yield "Validity", _paragraphs(validity(definition))


def _assessment(assessment: Assessment | None) -> str | None:
    if assessment is None:
        return None
    return "\n\n".join(filter(None, (escape(assessment.type), _paragraphs(assessment.description))))


def _list(items: Iterable[str]) -> str | None:
    return "\n".join(f"- {escape(item)}" for item in items) or None


def _paragraphs(text: str | None) -> str | None:
    """Every line of `text` as a paragraph of its own."""
    if text is None:
        return None
    return "\n\n".join(escape(part) for part in text.split("\n") if part.strip())


def _closed(markdown: str) -> str:
    """`markdown` with an open code fence closed, which would otherwise swallow the sections after it."""
    fence = ""
    for line in markdown.split("\n"):
        match = _FENCE.fullmatch(line)
        if match is None:
            continue
        mark, rest = match.groups()
        if not fence:
            fence = mark
        elif mark.startswith(fence) and not rest.strip():
            fence = ""
    return f"{markdown}\n{fence}" if fence else markdown
