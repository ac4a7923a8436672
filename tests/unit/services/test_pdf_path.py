"""Looking into PDF files in real processes: the same answers as in this one, within bounds of time and memory."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import pytest
from pypdf._cmap import _predefined_cmap
from pypdf._codecs import charset_encoding

from app.errors import InputError, MalformedDocumentError, OverloadedError, TooLargeError
from app.language import LANGUAGES, told
from app.openbadges import Printed, printed_by_pdf, unbake_pdf
from app.services.pdf_path import PDFPath
from app.services.pdf_path_worker import MEMORY_BYTES
from app.verification import ReadLimits, read
from tests.unit.openbadges.pdfs import attaching, deflated, one_page, pdf, stream
from tests.unit.openbadges.test_pages import HOSTILE, NOT_WHOLE, SEEN
from tests.unit.openbadges.test_pdf import BROKEN, CREDENTIAL, ENDLESS, GOOD, IN_NAMES, JSON
from tests.unit.verification.test_printed import NAMES
from tests.unit.verification.test_printed import certificate as certificate_of

RAW = attaching(deflated(CREDENTIAL))
SLOW = ENDLESS["200,000 objects without a table"]  # two seconds of pypdf, which looks for what the table should say
ENCODED = {
    "UTF-8": b"(\xef\xbb\xbfb\xc3\xa4dge)",
    "UTF-16": b"(\xfe\xff\0b\0a\0d\0g\0e)",
    "UTF-16, little end first": b"(\xff\xfeb\0a\0d\0g\0e\0)",
    "UTF-16 without a mark": b"(\0b\0a\0d\0g\0e)",
    "UTF-16 without a mark, little end first": b"(b\0a\0d\0g\0e\0)",
    "PDFDocEncoding": b"(b\x80dge)",
    "Chinese": b"/\xd6\xd0\xce\xc4",
    "no known encoding": b"/b\xff\xff\xffdge",
}
ENCODED_FONTS = [
    name.removeprefix("/").encode() for name in (*_predefined_cmap, *charset_encoding) if name.startswith("/")
]
ENCODED_NAMES = {
    f"a name in {encoding}": pdf({**IN_NAMES, 11: b"<</F %b/UF %b/EF<</F 10 0 R>>>>" % (name, name)})
    for encoding, name in ENCODED.items()
}


PAGES = {
    **{name: raw for name, (raw, _) in SEEN.items()},
    **NOT_WHOLE,
    **{f"a name in {script}": certificate_of(name) for script, name in NAMES.items()},
    "a font in each encoding that pypdf knows": one_page(
        b"BT 9 9 Td " + b"".join(b"/F%d 9 Tf (ab) Tj " % index for index in range(len(ENCODED_FONTS))) + b"ET",
        {
            5: b"<</Font<<%b>>>>"
            % b"".join(b"/F%d %d 0 R" % (index, 20 + index) for index in range(len(ENCODED_FONTS))),
            **{
                20 + index: b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/%b/DescendantFonts[]>>" % name
                for index, name in enumerate(ENCODED_FONTS)
            },
        },
    ),
}


@pytest.fixture(scope="module")
def path():
    opened = PDFPath(seconds=20)
    yield opened
    opened.close()


@pytest.fixture
def short():
    opened = PDFPath(seconds=0.3)
    yield opened
    opened.close()


def outcome(work):
    try:
        return work()
    except InputError as error:
        return type(error)  # its words depend on how deep the stack is already


SAMPLES = {
    **GOOD,
    **{name: raw for name, (raw, _, _) in BROKEN.items() if len(raw) < ReadLimits().image},
    **ENDLESS,
}


@pytest.mark.parametrize("raw", SAMPLES.values(), ids=SAMPLES)
def test_the_answer_is_the_same_as_in_this_process(path, raw):
    """Whatever has to be imported for it was imported in time."""
    assert outcome(lambda: path(raw)) == outcome(lambda: unbake_pdf(raw))


@pytest.mark.parametrize("raw", ENCODED_NAMES.values(), ids=ENCODED_NAMES)
def test_a_name_in_any_encoding_hides_nothing(path, raw):
    assert path(raw) == JSON


def test_the_answer_is_the_same_for_whatever_comes(path):
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    for _ in range(60):
        raw = bytearray(chance.choice([RAW, GOOD["in a file whose objects are in a stream"]]))
        for _ in range(chance.randrange(1, 4)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        given = bytes(raw)
        assert outcome(lambda: path(given)) == outcome(lambda: unbake_pdf(given)), f"seed {seed}"  # noqa: B023


def process_of(path):
    return Path(f"/proc/{path._workers._idle.queue[0]._process.pid}")


def test_that_nothing_is_attached_is_told_in_other_languages_too(path):
    with pytest.raises(MalformedDocumentError) as refused:
        path(one_page(b""))
    assert told(refused.value.message, LANGUAGES["es"]).startswith("Este PDF no lleva ninguna credencial adjunta.")


def test_a_worker_can_open_nothing_and_has_little_memory(path):
    path(RAW)
    assert sorted(entry.name for entry in (process_of(path) / "fd").iterdir()) == ["0", "1", "2"]
    limits = (process_of(path) / "limits").read_text()
    for name, value in (("address space", MEMORY_BYTES), ("open files", 0), ("file size", 0), ("processes", 0)):
        assert f"Max {name} {value}".split() == next(
            line.split()[: len(f"Max {name}".split()) + 1]
            for line in limits.splitlines()
            if line.startswith(f"Max {name}")
        )


def test_a_slow_file_is_stopped_in_time_and_the_next_one_read(short):
    assert short(RAW) == JSON
    first = process_of(short)
    start = time.monotonic()
    with pytest.raises(TooLargeError, match=r"longer than 0\.3 s"):
        short(SLOW)
    assert 0.3 <= time.monotonic() - start < 3
    assert not first.exists()
    assert short(RAW) == JSON


def test_whoever_finds_all_workers_busy_is_told_to_come_again(short):
    taken = short._workers._idle.get()
    with pytest.raises(OverloadedError, match="The PDF needs time"):
        short(RAW)
    short._workers._idle.put(taken)
    assert short(RAW) == JSON


def test_bombs_stay_out_of_this_process(path):
    """What they take is bounded in the worker, and this process only sends and receives."""

    def resident():
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    path(RAW)
    before, most, ended = resident(), 0.0, threading.Event()

    def watch():
        nonlocal most
        while not ended.wait(0.005):
            most = max(most, resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    for raw in (raw for name, raw in ENDLESS.items() if "bomb" in name):
        outcome(lambda raw=raw: path(raw))
    ended.set()
    watcher.join()
    assert most - before < 16
    peak = (process_of(path) / "status").read_text().partition("VmPeak:")[2].split()[0]
    assert int(peak) * 1024 <= MEMORY_BYTES


def test_reading_goes_that_way(path):
    limits = ReadLimits(unbake_pdf=path)
    assert read(RAW, limits=limits).format == "pdf+json"
    with pytest.raises(MalformedDocumentError, match="more than one"):
        read(attaching(stream(CREDENTIAL), stream(CREDENTIAL + b" ")), limits=limits)


@pytest.mark.parametrize("raw", [*PAGES.values(), *HOSTILE.values()], ids=[*PAGES, *HOSTILE])
def test_what_is_printed_is_the_same_as_in_this_process(path, raw):
    assert path.printed(raw) == printed_by_pdf(raw)


def test_a_page_that_takes_too_long_leaves_what_is_attached(short):
    assert short(RAW) == JSON
    assert short.printed(SLOW) == Printed("", whole=False)
    assert short(RAW) == JSON
    assert short.printed(GOOD["in a certificate of ours"]).whole


def test_a_page_that_takes_too_much_memory_leaves_what_is_attached(path, monkeypatch):
    def given_up(_task):
        raise TooLargeError("The PDF took more memory to read than is allowed.")

    monkeypatch.setattr(path._workers, "ask", given_up)
    assert path.printed(RAW) == Printed("", whole=False)


def test_whoever_finds_all_workers_busy_learns_nothing_of_the_page(short):
    """Or a forgery would be valid whenever there is much to do."""
    taken = short._workers._idle.get()
    with pytest.raises(OverloadedError):
        short.printed(RAW)
    short._workers._idle.put(taken)
