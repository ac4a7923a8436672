"""Which members of a credential are held against the page: names, titles and days, of several those that are there."""

from __future__ import annotations

import pytest

from app.openbadges import Printed
from app.verification import Kind
from app.verification.printed import check_printed
from tests.factories import REMOVED, make_credential, make_subject
from tests.unit.verification.test_printed import ADDRESS, ELSEWHERE, PAGE, found, named

SHORT = f"Amina Haddad: Differentiated Teaching. {ADDRESS} "
LATER = "2026-06-10T10:00:00Z"


def name(text, **changes):
    members = {"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": text, **changes}
    return {member: value for member, value in members.items() if value is not REMOVED}


def called(*identifiers, **changes):
    return make_credential(credentialSubject=make_subject(identifier=list(identifiers), **changes))


def told(member, value):
    document = make_credential()
    document["credentialSubject"]["achievement"][member] = value
    return document


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param(called(name("Mallory Fox"), name("Amina Haddad")), "printed.match", id="one of two names"),
        pytest.param(called(name="Amina Haddad"), "printed.match", id="a name of the subject itself"),
        pytest.param(called(name="Mallory Fox"), "printed.differs", id="another name of the subject itself"),
        pytest.param(called(name("Mallory Fox", hashed=True)), "printed.nameless", id="a hash"),
        pytest.param(called(name("Mallory Fox", hashed=REMOVED)), "printed.nameless", id="perhaps a hash"),
        pytest.param(called(name("Mallory Fox", identityType="nickname")), "printed.nameless", id="a nickname"),
        pytest.param(
            called(name("أمينة حداد"), name("Mallory Fox")), "printed.differs", id="two names, one in the page's script"
        ),
        pytest.param(named("Amina Haddad", "التعليم"), "printed.unclear", id="a title in another script"),
    ],
)
def test_names_and_titles(document, code):
    assert found(PAGE, document).code == code


def test_what_a_picture_on_the_page_may_show_is_not_missing():
    printed = Printed(PAGE.replace("Amina Haddad", "Mallory Fox"), whole=True, pictured=True)
    assert check_printed(make_credential(), Kind.BADGE, printed).code == "printed.unclear"


def test_a_short_address_may_stand_on_any_page():
    page = ELSEWHERE.replace("Differentiated Teaching", "Enseignement") + "https://a.example"
    assert found(page, make_credential(id="https://a.example")).code == "printed.unclear"


@pytest.mark.parametrize(
    ("text", "document", "code"),
    [
        pytest.param(PAGE, make_credential(validFrom=LATER), "printed.match", id="the day of award"),
        pytest.param(PAGE, make_credential(awardedDate=LATER), "printed.match", id="the first day"),
        pytest.param(SHORT + "4 May 2026", None, "printed.match", id="the first day alone"),
        pytest.param(SHORT + "4 May 2029", None, "printed.match", id="the last day alone"),
        pytest.param(SHORT + "on 4 May 2 0 2 6", None, "printed.match", id="its digits apart"),
        pytest.param(
            SHORT + "4 May 2026, 1 June 2020", make_credential(validUntil=REMOVED), "printed.match", id="no last day"
        ),
        pytest.param(SHORT + "4 May 2026, 1 June 2020", None, "printed.differs", id="another last day"),
        pytest.param(SHORT + "1 June 2020, 4 May 2029", None, "printed.differs", id="another first day"),
        pytest.param(
            SHORT + "1 June 2020",
            make_credential(awardedDate=REMOVED, validFrom=REMOVED),
            "printed.undated",
            id="no first day was signed",
        ),
        pytest.param(
            ELSEWHERE.replace("4 May 2026", "1 June 2020"), None, "printed.match", id="elsewhere the last day is enough"
        ),
        pytest.param(ELSEWHERE.replace("4 May", "3 May"), None, "printed.match", id="a day earlier"),
        pytest.param(ELSEWHERE.replace("4 May", "2 May"), None, "printed.unclear", id="two days earlier"),
        pytest.param(ELSEWHERE.replace("4 May", "6 May"), None, "printed.unclear", id="two days later"),
        pytest.param(
            SHORT + "1 June 2020", told("criteria", {"narrative": "Since 1 June 2020."}), "printed.undated",
            id="a day of the criteria",
        ),
        pytest.param(
            SHORT.replace(".", " of 1 June 2020.", 1), told("name", "Differentiated Teaching of 1 June 2020"),
            "printed.undated", id="a day of the title",
        ),
    ],
)  # fmt: skip
def test_days(text, document, code):
    assert found(text, document).code == code
