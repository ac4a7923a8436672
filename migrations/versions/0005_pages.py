"""What pages need to know: who may find a credential, an issuer's logo, the keys that sign verification receipts.

A release before runs on it: columns are added with a default or NULL.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Written out: SQLite takes a rule together with the column, and else copies the whole table.
    op.execute(
        "ALTER TABLE credentials ADD COLUMN visibility VARCHAR(32) NOT NULL DEFAULT 'unlisted' "
        "CONSTRAINT ck_credentials_visibility CHECK (visibility IN ('unlisted', 'public'))"
    )
    with op.batch_alter_table("issuers") as batch:
        batch.add_column(sa.Column("logo_sha256", sa.LargeBinary(32), nullable=True))
        batch.create_foreign_key(op.f("fk_issuers_logo_sha256"), "images", ["logo_sha256"], ["sha256"])
    op.create_table(
        "receipt_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("public_jwk", sa.JSON(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kid"),
    )
