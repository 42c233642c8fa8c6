"""Give every table exact money and aware times, the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, LargeBinary, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator


class Fixed(TypeDecorator[Decimal]):
    """Store a Decimal as an integer count of its smallest step: SQLite has no exact numeric."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, decimals: int) -> None:
        """Fix the number of decimals."""
        super().__init__()
        self.decimals = decimals

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Count steps; a value with more decimals than the column holds is an error."""
        if value is None:
            return None
        steps = value.scaleb(self.decimals)
        if steps != (whole := int(steps)):
            raise ValueError(f"more than {self.decimals} decimals")
        return whole

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give the Decimal back."""
        return None if value is None else Decimal(value).scaleb(-self.decimals)


class UtcDateTime(TypeDecorator[datetime]):
    """Store aware times in UTC and give them back aware: SQLite forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Move to UTC; a naive time is an error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Restore the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Pesos = Annotated[Decimal, mapped_column(Fixed(2))]
Percent = Annotated[Decimal, mapped_column(Fixed(2))]
Vsm = Annotated[Decimal, mapped_column(Fixed(4))]
Moment = Annotated[datetime, mapped_column(UtcDateTime())]
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
Digest = Annotated[bytes, mapped_column(LargeBinary(32))]
Code = Annotated[str, mapped_column(String(32))]
Opaque = Annotated[str, mapped_column(String(128))]
Id = Annotated[int, mapped_column(BigInteger, primary_key=True, autoincrement=False)]


class Base(DeclarativeBase):
    """Base of the tables; constraint names are fixed so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
