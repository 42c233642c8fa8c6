"""Order within a conversation, parallel across them, everything once; on both databases."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from core_peers import FakeAccounts, FakeBrain, Person, make_settings, said

from conversations import db, queue, store
from conversations.errors import LeaseLost
from conversations.messages import Inbound
from conversations.records import Awaited, Lease, NewEvent, NewRow, Outcome
from conversations.service import Conversations

LONG = 60.0


@pytest.fixture
async def here(url: str, brain: FakeBrain, accounts: FakeAccounts, start) -> Conversations:
    return await start(make_settings(url, brain, accounts, workers=8))


async def everything(core: Conversations, conversation: str, turns: int) -> list:
    """Read until so many turns are done."""
    async with asyncio.timeout(LONG):
        while True:
            found = await core.entries(conversation, 0, 1000)
            if sum(entry.done for entry in found) >= turns:
                return found
            last = found[-1].seq if found else 0
            await core.wait(conversation, last, 1.0)


async def test_messages_of_one_person_are_answered_in_order(
    here: Conversations, brain: FakeBrain
) -> None:
    async def uneven(turn: dict) -> dict:
        await asyncio.sleep(random.random() * 0.01)
        return {"text": f"eco: {turn['text']}"}

    brain.script = uneven
    people = [await Person.meet(here, f"p{n}") for n in range(12)]
    batches = [[person.event(f"{person.name} dice {n}") for n in range(10)] for person in people]
    for batch in batches:
        await asyncio.gather(here.accept(batch[:5]), here.accept([batch[0]]))
        await here.accept(batch[3:])
    for person, batch in zip(people, batches, strict=True):
        entries = await everything(here, person.conversation, 10)
        expected = []
        for event in batch:
            expected += [("user", event.text), ("bot", f"eco: {event.text}")]
        assert said(entries) == expected
        assert [entry.seq for entry in entries] == list(range(1, 21))
        assert brain.plays[person.conversation] == [event.event_id for event in batch]
    assert len(brain.asked) == 120


async def test_one_slow_conversation_does_not_hold_others_up(
    here: Conversations, brain: FakeBrain
) -> None:
    go_on = asyncio.Event()

    async def stuck(turn: dict) -> dict:
        if turn["text"] == "lenta":
            await go_on.wait()
        return {"text": "listo"}

    brain.script = stuck
    slow, quick = await Person.meet(here, "lenta"), await Person.meet(here, "rápida")
    receipt = await slow.write("lenta")
    for _ in range(3):
        assert (await quick.say("hola"))[-1].text == "listo"
    go_on.set()
    assert (await slow.turn(receipt.message_id))[-1].text == "listo"


async def test_a_repeated_event_has_one_effect(here: Conversations, brain: FakeBrain) -> None:
    ana = await Person.meet(here, "ana")
    event = ana.event("hola")
    receipts = await here.accept([event, event])
    assert [receipt.duplicate for receipt in receipts] == [False, True]
    await ana.turn(event.event_id)
    (again,) = await here.accept([event])
    assert again.duplicate
    assert again.message_id == event.event_id
    other = Inbound("sms", "ana", event.event_id, "text", text="hola")
    assert not (await here.accept([other]))[0].duplicate
    assert len(await everything(here, ana.conversation, 1)) == 2


async def test_events_open_the_conversation_they_need(here: Conversations) -> None:
    (receipt,) = await here.accept([Inbound("web", "nadie", "e1", "text", text="hola")])
    assert await here.open("web", "nadie") == receipt.conversation
    assert (await everything(here, receipt.conversation, 1))[-1].text == "eco: hola"
    assert await here.accept([]) == []


async def test_opening_at_once_gives_one_conversation(here: Conversations) -> None:
    found = await asyncio.gather(*(here.open("web", "ana") for _ in range(10)))
    assert len(set(found)) == 1


async def test_a_retry_keeps_the_order(here: Conversations, brain: FakeBrain) -> None:
    from core_peers import problem

    failed: set[str] = set()

    async def first_fails(turn: dict):
        if turn["text"] not in failed:
            failed.add(turn["text"])
            return problem(503, "model_not_loaded")
        return {"text": turn["text"]}

    brain.script = first_fails
    ana = await Person.meet(here, "ana")
    await here.accept([ana.event(f"m{n}") for n in range(4)])
    entries = await everything(here, ana.conversation, 4)
    assert [entry.text for entry in entries if entry.role == "bot"] == ["m0", "m1", "m2", "m3"]


async def test_what_is_open_at_a_stop_is_answered_after_the_start(
    url: str, brain: FakeBrain, accounts: FakeAccounts, start
) -> None:
    settings = make_settings(url, brain, accounts, workers=2)
    first = Conversations(settings)
    await first.start()
    people = [await Person.meet(first, f"p{n}") for n in range(6)]
    for person in people:
        await first.accept([person.event(f"m{n}") for n in range(3)])
    await first.stop()
    second = await start(settings)
    for person in people:
        entries = await everything(second, person.conversation, 3)
        assert [e.text for e in entries if e.role == "user"] == ["m0", "m1", "m2"]
        assert brain.plays[person.conversation] == [f"{person.name}-{n}" for n in (1, 2, 3)]


async def test_two_processes_share_a_postgres(
    postgres_url: str, brain: FakeBrain, accounts: FakeAccounts, start
) -> None:
    async def uneven(turn: dict) -> dict:
        await asyncio.sleep(random.random() * 0.005)
        return {"text": f"eco: {turn['text']}"}

    brain.script = uneven
    settings = make_settings(postgres_url, brain, accounts, workers=4)
    one, two = await start(settings), await start(settings)
    people = [await Person.meet(one, f"p{n}") for n in range(10)]

    async def talk(person: Person) -> None:
        for n in range(8):
            await random.choice((one, two)).accept([person.event(f"m{n}")])

    await asyncio.gather(*(talk(person) for person in people))
    for person in people:
        entries = await everything(two, person.conversation, 8)
        assert [e.text for e in entries if e.role == "user"] == [f"m{n}" for n in range(8)]
        assert [e.text for e in entries if e.role == "bot"] == [f"eco: m{n}" for n in range(8)]
        assert len(brain.plays[person.conversation]) == 8


async def test_news_of_another_process_wake_a_waiter(
    postgres_url: str, brain: FakeBrain, accounts: FakeAccounts, start
) -> None:
    settings = make_settings(postgres_url, brain, accounts)
    one, two = await start(settings), await start(settings)
    ana = await Person.meet(one, "ana")
    waiting = asyncio.create_task(two.wait(ana.conversation, 1, 10.0))
    begin = time.monotonic()
    await ana.say("hola")
    assert await waiting
    assert time.monotonic() - begin < 2


async def test_a_dead_process_of_postgres_is_taken_over(
    postgres_url: str, brain: FakeBrain, accounts: FakeAccounts, start
) -> None:
    quick = {"lease_seconds": 1.0, "brain_timeout": 0.5, "vault_timeout": 0.2}
    settings = make_settings(postgres_url, brain, accounts, **quick)
    one, two = await start(settings), await start(settings)
    ana = await Person.meet(two, "ana")

    # The first process takes the event and never comes back with it.
    one._worker._run = lambda claim: asyncio.sleep(0)  # type: ignore[method-assign,assignment]
    two._worker._free = 0
    event = ana.event("hola")
    await one.accept([event])
    await one._worker.stop()
    two._worker._free = 4
    assert said(await ana.turn(event.event_id)) == [("user", "hola"), ("bot", "eco: hola")]


def test_migrations_make_what_the_models_say(url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    from conversations.models import metadata

    db.upgrade(url)
    db.upgrade(url)
    parsed = db.parse(url)
    driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg2"}
    engine = create_engine(parsed.set(drivername=driver[parsed.get_backend_name()]))
    with engine.connect() as link:
        assert compare_metadata(MigrationContext.configure(link), metadata) == []
    engine.dispose()


async def test_a_worker_that_lost_its_lease_writes_nothing(url: str) -> None:
    db.upgrade(url)
    database = db.connect(url)
    await database.open()
    try:
        now = datetime.now(UTC)
        event = NewEvent("web", "ana", "e1", b"x")
        slow, quick = Lease("slow", 1.0), Lease("quick", 60.0)
        accepted = await database.write(queue.accept, [event], now, 10, slow, 1)
        (lost,) = accepted.claims
        assert await database.write(queue.claim_due, now, quick, 5) == []
        later = now + timedelta(seconds=2)
        (taken,) = await database.write(queue.claim_due, later, quick, 5)
        assert (taken.attempts, taken.epoch) == (2, lost.epoch + 1)
        outcome = Outcome((NewRow("user", "hola"),), (), Awaited(), delivered=True)
        with pytest.raises(LeaseLost):
            await database.write(queue.finish, lost, outcome, later)
        with pytest.raises(LeaseLost):
            await database.write(queue.postpone, lost, later, "x")
        conversation = lost.conversation.id
        assert await database.read(store.entries, conversation, 0, 10) == []
        assert not await database.write(queue.finish, taken, outcome, later)
        with pytest.raises(LeaseLost):
            await database.write(queue.finish, taken, outcome, later)
        assert len(await database.read(store.entries, conversation, 0, 10)) == 1
    finally:
        await database.close()
