"""What was said is exported, erased and expires; other people's is left as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core_peers import FakeAccounts, FakeBrain, Person, make_settings

from conversations import retention


async def test_one_person_is_exported_and_erased_and_the_other_is_not(
    url: str, brain: FakeBrain, accounts: FakeAccounts, start
) -> None:
    core = await start(make_settings(url, brain, accounts, consent=True))
    ana, luis = await Person.meet(core, "ana"), await Person.meet(core, "luis")
    for person in (ana, luis):
        await person.say("mi nss es 00159800010 ¿y ahora?")
        await person.say("acepto")
    database = core._database
    [given] = await database.read(retention.export, [ana.conversation])
    assert [one["by"] for one in given["said"]] == ["user", "bot", "user", "bot"]
    assert given["notice"][0]["answer"] == "yes"
    assert "00159800010" not in str(given)

    before = await database.read(retention.export, [luis.conversation])
    gone = await database.write(retention.erase, [ana.conversation])
    assert gone == {
        "choices": 0,
        "outbox": 2,
        "transcript": 4,
        "inbox": 2,
        "consents": 1,
        "conversations": 1,
    }
    assert await database.read(retention.export, [ana.conversation]) == []
    assert await database.read(retention.export, [luis.conversation]) == before
    # Who comes back after all has a conversation like anybody new.
    back = await Person.meet(core, "ana")
    assert back.conversation != ana.conversation
    assert [entry.role for entry in await back.say("hola", event_id="x")] == ["user", "bot"]


async def test_chats_go_after_ninety_days(
    url: str, brain: FakeBrain, accounts: FakeAccounts, start
) -> None:
    core = await start(make_settings(url, brain, accounts))
    ana = await Person.meet(core, "ana")
    await ana.say("hola")
    await ana.say("adiós")
    database, now = core._database, datetime.now(UTC)
    assert await database.write(retention.purge, now + timedelta(days=29)) == 0
    # The events are what tells a provider's repeats.
    assert await database.write(retention.purge, now + timedelta(days=31)) == 2
    assert len(await core.entries(ana.conversation)) == 4
    assert await database.write(retention.purge, now + timedelta(days=89)) == 0
    # Four rows, the two deliveries of the answers and the conversation itself.
    assert await database.write(retention.purge, now + timedelta(days=91)) == 7
    assert await core.entries(ana.conversation) == []


async def test_a_chat_that_goes_on_keeps_what_is_recent(
    url: str, brain: FakeBrain, accounts: FakeAccounts, start
) -> None:
    core = await start(make_settings(url, brain, accounts))
    ana = await Person.meet(core, "ana")
    await ana.say("hola")
    assert await core._database.write(retention.purge, datetime.now(UTC)) == 0
    assert len(await core.entries(ana.conversation)) == 2
