"""What is told of a credit in the chat: the person's own figures, and the small questions."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal as D

import pytest
from bot_talk import Talk, texts, titles
from test_account_actions import opened, pick, sign_in

from accounts.client import AccountsClient
from bot.actions import services
from bot.actions.formats import money


@pytest.fixture
def talk(executor, request) -> Talk:  # type: ignore[no-untyped-def]
    """Begin a conversation of its own in the shared database."""
    return Talk(executor, conversation=f"c_{request.node.name}")


@pytest.fixture
async def paying(accounts: AccountsClient, demo_people, talk):  # type: ignore[no-untyped-def]
    """Sign in as somebody who pays by payroll, on time, in pesos."""
    person = pick(
        demo_people,
        lambda p: (
            p.figures.next_payment
            and p.figures.next_payment.employer
            and p.figures.credit.status == "al_corriente"
            and p.figures.credit.denomination == "pesos"
            and p.figures.next_payment.last_payment
            and p.figures.credit.granted_on < dt.date(2025, 1, 1)
            and p.figures.payoff.discount_limit
        ),
    )
    await sign_in(accounts, talk, person)
    return person


def the_one(people, right):  # type: ignore[no-untyped-def]
    """Return the person of a kind there is only one of, taken before or not."""
    return next(p for p in people if p.contact and right(p))


def rows_of(said: dict) -> dict[str, str]:  # type: ignore[type-arg]
    return {row["label"]: row["value"] for row in said["card"]["rows"]}


async def test_movements_of_a_year(accounts, paying, talk) -> None:
    said = await opened(accounts, talk, await talk.do("estado_de_cuenta", "de 2025", anio="2025"))
    right = next(year for year in paying.figures.breakdown.years if year.year == 2025)
    assert money(right.paid) in said["text"]
    assert "1 de enero de 2025" in said["text"] and "31 de diciembre de 2025" in said["text"]
    assert all("/2025 · " in label for label in rows_of(said))


async def test_where_the_money_went(accounts, paying, talk) -> None:
    total = paying.figures.breakdown.total
    said = await opened(accounts, talk, await talk.do("mi_dato", dato="intereses"))
    for figure in (total.paid, total.interest, total.principal):
        assert money(figure) in said["text"]
    rows = rows_of(said)
    assert rows["Pagaste tú"] == money(total.by_you)
    assert rows["A intereses"] == money(total.interest)
    asked = "cuánto de lo que pagué en 2025 se fue a intereses"
    said = await opened(accounts, talk, await talk.do("estado_de_cuenta", asked, anio="2025"))
    right = next(year for year in paying.figures.breakdown.years if year.year == 2025)
    assert f"**{money(right.interest)} fueron a intereses**" in said["text"]


async def test_why_the_debt_goes_down_slowly(accounts, paying, talk) -> None:
    general = await talk.do("deuda_no_baja", "pago y no baja")
    assert "Ver mi caso" in titles(general)
    said = await opened(accounts, talk, await talk.press(general, "Ver mi caso"))
    found = paying.figures.breakdown
    for figure in (found.total.paid, found.total.interest, found.opening_balance, found.balance):
        assert money(figure) in said["text"]
    coming = paying.figures.next_payment
    assert rows_of(said)["Próximo pago: intereses"] == money(coming.interest)


async def test_paying_off_today(accounts, paying, talk) -> None:
    asked = "cuánto para liquidar hoy"
    said = await opened(accounts, talk, await talk.do("liquidacion_anticipada", asked))
    assert money(paying.figures.payoff.total) in said["text"]
    assert money(paying.figures.payoff.discount_limit) in said["text"]
    assert "descuento" in said["text"]


async def test_a_discount_is_never_promised(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: p.figures.payoff and p.figures.payoff.discounted)
    await sign_in(accounts, talk, person)
    said = await opened(accounts, talk, await talk.do("mi_dato", dato="liquidar"))
    assert money(person.figures.payoff.discounted) in said["text"]
    assert "Si tu crédito entra al programa" in said["text"]
    assert "No te lo puedo asegurar" in said["text"]


async def test_what_the_payroll_took(accounts, paying, talk) -> None:
    said = await opened(accounts, talk, await talk.do("mi_dato", dato="descuento"))
    last = paying.figures.next_payment.last_payment
    assert money(last.amount) in said["text"]
    bimester = paying.figures.next_payment.bimester
    assert f"{bimester.days} días" in said["text"] and money(bimester.amount) in said["text"]
    rows = rows_of(said)
    for part in last.parts:
        assert rows[part.name] == money(part.amount)


async def test_insurance_and_notices(accounts, paying, talk) -> None:
    for name, items in (
        ("seguros", [one.kind_name for one in paying.figures.insurances.items]),
        ("avisos", [one.employer for one in paying.figures.notices.items]),
    ):
        said = await opened(accounts, talk, await talk.do("mi_dato", dato=name))
        assert all(item in json.dumps(said, ensure_ascii=False) for item in items), name


async def test_a_prorroga_and_the_fund_are_told(accounts, demo_people, talk) -> None:
    for kind, part in (("prorroga", "no te toca pagar"), ("fondo_proteccion", "de 6 meses")):
        person = the_one(
            demo_people,
            lambda p, kind=kind: (
                p.figures.next_payment
                and p.figures.next_payment.support
                and p.figures.next_payment.support.kind == kind
            ),
        )
        await sign_in(accounts, talk, person)
        said = await opened(accounts, talk, await talk.do("proxima_mensualidad"))
        assert part in said["text"]
        assert money(person.figures.next_payment.amount) in said["text"]
        await talk.do("cerrar_sesion")


async def test_money_in_favour_is_told(accounts, demo_people, talk) -> None:
    person = the_one(
        demo_people, lambda p: p.figures.credit and p.figures.credit.favour_balance > 0
    )
    await sign_in(accounts, talk, person)
    answer = await talk.do("consultar_saldo_credito")
    said = await opened(accounts, talk, answer)
    assert money(person.figures.credit.favour_balance) in said["text"]
    assert "Que me lo devuelvan" in titles(answer)


async def test_a_simulation_waits_for_identity_with_its_amount(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: p.figures.payoff and p.figures.payoff.balance > 100_000)
    asked = await talk.do("pago_adelantado", "si abono 20 mil cuánto me quita", monto="20000.00")
    assert asked[-1]["secure_input"]["kind"] == "nss"
    assert talk.slots["pendiente"] == [{"dato": "simulacion", "monto": "20000.00"}]
    said = await opened(accounts, talk, await sign_in(accounts, talk, person))
    who = {"conversation": talk.conversation, "identity": talk.identity}
    right = await accounts.simulate(**who, amount=D("20000"))
    assert "Simulación" in said["text"]
    assert f"**{right.months_saved} meses antes**" in said["text"]
    assert f"**{money(right.interest_saved)} menos**" in said["text"]
    assert money(right.now.interest) in rows_of(said).values()


async def test_a_monthly_amount_is_simulated_as_one(accounts, paying, talk) -> None:
    text = "si doy mil quinientos al mes de más"
    said = await opened(accounts, talk, await talk.do("pago_adelantado", text, monto="1500.00"))
    who = {"conversation": talk.conversation, "identity": talk.identity}
    right = await accounts.simulate(**who, monthly_extra=D("1500"))
    assert "más cada mes" in said["text"]
    assert f"**{money(right.interest_saved)} menos**" in said["text"]


async def test_two_amounts_are_asked_about(accounts, paying, talk) -> None:
    said = await talk.play(
        "action_tramite",
        "pago_adelantado",
        "debo 300 mil, si doy 100 mil",
        monto="300000.00",
    )
    assert "sealed" in said[-1]
    talk_entities = [{"entity": "monto", "value": v} for v in ("300000.00", "100000.00")]
    asked = await play_with(talk, "pago_adelantado", "debo 300 mil, si doy 100 mil", talk_entities)
    assert titles(asked) == ["$300,000.00", "$100,000.00", "Cancelar"]
    said = await opened(accounts, talk, await talk.press(asked, "$100,000.00"))
    assert "$100,000.00" in said["text"]


async def play_with(talk: Talk, intent: str, text: str, entities: list[dict]) -> list:  # type: ignore[type-arg]
    """Play a message in which an entity comes more than once."""
    from rasa_sdk.executor import CollectingDispatcher
    from rasa_sdk.interfaces import Tracker

    message = {
        "text": text,
        "intent": {"name": intent},
        "entities": entities,
        "metadata": {"message_id": f"m{next(talk.numbers)}", "identity": talk.identity},
    }
    tracker = Tracker(talk.conversation, dict(talk.slots), message, [], False, None, {}, None)
    dispatcher = CollectingDispatcher()
    for event in await talk.executor.actions["action_tramite"](dispatcher, tracker, {}):
        talk.slots[event["name"]] = event["value"]
    return [message["custom"] for message in dispatcher.messages]


@pytest.fixture
def on_24_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the assistant's clock."""
    moment = dt.datetime(2026, 11, 24, 18, tzinfo=dt.UTC)
    monkeypatch.setattr(services, "clock", lambda: lambda: moment)


