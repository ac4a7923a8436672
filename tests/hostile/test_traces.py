"""What a family of samples leaves behind in a service of its own: no memory, no file, no line in a log."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.generate.families import FAMILIES, family, samples
from tests.hostile.generate.honest import compact
from tests.hostile.generate.sample import CANARY

ROOT = Path(__file__).parents[2]
MOST_GROWTH = 64 * 1024 * 1024  # security.md section 2


def spellings(text: str) -> list[bytes]:
    """The text as it would stand in a file: plain, hexadecimal, and within base64 at each of three offsets."""
    raw = text.encode()
    within = [base64.urlsafe_b64encode(bytes(n) + raw)[4:-4] for n in range(3)]
    return [raw, raw.hex().encode(), json.dumps(text).strip('"').encode(), *within]


def test_the_canary_is_found_where_it_is():
    """In a token it stands as base64: a search that could not see it there would prove nothing."""
    head, body, _ = compact().split(b".")
    assert any(spelling in body for spelling in spellings(CANARY))
    assert not any(spelling in head for spelling in spellings(CANARY))


@pytest.fixture(scope="module")
def served(tmp_path_factory, sqlite_template):
    """What the service said of each family, and everything that it has written since."""
    folder = tmp_path_factory.mktemp("served")
    uploads, data, temporary = (folder / name for name in ("samples", "data", "tmp"))
    for each in (data, temporary):
        each.mkdir()
    shutil.copyfile(sqlite_template, data / "laurel.sqlite3")
    for name in FAMILIES:
        (uploads / name).mkdir(parents=True)
        for sample in family(name):
            (uploads / name / sample.name).write_bytes(sample.build())
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.serving", uploads, data],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3_000:]
    *log, answer = done.stdout.splitlines()
    written = {str(file): file.read_bytes() for place in (data, temporary) for file in _files(place)}
    return json.loads(answer), written | {"stdout": b"\n".join(log), "stderr": done.stderr}


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_takes_little_memory_and_never_fails(served, name):
    result = served[0][name]
    assert set(result["statuses"]) <= {"200", "400", "413"}, result
    assert result["grown"] < MOST_GROWTH, result


@pytest.mark.slow
def test_no_upload_is_kept_or_logged(served):
    written = served[1]
    assert any("laurel.sqlite3" in where for where in written)
    assert written["stdout"].count(b"/verify") >= 2 * len(samples())  # it does log, and every request
    for where, content in written.items():
        assert not any(spelling in content for spelling in spellings(CANARY)), where
        assert not re.search(rb"z[1-9A-HJ-NP-Za-km-z]{80,}", content), where  # the value of a proof


def _files(folder: Path):
    return (path for path in folder.rglob("*") if path.is_file())
