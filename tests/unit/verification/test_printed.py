"""The check `printed`: passes, fails, cannot tell."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from app.openbadges import Printed, printed_by_pdf
from app.rendering import Certificate, certificate_pdf
from app.verification import Conclusion, Found, Kind, Need, NeedKind, Outcome, Verdict
from app.verification.printed import check_printed
from tests.factories import EMAIL, REMOVED, as_bytes, judged, make_credential, make_evidence, make_subject, sign
from tests.unit.verification.edited import covered, drawn_anew, pictured

ADDRESS = make_credential()["id"]
PAGE = (
    "This is to certify that Amina Haddad has earned Differentiated Teaching. Awarded 4 May 2026. "
    f"Valid until 4 May 2029. {ADDRESS}"
)
ELSEWHERE = PAGE.replace(ADDRESS, "")
P, F, U, N = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED, Outcome.NOT_APPLICABLE
NAME, TITLE, DATE = "the name of its holder", "the title", "the date"


def named(name, title="Differentiated Teaching", **changes):
    subject = make_subject()
    subject["identifier"][0]["identityHash"] = name
    subject["achievement"]["name"] = title
    return make_credential(credentialSubject=subject, **changes)


def found(text, document=None, *, whole=True, kind=Kind.BADGE):
    return check_printed(document or make_credential(), kind, Printed(text, whole=whole))


PASSES = {
    "as our page has it": PAGE,
    "without its address": ELSEWHERE,
    "in capitals": PAGE.upper(),
    "with accents": PAGE.replace("Amina", "Amína"),
    "with the family name first": PAGE.replace("Amina Haddad", "HADDAD, Amina"),
    "broken anywhere": PAGE.replace("Amina", "Am ina").replace("Teach", "Tea\nch"),
    "a day later, by the time zone": ELSEWHERE.replace("4 May", "5 May"),
    "without the day it ends": ELSEWHERE.replace("Valid until 4 May 2029.", ""),
    "and the days of a course": ELSEWHERE + " from 1 March 2026 to 3 April 2026",
}
FAILS = {
    "another name": (PAGE.replace("Amina Haddad", "Mallory Fox"), NAME),
    "another first name": (PAGE.replace("Amina", "Samira"), NAME),
    "another family name": (PAGE.replace("Haddad", "Fox"), NAME),
    "no name": (PAGE.replace("Amina Haddad", ""), NAME),
    "another name, without the address": (ELSEWHERE.replace("Amina Haddad", "Mallory Fox"), NAME),
    "another title": (PAGE.replace("Differentiated Teaching", "Advanced Leadership"), TITLE),
    "half of the title": (PAGE.replace("Differentiated", "Advanced"), TITLE),
    "another day of award": (PAGE.replace("4 May 2026", "4 May 2025"), DATE),
    "a later end": (PAGE.replace("2029", "2035"), DATE),
    "all three": ("Mallory Fox, Leadership, 1 June 2020 " + ADDRESS, f"{NAME}; {TITLE}; {DATE}"),
    "the name within another word": (PAGE.replace("Amina Haddad", "Vitamina Haddadin"), NAME),
}
CANNOT_TELL = {
    "another title, without the address": (ELSEWHERE.replace("Differentiated Teaching", "Enseignement"), TITLE),
    "other days, without the address": (ELSEWHERE.replace("May", "June"), DATE),
    "an initial": (PAGE.replace("Amina", "A."), NAME),
    "initial of the family name": (PAGE.replace("Haddad", "H."), NAME),
}


@pytest.mark.parametrize("text", PASSES.values(), ids=PASSES)
def test_passes(text):
    assert found(text).code == "printed.match"


@pytest.mark.parametrize(("text", "parts"), FAILS.values(), ids=FAILS)
def test_fails(text, parts):
    check = found(text)
    assert (check.outcome, check.detail) == (F, f"Not on the page as it was signed: {parts}.")
    assert "Mallory" not in repr(check)


@pytest.mark.parametrize(("text", "parts"), CANNOT_TELL.values(), ids=CANNOT_TELL)
def test_cannot_tell(text, parts):
    check = found(text)
    assert check.code == "printed.unclear"
    assert check.detail.endswith(f": {parts}.")


@pytest.mark.parametrize(("text", "_parts"), FAILS.values(), ids=FAILS)
def test_nothing_fails_that_may_stand_where_it_was_not_read(text, _parts):
    assert found(text, whole=False).outcome is U


def test_three_words_of_which_one_is_missing_cannot_be_told():
    document = named("Amina Mariam Haddad")
    assert found(PAGE, document).code == "printed.unclear"
    assert found(PAGE.replace("Haddad", "Fox"), document).outcome is F


def test_words_of_a_name_that_stand_far_apart_are_not_the_name():
    apart = f"Amina Fox. {'She plans lessons. ' * 20} Signed by Omar Haddad. Differentiated Teaching 4 May 2026"
    assert found(apart).outcome is F


def test_a_name_in_another_script_cannot_be_told():
    assert found(PAGE, named("أمينة حداد")).code == "printed.unclear"
    assert found(PAGE.replace("Amina Haddad", "李小龍"), named("أمينة حداد")).code == "printed.unclear"


def test_a_short_name_is_not_found_within_words():
    assert found("A valid certificate. Differentiated Teaching, 4 May 2026", named("Al")).outcome is F
    assert found("A valid certificate for Al. Differentiated Teaching, 4 May 2026", named("Al")).outcome is P


NOT_APPLICABLE = {
    "no page": (None, "printed.none"),
    "a picture": (Printed(" ", whole=True), "printed.picture"),
    "lines": (Printed(" — · — ", whole=True), "printed.picture"),
}


@pytest.mark.parametrize(("printed", "code"), NOT_APPLICABLE.values(), ids=NOT_APPLICABLE)
def test_not_applicable(printed, code):
    check = check_printed(make_credential(), Kind.BADGE, printed)
    assert (check.code, check.outcome) == (code, N)


def test_a_page_that_could_not_be_read_is_told():
    assert found("", whole=False).code == "printed.unreadable"


def test_a_badge_without_a_name_is_compared_as_far_as_it_goes():
    nameless = make_credential(credentialSubject=make_subject(identifier=REMOVED))
    assert found(PAGE, nameless).code == "printed.nameless"
    assert found(PAGE.replace("Differentiated", "Advanced"), nameless).outcome is F
    hashed = make_subject()
    hashed["identifier"] = hashed["identifier"][1:]
    assert found(PAGE, make_credential(credentialSubject=hashed)).code == "printed.nameless"


def test_a_page_without_days_passes_and_says_so():
    assert found(f"Amina Haddad: Differentiated Teaching {ADDRESS}").code == "printed.undated"


def test_days_that_were_signed_in_sentences_are_nothing_strange():
    document = named("Amina Haddad")
    document["credentialSubject"]["achievement"]["description"] = "After the law of 1 June 2020."
    assert (
        found(f"Amina Haddad, Differentiated Teaching, after 1 June 2020, {ADDRESS}", document).code
        == "printed.undated"
    )


def test_of_a_learner_record_the_name_is_compared():
    assert found("Amina Haddad, 1 January 2001", kind=Kind.RECORD).outcome is P
    assert found("Mallory Fox", kind=Kind.RECORD).outcome is F


WRONG = (
    None,
    [],
    "x",
    {"identifier": [7, None, {"identityType": "name", "hashed": False, "identityHash": 7}]},
    {"achievement": {"name": [], "criteria": 7}, "name": {}},
)


@pytest.mark.parametrize("subject", WRONG)
@pytest.mark.parametrize("date", [7, "x", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_members_of_the_wrong_type_are_no_error(subject, date):
    document = make_credential(credentialSubject=subject, awardedDate=date, validFrom=date, validUntil=date)
    assert found(PAGE, document).outcome in {P, F, U, N}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a " * 25_000, "a " * 2_000),
        ("الله " * 10_000, "الله " * 500),
        ("1 May 2020 " * 4_500, "x y"),
        ("12" * 25_000, "1"),
        ("\u25a1" * 50_000, "አ" * 40_000),
    ],
)
def test_much_text_takes_little_time(text, name):
    before = time.thread_time()
    found(text, named(name, name))
    assert time.thread_time() - before < 2


# Our own certificates

NAMES = {
    "Latin": "Amina Haddad",
    "diacritics": "José Ñuñez-Çağlar Þórr",
    "letters and accents apart": "Zoe\u0308 e\u0301cole",
    "Vietnamese": "Nguyễn Thị Phương",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Ольга Щукина",
    "ligatures": "Griffith Offley-Fluff",
    "Arabic": "أمينة حداد",
    "Arabic, with lam-alef and marks": "عَلاء الله الإسلام",
    "Persian": "نیما می\u200cخواهم",
    "Arabic and Latin": "محمد Smith",
    "Hebrew": "יעל כהן",
    "Chinese": "李小龍",
    "Japanese": "山田 カリナ",
    "Korean": "김철수",
    "Thai": "สมชาย ใจดี",
    "Thai, with the same vowels": "ที่ดีนี้ ศรีสุข",
    "Devanagari": "अमीना हद्दाद",
    "Tibetan, without a font": "བསྟན་འཛིན་རྒྱ་མཚོ",
    "Latin and Tibetan": "Tenzin བསྟན་འཛིན Gyatso",
    "Ethiopic": "አሚና ሐዳድ",
    "a rare character": "𠮷野 太郎",
    "emoji": "Amina 😀 Haddad",
    "an emoji alone": "😀",
    "one letter": "A",
    "one word": "Amina",
    "a single long word": "Donaudampfschiff" * 9,
    "150 letters": ("Maria Elisabeth Johanna " * 7)[:150],
    "more than the page has room for": "Maria Elisabeth Johanna " * 20,
    "a hyphen": "Jean-Luc O’Neill",
    "control characters": "Amina\u202e Haddad\u00ad\u200b",
    "digits": "Amina ٢ 3rd",
}
UNCOMPARED = {  # for the fonts lack their letters
    NAMES["an emoji alone"]: "printed.nameless",
    NAMES["Tibetan, without a font"]: "printed.boxes",
    NAMES["Latin and Tibetan"]: "printed.boxes",
    NAMES["a rare character"]: "printed.boxes",
}
TITLES = {
    "a long one": "Differentiated Teaching in Mixed-Ability Classrooms: Planning, Assessing and Reflecting Together",
    "a longer one": "Understanding internationalisation " * 9,
    "a test": "Test: Differentiated Teaching",
    "Arabic": "التعليم المتمايز في الفصول متعددة المستويات لعام ٢٠٢٦",
    "Arabic, on two lines": "التعليم المتمايز في الفصول متعددة المستويات " * 3,
    "Hebrew": "הוראה מותאמת לכיתה הטרוגנית",
    "Thai": "การสอนที่แตกต่างในห้องเรียน",
    "Chinese": "差异化教学与课堂管理",
    "with a date": "Summer School 3 July 2025",
    "with marks": "C++ & C#: “Hello”",
}
WORDS = {
    "English": ("en", ("Awarded", "4 May 2026"), ("Valid until", "4 May 2029")),
    "Spanish": ("es", ("Concedida", "4 de mayo de 2026"), ("Válida hasta", "4 de mayo de 2029")),
    "French": ("fr", ("Décernée", "4 mai 2026"), ("Valable jusqu’au", "4 mai 2029")),
    "Arabic": ("ar", ("مُنحت في", "٤ مايو ٢٠٢٦"), ("صالحة حتى", "٤ مايو ٢٠٢٩")),
    "Arabic, with Latin digits": ("ar", ("مُنحت في", "4 مايو 2026"), ("صالحة حتى", "4 مايو 2029")),
    "numbers": ("en-GB", ("Awarded", "2026-05-04"), ("Valid until", "2029-05-04")),
}


def certificate(name="Amina Haddad", title="Differentiated Teaching", words=WORDS["English"], credential=b"{}"):
    language, *facts = words
    page = Certificate(
        recipient=name,
        achievement=title,
        issuer="Riverside Academy",
        awarded=datetime(2026, 5, 4, 10, tzinfo=UTC),
        address=ADDRESS,
        facts=(*facts, ("Workload", "25 hours")),
        summary="Plans one lesson for learners who start from different places.",
        language=language,
    )
    return certificate_pdf(page, art=None, credential=credential, file_name="credential.json")


def compared(raw, document):
    return check_printed(document, Kind.BADGE, printed_by_pdf(raw))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_our_own_certificate_passes_whatever_the_name(name):
    check = compared(certificate(name), named(name))
    assert check.code == UNCOMPARED.get(name, "printed.match"), check.detail


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_our_own_certificate_passes_whatever_the_title(title):
    check = compared(certificate(title=title), named("Amina Haddad", title))
    assert check.code == "printed.match", check.detail


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("name", ["Amina Haddad", "أمينة حداد"])
def test_our_own_certificate_passes_in_every_language(words, name):
    assert compared(certificate(name, words=words), named(name)).code == "printed.match"
    another = named(name, awardedDate="2025-05-04T10:00:00Z", validFrom="2025-05-04T10:00:00Z")
    assert compared(certificate(name, words=words), another).detail.endswith(": the date.")


@pytest.mark.parametrize("name", [name for key, name in NAMES.items() if key != "an emoji alone"])
def test_our_own_certificate_with_another_name_does_not_pass(name):
    assert compared(certificate("Zuzana Quixote"), named(name)).outcome in {F, U}
    assert compared(certificate(name), named("Zuzana Quixote")).outcome in {F, U}


OTHERS = {
    "أمينة حداد": "سميرة حداد",
    "李小龍": "王小明",
    "יעל כהן": "דנה כהן",
    "สมชาย ใจดี": "มานะ ใจดี",
    "김철수": "이영희",
    "अमीना हद्दाद": "राजेश वर्मा",
}


@pytest.mark.parametrize(("one", "other"), OTHERS.items())
def test_another_name_in_the_same_script_fails(one, other):
    assert compared(certificate(one), named(other)).outcome is F


# Forgeries of them

SIGNED = sign(make_credential())
GENUINE = certificate(credential=as_bytes(SIGNED))


def test_the_genuine_file_is_valid():
    report = judged(GENUINE, email=EMAIL)
    assert (report.verdict, report.check("printed").code) == (Verdict.VALID, "printed.match")


@pytest.mark.parametrize("forge", [covered, drawn_anew])
def test_an_edited_certificate_is_printed_otherwise(forge):
    report = judged(forge(GENUINE, ADDRESS, "Mallory Fox"))
    assert (report.verdict, report.conclusion) == (Verdict.INVALID, Conclusion.PRINTED)
    assert report.check("proof").outcome is P
    assert report.check("printed").detail.endswith(": the name of its holder.")
    assert report.recipient["name"] == "Amina Haddad"
    assert report.summary.startswith("The badge inside this file is genuine, but the page shows something else.")
    assert "Mallory" not in repr(report)


def test_the_same_page_drawn_by_another_program_is_valid():
    assert judged(drawn_anew(GENUINE, ADDRESS, "Amina Haddad")).verdict is Verdict.VALID


def test_of_a_picture_the_reader_is_asked_to_compare():
    report = judged(pictured(GENUINE))
    assert (report.verdict, report.check("printed").code) == (Verdict.VALID, "printed.picture")
    assert "with your own eyes" in report.check("printed").remedy


def test_revoked_or_expired_is_said_first():
    expired = sign(make_credential(validUntil="2026-05-05T10:00:00Z"))
    forged = drawn_anew(certificate(credential=as_bytes(expired)), ADDRESS, "Mallory Fox")
    assert judged(forged).conclusion is Conclusion.EXPIRED
    assert judged(forged).check("printed").outcome is F


def test_an_altered_badge_is_altered_whatever_its_page_prints():
    report = judged(certificate(credential=as_bytes(SIGNED | {"name": "Another"})))
    assert (report.conclusion, report.check("printed").code) == (Conclusion.ALTERED, "printed.skipped")


@pytest.mark.parametrize(
    ("shown", "verdict", "code"),
    [("Amina Haddad", Verdict.VALID, "printed.match"), ("Mallory Fox", Verdict.INVALID, "printed.differs")],
)
def test_a_page_is_held_against_what_is_in_its_file_though_a_newer_copy_counts(shown, verdict, code):
    service = {"id": "https://badges.example/newest", "type": "1EdTechCredentialRefresh"}
    inside = sign(make_credential(refreshService=service))
    newer = sign(named("Amina Haddad-Roy", validFrom="2026-05-05T10:00:00Z"))
    evidence = {**make_evidence(), Need(NeedKind.CREDENTIAL, service["id"]): Found(as_bytes(newer), "application/vc")}
    page = drawn_anew(certificate(credential=as_bytes(inside)), ADDRESS, shown)
    report = judged(page, evidence)
    assert report.check("refresh").code == "refresh.replaced"
    assert (report.verdict, report.check("printed").code) == (verdict, code)
