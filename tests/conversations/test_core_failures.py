"""The brain or the vault fails: retries, one honest message, and the conversation goes on."""

from __future__ import annotations

import asyncio
import sqlite3
import time

import pytest
from core_peers import FakeAccounts, FakeBrain, Person, make_settings, problem, said, until

from conversations.errors import Misconfigured, Overloaded
from conversations.service import Conversations
from conversations.settings import Settings

HONEST = "Tu mensaje quedó guardado"


def failing(times: int, response, then):
    """Fail so many times, then go on by another script."""
    left = [times]

    async def script(turn: dict):
        if left[0] > 0:
            left[0] -= 1
            return response()
        return await then(turn)

    return script


async def test_a_short_outage_is_not_noticed(ana: Person, brain: FakeBrain) -> None:
    brain.script = failing(2, lambda: problem(503, "model_not_loaded"), brain.echo)
    begin = time.monotonic()
    assert said(await ana.say("hola"))[-1] == ("bot", "eco: hola")
    assert 0.9 < time.monotonic() - begin < 3
    assert len(brain.asked) == 3
    assert {turn["message_id"] for turn in brain.asked} == {"ana-1"}


async def test_typing_stays_on_between_tries(ana: Person, brain: FakeBrain, core) -> None:
    brain.script = failing(1, lambda: problem(503, "model_not_loaded"), brain.echo)
    receipt = await ana.write("hola")
    await until(lambda: len(brain.asked) == 1)
    await asyncio.sleep(0.05)
    assert core.typing(ana.conversation)
    await ana.turn(receipt.message_id)


@pytest.mark.parametrize("kind", ["turn_failed", "empty_turn"])
async def test_a_broken_turn_is_tried_three_times_at_most(
    ana: Person, brain: FakeBrain, kind: str
) -> None:
    brain.script = failing(9, lambda: problem(500, kind), brain.echo)
    entries = await ana.say("hola")
    assert [entry.role for entry in entries] == ["user", "bot"]
    assert HONEST in entries[-1].text
    assert "800 008 3900" in entries[-1].text
    assert len(brain.asked) == 3


async def test_a_refused_turn_is_not_tried_again(ana: Person, brain: FakeBrain) -> None:
    brain.script = failing(9, lambda: problem(400, "bad_request"), brain.echo)
    assert HONEST in (await ana.say("hola"))[-1].text
    assert len(brain.asked) == 1


@pytest.mark.parametrize("how", ["down", "hangs"])
async def test_a_long_outage_is_told_when_patience_ends_and_then_it_works(
    sqlite_url: str, brain: FakeBrain, accounts: FakeAccounts, start, how: str
) -> None:
    settings = make_settings(sqlite_url, brain, accounts, patience=2.5, brain_timeout=2)
    ana = await Person.meet(await start(settings), "ana")

    async def hang(turn: dict) -> dict:
        await asyncio.sleep(60)
        return {"text": "nunca"}

    if how == "down":
        await brain.down()
    else:
        brain.script = hang
    begin = time.monotonic()
    entries = await ana.say("mi nss 00159800010")
    assert 1.9 < time.monotonic() - begin < 4.5
    assert [entry.role for entry in entries] == ["user", "bot"]
    assert entries[0].text == "mi nss [NSS oculto]"
    assert HONEST in entries[-1].text
    path = settings.database_url.removeprefix("sqlite+aiosqlite:///")
    with sqlite3.connect(path) as link:
        ((state, error, body),) = link.execute("SELECT state, error, body FROM inbox").fetchall()
    assert (state, error) == ("dead", "BrainUnavailable")
    assert b"00159800010" not in body
    brain.script = brain.echo
    if how == "down":
        await brain.up()
    assert said(await ana.say("¿ya?"))[-1] == ("bot", "eco: ¿ya?")


async def test_choices_outlive_a_failed_turn(ana: Person, brain: FakeBrain) -> None:
    async def menu(turn: dict) -> dict:
        return {"text": "Elige", "choices": [{"title": "Saldo", "payload": "/saldo"}]}

    brain.script = menu
    reply = (await ana.say("hola"))[-1].reply
    assert reply is not None
    brain.script = failing(1, lambda: problem(400, "bad_request"), brain.echo)
    await ana.say("otra")
    assert said(await ana.pick(reply.choices[0].id))[-1] == ("bot", "eco: /saldo")


async def test_a_slow_answer_is_not_played_twice(
    sqlite_url: str, brain: FakeBrain, accounts: FakeAccounts, start
) -> None:
    core = await start(make_settings(sqlite_url, brain, accounts, brain_timeout=0.2))
    ana = await Person.meet(core, "ana")

    async def slow_once(turn: dict) -> dict:
        brain.script = brain.echo
        await asyncio.sleep(0.1)
        return {"text": "a tiempo"}

    brain.script = slow_once
    assert said(await ana.say("hola"))[-1] == ("bot", "a tiempo")
    assert brain.plays[ana.conversation] == ["ana-1"]


