"""Secure inputs, choices and input that makes no sense."""

from __future__ import annotations

import pytest
from core_peers import FakeAccounts, FakeBrain, Person, said

from conversations import attempts
from conversations.messages import Inbound


@pytest.mark.parametrize(
    ("text", "problem", "digits"),
    [
        ("00159800010", None, 11),
        ("mi nss es 0015 98 0001 0 gracias", None, 11),
        ("nss:00159800010", None, 11),
        ("2 00159800010", None, 11),
        ("00159800010 y mi tel 5500005678", None, 11),
        ("0015980001", "faltan", 10),
        ("es 001598", "faltan", 6),
        ("001598000101", "sobran", 12),
        ("00-15-98-0001-A", "letras", 10),
        ("O0159800010", "letras", 10),
        ("00159800019", "verificador", 11),
        ("00000000000", "verificador", 11),
    ],
)
def test_attempts_at_the_nss(text: str, problem: str | None, digits: int) -> None:
    attempt = attempts.read(text, "nss")
    assert attempt is not None
    assert (attempt.problem, attempt.digits) == (problem, digits)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("123456", None),
        ("12 34 56", None),
        ("es el 123-456.", None),
        ("1 2 3 4 5 6", None),
        ("mi código es 123456, ¿ya?", None),
        ("código: 12345", "faltan"),
        ("1234567", "sobran"),
        ("12345a", "letras"),
    ],
)
def test_attempts_at_the_code(text: str, problem: str | None) -> None:
    attempt = attempts.read(text, "code")
    assert attempt is not None
    assert attempt.problem == problem


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("nss", "¿para qué lo quieres?"),
        ("nss", "tengo 350,000 pesos"),
        ("nss", "mi curp QUWZ900228MZSXXR07"),
        ("nss", "desde el 24/11/2026"),
        ("nss", "12345"),
        ("code", "quiero pagar 5000 pesos"),
        ("code", "tengo 3 hijos"),
        ("code", "cuánto tarda en 2023"),
        ("code", "00159800010"),
        ("code", "no me llega"),
    ],
)
def test_digressions_are_no_attempts(asked: str, text: str) -> None:
    assert attempts.read(text, asked) is None  # type: ignore[arg-type]


async def asks(turn: dict) -> dict:
    """Ask for the NSS until it comes, then for the code."""
    payload = turn["payload"] or ""
    if payload.startswith('/dar_nss{"nss"'):
        return {"text": "¿Código?", "secure_input": {"kind": "code", "label": "Código"}}
    if payload.startswith('/dar_codigo{"codigo"'):
        return {"text": "Listo"}
    kind = "code" if payload.startswith("/dar_codigo") else "nss"
    return {"text": "Falta", "secure_input": {"kind": kind, "label": "Dato", "expires_in": 600}}


@pytest.mark.parametrize("protected", [False, True])
async def test_nss_and_code_are_handed_over_as_tokens(
    ana: Person, brain: FakeBrain, accounts: FakeAccounts, protected: bool
) -> None:
    brain.script = asks

    async def give(value: str, kind: str) -> list[tuple[str, str]]:
        return said(await (ana.secure(value, kind) if protected else ana.say(value)))  # type: ignore[arg-type]

    await ana.say("cuánto debo")
    assert await give("0015980001", "nss") == [("user", "[NSS oculto]"), ("bot", "Falta")]
    assert brain.asked[-1]["payload"] == '/dar_nss{"problema":"faltan","digitos":10}'
    assert brain.asked[-1]["text"] is None
    await give("00159800010", "nss")
    assert brain.asked[-1]["payload"] == '/dar_nss{"nss":"⟦NSS:1⟧"}'
    await give("12345", "code")
    assert brain.asked[-1]["payload"] == '/dar_codigo{"problema":"faltan"}'
    assert await give("123456", "code") == [("user", "[código oculto]"), ("bot", "Listo")]
    assert brain.asked[-1]["payload"] == '/dar_codigo{"codigo":"⟦CODIGO:1⟧"}'
    assert accounts.values(ana.conversation) == {"⟦NSS:1⟧": "00159800010", "⟦CODIGO:1⟧": "123456"}


async def test_what_is_asked_once_is_not_awaited_for_ever(ana: Person, brain: FakeBrain) -> None:
    brain.script = asks
    await ana.say("cuánto debo")
    brain.script = brain.echo
    await ana.say("¿para qué?")
    await ana.say("001598")
    assert brain.asked[-1]["text"] == "001598"


