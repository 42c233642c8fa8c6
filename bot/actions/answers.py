"""Put a person's own figures into words: the figure first, then a card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

from accounts import schemas
from bot.actions import answers_saving
from bot.actions.answering import Answer, Wish
from bot.actions.formats import day, money, short_day
from bot.actions.person import Person
from bot.actions.turn import Turn
from bot.replies import card

MOVEMENTS = 6
_ZERO = Decimal(0)


async def _debt(turn: Turn, person: Person, wish: Wish) -> Answer:
    found = await person.credit()
    labels, as_of = turn.messages.labels, day(turn.messages, found.as_of)
    if found.liquidated_on is not None:
        text = turn.sentence("deuda_liquidada", fecha=as_of)
        return Answer(text, None, ("movimientos", "mi_ahorro"))
    rows = [(labels["saldo"], money(found.balance))]
    owed = (("intereses", found.interest_due), ("cargos", found.fees_due))
    rows += [(labels[name], money(amount)) for name, amount in owed if amount > _ZERO]
    rows.append((labels["total"], money(found.total_owed)))
    if found.months_overdue:
        rows.append((labels["corriente"], money(found.amount_to_be_current)))
    rows += [
        (labels["liquidar"], money(found.payoff_amount)),
        (labels["mensualidad"], money(found.monthly_payment)),
        (labels["estado"], found.status_name),
    ]
    text = turn.sentence("deuda", monto=money(found.total_owed), fecha=as_of)
    next_buttons = ("donde_pagar", "mensualidad", "movimientos")
    behind = ("problemas_pago", *next_buttons)
    return Answer(
        text, card(labels["deuda"], rows), behind if found.months_overdue else next_buttons
    )


async def _next_payment(turn: Turn, person: Person, wish: Wish) -> Answer:
    found = await person.next_payment()
    labels = turn.messages.labels
    text = turn.sentence(
        "mensualidad", monto=money(found.amount), fecha=day(turn.messages, found.due_on)
    )
    rows = [
        (labels["mensualidad"], money(found.amount)),
        (labels["vence"], short_day(found.due_on)),
    ]
    if found.overdue_amount > _ZERO:
        amounts: dict[str, Any] = {
            "atraso": money(found.overdue_amount),
            "total": money(found.total_due),
        }
        text += " " + turn.sentence("mensualidad_atraso", **amounts)
        rows.append((labels["atraso"], money(found.overdue_amount)))
        rows.append((labels["por_pagar"], money(found.total_due)))
    if found.employer:
        rows.append((labels["patron"], found.employer))
    return Answer(
        text,
        card(labels["mensualidad_card"], rows, found.reason_name),
        ("donde_pagar", "cuanto_debo", "problemas_pago"),
    )


async def _movements(turn: Turn, person: Person, wish: Wish) -> Answer:
    found = await person.movements(MOVEMENTS)
    buttons = ("dato_pdf_estado_de_cuenta", "cuanto_debo", "mensualidad", "datos_credito")
    return _history(turn, found.as_of, found.items, "movimientos", buttons)


async def _savings(turn: Turn, person: Person, wish: Wish) -> Answer:
    found = await person.savings()
    labels = turn.messages.labels
    as_of = day(turn.messages, found.as_of)
    text = turn.sentence("ahorro", monto=money(found.balance), fecha=as_of)
    if found.contributions_go_to_credit:
        text += " " + turn.sentence("ahorro_a_credito")
    rows = [(labels["ahorro_saldo"], money(found.balance))]
    last = found.last_contribution
    if last is not None:
        values = {"monto": money(last.amount), "fecha": short_day(last.date)}
        rows.append((labels["aportacion"], labels["aportacion_valor"].format(**values)))
        if last.employer:
            rows.append((labels["patron"], last.employer))
    return Answer(
        text,
        card(labels["ahorro"], rows),
        ("ahorro_movimientos", "dato_aportaciones", "mis_puntos"),
    )


async def _credit_data(turn: Turn, person: Person, wish: Wish) -> Answer:
    found = await person.credit()
    labels = turn.messages.labels
    text = turn.sentence(
        "datos_credito",
        monto=money(found.granted_amount),
        fecha=day(turn.messages, found.granted_on),
    )
    rows = [
        (labels["numero"], found.number_masked),
        (labels["producto"], found.product_name),
        (labels["destino"], found.destination_name),
        (labels["otorgado"], money(found.granted_amount)),
        (labels["fecha"], short_day(found.granted_on)),
    ]
    if found.purchase_price is not None:
        rows.append((labels["precio"], money(found.purchase_price)))
    rows += [
        (labels["plazo"], labels["plazo_valor"].format(meses=found.term_months)),
        (labels["tasa"], labels["tasa_valor"].format(tasa=found.annual_rate)),
        (labels["moneda"], labels[found.denomination]),
        (labels["estado"], found.status_name),
    ]
    return Answer(text, card(labels["datos"], rows), ("cuanto_debo", "mensualidad", "movimientos"))


async def _credit_number(turn: Turn, person: Person, wish: Wish) -> Answer:
    found = await person.credit()
    text = turn.sentence("numero_credito", numero=found.number)
    return Answer(text, None, ("datos_credito", "cuanto_debo"))


def _history(
    turn: Turn,
    as_of: dt.date,
    items: list[schemas.Movement],
    label: str,
    buttons: tuple[str, ...],
) -> Answer:
    labels, written = turn.messages.labels, day(turn.messages, as_of)
    if not items:
        return Answer(turn.sentence("sin_movimientos", fecha=written), None, buttons)
    rows = [
        (
            labels["movimiento"].format(fecha=short_day(item.date), concepto=item.concept_name),
            money(item.amount),
        )
        for item in items
    ]
    text = turn.sentence("movimientos", n=len(items), fecha=written)
    return Answer(text, card(labels[label], rows), buttons)


ANSWERS: Mapping[str, Callable[[Turn, Person, Wish], Awaitable[Answer]]] = {
    "deuda": _debt,
    "mensualidad": _next_payment,
    "movimientos": _movements,
    "ahorro": _savings,
    "datos_credito": _credit_data,
    "numero_credito": _credit_number,
    **answers_saving.ANSWERS,
}
