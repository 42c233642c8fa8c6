"""Book, move and cancel an appointment: place, office, what for, day, hour, and a last yes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from accounts import appointments, calendar
from accounts.errors import AlreadyBooked, NoAppointment, NotASlot, SlotTaken
from bot.actions import days, directorio, tarea
from bot.actions.formats import short_day
from bot.actions.person import Person
from bot.actions.tarea import Open
from bot.actions.turn import Turn
from kb.directory import Place
from kb.errors import UnknownPlace
from kb.hours import MEXICO_CITY
from kb.text import fold

NAME = "cita"
BOOK, MOVE, CANCEL = "agendar_cita", "mover_cita", "cancelar_cita"

_PURPOSES: Mapping[str, str] = {
    **dict.fromkeys(("credito", "credito_nuevo", "casa", "apoyos", "avisos"), "credito"),
    **dict.fromkeys(("ahorro", "puntos"), "ahorro"),
    **dict.fromkeys(("datos", "cuenta", "nss"), "datos"),
    "pagos": "pagos",
}
"""What an appointment is for, by the category of what was talked about."""
_ASKED_FOR = ("credito", "ahorro", "pagos", "datos", "otro")
_DAYS_SHOWN, _HOURS_SHOWN, _LOOK_AHEAD = 5, 7, 21
_YES, _OTHER_DAY = "si", "otro_dia"
_NOT_AN_ID = re.compile(r"[^a-z0-9]+")

Data = dict[str, Any]


def heard(turn: Turn) -> Data:
    """Return what the message that begins a task already says of it."""
    said = days.read(turn) if not turn.chosen else days.Said()
    place, tramite = directorio.named_place(turn) or _remembered(turn), turn.tramite()
    return {
        "dia": str(said.day) if said.day else None,
        "hora": said.hour,
        "imposible": said.impossible,
        "lugar": place.name if place else None,
        "para": _PURPOSES.get(tramite.category) if tramite else None,
    }


async def begin(turn: Turn, person: Person, name: str, given: Data) -> None:
    """Begin with what is already said; NotVerified when it is about appointments one has."""
    data: Data = {"hace": name}
    if name == BOOK:
        data |= {"lugar": given.get("lugar"), "para": given.get("para")}
    else:
        mine = (await person.own_appointments()).items
        if not mine:
            tarea.close(turn)
            turn.tell("citas_sin", "agendar_cita", "menu")
            return
        data["citas"] = [_kept(one) for one in mine]
    if name != CANCEL:
        data |= {"dia": given.get("dia"), "hora": given.get("hora")}
    if given.get("imposible"):
        turn.tell("cita_no_existe")
    await _next(turn, person, data)


def _remembered(turn: Turn) -> Place | None:
    try:
        return turn.directory.place(str(turn.slot("lugar") or ""))
    except UnknownPlace:
        return None


def _kept(one: appointments.Booked) -> Data:
    return {
        "folio": one.folio,
        "oficina": one.office_id,
        "nombre": one.office_name,
        "zona": one.zone,
        "dia": str(one.day),
        "hora": one.time,
    }


def _ask(turn: Turn, step: str, data: Data, options: list[tarea.Option], **how: Any) -> None:
    before = how.pop("before", "")
    key = f"cita_pide_{step}" if step != "confirma" else _CONFIRMED_BY[data["hace"]]
    question = turn.sentence(key, **how)
    tarea.ask(turn, NAME, step, question, data, options, before=before)


async def _next(turn: Turn, person: Person, data: Data, before: str = "") -> None:
    """Ask for the first thing that is missing, or for the last yes."""
    for wanted, ask in _MISSING:
        if wanted(data):
            await ask(turn, person, data, before)
            return


async def _ask_which(turn: Turn, person: Person, data: Data, before: str) -> None:
    if len(data["citas"]) == 1:
        _choose(data, data["citas"][0])
        await _next(turn, person, data, before)
        return
    titles = turn.messages.labels["cita_linea"]
    options = [
        (
            titles.format(fecha=short_day(dt.date.fromisoformat(c["dia"])), hora=c["hora"]),
            c["folio"],
        )
        for c in data["citas"]
    ]
    _ask(turn, "cual", data, options, before=before)


def _choose(data: Data, one: Data) -> None:
    data |= {name: one[name] for name in ("folio", "oficina", "nombre", "zona")}
    data["era"] = {"dia": one["dia"], "hora": one["hora"]}


async def _ask_place(turn: Turn, person: Person, data: Data, before: str) -> None:
    _ask(turn, "lugar", data, [], before=before)


async def _ask_office(turn: Turn, person: Person, data: Data, before: str) -> None:
    place = turn.directory.place(data["lugar"])
    named = [
        (office.name, _office_name(turn, office.name, office.city)) for office in place.offices
    ]
    cities = [] if place.city else [city.name for city in place.state.cities]
    if not named and not cities:
        _settle_office(turn, data, place, turn.messages.labels["oficina_de"], place.name)
        await _next(turn, person, data, before)
        return
    if place.city and len(named) == 1:
        _settle_office(turn, data, place, named[0][1], place.name)
        await _next(turn, person, data, before)
        return
    options = [(short, full) for short, full in named] if place.city else []
    options += [(city, f"lugar:{city}") for city in cities[:_HOURS_SHOWN]]
    key = "oficina" if options and place.city else "ciudad"
    _ask(turn, key, data, options, before=before, lugar=place.name)


def _office_name(turn: Turn, name: str, city: str) -> str:
    return turn.messages.labels["oficina_en"].format(oficina=name, lugar=city)


def _settle_office(turn: Turn, data: Data, place: Place, pattern: str, where: str) -> None:
    name = pattern.format(lugar=where)
    identifier = _NOT_AN_ID.sub("-", fold(name)).strip("-")
    data |= {"oficina": identifier, "nombre": name, "zona": str(place.zone)}


async def _ask_purpose(turn: Turn, person: Person, data: Data, before: str) -> None:
    labels = turn.messages.labels
    options = [(labels[f"para_{name}"], name) for name in _ASKED_FOR]
    _ask(turn, "para", data, options, before=before)


async def _ask_day(turn: Turn, person: Person, data: Data, before: str) -> None:
    found = await person.slots(data["oficina"], data["zona"], None, _LOOK_AHEAD)
    free = [one.day for one in found.days if one.times][:_DAYS_SHOWN]
    options = [(days.on_a_button(turn, day), str(day)) for day in free]
    _ask(turn, "dia", data, options, before=before, oficina=data["nombre"])


async def _ask_hour(turn: Turn, person: Person, data: Data, before: str) -> None:
    day = dt.date.fromisoformat(data["dia"])
    found = (await person.slots(data["oficina"], data["zona"], day)).days[0]
    why = None if found.times else _no_day(turn, found)
    if why is not None:
        await _next(turn, person, data | {"dia": None}, f"{before} {why}".strip())
        return
    hour = data.get("hora")
    if hour in found.times:
        await _confirm(turn, data)
        return
    if hour is not None:
        before = " ".join((before, turn.sentence("cita_hora_no", hora=hour))).strip()
    shown = found.times[:: max(1, -(-len(found.times) // _HOURS_SHOWN))]
    labels = turn.messages.labels
    options = [*((time, time) for time in shown), (labels["otro_dia"], _OTHER_DAY)]
    written = days.in_words(turn, day)
    _ask(turn, "hora", data | {"hora": None}, options, before=before, dia=written)


def _no_day(turn: Turn, found: appointments.Day) -> str:
    today = turn.now.astimezone(MEXICO_CITY).date()
    values: Data = {
        "dia": days.in_words(turn, found.day),
        "hoy": days.in_words(turn, today),
        "fiesta": found.holiday,
        "dias": calendar.AHEAD,
    }
    return turn.sentence(_CLOSED[found.closed], **values)


_CLOSED: Mapping[str | None, str] = {
    "past": "cita_pasada",
    "weekend": "cita_fin_de_semana",
    "holiday": "cita_festivo",
    "too_far": "cita_lejos",
    None: "cita_dia_lleno",
}


async def _confirm(turn: Turn, data: Data) -> None:
    labels, was = turn.messages.labels, data.get("era") or {"dia": data.get("dia"), "hora": ""}
    cancel = data["hace"] == CANCEL
    day, hour = (was["dia"], was["hora"]) if cancel else (data["dia"], data["hora"])
    options = [(labels[f"si_{data['hace']}"], _YES)]
    if not cancel:
        options.append((labels["otro_dia"], _OTHER_DAY))
    written = days.in_words(turn, dt.date.fromisoformat(day))
    _ask(turn, "confirma", data, options, oficina=data["nombre"], dia=written, hora=hour)


async def _last_yes(turn: Turn, person: Person, data: Data, before: str) -> None:
    await _confirm(turn, data)


_MISSING: tuple[
    tuple[Callable[[Data], bool], Callable[[Turn, Person, Data, str], Awaitable[None]]], ...
] = (
    (lambda data: data["hace"] != BOOK and "folio" not in data, _ask_which),
    (lambda data: data["hace"] == BOOK and not data.get("lugar"), _ask_place),
    (lambda data: data["hace"] == BOOK and not data.get("oficina"), _ask_office),
    (lambda data: data["hace"] == BOOK and not data.get("para"), _ask_purpose),
    (lambda data: data["hace"] != CANCEL and not data.get("dia"), _ask_day),
    # With a day and an hour it asks for the last yes itself, if they are free.
    (lambda data: data["hace"] != CANCEL, _ask_hour),
    (lambda data: True, _last_yes),
)
_CONFIRMED_BY = {BOOK: "cita_aparto", MOVE: "cita_muevo", CANCEL: "cita_cancelo"}


def read(turn: Turn, task: Open) -> str | None:
    """Return the value that a typed message gives to the step that waits; None when none."""
    return _READERS.get(task.step, lambda turn: None)(turn)


def _read_when(turn: Turn, *, hour_alone: bool) -> str | None:
    said = days.read(turn, hour_alone=hour_alone)
    if said.impossible:
        return "imposible"
    if said.day is None and said.hour is None:
        return None
    return f"{said.day or ''} {said.hour or ''}"


def _read_place(turn: Turn) -> str | None:
    place = directorio.named_place(turn)
    return f"lugar:{place.name}" if place else None


_READERS: Mapping[str, Callable[[Turn], str | None]] = {
    "lugar": _read_place,
    "ciudad": _read_place,
    "oficina": _read_place,
    "dia": lambda turn: _read_when(turn, hour_alone=False),
    "hora": lambda turn: _read_when(turn, hour_alone=True),
    "confirma": lambda turn: _read_when(turn, hour_alone=False),
}


async def take(turn: Turn, person: Person, task: Open, value: str) -> None:
    """Go on with the answer to the step that waits; NotVerified where a session is needed."""
    data = dict(task.data)
    if task.step == "confirma" and value == _YES:
        await _do(turn, person, data)
        return
    if value == "imposible":
        tarea.again(turn, "cita_no_existe")
        return
    _TAKERS[task.step](turn, data, value)
    await _next(turn, person, data)


def _take_office(turn: Turn, data: Data, value: str) -> None:
    if value.startswith("lugar:"):
        data |= {"lugar": value.removeprefix("lugar:"), "oficina": None}
        turn.remember(lugar=data["lugar"])
        return
    place = turn.directory.place(data["lugar"])
    _settle_office(turn, data, place, value, place.name)


def _take_purpose(turn: Turn, data: Data, value: str) -> None:
    data["para"] = value


def _take_which(turn: Turn, data: Data, value: str) -> None:
    _choose(data, next(one for one in data["citas"] if one["folio"] == value))


def _take_day(turn: Turn, data: Data, value: str) -> None:
    day, _, hour = value.partition(" ")
    data |= {"dia": day or None, "hora": hour or data.get("hora")}


def _take_hour(turn: Turn, data: Data, value: str) -> None:
    if value == _OTHER_DAY:
        data |= {"dia": None, "hora": None}
        return
    day, _, hour = value.rpartition(" ")
    data |= {"dia": day or data["dia"], "hora": hour or None}


_TAKERS: Mapping[str, Callable[[Turn, Data, str], None]] = {
    "cual": _take_which,
    "lugar": _take_office,
    "ciudad": _take_office,
    "oficina": _take_office,
    "para": _take_purpose,
    "dia": _take_day,
    "hora": _take_hour,
    "confirma": _take_hour,
}


async def _do(turn: Turn, person: Person, data: Data) -> None:
    try:
        done = await _DOING[data["hace"]](person, data)
    except SlotTaken:
        lost = turn.sentence("cita_hora_llena")
        await _next(turn, person, data | {"hora": None}, lost)
    except NotASlot:
        lost = turn.sentence("cita_ya_no")
        await _next(turn, person, data | {"dia": None, "hora": None}, lost)
    except AlreadyBooked:
        tarea.close(turn)
        turn.tell("cita_ya_tienes", "dato_citas", "mover_cita", "menu")
    except NoAppointment:
        tarea.close(turn)
        turn.tell("cita_sin_esa", "dato_citas", "agendar_cita", "menu")
    else:
        tarea.close(turn)
        key, *buttons = _DONE[data["hace"]]
        written = days.in_words(turn, done.day)
        # Not sealed: the person needs the day and the folio when the session is over.
        values = {"oficina": done.office_name, "dia": written, "hora": done.time}
        turn.tell(key, *buttons, folio=done.folio, **values)


async def _book(person: Person, data: Data) -> appointments.Booked:
    office = {"id": data["oficina"], "name": data["nombre"], "zone": data["zona"]}
    return await person.book(office, data["para"], data["dia"], data["hora"])


async def _move(person: Person, data: Data) -> appointments.Booked:
    return await person.move(data["folio"], data["dia"], data["hora"])


async def _cancel(person: Person, data: Data) -> appointments.Booked:
    return await person.cancel(data["folio"])


_DOING: Mapping[str, Callable[[Person, Data], Awaitable[appointments.Booked]]] = {
    BOOK: _book,
    MOVE: _move,
    CANCEL: _cancel,
}
_DONE = {
    BOOK: ("cita_apartada", "mover_cita", "cancelar_cita", "menu"),
    MOVE: ("cita_movida", "cancelar_cita", "menu"),
    CANCEL: ("cita_cancelada", "agendar_cita", "menu"),
}