async def test_a_protected_field_may_hold_anything(ana: Person, brain: FakeBrain) -> None:
    brain.script = asks
    for value in ("hola", "'; DROP TABLE", "9" * 3000, "♥", "MI NSS"):
        entries = await ana.secure(value, "nss")
        assert entries[0].text == "[NSS oculto]"
        assert brain.asked[-1]["payload"].startswith('/dar_nss{"problema"')


def menu(*titles: str):
    async def script(turn: dict) -> dict:
        choices = [{"title": t, "payload": f"/i{n}" + '{"a":"b"}'} for n, t in enumerate(titles)]
        return {"text": f"eco: {turn['payload'] or turn['text']}", "choices": choices}

    return script


async def test_a_choice_is_its_payload(ana: Person, brain: FakeBrain) -> None:
    brain.script = menu("Ver mi saldo", "Otra cosa")
    reply = (await ana.say("hola"))[-1].reply
    assert reply is not None
    entries = await ana.pick(reply.choices[0].id)
    assert entries[0].text == "Ver mi saldo"
    assert brain.asked[-1]["payload"] == '/i0{"a":"b"}'
    assert brain.asked[-1]["text"] is None


@pytest.mark.parametrize("typed", ["Sí, continúa", "si continua", "  SÍ CONTINÚA!! "])
async def test_a_typed_title_is_its_choice(ana: Person, brain: FakeBrain, typed: str) -> None:
    brain.script = menu("No", "Sí, continúa")
    await ana.say("hola")
    await ana.say(typed)
    assert brain.asked[-1]["payload"] == '/i1{"a":"b"}'


async def test_a_stale_choice_gets_the_live_ones(ana: Person, brain: FakeBrain) -> None:
    brain.script = menu("Uno", "Dos")
    old = (await ana.say("hola"))[-1].reply
    new = (await ana.say("otra"))[-1].reply
    assert old is not None
    assert new is not None
    asked = len(brain.asked)
    entries = await ana.pick(old.choices[0].id)
    assert len(brain.asked) == asked
    assert "mensaje anterior" in entries[-1].text
    assert entries[-1].reply is not None
    assert entries[-1].reply.choices == new.choices
    await ana.pick(new.choices[1].id)
    assert brain.asked[-1]["payload"] == '/i1{"a":"b"}'


async def test_a_choice_of_somebody_else_is_stale(ana: Person, brain: FakeBrain, core) -> None:
    brain.script = menu("Uno")
    reply = (await ana.say("hola"))[-1].reply
    assert reply is not None
    eva = await Person.meet(core, "eva")
    entries = await eva.pick(reply.choices[0].id)
    assert said(entries) == [("bot", entries[0].text)]
    assert "ya no está activa" in entries[0].text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No me llegó ningún texto"),
        (None, "No me llegó ningún texto"),
        ("  \n\t ", "No me llegó ningún texto"),
        ("\x00\x07\x1b\u200b\u202e", "No me llegó ningún texto"),
        ("\ud83d", "No me llegó ningún texto"),
        ("😀😀😀", "sin palabras"),
        ("¿?¡!", "sin palabras"),
        ("a" * 4001, "4,000 caracteres"),
        ("a" * 1_000_000, "4,000 caracteres"),
        ("\u200b" * 100_000, "4,000 caracteres"),
    ],
)
async def test_bad_input_is_answered_without_the_brain(
    ana: Person, brain: FakeBrain, text: str | None, words: str
) -> None:
    entries = await ana.say(text)
    assert words in entries[-1].text
    assert brain.asked == []
    assert said(await ana.say("hola"))[-1] == ("bot", "eco: hola")


async def test_a_long_message_is_shown_short_and_without_identifiers(ana: Person) -> None:
    entries = await ana.say("mi nss 00159800010 " + "x" * 5000)
    assert entries[0].text.startswith("mi nss [NSS] xxx")
    assert len(entries[0].text) <= 201


async def test_controls_are_stripped_and_surrogates_too(ana: Person, brain: FakeBrain) -> None:
    await ana.say("ho\x00la\x1b \ud83dmundo\r\notra\u202e línea")
    assert brain.asked[-1]["text"] == "hola mundo\notra línea"


async def test_html_is_text(ana: Person, brain: FakeBrain) -> None:
    await ana.say("<b>hola</b><script>1</script>")
    assert brain.asked[-1]["text"] == "<b>hola</b><script>1</script>"


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": ""},
        {"identity": "x" * 171},
        {"event_id": "a\nb"},
        {"event_id": "\ud83d"},
        {"kind": "choice"},
        {"kind": "secure"},
    ],
)
def test_an_event_without_its_parts_is_refused(wrong: dict) -> None:
    good = {"channel": "web", "identity": "ana", "event_id": "1", "kind": "text"}
    with pytest.raises(ValueError, match=r"must be|needs"):
        Inbound(**(good | wrong))
