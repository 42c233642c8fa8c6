"""Put a person's own figures into words: the figure first, then a card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from accounts import schemas
from bot.actions import answers_claims, answers_credit, answers_money
from bot.actions.answer import Answer, Wish
from bot.actions.formats import day, money, short_day
from bot.actions.person import Person
from bot.actions.turn import Turn
from bot.replies import card


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
    return Answer(text, card(labels["ahorro"], rows), ("ahorro_movimientos", "mis_puntos"))


async def _savings_movements(turn: Turn, person: Person, wish: Wish) -> Answer:
    found = await person.savings_movements(answers_credit.MOVEMENTS)
    return _history(
        turn, found.as_of, found.items, "ahorro_movimientos", ("mi_ahorro", "mis_puntos")
    )


async def _points(turn: Turn, person: Person, wish: Wish) -> Answer:
    found = await person.points()
    labels = turn.messages.labels
    as_of = day(turn.messages, found.as_of)
    text = turn.sentence("puntos", puntos=found.points, minimo=found.required, fecha=as_of)
    closing = ("puntos_bastan", {}) if found.enough else ("puntos_faltan", {"faltan": found.gap})
    text += " " + turn.sentence(closing[0], **closing[1])
    rows = [(part.component_name, str(part.points)) for part in found.components]
    rows += [
        (labels["puntos_total"], str(found.points)),
        (labels["puntos_minimo"], str(found.required)),
    ]
    if found.blocker_name:
        rows.append((labels["bloqueo"], found.blocker_name))
    note = turn.sentence("puntos_nota")
    return Answer(text, card(labels["puntos"], rows, note), ("mi_ahorro", "ahorro_movimientos"))


def _history(
    turn: Turn,
    as_of: dt.date,
    items: list[schemas.SavingsMovement],
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
    "deuda": answers_credit.debt,
    "mensualidad": answers_credit.next_payment,
    "descuento": answers_credit.discount,
    "movimientos": answers_credit.movements,
    "liquidar": answers_money.payoff,
    "simulacion": answers_money.simulation,
    "intereses": answers_money.interest,
    "no_baja": answers_money.not_going_down,
    "seguros": answers_credit.insurances,
    "avisos": answers_credit.notices,
    "aclaracion": answers_claims.claim,
    "aclaraciones": answers_claims.claims,
    "ahorro": _savings,
    "ahorro_movimientos": _savings_movements,
    "puntos": _points,
    "datos_credito": answers_credit.credit_data,
    "numero_credito": answers_credit.credit_number,
}
