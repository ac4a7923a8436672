"""Signing instances of the VC-API and their status lists: tables of their own, which a release before never reads.

Their keys are not among `signing_keys`: a release before would publish them in the issuer's did:web document, and
could not read a purpose that it does not know.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
FACTS = ("vc_status_entries", "vc_status_changes")  # what happened does not change afterwards


def upgrade() -> None:
    _instances()
    _lists()
    _entries()
    for table in FACTS:
        for name, event in ((f"{table}_no_update", "UPDATE"), (f"{table}_no_delete", "DELETE")):
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {_refusal(table)}")


def downgrade() -> None:
    for table in ("vc_status_changes", "vc_status_entries", "vc_status_lists", "vc_instances"):
        op.drop_table(table)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _instances() -> None:
    op.create_table(
        "vc_instances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("algorithm", _one_of("algorithm", "EdDSA", "RS256", "ES256", "ES384"), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_length"),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("did"),
        sa.UniqueConstraint("issuer_id", "name"),
    )


def _lists() -> None:
    op.create_table(
        "vc_status_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
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
        sa.ForeignKeyConstraint(["instance_id"], ["vc_instances.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("instance_id", "purpose", "number"),
    )
    op.create_index(
        "uq_vc_status_lists_open",
        "vc_status_lists",
        ["instance_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )


def _entries() -> None:
    op.create_table(
        "vc_status_entries",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("credential_sha256", sa.LargeBinary(32), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("status_index >= 0", name="status_index"),
        sa.CheckConstraint("length(credential_sha256) = 32", name="credential_sha256_length"),
        sa.ForeignKeyConstraint(["list_id"], ["vc_status_lists.id"]),
        sa.PrimaryKeyConstraint("list_id", "status_index"),
    )
    op.create_index(None, "vc_status_entries", ["credential_sha256"])
    op.create_table(
        "vc_status_changes",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("value", _one_of("value", "revoked"), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id", "status_index"], ["vc_status_entries.list_id", "vc_status_entries.status_index"]
        ),
        sa.PrimaryKeyConstraint("list_id", "status_index"),
    )


def _refusal(table: str) -> str:
    if op.get_bind().dialect.name == "sqlite":
        return f"BEGIN SELECT RAISE(ABORT, '{table} are kept as they are'); END"
    return "FOR EACH ROW EXECUTE FUNCTION laurel_refuse()"  # 0001 made it
