"""Where a guide was left: in this conversation, after days, and from another channel."""

from __future__ import annotations

from bot_talk import Talk, step_of, texts, titles
from rasa_sdk.executor import ActionExecutor
from test_account_actions import sign_in

from kb.library import Library

PLAIN, OTHER = "correccion_curp_nombre", "nss_presencial"
"""Guides that begin with their first step, not with a question."""
TITLE, STEPS = Library.load().get(PLAIN).title, len(Library.load().get(PLAIN).steps)


def reachable(people: list) -> list:  # type: ignore[type-arg]
    """Return the people a code can be sent to; each may ask for five an hour."""
    return [person for person in people if person.contact]


async def walk(talk: Talk, tramite: str, step: int) -> None:
    await talk.do("guia_empezar", "paso a paso", tramite=tramite)
    for _ in range(step - 1):
        await talk.do("guia_siguiente", "siguiente")


async def test_a_guide_left_is_taken_up_where_it_was(talk: Talk) -> None:
    await walk(talk, PLAIN, 3)
    await talk.do("guia_salir", "salir")
    await walk(talk, OTHER, 2)
    await talk.do("guia_salir", "salir")
    said = await talk.do(PLAIN, "mi rfc está mal")
    assert f"¿Seguimos en el paso 3 de {STEPS} de «{TITLE}»?" in texts(said)
    assert titles(said) == ["Retomar la guía", "Desde el principio", "Otros temas"]
    assert (await talk.do("afirmar", "sí"))[-1]["step"]["number"] == 3


async def test_no_begins_anew_and_so_does_the_button(talk: Talk) -> None:
    await walk(talk, PLAIN, 3)
    await talk.do("guia_salir", "salir")
    await talk.do("guia_empezar", "guíame", tramite=PLAIN)
    assert (await talk.do("negar", "no"))[-1]["step"]["number"] == 1
    await talk.do("guia_salir", "salir")
    assert "¿Seguimos" not in texts(await talk.do(PLAIN, "corregir rfc"))
    again = await talk.do("guia_empezar", tramite=PLAIN, paso=1)
    assert again[-1]["step"]["number"] == 1


async def test_something_else_is_answered_and_the_place_stays(talk: Talk) -> None:
    await walk(talk, PLAIN, 4)
    await talk.do("guia_salir", "salir")
    await talk.do(PLAIN, "corregir rfc")
    assert "gratis" in texts(await talk.do("preguntar_costo", "cuánto cuesta", tramite=PLAIN))
    assert "step" not in (await talk.do("afirmar", "ok"))[-1]
    assert "paso 4" in texts(await talk.do("guia_empezar", "paso a paso", tramite=PLAIN))


async def test_a_finished_guide_has_no_place(talk: Talk) -> None:
    await walk(talk, PLAIN, STEPS)
    assert "¿Quedó resuelto?" in texts(await talk.do("guia_siguiente", "listo"))
    assert "¿Seguimos" not in texts(await talk.do(PLAIN, "corregir rfc"))


async def test_opening_the_chat_again_offers_to_go_on(talk: Talk) -> None:
    await walk(talk, PLAIN, 3)
    said = await talk.do("inicio")
    assert "paso 3" in texts(said)
    assert (await talk.do("afirmar", "va"))[-1]["step"]["number"] == 3


async def test_beginning_anew_forgets_every_place(talk: Talk) -> None:
    await walk(talk, PLAIN, 3)
    await talk.do("empezar_de_nuevo")
    assert "¿Seguimos" not in texts(await talk.do("inicio"))


async def test_another_channel_goes_on_once_the_person_is_known(
    accounts, demo_people, executor: ActionExecutor
) -> None:
    talk, phone = Talk(executor, "c_web1", "web:1"), Talk(executor, "c_tel1", "telegram:1")
    person = reachable(demo_people)[-5]
    await sign_in(accounts, talk, person)
    await walk(talk, PLAIN, 3)

    assert "¿Seguimos" not in texts(await phone.do("inicio"))
    said = await sign_in(accounts, phone, person)
    assert "paso 3" in texts(said)
    assert (await phone.do("afirmar", "sí"))[-1]["step"]["number"] == 3

    for _ in range(STEPS - 2):
        await phone.do("guia_siguiente", "siguiente")
    who = {"conversation": talk.conversation, "identity": talk.identity}
    assert (await accounts.guide_places(**who)).places == ()


async def test_another_channel_knows_the_steps_that_an_answer_left_out(
    accounts, demo_people, executor: ActionExecutor
) -> None:
    talk, phone = Talk(executor, "c_web4", "web:4"), Talk(executor, "c_tel4", "telegram:4")
    person = reachable(demo_people)[-9]
    await sign_in(accounts, talk, person)
    said = await talk.do("guia_empezar", tramite="correccion_rfc", paso=0)
    await talk.press(said, "Mi e.firma")
    for _ in range(4):
        await talk.do("guia_siguiente", "siguiente")

    assert "paso 5 de 7" in texts(await sign_in(accounts, phone, person))
    assert step_of((await phone.do("afirmar", "sí"))[-1]) == ("correccion_rfc", 6)
    assert step_of((await phone.do("guia_anterior", "anterior"))[-1]) == ("correccion_rfc", 4)


async def test_somebody_else_is_not_told(accounts, demo_people, executor: ActionExecutor) -> None:
    talk, phone = Talk(executor, "c_web2", "web:2"), Talk(executor, "c_tel2", "telegram:2")
    one, other = reachable(demo_people)[-7:-5]
    await sign_in(accounts, talk, one)
    await walk(talk, PLAIN, 3)
    assert "¿Seguimos" not in texts(await sign_in(accounts, phone, other))


async def test_signing_out_shares_nothing_more(
    accounts, demo_people, executor: ActionExecutor
) -> None:
    talk, phone = Talk(executor, "c_web3", "web:3"), Talk(executor, "c_tel3", "telegram:3")
    person = reachable(demo_people)[-8]
    await sign_in(accounts, talk, person)
    await talk.do("cerrar_sesion")
    await walk(talk, PLAIN, 3)
    assert "¿Seguimos" not in texts(await sign_in(accounts, phone, person))
