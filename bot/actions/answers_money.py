"""Put into words where the money of a credit went, and what paying more would change."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from accounts import credit_schemas as schemas
from bot.actions import periods
from bot.actions.answering import MONTHLY, Answer, Lacking, Wish
from bot.actions.details import today
from bot.actions.formats import day, money
from bot.actions.person import Person
from bot.actions.turn import Turn
from bot.replies import card

_ZERO = Decimal(0)
_YEARS = 5


async def payoff(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell what pays the credit off today; a discount only as something that may be."""
    found = await person.payoff()
    labels, as_of = turn.messages.labels, day(turn.messages, found.as_of)
    text = turn.sentence("liquidar", monto=money(found.total), fecha=as_of)
    if found.discounted is not None:
        text += " " + turn.sentence("liquidar_descuento", monto=money(found.discounted))
    elif found.discount_limit is not None and found.balance > found.discount_limit:
        text += " " + turn.sentence("liquidar_sin_descuento", limite=money(found.discount_limit))
    parts = (
        ("saldo", found.balance),
        ("intereses", found.interest_due),
        ("intereses_mes", found.accrued_interest),
        ("cargos", found.fees_due),
        ("liquidar", found.total),
    )
    rows = [(labels[name], money(amount)) for name, amount in parts if amount > _ZERO]
    note = turn.sentence("liquidar_nota")
    return Answer(
        text, card(labels["liquidar_card"], rows, note), ("liquidar_como", "dato_simulacion")
    )


async def interest(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell how much of what was paid went to interest, in all or in the year that is named."""
    try:
        period = periods.named(wish, today(turn))
    except periods.NoPeriod as none:
        raise Lacking("periodo", str(none)) from None
    values: dict[str, Any]
    labels, buttons = turn.messages.labels, ("dato_no_baja", "dato_simulacion", "movimientos")
    if period is None:
        whole = await person.breakdown()
        sums, since = whole.total, day(turn.messages, whole.since)
        rows = _sums(turn, sums)
        rows += [
            (
                labels["intereses_anio"].format(anio=year.year),
                labels["intereses_de"].format(
                    intereses=money(year.interest), pagado=money(year.paid)
                ),
            )
            for year in whole.years[:_YEARS]
        ]
        values = {"desde": since, "hasta": day(turn.messages, whole.as_of)}
    else:
        sums = (await person.movements(1, period.first, period.last)).sums
        rows = _sums(turn, sums)
        values = {
            "desde": day(turn.messages, period.first),
            "hasta": day(turn.messages, min(period.last, today(turn))),
        }
    text = turn.sentence(
        "intereses_pagados",
        pagado=money(sums.paid),
        intereses=money(sums.interest),
        capital=money(sums.principal),
        porcentaje=_share(sums),
        **values,
    )
    note = turn.sentence("intereses_nota")
    return Answer(text, card(labels["intereses_card"], rows, note), buttons)


def _sums(turn: Turn, sums: schemas.Sums) -> list[tuple[str, str]]:
    labels = turn.messages.labels
    parts = (
        ("pagaste", sums.by_you),
        ("puso_patron", sums.by_employer),
        ("puso_fondo", sums.by_fund),
        ("a_intereses", sums.interest),
        ("a_capital", sums.principal),
        ("a_seguros", sums.fees),
        ("a_favor", sums.unapplied),
    )
    return [(labels[name], money(amount)) for name, amount in parts if amount]


def _share(sums: schemas.Sums) -> int:
    if not sums.paid:
        return 0
    return int((100 * sums.interest / sums.paid).to_integral_value(ROUND_HALF_UP))


async def not_going_down(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell with the person's own figures why the debt goes down slowly."""
    credit, found = await person.credit(), await person.breakdown()
    labels, sums = turn.messages.labels, found.total
    text = turn.sentence(
        "no_baja",
        fecha=day(turn.messages, found.since),
        pagado=money(sums.paid),
        intereses=money(sums.interest),
        porcentaje=_share(sums),
        capital=money(sums.principal),
        antes=money(found.opening_balance),
        ahora=money(found.balance),
    )
    rows = [
        (labels["debias"], money(found.opening_balance)),
        (labels["debes"], money(found.balance)),
        *_sums(turn, sums),
    ]
    note = None
    if credit.liquidated_on is None:
        coming = await person.next_payment()
        if coming.interest or coming.principal:
            rows.append((labels["proxima_intereses"], money(coming.interest)))
            rows.append((labels["proxima_capital"], money(coming.principal)))
    if credit.overdue_amount > _ZERO:
        text += " " + turn.sentence("no_baja_atraso", monto=money(credit.overdue_amount))
    if credit.vsm_balance is not None:
        note = turn.sentence("no_baja_vsm")
    buttons = ("dato_simulacion", "movimientos", "dato_liquidar")
    return Answer(text, card(labels["no_baja"], rows, note), buttons)


async def simulation(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell what an amount more would change: once, or every month."""
    if wish.get("monto") is None:
        raise Lacking("monto", "monto_varios" if wish.get("montos") else None)
    amount, monthly = Decimal(str(wish["monto"])), wish.get("cada") == MONTHLY
    if not amount:
        raise Lacking("monto", "monto_cero")
    found = await person.simulate(*((_ZERO, amount) if monthly else (amount, _ZERO)))
    labels = turn.messages.labels
    key = "simulacion_mensual" if monthly else "simulacion"
    text = turn.sentence(key, monto=money(amount)) + " " + _outcome(turn, found)
    if found.to_arrears > _ZERO:
        text += " " + turn.sentence("simulacion_atraso", monto=money(found.to_arrears))
    rows: list[tuple[str, str]] = []
    for name, ending in (("como_vas", found.now), ("con_abono", found.then)):
        if ending is not None and ending.ends_on is not None:
            value = labels["termina"].format(
                fecha=day(turn.messages, ending.ends_on), meses=ending.months
            )
            rows += [(labels[name], value), (labels[f"{name}_i"], money(ending.interest))]
    note = turn.sentence("simulacion_nota")
    shown = card(labels["simulacion"], rows, note) if rows else None
    return Answer(text, shown, ("abonar", "dato_liquidar", "cuanto_debo"))


def _outcome(turn: Turn, found: schemas.Simulation) -> str:
    if found.pays_off:
        return turn.sentence("simulacion_liquida", sobra=money(found.left_over))
    if found.months_saved is None or found.interest_saved is None or found.then is None:
        return turn.sentence("simulacion_sin_fin")
    if not found.months_saved:
        return turn.sentence("simulacion_igual", intereses=money(found.interest_saved))
    assert found.then.ends_on is not None
    return turn.sentence(
        "simulacion_ahorro" if found.months_saved > 1 else "simulacion_ahorro_uno",
        meses=found.months_saved,
        intereses=money(found.interest_saved),
        fecha=day(turn.messages, found.then.ends_on),
    )
