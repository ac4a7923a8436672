"""Pages and pictures read back by programs that did not draw them; those of Debian are optional (.ci/apt.txt)."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject


def reader(raw: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(raw), strict=True)


def tool(name: str, package: str) -> str:
    """Where the program is; skips the test with what to install where it is not."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (apt-get install {package})")
    return found


def text_of(raw: bytes, folder: Path) -> str:
    """The page's text in reading order, as pdftotext finds it."""
    file = folder / "page.pdf"
    file.write_bytes(raw)
    command = [tool("pdftotext", "poppler-utils"), "-enc", "UTF-8", "-raw", str(file), "-"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def codes_of(picture: bytes, folder: Path) -> list[str]:
    """What the QR codes in a PNG say, as zbarimg reads them."""
    file = folder / "picture.png"
    file.write_bytes(picture)
    command = [tool("zbarimg", "zbar-tools"), "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(file)]
    return subprocess.run(command, capture_output=True, check=False, text=True).stdout.splitlines()


def rasterised(raw: bytes, folder: Path, *, resolution: int = 150) -> bytes:
    """The first page as PNG."""
    file = folder / "page.pdf"
    file.write_bytes(raw)
    command = [tool("pdftoppm", "poppler-utils"), "-r", str(resolution), "-png", "-singlefile", str(file)]
    subprocess.run([*command, str(folder / "page")], check=True)
    return (folder / "page.png").read_bytes()


def attachment(raw: bytes) -> tuple[str, DictionaryObject, bytes]:
    """Name, file specification and bytes of the only attached file; in PDF/A it is also an associated file."""
    root = reader(raw).root_object
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]
    specification = names[1].get_object()
    assert len(names) == 2
    if "/AF" in root or b"<pdfaid:part>" in root["/Metadata"].get_data():
        [associated] = root["/AF"]
        assert associated.get_object() == specification
    return str(names[0]), specification, specification["/EF"]["/F"].get_data()


def structure(raw: bytes) -> list[DictionaryObject]:
    """Every element of the structure tree, in reading order."""
    found: list[DictionaryObject] = []

    def walk(node: Any) -> None:
        element = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(element, ArrayObject):
            for child in element:
                walk(child)
        elif isinstance(element, DictionaryObject) and "/S" in element:
            found.append(element)
            walk(element.get("/K", ArrayObject()))

    walk(reader(raw).root_object["/StructTreeRoot"]["/K"])
    return found


def headings(raw: bytes) -> list[str]:
    return [str(element["/S"]) for element in structure(raw) if str(element["/S"]).startswith("/H")]


def require_archival_and_accessible(raw: bytes) -> None:
    """What PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) ask that a reader of our own can tell."""
    root = reader(raw).root_object
    about = root["/Metadata"].get_data()
    for stated in (b"<pdfaid:part>3<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<", b"<dc:title>"):
        assert stated in about
    assert root["/MarkInfo"]["/Marked"] is not False
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/Lang"]
    assert root["/OutputIntents"]
    for element in structure(raw):
        if element["/S"] == "/Figure":
            assert str(element["/Alt"]).strip()
    assert all(_is_embedded(font.get_object()) for font in reader(raw).pages[0]["/Resources"]["/Font"].values())
    assert _marked_throughout(reader(raw).pages[0].get_contents())


def _is_embedded(font: DictionaryObject) -> bool:
    # Type 3 fonts are their own drawings.
    if font["/Subtype"] == "/Type3":
        return True
    [descendant] = font["/DescendantFonts"]
    return any(key in descendant["/FontDescriptor"] for key in ("/FontFile2", "/FontFile3")) and "/ToUnicode" in font


def _marked_throughout(contents: Any) -> bool:
    """Nothing is painted outside marked content (a tagged part, or an artifact)."""
    depth = 0
    for _operands, operator in contents.operations:
        if operator in (b"BDC", b"BMC"):
            depth += 1
        elif operator == b"EMC":
            depth -= 1
        elif operator in (b"Tj", b"TJ", b"Do", b"f", b"f*", b"S", b"s", b"B", b"b", b"sh") and depth == 0:
            return False
    return depth == 0
