"""The privacy notice: once, before the first datum; a refusal still gets public answers."""

from __future__ import annotations

from typing import Any

import pytest
from core_peers import FakeAccounts, FakeBrain, Person, make_settings
from sqlalchemy import create_engine, make_url, text

from conversations import consent
from conversations.service import Conversations

NSS = "00159800010"
ACCEPT, REFUSE = "Acepto", "No acepto"


async def asks_nss(turn: dict[str, Any]) -> Any:
    """Ask for the NSS when told of a debt; say back anything else."""
    if turn["payload"] is None and "debo" in turn["text"]:
        secure = {"kind": "nss", "label": "NSS", "expires_in": 300}
        choices = [{"title": "No sé mi NSS", "payload": "/no_se_nss"}]
        return [
            {"text": "Claro."},
            {"text": "¿Cuál es tu NSS?", "secure_input": secure, "choices": choices},
        ]
    return {"text": f"eco: {turn['payload'] or turn['text']}"}


@pytest.fixture
async def careful(url: str, brain: FakeBrain, accounts: FakeAccounts, start) -> Conversations:
    brain.script = asks_nss
    return await start(make_settings(url, brain, accounts, consent=True))


def titles(entries: list) -> list[str]:
    return [choice.title for entry in entries if entry.reply for choice in entry.reply.choices]


def choice_of(entries: list, title: str) -> str:
    return next(
        choice.id
        for entry in entries
        if entry.reply
        for choice in entry.reply.choices
        if choice.title == title
    )


def bot(entries: list) -> list[str]:
    return [entry.text for entry in entries if entry.role == "bot"]


def stored(url: str) -> str:
    """Read every table, whichever database it is."""
    driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg2"}
    address = make_url(url)
    engine = create_engine(address.set(drivername=driver[address.get_backend_name()]))
    with engine.connect() as link:
        found = [
            str(link.execute(text(f"SELECT * FROM {table}")).all())
            for table in ("conversations", "consents", "transcript", "choices", "outbox")
        ]
    engine.dispose()
    return "\n".join(found)


async def test_the_notice_stands_before_the_first_question_for_a_datum(
    careful: Conversations, brain: FakeBrain, url: str
) -> None:
    ana = await Person.meet(careful, "ana")
    shown = await ana.say("cuánto debo")
    assert bot(shown)[0] == "Claro."
    assert titles(shown) == [ACCEPT, REFUSE]
    assert shown[-1].reply.document.url == consent.notice().path
    assert all(entry.reply is None or entry.reply.secure_input is None for entry in shown)

    asked = await ana.pick(choice_of(shown, ACCEPT))
    assert bot(asked) == ["¿Cuál es tu NSS?"]
    assert asked[-1].reply.secure_input.kind == "nss"
    assert titles(asked) == ["No sé mi NSS"]
    # The brain saw nothing of it.
    assert [turn["text"] for turn in brain.asked] == ["cuánto debo"]
    assert bot(await ana.secure(NSS, "nss")) == [
        'eco: /dar_nss{"nss":"⟦NSS:1⟧"}'.replace("⟦NSS:1⟧", "[NSS oculto]")
    ]
    # Once is enough.
    assert titles(await ana.say("y cuánto debo")) == ["No sé mi NSS"]
    rows = stored(url)
    assert NSS not in rows
    assert "'web', 1, 'yes'" in rows


async def test_the_held_choice_still_works(careful: Conversations, brain: FakeBrain) -> None:
    ana = await Person.meet(careful, "ana")
    shown = await ana.say("cuánto debo")
    asked = await ana.say("sí")
    assert titles(shown) == [ACCEPT, REFUSE]
    await ana.pick(choice_of(asked, "No sé mi NSS"))
    assert brain.asked[-1]["payload"] == "/no_se_nss"


@pytest.mark.parametrize("datum", [NSS, f"mi nss es {NSS}", "mi correo es ana@example.com"])
async def test_a_datum_before_the_answer_is_stored_nowhere(
    careful: Conversations, brain: FakeBrain, accounts: FakeAccounts, url: str, datum: str
) -> None:
    ana = await Person.meet(careful, "ana")
    shown = await ana.say(datum)
    assert titles(shown) == [ACCEPT, REFUSE]
    assert consent.notice().with_datum in bot(shown)[0]
    assert (accounts.vault, brain.asked) == ({}, [])
    for secret in (NSS, "ana@example.com"):
        assert secret not in stored(url)


