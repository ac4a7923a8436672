"""What templates are made of: sentences told once, and parts that pages of one achievement share."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from app.language import ENGLISH, LANGUAGES, Said
from app.web import pages, writing
from app.web.visitor import Visitor
from tests.unit.web.samples import CARD, credential, report


@pytest.fixture
def revision():
    """One that no other test has had a page of."""
    return uuid4()


def with_outcome(words, revision, **changes):
    card = tuple(replace(item, value=words) if item.key == "learningOutcomes" else item for item in CARD)
    return credential(card=card, revision=revision, **changes)


def rendered(source, language=ENGLISH):
    return writing._environment(language).from_string(source).render()


class TestSentences:
    @pytest.mark.parametrize("source", ['{{ _("Valid until") }}', "{% trans %}Valid until{% endtrans %}"])
    def test_without_values_they_are_told_when_the_template_is_compiled(self, source):
        environment = writing._environment(LANGUAGES["es"])
        assert "Válida hasta" in environment.compile(source, raw=True)
        assert environment.from_string(source).render() == "Válida hasta"

    def test_with_values_they_are_told_when_it_is_written(self):
        source = '{{ _("Badge: %(name)s", name="<b>") }}'
        assert rendered(source, LANGUAGES["fr"]) == "Badge\N{NO-BREAK SPACE}: &lt;b&gt;"

    def test_a_percent_sign_stays_one(self):
        assert rendered('{{ _("100 %% of it") }} {% trans %}100 % of it{% endtrans %}') == "100 % of it 100 % of it"

    def test_markup_in_them_stays_and_values_are_escaped(self):
        assert rendered("{% trans %}<strong>Test</strong> & more{% endtrans %}") == "<strong>Test</strong> & more"

    def test_what_the_code_says_is_text_in_every_language(self):
        for language in LANGUAGES.values():
            template = writing._environment(language).from_string("{{ words | line }}")
            assert template.render(words=Said("<b>5 & 6</b>")) == "&lt;b&gt;5 &amp; 6&lt;/b&gt;"


class TestParts:
    def test_they_are_made_once_for_a_revision(self, revision):
        assert "Plans lessons" in pages.credential_page(with_outcome("Plans lessons", revision), report())
        again = pages.credential_page(with_outcome("Something else", revision), report())
        assert "Plans lessons" in again
        assert "Something else" not in again

    def test_each_revision_has_its_own(self, revision):
        pages.credential_page(with_outcome("Plans lessons", revision), report())
        assert "Gives feedback" in pages.credential_page(with_outcome("Gives feedback", uuid4()), report())

    def test_without_a_revision_they_are_made_each_time(self):
        pages.credential_page(with_outcome("Plans lessons", None), report())
        assert "Gives feedback" in pages.credential_page(with_outcome("Gives feedback", None), report())

    def test_each_language_has_its_own(self, revision):
        view = with_outcome("Plans lessons", revision)
        pages.credential_page(view, report())
        assert "What stands behind it" not in pages.credential_page(view, report(), Visitor(LANGUAGES["fr"]))

    def test_alignments_of_one_badge_are_not_those_of_another(self, revision):
        [alignment] = credential().alignments
        pages.credential_page(credential(revision=revision), report())
        other = credential(revision=revision, alignments=(replace(alignment, name="Another standard"),))
        assert "Another standard" in pages.credential_page(other, report())

    def test_what_is_long_is_not_kept(self, revision):
        pages.credential_page(with_outcome("Plans lessons\n" * 2_000, revision), report())
        assert "Gives feedback" in pages.credential_page(with_outcome("Gives feedback", revision), report())

    def test_only_so_many_are_kept(self, revision):
        pages.credential_page(with_outcome("Plans lessons", revision), report())
        for _ in range(writing._MOST_KEPT):
            pages.credential_page(with_outcome("Plans lessons", uuid4()), report())
        assert "Gives feedback" in pages.credential_page(with_outcome("Gives feedback", revision), report())
