from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app.errors import NotFoundError
from app.web.assets import _files, static_file, static_url

FOLDER = Path(__file__).parents[3] / "app" / "web" / "static"


def test_a_file_is_its_bytes_type_and_digest():
    found = static_file("laurel.css")
    assert found.content == (FOLDER / "laurel.css").read_bytes()
    assert found.media_type == "text/css; charset=utf-8"
    assert hashlib.sha256(found.content).hexdigest().startswith(found.digest)
    assert static_url("laurel.css") == f"/static/laurel.css?v={found.digest}"


def test_every_file_in_the_folder_is_served():
    assert set(_files()) == {path.name for path in FOLDER.iterdir()}


@pytest.mark.parametrize(
    "name", ["", "none.css", "../pages.py", "..", "/etc/passwd", "laurel.css/", "LAUREL.CSS", "a\0"]
)
def test_nothing_else_is(name):
    with pytest.raises(NotFoundError):
        static_file(name)