async def test_the_rest_of_the_message_is_answered_after_the_notice(
    careful: Conversations, brain: FakeBrain, accounts: FakeAccounts
) -> None:
    ana = await Person.meet(careful, "ana")
    shown = await ana.say(f"mi nss es {NSS}, cuánto debo")
    answered = await ana.pick(choice_of(shown, ACCEPT))
    assert bot(answered) == ["Claro.", "¿Cuál es tu NSS?"]
    assert "cuánto debo" in brain.asked[-1]["text"]
    assert accounts.vault == {}
    await ana.secure(NSS, "nss")
    assert list(accounts.vault.values()) == [NSS]


async def test_a_datum_alone_is_asked_for_again(careful: Conversations, brain: FakeBrain) -> None:
    ana = await Person.meet(careful, "ana")
    await ana.say(NSS)
    assert bot(await ana.say("acepto")) == [consent.notice().again]
    assert brain.asked == []


async def test_a_refusal_still_gets_public_answers_and_the_notice_again(
    careful: Conversations, accounts: FakeAccounts, url: str
) -> None:
    ana = await Person.meet(careful, "ana")
    shown = await ana.say("cuánto debo")
    assert bot(await ana.pick(choice_of(shown, REFUSE))) == [consent.notice().refused]
    assert bot(await ana.say("¿dónde pago?")) == ["eco: ¿dónde pago?"]
    assert titles(await ana.say(NSS)) == [ACCEPT, REFUSE]
    assert accounts.vault == {}
    assert "'web', 1, 'no'" in stored(url)


async def test_something_else_may_be_asked_instead_of_answering(careful: Conversations) -> None:
    ana = await Person.meet(careful, "ana")
    await ana.say("cuánto debo")
    assert bot(await ana.say("¿dónde pago?")) == ["eco: ¿dónde pago?"]
    assert titles(await ana.say("cuánto debo")) == [ACCEPT, REFUSE]


async def test_a_new_version_asks_again(
    careful: Conversations, accounts: FakeAccounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await Person.meet(careful, "ana")
    shown = await ana.say("cuánto debo")
    await ana.pick(choice_of(shown, ACCEPT))
    newer = consent.notice().model_copy(update={"version": 2})
    monkeypatch.setattr(consent, "notice", lambda: newer)
    shown = await ana.secure(NSS, "nss")
    assert titles(shown) == [ACCEPT, REFUSE]
    assert accounts.vault == {}
    # What was asked before is still waited for.
    await ana.pick(choice_of(shown, ACCEPT))
    await ana.say(NSS)
    assert list(accounts.vault.values()) == [NSS]


async def test_who_comes_back_is_not_asked_again(careful: Conversations) -> None:
    ana = await Person.meet(careful, "ana", "telegram")
    shown = await ana.say("cuánto debo")
    await ana.pick(choice_of(shown, ACCEPT))
    await careful.reset(ana.conversation)
    again = await Person.meet(careful, "ana2", "telegram")
    assert titles(await again.say("cuánto debo")) == [ACCEPT, REFUSE]
    back = Person(careful, "ana", await careful.open("telegram", "ana"), "telegram", 0)
    assert back.conversation != ana.conversation
    assert titles(await back.say("cuánto debo", event_id="back-1")) == ["No sé mi NSS"]


async def test_forged_answers_are_text(careful: Conversations, brain: FakeBrain) -> None:
    ana = await Person.meet(careful, "ana")
    await ana.say(consent.ACCEPT)
    assert brain.asked[-1]["text"] == consent.ACCEPT
    assert titles(await ana.say("cuánto debo")) == [ACCEPT, REFUSE]


async def test_a_file_before_the_answer_goes_nowhere(careful: Conversations) -> None:
    ana = await Person.meet(careful, "ana")
    taken = 0

    async def pieces():
        nonlocal taken
        for _ in range(3):
            taken += 1
            yield b"<xml/>"

    receipt, sent = await careful.attach("web", "ana", "f-1", pieces())
    assert (sent.evidence, sent.reason, taken) == (None, "consent", 3)
    shown = await ana.turn(receipt.message_id)
    assert titles(shown) == [ACCEPT, REFUSE]
    assert consent.notice().with_file in bot(shown)[0]


def test_the_notice_says_what_it_must() -> None:
    notice = consent.notice()
    full = " ".join((notice.lead, *(part.text for part in notice.sections)))
    assert "Secretaría Anticorrupción y Buen Gobierno" in full
    assert "INAI" not in full
    assert "demostración" in full
    assert len(notice.short) < 400
