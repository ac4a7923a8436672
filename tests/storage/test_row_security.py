"""The second wall: on PostgreSQL a transaction that said whose it is sees nobody else's rows, whatever is forgotten.

Superusers walk through such walls, so the service connects here as the role that docs/access.md asks for.
"""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from app.errors import IssuingStoppedError
from app.main import create_app
from app.models import Base, Issuer
from app.services import api_keys
from app.services.actors import TERMINAL
from app.services.stops import require_issuing, stop_issuing
from app.settings import Settings
from app.storage import Database, achievements, credentials
from app.storage import api_keys as key_rows
from tests.api.conftest import NOW

pytestmark = pytest.mark.anyio
PASSWORDLESS = "laurel_app"
CANARY = "Zenobia Canary"
# Every table with rows of tenants, and the column that says whose.
TENANTS_TABLES = {
    table.name: ("id" if table.name == "issuers" else "issuer_id")
    for table in Base.metadata.sorted_tables
    if table.name == "issuers" or "issuer_id" in table.columns
}


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def role_url(postgresql_url, postgresql_server):
    """The URL of the same database for a role that is no superuser and may not bypass policies, and owns the tables."""
    admin, _ = postgresql_server
    admin.execute(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{PASSWORDLESS}') THEN "
        f"CREATE ROLE {PASSWORDLESS} LOGIN NOSUPERUSER NOBYPASSRLS; END IF; END $$"
    )
    superuser = Database.open(postgresql_url)
    with superuser.transaction() as session:
        for name in session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all():
            session.execute(text(f'ALTER TABLE "{name}" OWNER TO {PASSWORDLESS}'))
        session.execute(text(f"GRANT ALL ON SCHEMA public TO {PASSWORDLESS}"))
        session.execute(text(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {PASSWORDLESS}"))
    superuser.close()
    return superuser.engine.url.set(username=PASSWORDLESS).render_as_string(hide_password=False)


@pytest.fixture
def laurel(role_url, tmp_path):
    app = create_app(
        Settings(
            environment="development",
            database_url=role_url,
            data_dir=tmp_path,
            key_encryption_key="11" * 32,
            fetch=False,
        ),
        clock=lambda: NOW,
    )
    yield app.state.laurel, app
    app.state.laurel.close()


def key_of(laurel, slug, *scopes):
    with laurel.database.transaction() as session:
        return api_keys.create_api_key(
            session, instance=laurel.instance, actor=TERMINAL, name="test", issuer_slug=slug,
            scopes=scopes or ["admin"], test=False, expires_at=None, now=NOW,
        ).token  # fmt: skip


def client(app, token):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8000", headers=headers)


@pytest.fixture
async def place(laurel):
    """Two issuers with an achievement, a credential and a stop each; their ids."""
    held, app = laurel
    async with client(app, key_of(held, None)) as admin:
        for slug, learner in (("ours", "Amina"), ("theirs", CANARY)):
            body = {"slug": slug, "name": f"{slug} {learner}", "jwtAlgorithm": "ES256"}
            assert (await admin.post("/v1/issuers", json=body)).status_code == 201
            body = {"slug": "x", "issuer": slug, "name": f"X {learner}", "description": "X"}
            made = await admin.post("/v1/achievements", json=body)
            assert made.status_code == 201, made.text
            completion = {
                "achievement": made.json()["id"], "externalId": learner, "source": "lms",
                "learner": {"name": learner, "email": "someone@example.org"}, "completedAt": "2026-05-04T10:00:00Z",
            }  # fmt: skip
            made = await admin.post("/v1/completions", json=completion, headers={"Idempotency-Key": slug})
            assert made.status_code == 201, made.text
            assert (await admin.put(f"/vc-api/issuers/{slug}/eddsa-rdfc-2022")).status_code == 201
            assert (await admin.post(f"/v1/issuers/{slug}:stop", json={"reason": "x"})).status_code == 200
    with held.database.reading() as session:
        return dict(session.execute(select(Issuer.slug, Issuer.id)).all())


async def test_every_table_shows_one_tenants_rows(laurel, place):
    held, _ = laurel
    filled = set()
    with held.database.reading(place["ours"]) as session:
        for name, column in TENANTS_TABLES.items():
            owners = set(session.scalars(text(f"SELECT {column} FROM {name}")))
            assert owners <= {place["ours"]}, name
            filled |= {name} if owners else set()
    assert {"issuers", "credentials", "signing_keys", "achievements", "status_lists", "audit_events"} <= filled
    with held.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Issuer)) == 2, "of no tenant: the service sees all"


