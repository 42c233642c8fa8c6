"""Write what an older key encrypted anew with the newest one, so that the old one can go."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from accounts.crypto import KeyRing
from accounts.db import Database
from accounts.sealed import SEALED, SealedTable

_BATCH = 500


async def rotate(database: Database, keys: KeyRing) -> dict[str, int]:
    """Re-encrypt and index anew, some rows at a time; return how many changed, by table.

    Safe beside a running service that has both keys, and to start again after a stop.
    """
    return {
        sealed.model.__tablename__: await _rotate_table(database, keys, sealed) for sealed in SEALED
    }


async def _rotate_table(database: Database, keys: KeyRing, sealed: SealedTable) -> int:
    table: Any = sealed.model.__table__
    key = list(table.primary_key.columns)
    changed, last = 0, None
    while True:
        query = select(table).order_by(*key).limit(_BATCH)
        if last is not None:
            query = query.where(tuple_(*key) > last)
        async with database.write() as session:
            rows = (await session.execute(query.with_for_update())).mappings().all()
            for row in rows:
                changed += await _rotate_row(session, keys, sealed, row)
        if len(rows) < _BATCH:
            return changed
        last = tuple(rows[-1][column.name] for column in key)


async def _rotate_row(
    session: AsyncSession, keys: KeyRing, sealed: SealedTable, row: Mapping[Any, Any]
) -> int:
    table: Any = sealed.model.__table__
    old = [name for name in sealed.columns if row[name] and not keys.is_newest(row[name])]
    if not old:
        return 0
    values: dict[str, bytes] = {}
    for name in old:
        context = sealed.context(row, name)
        values[name] = keys.encrypt(keys.decrypt(row[name], context), context)
    for index, (name, context_of) in sealed.indexes.items():
        value = keys.decrypt(row[name], sealed.context(row, name))
        values[index] = keys.index(value, context_of(row, index))
    here = [column == row[column.name] for column in table.primary_key.columns]
    await session.execute(update(table).where(*here).values(**values))
    return 1
