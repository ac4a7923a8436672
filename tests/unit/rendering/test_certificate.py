from __future__ import annotations

import io
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import Image

from app.errors import MalformedDocumentError, MalformedImageError, TooLargeError
from app.openbadges import unbake_pdf
from app.rendering import (
    BadgeArt,
    Certificate,
    CertificateWords,
    badge_png,
    badge_svg,
    certificate_pdf,
    check_image,
)
from tests.unit.rendering.readers import (
    attachment,
    codes_of,
    headings,
    rasterised,
    reader,
    require_archival_and_accessible,
    structure,
    text_of,
    tool,
)

CERTIFICATE = Certificate(
    recipient="Amina Haddad",
    achievement="Differentiated Teaching",
    issuer="Riverside Academy",
    awarded=datetime(2026, 5, 4, 10, 0, tzinfo=UTC),
    address="https://badges.example/credentials/7d1e",
    facts=(("Awarded", "4 May 2026"), ("Workload", "25 hours")),
    summary="Plans lessons in which all pupils reach the same goal.",
    language="en-GB",
)
CREDENTIAL = '{"name":"Größe 漢字"}'.encode()


ARABIC = replace(
    CERTIFICATE,
    recipient="أمينة حداد",
    achievement="التدريس المتمايز",
    language="ar",
    words=CertificateWords(heading="شهادة", certifies="نشهد بأن", earned="قد حصل على"),
)
LOGO = check_image(
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4" fill="#0b6e4f"/></svg>'
).content
ART = BadgeArt("A", "B", None, "s")


def pdf(certificate=CERTIFICATE, *, art=None, credential=CREDENTIAL, file_name="credential.json", logo=None):
    return certificate_pdf(certificate, art=art, credential=credential, file_name=file_name, logo=logo)


def pages(raw: bytes) -> int:
    return len(reader(raw).pages)


def is_archival(raw: bytes) -> bool:
    return b"<pdfaid:part>3</pdfaid:part>" in reader(raw).root_object["/Metadata"].get_data()


@pytest.mark.parametrize("art", [None, badge_svg(ART), badge_png(ART, pixels=200)], ids=["no art", "SVG", "PNG"])
@pytest.mark.parametrize("logo", [None, LOGO], ids=["no logo", "logo"])
def test_the_page_is_archival_and_accessible(art, logo):
    raw = pdf(art=art, logo=logo)
    assert pages(raw) == 1
    require_archival_and_accessible(raw)
    pictures = [element["/Alt"] for element in structure(raw) if element["/S"] == "/Figure"]
    assert pictures == [
        *(["Logo of Riverside Academy"] if logo else []),
        *(["Badge: Differentiated Teaching"] if art else []),
        "QR code that leads to badges.example/credentials/7d1e",
    ]
    assert headings(raw) == ["/H1", "/H2"]


@pytest.mark.parametrize(
    ("certificate", "language"),
    [(CERTIFICATE, "en-GB"), (ARABIC, "ar"), (replace(CERTIFICATE, language="es", content_language="fr"), "es")],
    ids=["English", "Arabic", "two languages"],
)
def test_the_language_is_stated(certificate, language):
    raw = pdf(certificate)
    require_archival_and_accessible(raw)
    assert reader(raw).root_object["/Lang"] == language
    assert (b"/Lang (fr)" in raw.replace(b"/Lang(", b"/Lang (")) == (certificate.content_language == "fr")


def test_the_credential_is_attached_as_the_data_of_the_page():
    name, specification, content = attachment(pdf())
    assert (name, content) == ("credential.json", CREDENTIAL)
    assert specification["/AFRelationship"] == "/Data"
    assert specification["/Desc"] == "The signed credential"
    assert specification["/EF"]["/F"]["/Subtype"] == "/application/vc"
    assert unbake_pdf(pdf(credential=b'{"@context":[]}')) == '{"@context":[]}'


