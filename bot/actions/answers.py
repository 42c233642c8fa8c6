"""Put a person's own figures into words: the figure first, then a card."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.actions import answers_claims, answers_credit, answers_money, answers_saving
from bot.actions.answering import Answer, Wish
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
    return Answer(
        text,
        card(labels["ahorro"], rows),
        ("ahorro_movimientos", "dato_aportaciones", "mis_puntos"),
    )


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
    **answers_saving.ANSWERS,
    "datos_credito": answers_credit.credit_data,
    "numero_credito": answers_credit.credit_number,
}
