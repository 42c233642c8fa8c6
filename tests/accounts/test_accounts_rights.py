"""Access, cancellation and the rotation of keys, on both databases."""

import base64
from pathlib import Path

import pytest
from accounts_peers import NOW, PEOPLE, Service, serving, settings_for, sqlite_url
from sqlalchemy import LargeBinary, func, select

from accounts import audit, models, rights
from accounts.audit import Kind
from accounts.demo import seed
from accounts.demo.people import profile
from accounts.errors import NotFound
from accounts.rotation import rotate
from accounts.sealed import BY_TABLE, SHORT_LIVED

ANA, OTHER = profile(PEOPLE.current), profile(PEOPLE.behind)


async def find(service: Service, nss: str) -> rights.Found:
    runtime = service.runtime
    async with runtime.database.read() as session:
        return await rights.find(session, runtime.keys, runtime.trail, nss)


async def export(service: Service, nss: str) -> dict:
    runtime, found = service.runtime, await find(service, nss)
    async with runtime.database.write() as session:
        return await rights.export(
            session, runtime.keys, runtime.trail, found, "cli", service.clock()
        )


async def erase(service: Service, nss: str) -> rights.Erased:
    runtime, found = service.runtime, await find(service, nss)
    async with runtime.database.write() as session:
        return await rights.erase(session, runtime.keys, found, "cli", service.clock())


async def test_a_person_gets_everything_and_nothing_of_another(either: Service) -> None:
    await either.verify(ANA.nss)
    given = await export(either, ANA.nss)
    [person] = given["people"]
    assert (person["nss"], person["curp"], person["full_name"]) == (
        ANA.nss,
        ANA.curp,
        ANA.full_name,
    )
    assert given["credits"]
    assert given["credit_movements"]
    assert given["savings_movements"]
    assert [one["kind"] for one in given["audit_entries"]] == [Kind.CODE_SENT, Kind.VERIFIED]
    assert OTHER.nss not in str(given)
    assert "[cifrado]" not in str(given)
    assert (await find(either, ANA.nss)).conversations == ("c_1",)
    with pytest.raises(NotFound):
        await find(either, "00220345672")


async def test_erasing_one_leaves_the_other_as_it_was(either: Service) -> None:
    await either.verify(ANA.nss, "c_a", "web:a")
    await either.verify(OTHER.nss, "c_b", "web:b")
    before = await export(either, OTHER.nss)
    erased = await erase(either, ANA.nss)
    assert erased.rows["people"] == 1
    assert erased.rows["credits"] == 1
    with pytest.raises(NotFound):
        await find(either, ANA.nss)
    after = await export(either, OTHER.nss)
    assert after.pop("audit_entries") == [
        *before.pop("audit_entries"),
        {"at": NOW.isoformat(), "kind": Kind.EXPORTED},
    ]
    assert after == before
    assert (await either.client.me("c_b", "web:b")).first_name == OTHER.first_name
    runtime = either.runtime
    async with runtime.database.read() as session:
        kinds = list(
            await session.scalars(
                select(models.AuditEntry.kind).where(
                    models.AuditEntry.subject.in_(runtime.trail.subjects(ANA.id))
                )
            )
        )
        assert kinds[-1] == Kind.ERASED
        assert (await runtime.trail.verify(session)).problem is None
    # The demo's new day does not bring back who asked to be erased.
    either.clock.advance(days=1)
    assert await seed(runtime.database, runtime.keys, runtime.today())
    with pytest.raises(NotFound):
        await find(either, ANA.nss)
    assert await find(either, OTHER.nss)


async def test_an_undecided_request_stops_the_erasure(service: Service) -> None:
    found = await find(service, ANA.nss)
    async with service.runtime.database.write() as session:
        session.add(
            models.CorrectionRequest(
                folio="COR-TEST-0001",
                person_id=ANA.id,
                field="rfc",
                purpose="p",
                state="recibida",
                source="cfdi",
                proposed=b"x",
                proposed_index=bytes(32),
                reference=b"x",
                created_at=NOW,
            )
        )
    async with service.runtime.database.read() as session:
        with pytest.raises(rights.Pending):
            await rights.refuse_while_pending(session, found)


def test_whatever_belongs_to_a_person_goes_with_the_person() -> None:
    for table in models.Base.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name in ("people", "credits"):
                assert key.ondelete == "CASCADE", table.name


def test_every_encrypted_column_can_be_rotated() -> None:
    for table in models.Base.metadata.tables.values():
        sealed = {
            column.name
            for column in table.columns
            if isinstance(column.type, LargeBinary) and column.type.length is None
        }
        if sealed and table.name not in SHORT_LIVED:
            assert sealed == set(BY_TABLE[table.name].columns), table.name


async def test_after_a_rotation_the_old_key_is_not_needed(url: str) -> None:
    old, new = (base64.b64encode(letter * 32).decode() for letter in (b"k", b"n"))
    async with serving(settings_for(url, key=old)) as service:
        before = await export(service, ANA.nss)
    both = settings_for(url, key=f"{new},{old}", audit_key=old)
    async with serving(both) as service:
        # Read while both are there, the old rows with the old key.
        assert (await export(service, ANA.nss))["people"] == before["people"]
        changed = await rotate(service.runtime.database, service.runtime.keys)
        assert changed["people"] > 100
        assert await rotate(service.runtime.database, service.runtime.keys) == dict.fromkeys(
            changed, 0
        )
    async with serving(
        settings_for(url, key=new, audit_key=old, demo=False, sender_url="http://x")
    ) as service:
        after = await export(service, ANA.nss)
        assert after["people"] == before["people"]
        assert after["credits"] == before["credits"]
        async with service.runtime.database.read() as session:
            assert (await service.runtime.trail.verify(session)).problem is None


async def test_old_entries_of_the_audit_log_go_by_themselves(tmp_path: Path) -> None:
    async with serving(settings_for(sqlite_url(tmp_path))) as service:
        await service.verify(ANA.nss)
    # Without the demo, whose histories end long before.
    real = settings_for(sqlite_url(tmp_path), demo=False, sender_url="http://127.0.0.1:9")
    async with serving(real) as service:
        service.clock.advance(days=5 * 365)
        await service.runtime.refresh()
        count = select(func.count()).select_from(models.AuditEntry)
        async with service.runtime.database.read() as session:
            assert await session.scalar(count) == 2
        service.clock.now = NOW + audit.KEPT
        service.clock.advance(seconds=1)
        await service.runtime.refresh()
        async with service.runtime.database.read() as session:
            assert await session.scalar(count) == 0
            assert (await service.runtime.trail.verify(session)).problem is None
