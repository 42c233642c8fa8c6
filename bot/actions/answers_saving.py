"""Put savings, employers, requests and appointments into words: the figure first, then a card."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

from accounts import requests, schemas
from accounts.errors import NoApplication, NoRequest
from bot.actions.answering import Answer, Wish
from bot.actions.days import in_words
from bot.actions.formats import day, money, short_day
from bot.actions.person import Person
from bot.actions.spans import Period, bimester_name
from bot.actions.turn import Turn
from bot.replies import card

LISTED = 6
_YEAR = 12
_ZERO = Decimal(0)
_NEXT = ("mi_ahorro", "mis_puntos")


async def _movements(turn: Turn, person: Person, wish: Wish) -> Answer:
    if wish.get("solo") == "aportaciones" or str(wish.get("bimestre") or ""):
        return await _contributions(turn, person, wish)
    period = Period.of(wish)
    days = (period.first, period.last) if period else (None, None)
    found = await person.savings_movements(LISTED, *days)
    labels, as_of = turn.messages.labels, day(turn.messages, found.as_of)
    if not found.items:
        key = "ahorro_sin_movimientos" if period else "sin_movimientos"
        text = turn.sentence(key, **_named(period, fecha=as_of))
        return Answer(text, None, _NEXT)
    rows = [
        (
            labels["movimiento"].format(fecha=short_day(item.date), concepto=item.concept_name),
            money(item.amount),
        )
        for item in found.items
    ]
    text = turn.sentence("movimientos", n=len(found.items), fecha=as_of)
    if period:
        text = turn.sentence("ahorro_periodo", periodo=period.name, entro=money(found.money_in))
        if found.money_out > _ZERO:
            text += " " + turn.sentence("ahorro_salio", salio=money(found.money_out))
        rows += [
            (labels["saldo_inicial"], money(found.opening_balance)),
            (labels["saldo_final"], money(found.closing_balance)),
        ]
        if found.total > len(found.items):
            text += " " + turn.sentence("ahorro_ultimos", n=len(found.items), total=found.total)
    buttons = ("dato_pdf_movimientos_ahorro", *_NEXT)
    return Answer(text, card(labels["ahorro_movimientos"], rows), buttons)


def _named(period: Period | None, **values: Any) -> dict[str, Any]:
    return {"periodo": period.name} if period else values


async def _contributions(turn: Turn, person: Person, wish: Wish) -> Answer:
    period = Period.of(wish)
    days = (period.first, period.last) if period else (None, None)
    found = await person.contributions(_YEAR if period else LISTED, *days)
    labels = turn.messages.labels
    name = period.name if period else labels["periodo_todo"]
    if not found.items:
        return Answer(turn.sentence("aportaciones_sin", periodo=name), None, _NEXT)
    text = turn.sentence("aportaciones", monto=money(found.paid), periodo=name)
    rows = [_contribution(turn, one) for one in found.items]
    if any(one.to_credit for one in found.items):
        text += " " + turn.sentence("aportaciones_credito")
    if not found.missing_count:
        text += " " + turn.sentence("aportaciones_completas")
        return Answer(text, card(labels["aportaciones"], rows), ("dato_patrones", *_NEXT))
    missing = await person.contributions(LISTED, *days, missing=True)
    text += " " + turn.sentence("aportaciones_faltan", **_missing(turn, missing))
    buttons = ("patron_no_aporta", "dato_patrones", "mi_ahorro")
    return Answer(text, card(labels["aportaciones"], rows), buttons)


def _contribution(turn: Turn, one: schemas.BimesterContribution) -> tuple[str, str]:
    key = "aportacion_falta" if one.missing else "aportacion_pagada"
    amount = money(one.missing or one.paid)
    value = turn.messages.labels[key].format(monto=amount, patron=one.employer)
    return bimester_name(turn, one.year, one.bimester), value


def _missing(turn: Turn, found: schemas.Contributions) -> dict[str, Any]:
    labels = turn.messages.labels
    names = [
        labels["aportacion_linea"].format(
            bimestre=bimester_name(turn, one.year, one.bimester), patron=one.employer
        )
        for one in found.items
    ]
    return {"cuales": labels["lista_y"].join(names), "monto": money(found.missing)}


async def _employers(turn: Turn, person: Person, wish: Wish) -> Answer:
    found = await person.employers()
    labels = turn.messages.labels
    if not found.items:
        return Answer(turn.sentence("patrones_sin"), None, ("mi_ahorro",))
    now = [one.employer for one in found.items if one.ended_on is None]
    key = "patrones_ahora" if now else "patrones_ninguno"
    text = turn.sentence(key, patrones=labels["lista_y"].join(now))
    late = [one for one in found.items if one.missing]
    for one in late:
        text += " " + turn.sentence("patron_debe", patron=one.employer, n=one.missing)
    rows = []
    for one in found.items[:LISTED]:
        until = short_day(one.ended_on) if one.ended_on else labels["hasta_hoy"]
        since = short_day(one.started_on)
        rows.append((labels["patron"], one.employer))
        rows.append((labels["fechas"], labels["fechas_valor"].format(desde=since, hasta=until)))
        rows.append((labels["salario_diario"], money(one.daily_wage)))
    note = turn.sentence("patrones_nota")
    buttons = ("patron_no_aporta",) if late else ()
    return Answer(text, card(labels["patrones"], rows, note), (*buttons, "dato_aportaciones"))


async def _application(turn: Turn, person: Person, wish: Wish) -> Answer:
    labels = turn.messages.labels
    try:
        found = await person.application()
    except NoApplication:
        return await _requests(turn, person, wish, "solicitud_sin")
    text = turn.sentence("solicitud", etapa=found.stage_name, siguiente=found.next_step)
    rows = [
        (labels["producto"], found.product_name),
        (labels["etapa"], found.stage_name),
        (labels["desde"], short_day(found.started_on)),
        (labels["actualizado"], short_day(found.updated_on)),
    ]
    return Answer(text, card(labels["solicitud"], rows), ("dato_tramites", "mis_puntos"))


async def _requests(turn: Turn, person: Person, wish: Wish, leading: str | None = None) -> Answer:
    folio = wish.get("folio")
    before = turn.sentence(leading) + " " if leading else ""
    try:
        found = await person.own_requests(folio)
    except NoRequest:
        text = turn.sentence("folio_desconocido", folio=folio)
        return Answer(text, None, ("dato_tramites", "infonatel"))
    if not found.items:
        return Answer(before + turn.sentence("tramites_sin"), None, ("infonatel", "menu"))
    if folio or len(found.items) == 1:
        text, rows = _one_request(turn, found.items[0])
        return Answer(before + text, card(found.items[0].folio, rows), ("infonatel",))
    labels = turn.messages.labels
    waiting = sum(one.open for one in found.items)
    text = before + turn.sentence("tramites", n=len(found.items), abiertos=waiting)
    first = next((one for one in found.items if one.open), None)
    if first is not None:
        text += " " + turn.sentence("tramite_siguiente", folio=first.folio, paso=first.next_step)
    rows = [
        (
            labels["tramite_linea"].format(folio=one.folio, tipo=one.kind_name),
            labels["tramite_valor"].format(etapa=one.stage_name, fecha=short_day(one.updated_on)),
        )
        for one in found.items[:LISTED]
    ]
    return Answer(text, card(labels["tramites"], rows), ("infonatel",))


def _one_request(turn: Turn, one: requests.RequestState) -> tuple[str, list[tuple[str, str]]]:
    labels = turn.messages.labels
    text = turn.sentence(
        "tramite", folio=one.folio, tipo=one.kind_name, etapa=one.stage_name, paso=one.next_step
    )
    rows = [(labels["asunto"], one.subject_name)] if one.subject_name else []
    rows += [(reached.stage_name, short_day(reached.on)) for reached in one.history]
    return text, rows


async def _asked(turn: Turn, person: Person, wish: Wish) -> Answer:
    return await _requests(turn, person, wish)


async def _appointments(turn: Turn, person: Person, wish: Wish) -> Answer:
    found = (await person.own_appointments()).items
    labels = turn.messages.labels
    if not found:
        return Answer(turn.sentence("citas_sin"), None, ("agendar_cita", "menu"))
    first = found[0]
    text = turn.sentence(
        "citas", oficina=first.office_name, dia=in_words(turn, first.day), hora=first.time
    )
    rows = [
        (
            labels["cita_linea"].format(fecha=short_day(one.day), hora=one.time),
            labels["cita_valor"].format(oficina=one.office_name, para=one.purpose_name),
        )
        for one in found
    ]
    note = turn.sentence("cita_lleva")
    return Answer(text, card(labels["citas"], rows, note), ("mover_cita", "cancelar_cita"))


async def _points(turn: Turn, person: Person, wish: Wish) -> Answer:
    found = await person.points()
    labels, as_of = turn.messages.labels, day(turn.messages, found.as_of)
    text = turn.sentence("puntos", puntos=found.points, minimo=found.required, fecha=as_of)
    closing = ("puntos_bastan", {}) if found.enough else ("puntos_faltan", {"faltan": found.gap})
    text += " " + turn.sentence(closing[0], **closing[1])
    todo, *buttons = _TODO[found.blocker]
    text += " " + turn.sentence(todo)
    rows = [(part.component_name, str(part.points)) for part in found.components]
    rows += [
        (labels["puntos_total"], str(found.points)),
        (labels["puntos_minimo"], str(found.required)),
    ]
    if found.blocker_name:
        rows.append((labels["bloqueo"], found.blocker_name))
    note = turn.sentence("puntos_nota")
    return Answer(text, card(labels["puntos"], rows, note), (*buttons, "mi_ahorro"))


_TODO: Mapping[str | None, tuple[str, ...]] = {
    None: ("puntos_que_sigue", "tipos_de_credito", "dato_solicitud"),
    "faltan_puntos": ("puntos_como_subir", "dato_aportaciones"),
    "sin_relacion_laboral": ("puntos_sin_patron", "dato_patrones"),
    "credito_vigente": ("puntos_con_credito", "segundo_credito"),
}
"""What to do about it, by what stands in the way."""

ANSWERS: Mapping[str, Callable[[Turn, Person, Wish], Awaitable[Answer]]] = {
    "ahorro_movimientos": _movements,
    "aportaciones": _contributions,
    "patrones": _employers,
    "solicitud": _application,
    "tramites": _asked,
    "citas": _appointments,
    "puntos": _points,
}