async def test_nothing_is_stored_in_clear_while_the_vault_is_away(
    ana: Person, accounts: FakeAccounts, brain: FakeBrain
) -> None:
    accounts.refuse = lambda: problem(503, "unavailable")
    receipt = await ana.write("mi nss 00159800010")
    await asyncio.sleep(0.2)
    assert brain.asked == []
    accounts.refuse = None
    entries = await ana.turn(receipt.message_id)
    assert entries[0].text == "mi nss [NSS oculto]"
    assert brain.asked[-1]["text"] == "mi nss ⟦NSS:1⟧"


async def test_a_vault_that_refuses_ends_in_an_honest_word(
    ana: Person, accounts: FakeAccounts, brain: FakeBrain
) -> None:
    accounts.refuse = lambda: problem(422, "invalid")
    entries = await ana.say("mi nss 00159800010")
    assert said(entries)[0] == ("user", "mi nss [NSS oculto]")
    assert HONEST in entries[-1].text
    assert brain.asked == []
    accounts.refuse = None
    assert said(await ana.say("hola"))[-1] == ("bot", "eco: hola")


async def test_a_bug_in_a_stage_does_not_stop_the_conversation(
    ana: Person, core: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    from conversations.stages.owner import CheckOwner

    async def broken(self: CheckOwner, turn: object) -> None:
        raise KeyError("00159800010")

    with monkeypatch.context() as patch:
        patch.setattr(CheckOwner, "run", broken)
        assert HONEST in (await ana.say("hola"))[-1].text
    assert said(await ana.say("hola"))[-1] == ("bot", "eco: hola")


async def test_a_bug_in_a_terminal_stage_is_buried_too(
    sqlite_url: str, brain: FakeBrain, accounts: FakeAccounts, start, monkeypatch
) -> None:
    from conversations.stages.render import Render

    core = await start(make_settings(sqlite_url, brain, accounts, max_attempts=2))
    ana = await Person.meet(core, "ana")

    async def broken(self: Render, turn: object) -> None:
        raise KeyError("x")

    with monkeypatch.context() as patch:
        patch.setattr(Render, "run", broken)
        assert HONEST in (await ana.say("hola"))[-1].text
    assert said(await ana.say("hola"))[-1] == ("bot", "eco: hola")


async def test_an_event_no_key_opens_is_buried(
    sqlite_url: str, brain: FakeBrain, accounts: FakeAccounts, start
) -> None:
    await brain.down()
    first = Conversations(make_settings(sqlite_url, brain, accounts))
    await first.start()
    ana = await Person.meet(first, "ana")
    await ana.write("hola")
    await first.stop()
    await brain.up()
    other = "//////////////////////////////////////////8="
    core = await start(make_settings(sqlite_url, brain, accounts, key=other))
    ana.core = core
    assert HONEST in (await ana.turn("ana-1"))[-1].text
    assert said(await ana.say("hola"))[-1] == ("bot", "eco: hola")


async def test_an_old_key_still_reads(
    sqlite_url: str, brain: FakeBrain, accounts: FakeAccounts, start
) -> None:
    await brain.down()
    before = make_settings(sqlite_url, brain, accounts)
    first = Conversations(before)
    await first.start()
    ana = await Person.meet(first, "ana")
    await ana.write("hola")
    await first.stop()
    await brain.up()
    keys = "//////////////////////////////////////////8=," + before.key.get_secret_value()
    ana.core = await start(make_settings(sqlite_url, brain, accounts, key=keys))
    assert said(await ana.turn("ana-1"))[-1] == ("bot", "eco: hola")


async def test_above_the_mark_nothing_is_taken_and_all_recovers(
    sqlite_url: str, brain: FakeBrain, accounts: FakeAccounts, start
) -> None:
    core = await start(make_settings(sqlite_url, brain, accounts, high_water=20, workers=2))
    go_on = asyncio.Event()

    async def blocked(turn: dict) -> dict:
        await go_on.wait()
        return {"text": "ya"}

    brain.script = blocked
    people = [await Person.meet(core, f"p{n}") for n in range(20)]
    for person in people:
        await person.write("hola")
    late = await Person.meet(core, "tarde")
    event = late.event("hola")
    with pytest.raises(Overloaded):
        await core.accept([event])
    assert await core.health() == {"open": 20, "dead": 0}
    go_on.set()
    for person in people:
        assert (await person.turn(f"{person.name}-1"))[-1].text == "ya"
    await core.accept([event])
    assert (await late.turn(event.event_id))[-1].text == "ya"


@pytest.mark.parametrize(
    "changes",
    [
        {"key": ""},
        {"key": "corta"},
        {"key": "YWJj"},
        {"CHAT_SERVICE_TOKEN": ""},
        {"database_url": "mysql://x/y"},
        {"database_url": "sqlite://"},
    ],
)
async def test_wrong_settings_refuse_to_start(
    sqlite_url: str, brain: FakeBrain, accounts: FakeAccounts, changes: dict
) -> None:
    with pytest.raises(Misconfigured):
        Conversations(make_settings(sqlite_url, brain, accounts, **changes))


def test_patience_is_eight_seconds() -> None:
    assert Settings().patience == 8


def test_a_lease_shorter_than_a_turn_is_refused() -> None:
    with pytest.raises(ValueError, match="lease_seconds"):
        Settings(lease_seconds=5)


async def test_two_processes_do_not_share_a_sqlite_file(settings, core) -> None:
    with pytest.raises(Misconfigured, match="in use"):
        await Conversations(settings).start()
