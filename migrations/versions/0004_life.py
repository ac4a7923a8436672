"""What issue and revocation are not enough for: key states, successors, erasure, endorsements, stops, the audit chain.

A release before runs on it: columns are added with defaults or NULL, rules are only widened. On PostgreSQL each row of
a tenant's also gets a policy: a transaction that has said whose it is (`laurel.tenant`) sees no other tenant's rows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
DIGEST = sa.LargeBinary(32)
FACTS = ("successions", "superseded_documents", "erased_completions")  # what happened does not change afterwards
IDENTITY = (
    "id",
    "issuer_id",
    "achievement_id",
    "revision_id",
    "status_list_id",
    "status_index",
    "issued_at",
)
SIGNED = ("signing_key_id", "document", "sha256")

# A rule of the table in place of one with the same name.
KEY_RULES = {
    "state": "state IN ('pending', 'active', 'retired', 'compromised', 'destroyed')",
    "retired_at": "(state IN ('pending', 'active')) = (retired_at IS NULL)",
}
NEW_KEY_RULES = {
    "backend": "backend IN ('envelope', 'pkcs11')",
    "compromised_at": "state <> 'compromised' OR compromised_at IS NOT NULL",
    "destroyed_at": "(state = 'destroyed') = (destroyed_at IS NOT NULL)",
    "nothing_left": "state <> 'destroyed' OR length(ciphertext) = 0",
}
# What a signed document may become: nothing at all when it is erased, or another when it is on record itself.
MAY_CHANGE = """
    (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND length(NEW.document) = 0
        AND NEW.sha256 = OLD.sha256 AND NEW.signing_key_id = OLD.signing_key_id)
    OR (OLD.erased_at IS NULL AND NEW.erased_at IS NULL AND EXISTS (
        SELECT 1 FROM superseded_documents
        WHERE superseded_documents.credential_id = OLD.id AND superseded_documents.sha256 = OLD.sha256))
