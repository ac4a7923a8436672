from __future__ import annotations

import pytest

from app.verification.printed_words import Likeness, Page, letters, same_script

ALL, PARTLY, NONE = Likeness.ALL, Likeness.PARTLY, Likeness.NONE
FOUR = "Amina Mariam Zahra Haddad"


@pytest.mark.parametrize(
    ("page", "name", "expected"),
    [
        pytest.param("Haddad, Haddad and Haddad", "Amina Haddad", NONE, id="one word several times"),
        pytest.param("Amina Zahra Haddad", FOUR, PARTLY, id="three of four"),
        pytest.param("Amina Haddad", FOUR, NONE, id="two of four"),
        pytest.param("A. Haddad", "Amina Mariam Haddad", PARTLY, id="an initial, and no middle name"),
        pytest.param("Haddad Zahra Mariam Amina", FOUR, ALL, id="in another order"),
    ],
)
def test_names(page, name, expected):
    assert Page(page).holds_name(name) is expected


@pytest.mark.parametrize(
    ("page", "text", "expected"),
    [
        pytest.param("Al", "Al", True, id="a word"),
        pytest.param("Alan", "Al", False, id="the beginning of another"),
        pytest.param("Opal", "Al", False, id="the end of another"),
        pytest.param("Teaching Differentiated", "Differentiated Teaching", False, id="in another order"),
        pytest.param("", "—", True, id="no letters"),
    ],
)
def test_other_texts(page, text, expected):
    assert Page(page).holds(text) is expected


def test_all_scripts_of_a_text_have_to_be_there():
    assert same_script(letters("محمد Smith"), letters("Amina محمد"))
    assert not same_script(letters("محمد Smith"), letters("Amina"))
