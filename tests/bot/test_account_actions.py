"""Personal answers: identity first, then the right figure, and never a figure in the clear."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from itertools import count

import pytest
from bot_talk import Talk, texts, titles

from accounts import schemas
from accounts.client import AccountsClient
from bot.actions.formats import money

TAKEN: set[int] = set()
NUMBERS = count(1)


def pick(
    people: list[schemas.DemoPerson], right: Callable[[schemas.DemoPerson], object]
) -> schemas.DemoPerson:
    """Return a demo person of a kind who can be sent a code and was not taken before.

    An account is sent five codes an hour, whoever asks.
    """
    found = next(p for p in people if p.contact and p.id not in TAKEN and right(p))
    TAKEN.add(found.id)
    return found


async def hidden(accounts: AccountsClient, talk: Talk, kind: str, value: str) -> str:
    """Return the vault token of a value."""
    return (await accounts.put_vault(talk.conversation, [(kind, value)]))[0]  # type: ignore[list-item]


async def sign_in(accounts: AccountsClient, talk: Talk, person: schemas.DemoPerson) -> list:  # type: ignore[type-arg]
    """Give the NSS and the code; return the replies to the code."""
    await talk.do("dar_nss", nss=await hidden(accounts, talk, "NSS", person.nss))
    code = await accounts.demo_code(talk.conversation)
    return await talk.do("dar_codigo", codigo=await hidden(accounts, talk, "CODIGO", code))


async def opened(accounts: AccountsClient, talk: Talk, replies: list) -> dict:  # type: ignore[type-arg]
    """Return the content of the sealed reply."""
    token = next(reply["sealed"] for reply in replies if "sealed" in reply)
    return (await accounts.open_sealed(talk.conversation, [token]))[token]


@pytest.fixture
def talk(executor):  # type: ignore[no-untyped-def]
    """Begin a conversation of its own in the shared database."""
    number = next(NUMBERS)
    return Talk(executor, conversation=f"c_account_{number}", identity=f"web:account{number}")


async def test_debt_asks_identity_and_then_tells_the_amount(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: p.figures.credit and p.figures.credit.total_owed > 0)

    asked = await talk.do("consultar_saldo_credito", "kuanto devo d mi credito")
    assert asked[-1]["secure_input"]["kind"] == "nss"
    assert titles(asked) == ["No sé mi NSS", "Mejor después", "Ver cómo consultarlo"]

    sent = await talk.do("dar_nss", nss=await hidden(accounts, talk, "NSS", person.nss))
    assert sent[-1]["secure_input"]["expires_in"] == 600

    code = await accounts.demo_code(talk.conversation)
    token = await hidden(accounts, talk, "CODIGO", code)
    answer = await talk.do("dar_codigo", codigo=token)
    said = await opened(accounts, talk, answer)
    assert money(person.figures.credit.total_owed) in said["text"]
    assert person.first_name in said["text"]
    rows = {row["label"]: row["value"] for row in said["card"]["rows"]}
    assert rows["Para liquidar hoy"] == money(person.figures.credit.payoff_amount)

    in_the_clear = json.dumps([answer, talk.slots], ensure_ascii=False, default=str)
    assert person.first_name not in in_the_clear
    assert not re.search(r"\d,\d{3}|\d\.\d\d", in_the_clear)


FIGURES = {
    "proxima_mensualidad": lambda f: f.next_payment.amount,
    "estado_de_cuenta": lambda f: f.movements.items[0].amount,
    "subcuenta_saldo": lambda f: f.savings.balance,
    "subcuenta_movimientos": lambda f: f.savings_movements.items[0].amount,
    "precalificacion_puntos": lambda f: f.points.points,
    "datos_del_credito": lambda f: f.credit.granted_amount,
    "numero_credito": lambda f: f.credit.number,
}


@pytest.mark.parametrize("intent", FIGURES)
async def test_each_personal_answer_tells_the_figure(accounts, demo_people, talk, intent) -> None:
    person = pick(demo_people, lambda p: p.figures.next_payment and p.figures.movements.items)
    await sign_in(accounts, talk, person)
    figure = FIGURES[intent](person.figures)
    written = money(figure) if isinstance(figure, Decimal) else str(figure)
    said = await opened(accounts, talk, await talk.do(intent))
    assert written in json.dumps(said, ensure_ascii=False)


async def test_nobody_without_credit_owes_anything(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: p.figures.credit is None)
    await talk.do("consultar_saldo_credito")
    said = await opened(accounts, talk, await sign_in(accounts, talk, person))
    assert "No veo un crédito" in said["text"]


async def test_a_paid_off_credit_has_no_next_payment(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: p.figures.credit and not p.figures.next_payment)
    await sign_in(accounts, talk, person)
    said = await opened(accounts, talk, await talk.do("proxima_mensualidad"))
    assert "liquidado" in said["text"]


async def test_an_nss_beside_the_question_starts_at_once(accounts, demo_people, talk) -> None:
    nss = await hidden(accounts, talk, "NSS", demo_people[0].nss)
    sent = await talk.do("consultar_saldo_credito", f"mi nss es {nss} cuánto debo", nss=nss)
    assert sent[-1]["secure_input"]["kind"] == "code"
    assert talk.slots["pendiente"] == [{"dato": "deuda"}]


async def test_a_topic_offers_what_the_account_says_about_it(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: p.figures.movements)
    general = await talk.do("deuda_no_baja")
    assert "Mis movimientos" in titles(general)
    asked = await talk.do("mi_dato", dato="movimientos", tramite="deuda_no_baja", mes="--03")
    assert asked[-1]["secure_input"]["kind"] == "nss"
    assert talk.slots["pendiente"][0].items() >= {"dato": "movimientos", "mes": "--03"}.items()
    said = await opened(accounts, talk, await sign_in(accounts, talk, person))
    assert "marzo" in said["text"]


async def test_a_personal_answer_nobody_knows_offers_those_there_are(talk) -> None:
    said = await talk.do("mi_dato", dato="sueldo")
    assert "Cuánto debo" in titles(said)


async def test_salir_leaves_the_account_when_no_guide_is_open(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: p.figures.credit)
    await talk.do("consultar_saldo_credito")
    await sign_in(accounts, talk, person)
    assert "cerré tu sesión" in texts(await talk.do("guia_salir", "salir"))
    asked = await talk.do("consultar_saldo_credito")
    assert asked[-1]["secure_input"]["kind"] == "nss"


async def test_an_unknown_person_reads_the_same(accounts, demo_people, talk) -> None:
    known = await hidden(accounts, talk, "NSS", demo_people[0].nss)
    unknown = await hidden(accounts, talk, "NSS", "00159800010")
    first, second = [await talk.do("dar_nss", nss=nss) for nss in (known, unknown)]
    assert first == second


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"problema": "faltan", "digitos": 10}, "le falta un dígito"),
        ({"problema": "faltan", "digitos": 8}, "le faltan 3 dígitos"),
        ({"problema": "sobran", "digitos": 13}, "le sobran 2 dígitos"),
        ({"problema": "letras", "digitos": 10}, "solo números"),
        ({"problema": "verificador", "digitos": 11}, "no cuadra"),
        ({"problema": "otro"}, "11 dígitos"),
        ({}, "11 dígitos"),
    ],
)
async def test_a_wrong_nss_is_explained_and_asked_again(talk, given, part) -> None:
    said = await talk.do("dar_nss", **given)
    assert part in texts(said)
    assert said[-1]["secure_input"]["kind"] == "nss"


async def test_a_wrong_code_says_how_many_tries_are_left(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: True)
    await talk.do("dar_nss", nss=await hidden(accounts, talk, "NSS", person.nss))
    right = await accounts.demo_code(talk.conversation)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2):
        token = await hidden(accounts, talk, "CODIGO", wrong)
        said = await talk.do("dar_codigo", codigo=token)
        assert f"quedan {left} intentos" in texts(said)
    assert "queda un intento" in texts(await talk.do("dar_codigo", codigo=token))
    assert "ya no sirve" in texts(await talk.do("dar_codigo", codigo=token))


async def test_an_older_code_does_not_open_anything(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: True)
    await talk.do("dar_nss", nss=await hidden(accounts, talk, "NSS", person.nss))
    older = await accounts.demo_code(talk.conversation)
    await talk.do("reenviar_codigo")
    if older == await accounts.demo_code(talk.conversation):
        return
    said = await talk.do("dar_codigo", codigo=await hidden(accounts, talk, "CODIGO", older))
    assert "no coincide" in texts(said)
    assert said[-1]["secure_input"]["kind"] == "code"


async def test_a_used_code_is_not_needed_again(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: True)
    await talk.do("dar_nss", nss=await hidden(accounts, talk, "NSS", person.nss))
    code = await accounts.demo_code(talk.conversation)
    for _ in range(2):
        token = await hidden(accounts, talk, "CODIGO", code)
        said = await talk.do("dar_codigo", codigo=token)
    assert "ya confirmé que eres tú" in texts(said)


async def test_a_digression_is_answered_and_the_person_brought_back(accounts, talk) -> None:
    await talk.do("consultar_saldo_credito")
    said = await talk.do("nss_que_es", "y qué es el nss")
    assert "Número de Seguridad Social" in said[0]["text"]
    assert said[-1]["secure_input"]["kind"] == "nss"
    assert len(said) <= 3


async def test_reminders_stop_after_two(accounts, talk) -> None:
    await talk.do("consultar_saldo_credito")
    for expected in (True, True, False):
        said = await talk.do("donde_como_pagar")
        assert any("secure_input" in reply for reply in said) is expected


async def test_no_code_without_a_number_first(accounts, talk) -> None:
    said = await talk.do("dar_codigo", codigo="⟦CODIGO:1⟧")
    assert said[-1]["secure_input"]["kind"] == "nss"


async def test_signing_out_forgets_everything(accounts, demo_people, talk) -> None:
    await sign_in(accounts, talk, pick(demo_people, lambda p: True))
    assert "cerré tu sesión" in texts(await talk.do("cerrar_sesion"))
    asked = await talk.do("subcuenta_saldo")
    assert asked[-1]["secure_input"]["kind"] == "nss"


async def test_an_account_service_that_is_down_is_admitted(unreachable, talk) -> None:
    said = await talk.do("consultar_saldo_credito")
    assert "800 008 3900" in texts(said)
    assert len(said) == 1


async def test_no_code_arrives_while_one_is_expected(accounts, demo_people, talk) -> None:
    await talk.do("consultar_saldo_credito")
    await talk.do("dar_nss", nss=await hidden(accounts, talk, "NSS", demo_people[0].nss))
    said = await talk.do("activar_cuenta", "no me llega el código")
    assert said[-1]["secure_input"]["kind"] == "code"


async def test_a_code_nobody_asked_for_is_about_mi_cuenta(talk) -> None:
    await talk.do("reenviar_codigo", "no me llega el código")
    assert talk.slots["tramite"] == "activar_cuenta"
