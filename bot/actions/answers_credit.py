"""Put what a person owes and pays into words: the figure first, then a card."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.actions import periods
from bot.actions.answering import Answer, Lacking, Wish
from bot.actions.details import today
from bot.actions.formats import day, money, short_day
from bot.actions.person import Person
from bot.actions.turn import Turn
from bot.replies import card

MOVEMENTS = 6
_IN_A_PERIOD = 24
_ZERO = Decimal(0)
_FORTNIGHT = 15


async def debt(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell what is owed in all, of it what is overdue, and as of when."""
    found = await person.credit()
    labels, as_of = turn.messages.labels, day(turn.messages, found.as_of)
    if found.liquidated_on is not None:
        text = turn.sentence("deuda_liquidada", fecha=as_of)
        if found.favour_balance > _ZERO:
            text += " " + turn.sentence("saldo_a_favor", monto=money(found.favour_balance))
            return Answer(text, None, ("pague_de_mas", "movimientos"))
        return Answer(text, None, ("movimientos", "mi_ahorro"))
    rows = [(labels["saldo"], money(found.balance))]
    owed = (("intereses", found.interest_due), ("cargos", found.fees_due))
    rows += [(labels[name], money(amount)) for name, amount in owed if amount > _ZERO]
    rows.append((labels["total"], money(found.total_owed)))
    if found.months_overdue:
        rows.append((labels["atraso"], money(found.overdue_amount)))
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


async def next_payment(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell the next payment, its parts and who pays it in."""
    found = await person.next_payment()
    labels, due = turn.messages.labels, day(turn.messages, found.due_on)
    key = "mensualidad" if found.amount > _ZERO else "mensualidad_pausa"
    text = turn.sentence(key, monto=money(found.amount), fecha=due)
    if found.support is not None:
        support = found.support
        values: dict[str, Any] = {
            "apoyo": support.kind_name,
            "usados": support.used,
            "meses": support.months,
        }
        text += " " + turn.sentence("apoyo_meses", **values)
    rows = [
        (labels["mensualidad"], money(found.amount)),
        (labels["vence"], short_day(found.due_on)),
    ]
    if len(found.parts) > 1:
        rows = [*((part.name, money(part.amount)) for part in found.parts), *rows]
        rows[-2] = (labels["pago_total"], money(found.amount))
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
    buttons = ("donde_pagar", "cuanto_debo", "problemas_pago")
    if found.last_payment is not None and found.last_payment.amount != found.amount:
        buttons = ("dato_descuento", "donde_pagar", "cuanto_debo")
    return Answer(text, card(labels["mensualidad_card"], rows, found.reason_name), buttons)


async def discount(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell what the last payment was made of, and why it is not the monthly payment."""
    found = await person.next_payment()
    labels, last = turn.messages.labels, found.last_payment
    buttons = ("mensualidad", "movimientos", "dato_avisos")
    if last is None:
        text = turn.sentence("descuento_ninguno")
        return Answer(f"{text} {found.reason_name}", None, buttons)
    monthly = money(last.amount - last.difference)
    values: dict[str, Any] = {"monto": money(last.amount), "fecha": day(turn.messages, last.date)}
    text = turn.sentence("descuento", concepto=last.concept_name, **values)
    if last.difference:
        key = "descuento_mas" if last.difference > _ZERO else "descuento_menos"
        gap = money(abs(last.difference))
        text += " " + turn.sentence(key, mensualidad=monthly, diferencia=gap)
    else:
        text += " " + turn.sentence("descuento_igual")
    rows = [(part.name, money(part.amount)) for part in last.parts]
    rows.append((labels["pago_total"], money(last.amount)))
    if found.bimester is not None:
        bimester = found.bimester
        text += " " + turn.sentence(
            "descuento_bimestre",
            dias=bimester.days,
            total=money(bimester.amount),
            quincena=money(bimester.per_day * _FORTNIGHT),
        )
    return Answer(text, card(labels["descuento"], rows, found.reason_name), buttons)


async def movements(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell the movements of the period that is named, or the newest ones."""
    buttons = ("dato_pdf_estado_de_cuenta", "cuanto_debo", "mensualidad", "dato_intereses")
    labels = turn.messages.labels
    try:
        period = periods.named(wish, today(turn))
    except periods.NoPeriod as none:
        raise Lacking("periodo", str(none)) from None
    values: dict[str, Any]
    if period is None:
        found = await person.movements(MOVEMENTS)
        key, values = "movimientos", {"fecha": day(turn.messages, found.as_of)}
    else:
        found = await person.movements(_IN_A_PERIOD, period.first, period.last)
        key = "movimientos_periodo" if found.total else "sin_movimientos_periodo"
        values = {
            "desde": day(turn.messages, period.first),
            "hasta": day(turn.messages, period.last),
            "total": found.total,
            "monto": money(found.sums.paid),
        }
    if not found.items:
        empty = key if period else "sin_movimientos"
        return Answer(turn.sentence(empty, **values), None, buttons)
    rows = [
        (
            labels["movimiento"].format(fecha=short_day(item.date), concepto=item.concept_name),
            money(item.amount),
        )
        for item in found.items
    ]
    note = None
    if period and found.total > len(found.items):
        note = turn.sentence("movimientos_mas", n=len(found.items), total=found.total)
    text = turn.sentence(key, n=len(found.items), **values)
    return Answer(text, card(labels["movimientos"], rows, note), buttons)


async def credit_data(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell the terms of the credit."""
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


async def credit_number(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell the number of the credit."""
    found = await person.credit()
    text = turn.sentence("numero_credito", numero=found.number)
    return Answer(text, None, ("datos_credito", "cuanto_debo"))


async def insurances(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell the insurances that come with the credit."""
    found = await person.insurances()
    labels = turn.messages.labels
    rows = [
        (
            one.kind_name,
            labels["seguro_con_costo" if one.cost else "seguro"].format(
                costo=money(one.cost or _ZERO), cada=one.cost_name, cubre=one.covers
            ),
        )
        for one in found.items
    ]
    key = "seguros" if any(one.in_force for one in found.items) else "seguros_terminados"
    text = turn.sentence(key, fecha=day(turn.messages, found.as_of))
    return Answer(text, card(labels["seguros"], rows), ("cuanto_debo", "movimientos"))


async def notices(turn: Turn, person: Person, wish: Wish) -> Answer:
    """Tell the notices sent to employers."""
    found = await person.notices()
    labels, buttons = turn.messages.labels, ("mensualidad", "dato_descuento", "cuanto_debo")
    if not found.items:
        return Answer(turn.sentence("sin_avisos"), None, buttons)
    rows = [
        (
            labels["movimiento"].format(fecha=short_day(one.issued_on), concepto=one.kind_name),
            labels["aviso"].format(patron=one.employer, monto=money(one.monthly_discount)),
        )
        for one in found.items
    ]
    return Answer(
        turn.sentence("avisos", n=len(found.items)), card(labels["avisos"], rows), buttons
    )
