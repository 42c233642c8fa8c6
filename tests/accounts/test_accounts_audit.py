"""The audit log: what is written, and that whatever is done to it is found out."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from accounts_peers import NOW, sqlite_url
from sqlalchemy import text

from accounts.audit import SYSTEM, Kind, Trail, record
from accounts.db import Database

TRAIL = Trail([b"a" * 32])


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url, TRAIL)
    await opened.migrate()
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(sqlite_url(tmp_path), TRAIL)
    await opened.migrate()
    yield opened
    await opened.close()


async def write(database: Database, count: int, first: int = 1) -> None:
    for number in range(first, first + count):
        async with database.write() as session:
            record(session, Kind.VERIFIED, number, f"c_{number}", NOW, purpose="consulta")


async def verify(database: Database, anchor: str | None = None, trail: Trail = TRAIL):
    async with database.read() as session:
        return await trail.verify(session, anchor)


async def tamper(database: Database, *statements: str) -> None:
    async with database.engine.begin() as link:
        for statement in statements:
            await link.execute(text(statement))


async def test_an_untouched_chain_is_whole(database: Database) -> None:
    assert (await verify(database)).entries == 0
    await write(database, 5)
    async with database.write() as session:
        record(session, Kind.PURGED, None, SYSTEM, NOW, rows=3, nothing=None)
        record(session, Kind.ERASED, 1, SYSTEM, NOW)
    verdict = await verify(database)
    assert (verdict.entries, verdict.problem) == (7, None)


@pytest.mark.parametrize(
    ("statements", "problem", "seq"),
    [
        (["UPDATE audit_entries SET actor = 'c_9' WHERE seq = 3"], "changed", 3),
        (["UPDATE audit_entries SET kind = 'erased' WHERE seq = 3"], "changed", 3),
        (["UPDATE audit_entries SET detail = '{}' WHERE seq = 3"], "changed", 3),
        (["UPDATE audit_entries SET subject = NULL WHERE seq = 1"], "changed", 1),
        (["UPDATE audit_entries SET at = '2026-01-01 00:00:00' WHERE seq = 5"], "changed", 5),
        (["DELETE FROM audit_entries WHERE seq = 3"], "missing", 3),
        (["DELETE FROM audit_entries WHERE seq = 1"], "missing", 1),
        (["DELETE FROM audit_entries WHERE seq >= 4"], "cut", 4),
        (["DELETE FROM audit_entries"], "cut", 1),
        (["DELETE FROM audit_entries", "DELETE FROM audit_head"], "head", None),
        (["DELETE FROM audit_head"], "head", None),
        (
            [
                "DELETE FROM audit_entries WHERE seq = 5",
                "UPDATE audit_head SET seq = 4,"
                " mac = (SELECT mac FROM audit_entries WHERE seq = 4)",
            ],
            "head",
            4,
        ),
        (
            [
                "UPDATE audit_entries SET seq = 99 WHERE seq = 2",
                "UPDATE audit_entries SET seq = 2 WHERE seq = 3",
                "UPDATE audit_entries SET seq = 3 WHERE seq = 99",
            ],
            "changed",
            2,
        ),
        (
            [
                "DELETE FROM audit_entries WHERE seq <= 2",
                "UPDATE audit_head SET base_seq = 2",
            ],
            "changed",
            3,
        ),
    ],
)
async def test_whatever_is_done_to_the_chain_is_found(
    sqlite: Database, statements: list[str], problem: str, seq: int | None
) -> None:
    await write(sqlite, 5)
    anchor = (await verify(sqlite)).anchor
    await tamper(sqlite, *statements)
    # Only an anchor kept elsewhere tells that everything was wiped.
    verdict = await verify(sqlite, anchor)
    assert (verdict.problem, verdict.seq) == (problem, seq)
    # What is written afterwards does not cover it up.
    await write(sqlite, 1, first=50)
    assert (await verify(sqlite, anchor)).problem is not None


async def test_rolling_the_table_back_is_found_with_an_anchor(database: Database) -> None:
    await write(database, 2)
    async with database.engine.connect() as link:
        head = (await link.execute(text("SELECT seq, mac, seal FROM audit_head"))).one()
    await write(database, 2)
    anchor = (await verify(database)).anchor
    assert (await verify(database, anchor)).problem is None
    async with database.engine.begin() as link:
        await link.execute(text("DELETE FROM audit_entries WHERE seq > 2"))
        await link.execute(
            text("UPDATE audit_head SET seq = :seq, mac = :mac, seal = :seal"), head._asdict()
        )
    assert (await verify(database)).problem is None
    assert (await verify(database, anchor)).problem == "anchor"


async def test_another_key_verifies_nothing_and_an_older_one_does(database: Database) -> None:
    await write(database, 2)
    assert (await verify(database, trail=Trail([b"z" * 32]))).problem == "changed"
    rotated = Trail([b"n" * 32, b"a" * 32])
    assert (await verify(database, trail=rotated)).problem is None
    assert TRAIL.subjects(7)[0] in rotated.subjects(7)


async def test_entries_written_at_once_make_one_chain(database: Database) -> None:
    await asyncio.gather(*(write(database, 5, first=10 * n) for n in range(1, 9)))
    verdict = await verify(database)
    assert (verdict.entries, verdict.problem) == (40, None)


async def test_a_transaction_that_fails_leaves_no_entry(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as session:
            record(session, Kind.VERIFIED, 1, "c_1", NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert (await verify(database)).entries == 0


@pytest.mark.parametrize(
    "value", ["5512345678", "María Pérez", "a@b.mx", "x" * 65, "", "12345678Z", 5512345678]
)
async def test_a_datum_is_refused(sqlite: Database, value: str | int) -> None:
    async with sqlite.write() as session:
        with pytest.raises(ValueError, match="short codes"):
            record(session, Kind.REVEALED, 1, "c_1", NOW, what=value)


@pytest.mark.parametrize("actor", ["c_a123456789-_Zz", "c_test[0-a/b]", "x" * 128])
async def test_any_opaque_id_can_be_an_actor(sqlite: Database, actor: str) -> None:
    async with sqlite.write() as session:
        record(session, Kind.VERIFIED, 1, actor, NOW, rows=100_000)
    assert (await verify(sqlite)).problem is None


@pytest.mark.parametrize("actor", ["", "x" * 129, "María", "a b"])
async def test_what_is_no_opaque_id_is_no_actor(sqlite: Database, actor: str) -> None:
    async with sqlite.write() as session:
        with pytest.raises(ValueError, match="short codes"):
            record(session, Kind.VERIFIED, 1, actor, NOW)


async def test_entries_are_dropped_after_their_time_and_the_rest_stays_whole(
    database: Database,
) -> None:
    await write(database, 4)
    async with database.write() as session:
        record(session, Kind.VERIFIED, 9, "c_9", NOW + timedelta(days=1))
    anchor = (await verify(database)).anchor
    async with database.write() as session:
        assert await TRAIL.purge(session, NOW + timedelta(hours=1)) == 4
    async with database.write() as session:
        assert await TRAIL.purge(session, NOW + timedelta(hours=1)) == 0
    verdict = await verify(database, anchor)
    assert (verdict.entries, verdict.problem) == (1, None)
    async with database.write() as session:
        assert await TRAIL.purge(session, NOW + timedelta(days=9)) == 1
    await write(database, 1)
    verdict = await verify(database, anchor)
    assert (verdict.entries, verdict.problem) == (1, None)