async def test_a_claim_is_asked_for_in_small_questions(
    accounts, paying, talk, on_24_november
) -> None:
    general = await talk.do("pago_no_reflejado", "hice un pago y no aparece")
    month = await talk.press(general, "Pedir una aclaración")
    assert titles(month)[:2] == ["noviembre de 2026", "octubre de 2026"]
    amount = await talk.press(month, "octubre de 2026")
    assert "¿De cuánto fue" in texts(amount)
    way = await talk.do("fuera_otros", "1,234.56")
    assert "Transferencia" in titles(way)
    filed = await talk.do("pago_spei", "por spei")
    said = await opened(accounts, talk, filed)
    who = {"conversation": talk.conversation, "identity": talk.identity}
    [claim] = (await accounts.claims(**who)).items
    assert (claim.month, claim.amount, claim.way) == ("2026-10", D("1234.56"), "transferencia")
    assert claim.folio in said["text"] and "octubre de 2026" in said["text"]
    again = {"dato": "aclaracion", "mes": "2026-10", "monto": "1234.56", "via": "transferencia"}
    said = await opened(accounts, talk, await talk.do("mi_dato", **again))
    assert "Ya habías pedido" in said["text"] and claim.folio in said["text"]
    said = await opened(accounts, talk, await talk.do("mi_dato", dato="aclaraciones"))
    assert any(claim.folio in label for label in rows_of(said))


