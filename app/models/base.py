"""What all tables share: base class, names of constraints, column types that act alike on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, DateTime, Enum, LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import JSON, TypeDecorator

if TYPE_CHECKING:
    from enum import StrEnum

    from sqlalchemy.engine import Dialect

# Every constraint has a name, so that a migration can drop it and an error message can be told apart.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

DIGEST_BYTES = 32  # SHA-256


class Base(DeclarativeBase):
    """Tables without relationships: rows are asked for in `app/storage/`, never loaded by touching one."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {dict[str, Any]: JSON(none_as_null=True), list[str]: JSON()}  # noqa: RUF012 - declared by SQLAlchemy


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values on the way in; gives aware UTC on the way out, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Digest(TypeDecorator[bytes]):
    """32 bytes of SHA-256. The length is a CHECK of the table, see `digest_check`."""

    impl = LargeBinary(DIGEST_BYTES)
    cache_ok = True


def digest_check(column: str) -> CheckConstraint:
    return CheckConstraint(f"length({column}) = {DIGEST_BYTES}", name=f"{column}_length")


def stored_by_value(kind: type[StrEnum], name: str) -> Enum:
    """A column of `kind` that holds the values, not the Python names, under a CHECK called `name`."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
