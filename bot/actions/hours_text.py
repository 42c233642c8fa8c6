"""Put opening hours into words: now, on a day, through the week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bot.actions.turn import Turn
from kb.directory import Attention, Place, Service, attention
from kb.hours import MEXICO_CITY, WEEK, Schedule, Shift, holiday, next_opening

_MIDNIGHT = dt.time()
_NOW = {
    Attention.OPEN: "horario_abierto",
    Attention.DISPUTED: "horario_en_duda",
    Attention.CLOSED: "horario_cerrado",
}
_PERHAPS_NOW = {Attention.OPEN: "horario_quiza_si", Attention.CLOSED: "horario_quiza_no"}


def now_text(turn: Turn, service: Service, place: Place | None) -> str:
    """Say whether a service with a schedule attends at this moment, and when it next does."""
    schedule = service.schedules[0]
    state = attention(service, turn.now)
    rest = holiday(turn.now.astimezone(schedule.zone).date())
    if service.certainty == "unconfirmed":
        key = _PERHAPS_NOW[state]
    elif rest and state is Attention.CLOSED:
        key = "horario_descanso"
    else:
        key = _NOW[state]
    return turn.sentence(
        key,
        nombre=service.name,
        reloj=_clock(turn, place),
        fiesta=rest,
        cuando=_opens(turn, schedule, turn.now, place),
    )


def day_text(turn: Turn, service: Service, place: Place | None, day: dt.date) -> str:
    """Say whether a service with a schedule attends on a day, and when it next does."""
    schedule = service.schedules[0]
    shifts, rest = schedule.shifts(day), holiday(day)
    if service.certainty == "unconfirmed":
        key = "dia_quiza_si" if shifts else "dia_quiza_no"
    elif shifts:
        key = "dia_abierto"
    else:
        key = "dia_descanso" if rest else "dia_cerrado"
    named = day_name(turn, day)
    begins = dt.datetime.combine(day, _MIDNIGHT, schedule.zone)
    text = turn.sentence(
        key,
        nombre=service.name,
        dia=named if key.startswith("dia_quiza") else named[0].upper() + named[1:],
        horas=_shifts(turn.messages.labels, shifts),
        fiesta=rest,
        cuando=_opens(turn, schedule, begins, place),
    )
    sometimes = None if shifts or rest else service.sometimes.get(WEEK[day.weekday()])
    return f"{text} {sometimes}" if sometimes else text


def week_text(turn: Turn, schedule: Schedule, place: Place | None) -> str:
    """Say the hours of the week, and whose hours they are where the clock is another."""
    labels = turn.messages.labels
    stretches = []
    for first, last, shifts in schedule.stretches():
        size = WEEK.index(last) - WEEK.index(first)
        kind = ("dias_un", "dias_dos")[size] if size < 2 else "dias_varios"
        days = labels[kind].format(desde=labels[first], hasta=labels[last])
        stretches.append(labels["tramo"].format(dias=days, horas=_shifts(labels, shifts)))
    foreign = place is not None and place.zone != schedule.zone and _apart(place, turn.now)
    key = "horario_semana_capital" if foreign else "horario_semana"
    return turn.sentence(key, semana=labels["entre_tramos"].join(stretches))


def day_name(turn: Turn, day: dt.date) -> str:
    """Return a day in words: «el miércoles 16 de septiembre», with the year when it is another."""
    label = "dia_semana" if day.year == turn.now.year else "dia_semana_anio"
    return turn.messages.labels[label].format(
        semana=turn.messages.labels[WEEK[day.weekday()]],
        dia=day.day,
        mes=turn.messages.months[day.month - 1],
        anio=day.year,
    )


def _shifts(labels: Mapping[str, str], shifts: tuple[Shift, ...]) -> str:
    turns = [labels["turno"].format(abre=_hour(s.opens), cierra=_hour(s.closes)) for s in shifts]
    return labels["entre_turnos"].join(turns)


def _hour(time: dt.time) -> str:
    return f"{time.hour}:{time.minute:02d}"


def _clock(turn: Turn, place: Place | None) -> str:
    """Say what time it is; where the clock is another than the capital's, both."""
    labels, capital = turn.messages.labels, turn.now.astimezone(MEXICO_CITY)
    here = turn.now.astimezone(place.zone) if place else capital
    said = labels["reloj_una" if here.hour == 1 else "reloj_horas"].format(hora=_hour(here.time()))
    if place is None:
        return labels["reloj_capital"].format(reloj=said)
    if not _apart(place, turn.now):
        return said
    there = _hour(capital.time())
    return labels["reloj_lugar"].format(reloj=said, lugar=place.name, capital=there)


def _apart(place: Place, moment: dt.datetime) -> bool:
    """Tell whether the clock of a place and that of the capital differ at a moment."""
    here, capital = moment.astimezone(place.zone), moment.astimezone(MEXICO_CITY)
    return here.utcoffset() != capital.utcoffset()


def _opens(turn: Turn, schedule: Schedule, moment: dt.datetime, place: Place | None) -> str:
    """Say when it next opens, naming the clock where the person may have another."""
    opening = next_opening(schedule, moment)
    if opening is None:
        raise ValueError("a schedule that never opens cannot be told")
    labels, today = turn.messages.labels, turn.now.astimezone(schedule.zone).date()
    near = {today: labels["hoy"], today + dt.timedelta(1): labels["manana"]}
    day = near.get(opening.date()) or day_name(turn, opening.date())
    label = "abren_una" if opening.hour == 1 else "abren"
    said = labels[label].format(dia=day, hora=_hour(opening.time()))
    if place is None or not _apart(place, opening):
        return said
    if schedule.zone == place.zone:
        return labels["abren_lugar"].format(cuando=said, lugar=place.name)
    return labels["abren_capital"].format(cuando=said)