async def test_a_payment_that_does_show_is_pointed_out(accounts, paying, talk) -> None:
    last = paying.figures.next_payment.last_payment
    said = await opened(
        accounts,
        talk,
        await talk.do(
            "mi_dato",
            dato="aclaracion",
            mes=f"{last.date:%Y-%m}",
            monto=str(last.amount),
            via="nomina",
        ),
    )
    assert "sí aparece" in said["text"]
    who = {"conversation": talk.conversation, "identity": talk.identity}
    assert (await accounts.claims(**who)).items == []


@pytest.mark.parametrize(
    ("wish", "text", "part"),
    [
        ({}, "31 de febrero", "no existe"),
        ({}, "diciembre de 2026", "todavía no llega"),
        ({}, "el año pasado", "un solo mes"),
        ({}, "99", "No entendí qué mes"),
        ({}, "asdf", "No te entendí"),
        ({"mes": "2026-10"}, "$-3", "menor que cero"),
        ({"mes": "2026-10"}, "0", "mayor que cero"),
        ({"mes": "2026-10"}, "entre 1000 y 2000", "más de una cantidad"),
        ({"mes": "2026-10"}, "999999999", "demasiado grande"),
        ({"mes": "2026-10"}, "asdf", "No te entendí"),
        ({"mes": "2026-10", "monto": "1.00"}, "asdf", "No te entendí"),
    ],
)
async def test_a_bad_answer_is_explained_and_the_question_stays(
    talk, accounts, on_24_november, wish, text, part
) -> None:
    asked = await talk.do("mi_dato", dato="aclaracion", **wish)
    said = await talk.do("nlu_fallback", text)
    assert part in texts(said)
    assert texts(asked) in texts(said)
    assert titles(said) == titles(asked)
    assert talk.slots["esperando"] == "detalle"


@pytest.mark.parametrize(
    ("text", "amount"),
    [("mil quinientos", "1500.00"), ("1,500.50", "1500.50"), ("1.500,50", "1500.50")],
)
async def test_an_amount_is_taken_however_it_is_written(
    talk, accounts, on_24_november, text, amount
) -> None:
    await talk.do("mi_dato", dato="aclaracion", mes="2026-10")
    said = await talk.do("nlu_fallback", text)
    assert "¿Cómo pagaste?" in texts(said)
    assert talk.slots["pendiente"][0]["monto"] == amount


async def test_another_question_is_answered_and_the_open_one_comes_back(
    talk, accounts, on_24_november
) -> None:
    await talk.do("mi_dato", dato="aclaracion", mes="2026-10")
    said = await talk.do("nss_que_es", "y qué es el nss")
    assert "Número de Seguridad Social" in said[0]["text"]
    assert "¿De cuánto fue el pago?" in said[-1]["text"]
    assert "¿De cuánto fue el pago?" in texts(await talk.do("afirmar", "sí"))
    assert "lo dejamos" in texts(await talk.do("cancelar", "cancelar"))
    assert talk.slots["pendiente"] is None and talk.slots["esperando"] is None


async def test_movements_of_a_day_that_is_none_ask_for_another(
    talk, accounts, on_24_november
) -> None:
    said = await talk.do(
        "estado_de_cuenta", "los del 31 de febrero", fecha_imposible="31 de febrero"
    )
    assert "no existe" in texts(said)
    assert titles(said)[0] == "noviembre de 2026"
    said = await talk.do("preguntar_tiempo", "marzo", mes="--03")
    assert said[-1]["secure_input"]["kind"] == "nss"
    assert talk.slots["pendiente"] == [{"dato": "movimientos", "mes": "--03"}]


async def test_nothing_is_told_while_the_service_is_down(unreachable, talk, on_24_november) -> None:
    await talk.do("mi_dato", dato="aclaracion", mes="2026-10", monto="1.00")
    said = await talk.do("nlu_fallback", "tienda")
    assert "En este momento no puedo consultar" in texts(said) and len(said) == 1
