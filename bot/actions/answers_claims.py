"""Claim a payment that does not show, and tell what was claimed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from accounts import credit_schemas as schemas
from accounts.errors import MonthOutside
from bot.actions import periods
from bot.actions.answering import Answer, Lacking, Wish
from bot.actions.details import today
from bot.actions.formats import day, money, month_name, short_day
from bot.actions.person import Person
from bot.actions.turn import Turn
from bot.replies import card

_BUTTONS = ("movimientos", "dato_aclaraciones", "menu")
_PAID_IN_ON = 17
"""The day of the month after a bimestre by which an employer pays in what it discounted."""


async def claim(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Claim a payment by its month, amount and way; one that does show is pointed out instead."""
    month = _month(turn, wish)
    if wish.get("monto") is None:
        raise Lacking("monto", "monto_varios" if wish.get("montos") else None)
    amount = Decimal(str(wish["monto"]))
    if not amount:
        raise Lacking("monto", "monto_cero")
    if wish.get("via") is None:
        raise Lacking("via")
    shown = await _shown(person, month, amount)
    if shown is not None:
        values: dict[str, Any] = {"monto": money(amount), "fecha": day(turn.messages, shown.date)}
        text = turn.sentence("aclaracion_si_aparece", concepto=shown.concept_name, **values)
        return Answer(text, None, _BUTTONS)
    try:
        filed = await person.claim(f"{month:%Y-%m}", amount, wish["via"])
    except MonthOutside:
        raise Lacking("mes", "aclaracion_mes_fuera") from None
    key = "aclaracion_repetida" if filed.repeated else "aclaracion_pedida"
    text = turn.sentence(
        key,
        folio=filed.folio,
        fecha=day(turn.messages, filed.requested_on),
        mes=month_name(turn.messages, month),
        monto=money(filed.amount),
    )
    expected = _paid_in(month)
    if filed.way == "nomina" and today(turn) <= expected:
        text += " " + turn.sentence("aclaracion_nomina", fecha=day(turn.messages, expected))
    return Answer(text, None, _BUTTONS)


def _month(turn: Turn, wish: Wish) -> dt.date:
    try:
        named = periods.named(wish, today(turn))
    except periods.NoPeriod as none:
        raise Lacking("mes", str(none)) from None
    if named is None:
        raise Lacking("mes")
    if (named.first.year, named.first.month) != (named.last.year, named.last.month):
        raise Lacking("mes", "detalle_un_mes")
    return named.first.replace(day=1)


async def _shown(person: Person, month: dt.date, amount: Decimal) -> schemas.Movement | None:
    period = periods.month_of(month)
    found = await person.movements(100, period.first, period.last)
    return next((one for one in found.items if one.amount == amount), None)


def _paid_in(month: dt.date) -> dt.date:
    """Return the day by which an employer pays in what it discounted in a month."""
    last = month.month + month.month % 2
    after = periods.before(dt.date(month.year, last, 1), -1)
    return after.replace(day=_PAID_IN_ON)


async def claims(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell the claims there are and how they stand."""
    found = await person.claims()
    labels = turn.messages.labels
    if not found.items:
        return Answer(turn.sentence("sin_aclaraciones"), None, ("dato_aclaracion", "movimientos"))
    rows = [
        (
            labels["movimiento"].format(fecha=short_day(one.requested_on), concepto=one.folio),
            labels["aclaracion"].format(
                mes=month_name(turn.messages, dt.date.fromisoformat(f"{one.month}-01")),
                monto=money(one.amount),
                estado=one.state_name,
            ),
        )
        for one in found.items
    ]
    text = turn.sentence("aclaraciones", n=len(found.items))
    return Answer(text, card(labels["aclaraciones"], rows), ("movimientos", "menu"))