def test_title_author_and_date_are_set():
    about = reader(pdf()).metadata
    assert about.title == "Differentiated Teaching – Amina Haddad"
    assert about.author == "Riverside Academy"
    assert about.creation_date == datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def test_qpdf_finds_nothing_wrong(tmp_path):
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf(art=badge_svg(ART), logo=LOGO))
    done = subprocess.run([tool("qpdf", "qpdf"), "--check", str(file)], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    assert not done.stderr


def test_pdfinfo_calls_it_tagged(tmp_path):
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf())
    command = [tool("pdfinfo", "poppler-utils"), str(file)]
    told = dict(
        re.split(r":\s+", line, maxsplit=1)
        for line in subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
        if re.search(r":\s", line)
    )
    assert told["Tagged"] == "yes"
    assert told["JavaScript"] == "no"
    assert told["Page size"] == "841.89 x 595.276 pts (A4)"


def test_the_text_is_read_in_the_order_that_people_read_it(tmp_path):
    text = " ".join(text_of(pdf(art=badge_svg(ART)), tmp_path).split())
    wanted = ["Riverside Academy", "CERTIFICATE", "This is to certify that", "Amina Haddad", "has earned"]
    wanted += ["Differentiated Teaching", "Plans lessons", "Awarded", "4 May 2026", "Workload", "Scan"]
    places = [text.index(words) for words in wanted]
    assert places == sorted(places)
    assert text.endswith("badges.example/credentials/7d1e")


def test_letter_paper():
    box = reader(pdf(replace(CERTIFICATE, paper="letter"))).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (792, 612)


@pytest.mark.parametrize("certificate", [CERTIFICATE, ARABIC, replace(CERTIFICATE, accent="#ffff00", paper="letter")])
def test_the_printed_code_leads_to_the_page(certificate, tmp_path):
    for art in (None, badge_svg(ART)):
        printed = rasterised(pdf(certificate, art=art), tmp_path)
        assert codes_of(printed, tmp_path) == [CERTIFICATE.address]


def test_a_page_from_right_to_left_is_mirrored(tmp_path):
    """The tinted column stands on the right, or on the left; the accent chooses its tint."""
    for certificate, on_the_left in ((CERTIFICATE, False), (ARABIC, True)):
        page = Image.open(io.BytesIO(rasterised(pdf(certificate), tmp_path, resolution=50))).convert("RGB")
        width, height = page.size
        left, right = (page.getpixel((round(width * share), round(height * 0.2))) for share in (0.15, 0.85))
        assert (left != (255, 255, 255), right != (255, 255, 255)) == (on_the_left, not on_the_left)


def test_a_test_says_so(tmp_path):
    raw = pdf(replace(CERTIFICATE, test=True))
    require_archival_and_accessible(raw)
    assert "Test. This is not a real credential." in text_of(raw, tmp_path)
    assert "Test" not in text_of(pdf(), tmp_path)


def test_words_of_ours_come_in_any_language(tmp_path):
    words = CertificateWords(heading="Certificat", earned="a obtenu", title="{recipient} : {achievement} ({issuer})")
    raw = pdf(replace(CERTIFICATE, language="fr", words=words))
    assert reader(raw).metadata.title == "Amina Haddad : Differentiated Teaching (Riverside Academy)"
    assert "a obtenu" in text_of(raw, tmp_path)


def test_braces_in_names_are_only_braces():
    raw = pdf(replace(CERTIFICATE, recipient="{issuer} {0} {x.__class__}"))
    assert reader(raw).metadata.title == "Differentiated Teaching – {issuer} {0} {x.__class__}"


def test_the_same_values_give_the_same_bytes():
    art = badge_svg(ART)
    assert pdf(art=art) == pdf(art=art)
    assert pdf() != pdf(replace(CERTIFICATE, recipient="Amina Haddat"))


def test_a_token_is_attached_too():
    token = b"eyJhbGciOiJSUzI1NiJ9.e30.c2ln"
    name, specification, content = attachment(pdf(credential=token, file_name="credential.jwt"))
    assert (name, content) == ("credential.jwt", token)
    assert specification["/EF"]["/F"]["/Subtype"] == "/application/vc+jwt"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "أمينة حداد",
            "王小明",
            "李喆堃",
            "邊齋髙﨑",
            "さくら",
            "김철수",
            "สมชาย",
            "Дмитрий",
            "Ελένη",
            "אמינה",
            "अमीना",
            "আমিনা",
        ),
        *("அமினா", "అమీనా", "ಅಮೀನಾ", "അമീന", "ਅਮੀਨਾ", "અમીના", "ଅମୀନା", "අමිනා", "ამინა", "Ամինա", "አሚና", "អាមីណា", "ອາມີນາ"),
        *("အာမီနာ", "އަމީނާ", "Nguyễn Thị Ánh", "Ǧəŋ Łukasz Œuvre"),
    ],
)
def test_names_of_other_scripts_are_archival_too(name):
    raw = pdf(replace(CERTIFICATE, recipient=name, facts=(("A", name),)))
    require_archival_and_accessible(raw)


