"""The first tables: issuers and their keys, achievements, credentials, status lists, audit.

Constraints without a name here get one from `app.models.NAMING_CONVENTION`, which therefore never changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
DIGEST = sa.LargeBinary(32)
SLUG_RULE = "length(slug) BETWEEN 1 AND 100 AND slug = replace(replace(lower(slug), ' ', ''), '/', '')"

# Rows and columns that are facts: what happened does not change afterwards.
KEPT = {
    "achievement_revisions": (),
    "audit_events": (),
    "status_changes": (),
    "credentials": (
        "id",
        "issuer_id",
        "achievement_id",
        "revision_id",
        "signing_key_id",
        "status_list_id",
        "status_index",
        "document",
        "sha256",
        "issued_at",
    ),
}


def upgrade() -> None:
    _people()
    _achievements()
    _credentials()
    _current_revision()
    _keep_facts()


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _people() -> None:
    op.create_table(
        "issuers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(SLUG_RULE, name="slug"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("did"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("algorithm", _one_of("algorithm", "EdDSA", "RS256", "ES256", "ES384"), nullable=False),
        sa.Column("purpose", _one_of("purpose", "data-integrity", "vc-jwt"), nullable=False),
        sa.Column("public_jwk", sa.JSON(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("state", _one_of("state", "active", "retired"), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired_at"),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("issuer_id", "id"),
        sa.UniqueConstraint("issuer_id", "kid"),
    )
    op.create_index(
        "uq_signing_keys_active",
        "signing_keys",
        ["issuer_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("secret_sha256", DIGEST, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.CheckConstraint("length(secret_sha256) = 32", name="secret_sha256_length"),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("prefix"),
    )
    op.create_index(None, "api_keys", ["issuer_id", "created_at", "id"])
    op.create_table(
        "audit_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "audit_events", ["issuer_id", "id"])


def _achievements() -> None:
    op.create_table(
        "images",
        sa.Column("sha256", DIGEST, nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(sha256) = 32", name="sha256_length"),
        sa.CheckConstraint("width > 0 AND height > 0", name="size"),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "achievements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("image_sha256", DIGEST, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint(SLUG_RULE, name="slug"),
        sa.ForeignKeyConstraint(
            ["id", "revision"],
            ["achievement_revisions.achievement_id", "achievement_revisions.number"],
            name="fk_achievements_revision",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(["image_sha256"], ["images.sha256"]),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("issuer_id", "id"),
        sa.UniqueConstraint("issuer_id", "slug"),
    )
    op.create_table(
        "achievement_revisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("achievement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.ForeignKeyConstraint(["issuer_id", "achievement_id"], ["achievements.issuer_id", "achievements.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("achievement_id", "number"),
        sa.UniqueConstraint("issuer_id", "achievement_id", "id"),
    )


def _credentials() -> None:
    op.create_table(
        "status_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", _one_of("purpose", "revocation"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("allocated", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("allocated BETWEEN 0 AND length", name="allocated"),
        sa.CheckConstraint("length >= 131072", name="length"),
        sa.CheckConstraint("number >= 1 AND version >= 1", name="counters"),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("issuer_id", "id"),
        sa.UniqueConstraint("issuer_id", "purpose", "number"),
    )
    op.create_index(
        "uq_status_lists_open",
        "status_lists",
        ["issuer_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.create_table(
        "credentials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("achievement_id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("signing_key_id", sa.Uuid(), nullable=False),
        sa.Column("status_list_id", sa.Uuid(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", DIGEST, nullable=False),
        sa.Column("jwt", sa.String(), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("request_sha256", DIGEST, nullable=False),
        sa.Column("learner", sa.JSON(), nullable=False),
        sa.Column("awarded_at", INSTANT, nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT, nullable=True),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(external_id) BETWEEN 1 AND 255", name="external_id_length"),
        sa.CheckConstraint("length(request_sha256) = 32", name="request_sha256_length"),
        sa.CheckConstraint("length(sha256) = 32", name="sha256_length"),
        sa.CheckConstraint("length(source) <= 255", name="source_length"),
        sa.CheckConstraint("status_index >= 0", name="status_index"),
        sa.CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="validity"),
        sa.ForeignKeyConstraint(
            ["issuer_id", "achievement_id", "revision_id"],
            [
                "achievement_revisions.issuer_id",
                "achievement_revisions.achievement_id",
                "achievement_revisions.id",
            ],
        ),
        sa.ForeignKeyConstraint(["issuer_id", "signing_key_id"], ["signing_keys.issuer_id", "signing_keys.id"]),
        sa.ForeignKeyConstraint(["issuer_id", "status_list_id"], ["status_lists.issuer_id", "status_lists.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("issuer_id", "id"),
        sa.UniqueConstraint("issuer_id", "test", "source", "external_id", name="uq_credentials_natural_key"),
        sa.UniqueConstraint("status_list_id", "status_index"),
    )
    op.create_index(None, "credentials", ["issuer_id", "issued_at", "id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_sha256", DIGEST, nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(key) BETWEEN 1 AND 255", name="key_length"),
        sa.CheckConstraint("length(request_sha256) = 32", name="request_sha256_length"),
        sa.ForeignKeyConstraint(["issuer_id", "credential_id"], ["credentials.issuer_id", "credentials.id"]),
        sa.PrimaryKeyConstraint("issuer_id", "key"),
    )
    op.create_index(None, "idempotency_keys", ["created_at"])
    op.create_table(
        "status_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("value", _one_of("value", "revoked"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["issuer_id", "credential_id"], ["credentials.issuer_id", "credentials.id"]),
        sa.ForeignKeyConstraint(["issuer_id", "list_id"], ["status_lists.issuer_id", "status_lists.id"]),
        sa.ForeignKeyConstraint(
            ["list_id", "status_index"], ["credentials.status_list_id", "credentials.status_index"]
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("credential_id"),
        sa.UniqueConstraint("list_id", "status_index"),
    )


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _current_revision() -> None:
    """On PostgreSQL, since the achievement refers to a table that did not exist yet; SQLite has it inline."""
    if _on_sqlite():
        return
    op.create_foreign_key(
        "fk_achievements_revision",
        "achievements",
        "achievement_revisions",
        ["id", "revision"],
        ["achievement_id", "number"],
        deferrable=True,
        initially="DEFERRED",
    )


def _keep_facts() -> None:
    """Triggers that refuse UPDATE (of the columns named; of any where none is) and DELETE."""
    if not _on_sqlite():
        op.execute(
            """
            CREATE FUNCTION laurel_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION USING
                    ERRCODE = 'integrity_constraint_violation',
                    MESSAGE = TG_TABLE_NAME || ' are kept as they are';
            END
            $$
            """
        )
    for table, columns in KEPT.items():
        update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
        for name, event in ((f"{table}_no_update", update), (f"{table}_no_delete", "DELETE")):
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {_refusal(table)}")


def _refusal(table: str) -> str:
    if _on_sqlite():
        return f"BEGIN SELECT RAISE(ABORT, '{table} are kept as they are'); END"
    return "FOR EACH ROW EXECUTE FUNCTION laurel_refuse()"
