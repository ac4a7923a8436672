"""Rows that contradict each other, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from app.storage import Session, consistency

_Question = Callable[[Session], Iterator[Any]]

# What is asked, and the sentence for each row that comes back, which may use its columns by number.
_QUESTIONS: Final[tuple[tuple[_Question, str], ...]] = (
    (consistency.shared_entries, "status list {0}: entry {1} belongs to more than one credential"),
    (
        consistency.lists_that_do_not_add_up,
        "status list {0}: {1} entries given out, {2} held, version {3} after {4} changes, length {5}: not all are true",
    ),
    (consistency.entries_beyond_their_list, "{0}: its status entry lies beyond the end of its list"),
    (consistency.changes_of_other_entries, "{0}: its revocation is written down for the entry of another credential"),
    (consistency.replaced_and_not_revoked, "{0}: another credential took its place, and it is not revoked"),
    (consistency.successors_before_their_predecessors, "{0}: it follows a credential that was issued after it"),
    (consistency.half_erased, "{0}: it is erased and still holds signed words, or it is not erased and holds none"),
    (consistency.erased_completions_of_whole_credentials, "{0}: its completion is on record as erased, and it is not"),
    (consistency.superseded_by_themselves, "{0}: its signature is on record as superseded, and none took its place"),
    (consistency.keys_at_odds_with_their_times, "issuer {0}, key {1}: its state and its times contradict each other"),
    (consistency.purposes_with_two_keys, "issuer {0}: it has more than one active key for the purpose {1}"),
)


def row_findings(session: Session) -> Iterator[str]:
    for question, sentence in _QUESTIONS:
        for row in question(session):
            yield sentence.format(*row)