async def test_nothing_can_be_written_for_another_tenant(laurel, place):
    held, _ = laurel
    table = Issuer.metadata.tables["stops"]
    row = {"id": place["ours"], "reason": "x", "actor": "x", "at": NOW}
    for owner in (place["theirs"], None):
        with pytest.raises(DBAPIError, match="row-level security"), held.database.transaction(place["ours"]) as session:
            session.execute(insert(table).values(**row, issuer_id=owner))
    with held.database.transaction(place["ours"]) as session:
        assert session.execute(update(Issuer).values(slug=Issuer.slug)).rowcount == 1


async def test_a_stop_for_all_is_seen_by_every_tenant(laurel, place):
    held, _ = laurel
    with held.database.transaction() as session:
        session.execute(text("UPDATE stops SET lifted_at = at, lifted_by = 'x'"))
    stop_issuing(held.database, None, reason="x", actor=TERMINAL, instance=held.instance, now=NOW)
    with held.database.reading(place["ours"]) as session, pytest.raises(IssuingStoppedError):
        require_issuing(session, place["ours"])


MUTANTS = [
    ("/v1/credentials", credentials, "list_credentials"),
    ("/v1/credentials/{credential}", credentials, "get_credential"),
    ("/v1/achievements", achievements, "list_achievements"),
    ("/v1/achievements/{achievement}", achievements, "get_achievement"),
    ("/v1/api-keys", key_rows, "list_api_keys"),
]


@pytest.mark.parametrize(("address", "room", "function"), MUTANTS, ids=[row[2] for row in MUTANTS])
async def test_without_the_applications_own_wall_nobody_else_is_seen(
    laurel, place, monkeypatch, address, room, function
):
    """The mutant: the functions that read rows of a tenant have lost their WHERE."""
    held, app = laurel
    token = key_of(held, "ours", "read", "manage")
    with held.database.reading() as session:
        theirs = {
            "credential": credentials.list_credentials(session, issuer_id=place["theirs"]).items[0].id,
            "achievement": achievements.list_achievements(session, issuer_id=place["theirs"]).items[0].achievement.id,
        }
    whole = getattr(room, function)

    def without_where(session, *args, **named):
        return whole(session, *args, **named | {"issuer_id": None})

    monkeypatch.setattr(room, function, without_where)
    async with client(app, token) as ours:
        answer = await ours.get(address.format(**theirs))
    assert answer.status_code == (404 if "{" in address else 200), answer.text
    assert CANARY not in answer.text
    assert "theirs" not in answer.text
    # The mutant is one: in a transaction of no tenant it shows everybody.
    with held.database.reading() as session:
        assert without_where(session, *[theirs[name] for name in theirs if f"{{{name}}}" in address])


async def test_a_service_that_passes_the_wall_says_so_when_it_starts(laurel, postgresql_url, tmp_path):
    with capture_logs() as said:
        for url in (laurel[0].settings.database_url, postgresql_url):
            settings = laurel[0].settings.model_copy(update={"database_url": url})
            app = create_app(settings)
            async with app.router.lifespan_context(app):
                pass
    assert [line["event"][:17] for line in said if "row-level" in line["event"]] == ["the database role"]


async def test_whoever_passes_the_wall_is_told(role_url, postgresql_url, sqlite_url):
    for url, passes in ((postgresql_url, True), (role_url, False), (sqlite_url, False)):
        database = Database.open(url)
        assert database.passes_row_security() is passes
        database.close()