def test_names_can_be_copied_from_the_page(tmp_path):
    for name in ("王小明", "김철수", "Дмитрий", "Ελένη", "Nguyễn Thị Ánh"):
        assert name in text_of(pdf(replace(CERTIFICATE, recipient=name)), tmp_path)


def test_a_letter_that_no_font_has_costs_the_standard_but_not_the_page():
    raw = pdf(replace(CERTIFICATE, recipient="ᏣᎳᎩ 😀"))
    assert not is_archival(raw)
    assert reader(raw).root_object["/MarkInfo"]["/Marked"]
    assert attachment(raw)[2] == CREDENTIAL


HARD = {
    "long names": {"recipient": "Name " * 500, "achievement": "Word " * 500, "issuer": "Issuer " * 200},
    "one long word": {"recipient": "x" * 5_000, "issuer": "y" * 5_000, "summary": "z" * 5_000},
    "many long facts": {"facts": (("Label " * 50, "Value " * 500),) * 30},
    "a long address": {"address": "https://badges.example/" + "a" * 2_000},
    "nothing": {"recipient": "", "achievement": "", "issuer": "", "address": "https://b.example/", "summary": None},
    "typst code": {"recipient": '#panic("x") $ ] \\ "', "summary": "@a <b> // /*"},
    "an unknown language": {"language": "x-klingon"},
    "a language with a script": {"language": "zh-Hant-TW"},
    "right to left": {"language": "ar", "recipient": "أمينة حداد", "words": ARABIC.words},
    "fullwidth words": {"recipient": "Ｗ" * 160, "achievement": "㊿" * 200, "facts": (("Ｗ" * 90, "W" * 90),) * 6},
}


@pytest.mark.parametrize("changes", HARD.values(), ids=HARD)
def test_it_stays_one_page(changes):
    raw = pdf(replace(CERTIFICATE, **changes), art=badge_svg(ART), logo=LOGO)
    assert pages(raw) == 1


@pytest.mark.parametrize(
    "name", ["long names", "one long word", "many long facts", "fullwidth words", "a long address"]
)
@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("art", [None, badge_svg(ART)], ids=["no art", "art"])
def test_nothing_runs_over_the_frame(name, paper, art, tmp_path):
    """Outside the frame the paper stays white, and so do the five millimetres inside it."""
    certificate = replace(CERTIFICATE, paper=paper, accent="#000000", **HARD[name])
    page = Image.open(io.BytesIO(rasterised(pdf(certificate, art=art, logo=LOGO), tmp_path, resolution=100))).convert(
        "L"
    )
    width, height = page.size
    millimetre = 100 / 25.4
    for outer, inner in ((0, 8.5), (11.5, 16)):
        band = page.crop((round(outer * millimetre), round(outer * millimetre), width, height))
        strip = round((inner - outer) * millimetre)
        assert band.crop((0, 0, strip, height - 2 * round(16 * millimetre))).getextrema()[0] == 255
    bottom = page.crop((0, height - round(8.5 * millimetre), width, height))
    right = page.crop((width - round(8.5 * millimetre), 0, width, height))
    assert (bottom.getextrema()[0], right.getextrema()[0]) == (255, 255)


def test_an_address_that_no_code_holds_is_refused():
    with pytest.raises(TooLargeError):
        pdf(replace(CERTIFICATE, address="https://badges.example/" + "a" * 5_000))


def test_a_picture_that_cannot_be_drawn_is_refused():
    with pytest.raises(MalformedImageError):
        pdf(logo=b"<svg")


def test_bytes_that_are_no_text_cannot_be_attached():
    with pytest.raises(MalformedDocumentError):
        pdf(credential=b"\xff")


def test_many_threads_at_once():
    certificates = [replace(CERTIFICATE, recipient=f"Name {number % 4}") for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(pdf, certificates)) == [pdf(certificate) for certificate in certificates]
