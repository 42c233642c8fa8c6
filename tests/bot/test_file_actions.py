"""A file in the conversation: identity first, then what differs, then the folio."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from bot_talk import Talk, texts, titles
from test_account_actions import NUMBERS, hidden, opened, pick, sign_in

from accounts import schemas
from accounts.client import AccountsClient

sys.path.append(str(Path(__file__).resolve().parents[1] / "accounts"))
from file_samples import another_rfc, cfdi

FORBIDDEN = ("se corrigió", "quedó corregido", "seguro que", "garantiza")


@pytest.fixture
def talk(executor):  # type: ignore[no-untyped-def]
    """Begin a conversation of its own in the shared database."""
    number = next(NUMBERS)
    return Talk(executor, conversation=f"c_file_{number}", identity=f"web:file{number}")


async def send(accounts: AccountsClient, talk: Talk, document: str) -> list:  # type: ignore[type-arg]
    """Send a file and play the turn that tells of it."""
    kept = await accounts.put_file(talk.conversation, talk.identity, document.encode())
    return await talk.do("archivo", archivo=kept.evidence)


def spoiled(person: schemas.DemoPerson) -> str:
    return cfdi(another_rfc(person.rfc), person.curp, person.nss)


def anybody(person: schemas.DemoPerson) -> bool:
    return True


async def test_the_whole_way_from_file_to_folio(accounts, demo_people, talk) -> None:
    person = pick(demo_people, anybody)
    asked = await send(accounts, talk, spoiled(person))
    assert asked[-1]["secure_input"]["kind"] == "nss"
    assert "Ya leí tu archivo" in texts(asked)

    answer = await sign_in(accounts, talk, person)
    said = await opened(accounts, talk, answer)
    assert person.first_name in said["text"]
    assert f"**{another_rfc(person.rfc)[-3:]}**" in said["text"]
    assert f"**{person.rfc[-3:]}**" in said["text"]
    assert "Infonavit lo revisa y decide" in said["text"]
    rows = {row["label"]: row["value"] for row in said["card"]["rows"]}
    assert rows["CURP"].startswith("Coincide") and rows["NSS"].startswith("Coincide")
    assert titles(answer)[0] == "Pedir la corrección"

    filed = await talk.do("pedir_correccion")
    assert "Tu folio es **COR-" in texts(filed)
    again = await talk.do("pedir_correccion")
    assert "Ya habías pedido" in texts(again)

    everything = json.dumps([asked, answer, filed, again, talk.slots], ensure_ascii=False)
    for number in (person.rfc, another_rfc(person.rfc), person.curp, person.nss):
        assert number not in everything
    assert person.first_name not in everything
    assert not any(word in everything for word in FORBIDDEN)


async def test_an_old_code_asks_for_a_fresh_one_and_goes_on(
    accounts, demo_people, talk, monkeypatch
) -> None:
    person = pick(demo_people, anybody)
    await sign_in(accounts, talk, person)
    await send(accounts, talk, spoiled(person))
    from datetime import timedelta

    monkeypatch.setattr("accounts.identity.FRESH", timedelta(0))
    asked = await talk.do("afirmar", "sí")
    assert asked[-1]["secure_input"]["kind"] == "code"
    assert "código nuevo" in texts(asked)
    resent = await talk.do("reenviar_codigo")
    assert resent[-1]["secure_input"]["kind"] == "code"
    monkeypatch.setattr("accounts.identity.FRESH", timedelta(minutes=5))
    code = await accounts.demo_code(talk.conversation)
    filed = await talk.do("dar_codigo", codigo=await hidden(accounts, talk, "CODIGO", code))
    assert "Tu folio es **COR-" in texts(filed)
    assert talk.slots["pendiente"] is None


async def test_no_is_no_and_yes_asks(accounts, demo_people, talk) -> None:
    person = pick(demo_people, anybody)
    await sign_in(accounts, talk, person)
    await talk.do("correccion_rfc", "mi rfc está mal")
    await send(accounts, talk, spoiled(person))
    refused = await talk.do("negar", "no")
    assert "no pido nada" in texts(refused)
    assert talk.slots["guia"] == "correccion_rfc"
    await send(accounts, talk, spoiled(person))
    filed = await talk.do("afirmar", "sí")
    assert "COR-" in texts(filed)
    # What the guide leads to is done: nobody is brought back to it.
    assert talk.slots["guia"] is None
    assert "Volvamos" not in texts(filed)


@pytest.mark.parametrize(
    ("make", "said", "offered"),
    [
        (lambda p, o: cfdi(p.rfc, p.curp, p.nss), "Está bien", False),
        (lambda p, o: cfdi(p.rfc, o.curp, p.nss), "tu CURP no coincide", False),
        (lambda p, o: cfdi(o.rfc, o.curp, o.nss), "de otra persona", False),
        (lambda p, o: cfdi(o.rfc, None, None), "no trae tu CURP ni tu NSS", False),
        (lambda p, o: cfdi(another_rfc(p.rfc), o.curp, p.nss), "tu CURP no coincide", True),
    ],
    ids=["same", "same_but_curp", "another_person", "unproven", "correctable_and_curp"],
)
async def test_each_outcome_is_said_plainly(
    accounts, demo_people, talk, make, said, offered
) -> None:
    person, other = pick(demo_people, anybody), demo_people[200]
    await sign_in(accounts, talk, person)
    answer = await send(accounts, talk, make(person, other))
    assert said in (await opened(accounts, talk, answer))["text"]
    assert ("Pedir la corrección" in titles(answer)) is offered
    if not offered:
        assert "no hay un RFC que corregir" in texts(await talk.do("pedir_correccion"))


async def test_a_refused_file_leaves_the_guide_where_it_was(talk) -> None:
    await talk.do("correccion_rfc", "mi rfc está mal")
    await talk.do("guia_empezar", tramite="correccion_rfc", paso=2)
    said = await talk.do("archivo", motivo="private_key")
    assert "Nunca compartas tu .key ni su contraseña" in texts(said)
    assert "revoca tu certificado en el SAT" in texts(said)
    assert "¿Seguimos en el paso 2" in texts(said)
    assert (talk.slots["guia"], talk.slots["paso"]) == ("correccion_rfc", 2)
    onward = await talk.do("guia_siguiente", "siguiente")
    assert onward[-1]["step"]["number"] == 3


async def test_the_topic_offers_to_read_the_file(talk) -> None:
    said = await talk.do("correccion_rfc", "mi rfc está mal")
    assert "adjúntalo aquí" in texts(said)
    assert "XML de mi nómina" in titles(said)


async def test_without_a_file_it_is_asked_for(talk) -> None:
    for intent in ("archivo", "pedir_correccion"):
        assert "adjunta con el botón del clip" in texts(await talk.do(intent))


async def test_an_unknown_reason_still_says_what_serves(talk) -> None:
    assert "No reconozco ese archivo" in texts(await talk.do("archivo", motivo="reason_of_2030"))


async def test_evidence_that_is_gone_is_told(accounts, demo_people, talk) -> None:
    await sign_in(accounts, talk, pick(demo_people, anybody))
    said = await talk.do("archivo", archivo="A" * 22)
    assert "ya no guardo" in texts(said)
    assert talk.slots["archivo"] is None


async def test_the_service_away_is_said(talk, unreachable) -> None:
    said = await talk.do("archivo", archivo="A" * 22)
    assert "no puedo consultar tus datos" in texts(said)


async def test_a_debt_and_a_file_wait_together(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: p.figures.credit)
    await talk.do("consultar_saldo_credito")
    await send(accounts, talk, spoiled(person))
    answer = await sign_in(accounts, talk, person)
    sealed = [reply["sealed"] for reply in answer if "sealed" in reply]
    contents = await accounts.open_sealed(talk.conversation, sealed)
    first, second = (contents[token] for token in sealed)
    assert first["card"]["title"] == "Tu crédito"
    assert second["card"]["title"] == "Tu archivo y tus datos"
    assert titles(answer)[0] == "Pedir la corrección"


async def test_later_the_correction_is_asked_for_in_words(accounts, demo_people, talk) -> None:
    person = pick(demo_people, anybody)
    await sign_in(accounts, talk, person)
    await send(accounts, talk, spoiled(person))
    await talk.do("negar", "no")
    await talk.do("rentar_casa", "puedo rentar mi casa")
    for text in (
        "no quiero pedir la corrección",
        "¿cómo se pide la corrección?",
        "¿cuánto tarda la corrección?",
        "a mi hermano le pedí que fuera a preguntar por la corrección de su nombre",
    ):
        assert "COR-" not in texts(await talk.do("correccion_rfc", text))
    for text, intent in (
        ("ya quiero pedir la corrección", "correccion_rfc"),
        ("Pide la correccion por favor", "guia_repetir"),
        ("oye pues sí, solicita la corrección", "afirmar"),
        ("quiero que pidas la corrección", "nlu_fallback"),
        ("haz la corrección", "fuera_sat"),
        ("corrígelo", "nlu_fallback"),
    ):
        assert "COR-" in texts(await talk.do(intent, text))


async def test_without_a_file_the_same_words_are_about_the_topic(talk) -> None:
    said = await talk.do("correccion_rfc", "quiero pedir la corrección")
    assert "adjúntalo aquí" in texts(said)


async def test_while_a_code_is_waited_for_nothing_is_asked(accounts, demo_people, talk) -> None:
    person = pick(demo_people, anybody)
    await send(accounts, talk, spoiled(person))
    said = await talk.do("correccion_rfc", "ya quiero pedir la corrección")
    assert "COR-" not in texts(said)
    assert talk.slots["esperando"] == "nss"
