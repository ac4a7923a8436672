"""Credentials of all issuers, newest first: the first page takes as long with a million of them as with ten."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(None, "credentials", ["issued_at", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_credentials_issued_at_id"), "credentials")
