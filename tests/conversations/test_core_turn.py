"""One turn, end to end: what is asked of the brain and what people see."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from core_peers import FakeAccounts, FakeBrain, Person, said

from conversations.errors import UnknownConversation
from conversations.messages import Capabilities
from conversations.service import Conversations


async def test_a_question_gets_its_answer(ana: Person, brain: FakeBrain) -> None:
    entries = await ana.say("¿dónde pago?")
    assert said(entries) == [("user", "¿dónde pago?"), ("bot", "eco: ¿dónde pago?")]
    assert [entry.done for entry in entries] == [False, True]
    assert [entry.seq for entry in entries] == [1, 2]
    assert brain.asked == [
        {
            "conversation": ana.conversation,
            "message_id": "ana-1",
            "identity": "web:ana",
            "text": "¿dónde pago?",
            "payload": None,
            "capabilities": {
                "max_text": 4000,
                "buttons": 13,
                "list_rows": 0,
                "button_title": 40,
                "row_title": 40,
                "row_description": 0,
                "documents": True,
                "typing": True,
                "markup": True,
                "merge_bubbles": False,
                "attachments": False,
                "pull": True,
            },
        }
    ]


async def test_a_start_greets_without_a_row_of_the_person(ana: Person) -> None:
    entries = await ana.say(None, "start")
    assert said(entries) == [("bot", "eco: /inicio")]


async def test_several_bubbles_end_with_one_done(ana: Person, brain: FakeBrain) -> None:
    async def three(turn: dict) -> list[dict]:
        return [{"text": "uno"}, {"text": "dos"}, {"text": "tres"}]

    brain.script = three
    entries = await ana.say("hola")
    assert [entry.text for entry in entries] == ["hola", "uno", "dos", "tres"]
    assert [entry.done for entry in entries] == [False, False, False, True]


async def test_text_with_a_slash_is_text(ana: Person, brain: FakeBrain) -> None:
    await ana.say('/consultar_saldo{"nss":"1"}')
    assert brain.asked[-1]["text"] == '/consultar_saldo{"nss":"1"}'
    assert brain.asked[-1]["payload"] is None


async def test_typing_is_on_while_the_brain_thinks(
    ana: Person, brain: FakeBrain, core: Conversations
) -> None:
    thinking, go_on = asyncio.Event(), asyncio.Event()

    async def slow(turn: dict) -> dict:
        thinking.set()
        await go_on.wait()
        return {"text": "listo"}

    brain.script = slow
    assert not core.typing(ana.conversation)
    receipt = await ana.write("hola")
    await thinking.wait()
    assert core.typing(ana.conversation)
    waiting = asyncio.create_task(core.wait(ana.conversation, 0, 5.0, typing=True))
    await asyncio.sleep(0)
    go_on.set()
    assert await waiting
    await ana.turn(receipt.message_id)
    assert not core.typing(ana.conversation)
    assert await core.wait(ana.conversation, 99, 5.0, typing=True)


async def test_waiting_ends_without_news(ana: Person, core: Conversations) -> None:
    assert not await core.wait(ana.conversation, 0, 0.05)


async def test_capabilities_are_those_of_the_channel(settings, start, brain: FakeBrain) -> None:
    core = await start(settings, capabilities={"sms": Capabilities(max_text=160, pull=False)})
    eva = await Person.meet(core, "eva", "sms")
    await eva.say("hola")
    assert brain.asked[-1]["capabilities"]["max_text"] == 160
    path = settings.database_url.removeprefix("sqlite+aiosqlite:///")
    with sqlite3.connect(path) as link:
        rows = link.execute("SELECT state, channel, dedupe FROM outbox").fetchall()
    assert rows == [("new", "sms", f"{eva.conversation}:eva-1:1")]


async def test_the_outbox_of_a_reading_channel_is_sent_on_commit(ana: Person, settings) -> None:
    await ana.say("hola")
    path = settings.database_url.removeprefix("sqlite+aiosqlite:///")
    with sqlite3.connect(path) as link:
        assert link.execute("SELECT state FROM outbox").fetchall() == [("sent",)]
        assert link.execute("SELECT state, body FROM inbox").fetchall() == [("done", None)]


async def test_a_reset_conversation_is_closed_and_a_new_one_opens(
    ana: Person, core: Conversations, accounts: FakeAccounts, brain: FakeBrain
) -> None:
    await ana.say("hola")
    await core.reset(ana.conversation)
    assert await core.owner(ana.conversation) == "closed"
    assert accounts.ended == [ana.conversation]
    again = await core.open("web", "ana")
    assert again != ana.conversation
    assert await core.entries(again) == []
    assert await core.open("web", "ana") == again


async def test_a_reset_works_without_the_account_service(
    ana: Person, core: Conversations, accounts: FakeAccounts
) -> None:
    await accounts.down()
    await core.reset(ana.conversation)
    assert await core.owner(ana.conversation) == "closed"


async def test_unknown_conversations_are_named(core: Conversations) -> None:
    with pytest.raises(UnknownConversation):
        await core.owner("c_nada")
    with pytest.raises(UnknownConversation):
        await core.reset("c_nada")
    assert await core.entries("c_nada") == []


async def test_an_answer_after_a_reset_is_left_out(
    ana: Person, core: Conversations, brain: FakeBrain
) -> None:
    thinking, go_on = asyncio.Event(), asyncio.Event()

    async def slow(turn: dict) -> dict:
        thinking.set()
        await go_on.wait()
        return {"text": "tarde"}

    brain.script = slow
    receipt = await ana.write("hola")
    await thinking.wait()
    await core.reset(ana.conversation)
    go_on.set()
    assert said(await ana.turn(receipt.message_id)) == [("user", "hola")]


async def test_sealed_replies_are_opened_only_for_delivery(
    ana: Person, core: Conversations, brain: FakeBrain, accounts: FakeAccounts, settings
) -> None:
    token = "⟦SELLADO:abc⟧"
    accounts.sealed[ana.conversation, token] = {
        "text": "Debes **$318,402.15**.",
        "card": {"title": "Tu crédito", "rows": [{"label": "Saldo", "value": "$318,402.15"}]},
    }

    async def sealed(turn: dict) -> dict:
        return {"sealed": token, "choices": [{"title": "Pagos", "payload": "/donde_como_pagar"}]}

    brain.script = sealed
    entry = (await ana.say("cuánto debo"))[-1]
    assert entry.text == "Debes **$318,402.15**."
    assert entry.reply is not None
    assert entry.reply.card is not None
    assert entry.reply.sealed is None
    assert entry.reply.choices[0].title == "Pagos"
    folder = Path(settings.database_url.removeprefix("sqlite+aiosqlite:///")).parent
    stored = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"318,402" not in stored

    accounts.sealed.clear()
    expired = (await core.entries(ana.conversation))[-1]
    assert "Por seguridad" in expired.text
    await accounts.down()
    unavailable = (await core.entries(ana.conversation))[-1]
    assert "En este momento" in unavailable.text


async def test_nothing_outward_holds_a_payload(ana: Person, brain: FakeBrain) -> None:
    async def choices(turn: dict) -> dict:
        return {"text": "Elige", "choices": [{"title": "Saldo", "payload": '/x{"secreto":"1"}'}]}

    brain.script = choices
    entry = (await ana.say("hola"))[-1]
    outward = json.dumps(entry.outward())
    assert "secreto" not in outward
    assert "payload" not in outward
    assert set(entry.outward()["reply"]["choices"][0]) == {"id", "title"}


async def test_vault_tokens_are_words_for_people(ana: Person, brain: FakeBrain) -> None:
    async def quote(turn: dict) -> dict:
        return {"text": f"Dijiste: {turn['text']}"}

    brain.script = quote
    entries = await ana.say("mi nss es 00159800010")
    assert [entry.text for entry in entries] == [
        "mi nss es [NSS oculto]",
        "Dijiste: mi nss es [NSS oculto]",
    ]