"""

TENANT = "NULLIF(current_setting('laurel.tenant', true), '')::uuid"
TENANTS_TABLES = (
    "signing_keys",
    "api_keys",
    "achievements",
    "achievement_revisions",
    "status_lists",
    "credentials",
    "idempotency_keys",
    "status_changes",
    "audit_events",
    "vc_instances",
    "stops",
    "successions",
    "superseded_documents",
    "erased_completions",
    "endorsements",
)


def upgrade() -> None:
    _keys()
    _issuers()
    _audit()
    _life()
    _endorsements()
    _signed_bytes()
    for table in FACTS:
        for name, event in ((f"{table}_no_update", "UPDATE"), (f"{table}_no_delete", "DELETE")):
            _trigger(name, event, table)
    if not _on_sqlite():
        _policies()


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _keys() -> None:
    columns = (
        sa.Column("backend", sa.String(32), nullable=False, server_default="envelope"),
        sa.Column("activates_at", INSTANT, nullable=True),
        sa.Column("compromised_at", INSTANT, nullable=True),
        sa.Column("destroyed_at", INSTANT, nullable=True),
    )
    with op.batch_alter_table("signing_keys") as batch:
        for column in columns:
            batch.add_column(column)
        for name in KEY_RULES:
            batch.drop_constraint(op.f(f"ck_signing_keys_{name}"), type_="check")
        for name, rule in (KEY_RULES | NEW_KEY_RULES).items():
            batch.create_check_constraint(op.f(f"ck_signing_keys_{name}"), rule)


def _issuers() -> None:
    op.add_column("issuers", sa.Column("pepper", sa.LargeBinary(), nullable=True))
    op.create_table(
        "stops",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(None, "stops", ["issuer_id", "at"])


def _audit() -> None:
    op.add_column("audit_events", sa.Column("chain", sa.Uuid(), nullable=True))
    op.add_column("audit_events", sa.Column("sequence", sa.BigInteger(), nullable=True))
    op.add_column("audit_events", sa.Column("sha256", DIGEST, nullable=True))
    op.create_index("uq_audit_events_chain", "audit_events", ["chain", "sequence"], unique=True)
    op.create_table(
        "audit_heads",
        sa.Column("chain", sa.Uuid(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("sha256", DIGEST, nullable=False),
        sa.CheckConstraint("length >= 1", name="length"),
        sa.CheckConstraint("length(sha256) = 32", name="sha256_length"),
        sa.PrimaryKeyConstraint("chain"),
    )


def _life() -> None:
    op.create_table(
        "successions",
        sa.Column("predecessor_id", sa.Uuid(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _one_of("kind", "renewal", "replacement"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("predecessor_id <> successor_id", name="two"),
        sa.ForeignKeyConstraint(["issuer_id", "predecessor_id"], ["credentials.issuer_id", "credentials.id"]),
        sa.ForeignKeyConstraint(["issuer_id", "successor_id"], ["credentials.issuer_id", "credentials.id"]),
        sa.PrimaryKeyConstraint("predecessor_id"),
        sa.UniqueConstraint("successor_id"),
    )
    op.create_table(
        "superseded_documents",
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", DIGEST, nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("signing_key_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("length(sha256) = 32", name="sha256_length"),
        sa.ForeignKeyConstraint(["issuer_id", "credential_id"], ["credentials.issuer_id", "credentials.id"]),
        sa.ForeignKeyConstraint(["issuer_id", "signing_key_id"], ["signing_keys.issuer_id", "signing_keys.id"]),
        sa.PrimaryKeyConstraint("credential_id", "sha256"),
    )
    op.create_table(
        "erased_completions",
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("length(digest) = 32", name="digest_length"),
        sa.ForeignKeyConstraint(["issuer_id", "credential_id"], ["credentials.issuer_id", "credentials.id"]),
        sa.PrimaryKeyConstraint("issuer_id", "test", "digest"),
        sa.UniqueConstraint("credential_id"),
    )


def _endorsements() -> None:
    op.create_table(
        "endorsements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("achievement_id", sa.Uuid(), nullable=True),
        sa.Column("form", _one_of("form", "json", "jwt"), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", DIGEST, nullable=False),
        sa.Column("endorser_id", sa.String(), nullable=False),
        sa.Column("endorser_name", sa.String(), nullable=True),
        sa.Column("valid_until", INSTANT, nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.CheckConstraint("length(sha256) = 32", name="sha256_length"),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"]),
        sa.ForeignKeyConstraint(["issuer_id", "achievement_id"], ["achievements.issuer_id", "achievements.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(None, "endorsements", ["issuer_id", "added_at", "id"])
    op.create_index(
        "uq_endorsements_standing",
        "endorsements",
        ["issuer_id", "sha256"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def _signed_bytes() -> None:
    """0001 refused every change of them."""
    op.add_column("credentials", sa.Column("erased_at", INSTANT, nullable=True))
    suffix = "" if _on_sqlite() else " ON credentials"
    op.execute(f"DROP TRIGGER credentials_no_update{suffix}")
    _trigger("credentials_no_update", f"UPDATE OF {', '.join(IDENTITY)}", "credentials")
    _trigger("credentials_signed", f"UPDATE OF {', '.join(SIGNED)}", "credentials", unless=MAY_CHANGE)
    _trigger("credentials_erased", "UPDATE", "credentials", unless="OLD.erased_at IS NULL")


def _trigger(name: str, event: str, table: str, *, unless: str | None = None) -> None:
    """Refuses the event, unless a condition holds that compares OLD and NEW rows."""
    if _on_sqlite():
        when = f" WHEN NOT ({unless})" if unless else ""
        body = f"{when} BEGIN SELECT RAISE(ABORT, '{table} are kept as they are'); END"
    elif unless and "SELECT" in unless:  # which WHEN may not hold there
        body = f"FOR EACH ROW EXECUTE FUNCTION {_refusing_function(name, unless)}()"
    else:
        when = f" WHEN (NOT ({unless}))" if unless else ""
        body = f"FOR EACH ROW{when} EXECUTE FUNCTION laurel_refuse()"  # 0001 made it
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {body}")


def _refusing_function(name: str, unless: str) -> str:
    op.execute(
        f"""
        CREATE FUNCTION laurel_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT ({unless}) THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'integrity_constraint_violation',
                    MESSAGE = TG_TABLE_NAME || ' are kept as they are';
            END IF;
            RETURN NEW;
        END
        $$
        """
    )
    return f"laurel_{name}"


def _policies() -> None:
    """A second wall: whoever forgets a WHERE still sees one tenant's rows, once the transaction has said which."""
    for table, column in [("issuers", "id"), *((name, "issuer_id") for name in TENANTS_TABLES)]:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")  # for the owner, as whom the service runs
        op.execute(f"CREATE POLICY tenant ON {table} USING ({TENANT} IS NULL OR {column} = {TENANT})")
    # A stop for all concerns every tenant, who may not make or lift it.
    op.execute("CREATE POLICY everybodys ON stops FOR SELECT USING (issuer_id IS NULL)")
