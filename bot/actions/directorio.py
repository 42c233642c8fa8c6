"""Answer whether it is open, when it opens and where an office is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.actions.hours_question import OFFICES, HoursQuestion, mistaken_for, read
from bot.actions.hours_text import day_text, now_text, week_text
from bot.actions.state import PASSING, Waiting
from bot.actions.turn import Turn
from bot.replies import Choice, Link, Reply, choice, reply
from kb.directory import Directory, Place, Service
from kb.errors import UnknownPlace
from kb.hours import MEXICO_CITY, Shift
from kb.model import Source, Tramite

OFFICE = "CESI"
"""What a trámite that is done in an office says in the name of that channel."""

_SURE = 0.7
"""From this confidence on an intent says which service is meant, though no word names it."""
_SHORT = 4
"""A name of a place that nobody knows has at most as many words."""
_BRIEF = 8
"""In a longer message «contestan» and «ahora» may be said in passing."""


class Told(NamedTuple):
    """Where something that was told comes from."""

    sources: tuple[Source, ...]
    verified_on: dt.date
    confidence: str
    disputed: str | None = None


def answer(turn: Turn) -> bool:
    """Answer a message that asks for hours or an office, or names the place asked for.

    Of what is chosen, only the name of a place.
    """
    place = named_place(turn)
    if turn.chosen and place is None:
        return False
    text = OFFICE if turn.chosen else turn.text
    question = read(text, turn.entity("fecha"), turn.now.astimezone(MEXICO_CITY).date())
    near = [place] if place else _near(turn, question)
    if near and place is None:
        question = replace(question, rest=())
    place = near[0] if len(near) == 1 else None
    service = _service(turn, question)
    if not _asked(turn, question, service, near[0] if near else None):
        return _not_found(turn)
    if len(near) > 1:
        _ask_which(turn, near)
        return True
    named, place = place is not None, place or _remembered(turn)
    if turn.slot("esperando") in PASSING:
        turn.remember(esperando=None)
    turn.remember(tramite=service.tramite, pregunta=None, lugar=place.name if place else None)
    if service.id == OFFICES and (named or question.where or question.bare):
        turn.say(*_offices(turn, service, question, place))
    else:
        turn.say(reply(_hours(turn, service, question, place)))
    source = turn.button("fuente_horario", tramite=service.tramite)
    turn.replies[-1]["choices"] = turn.choices(
        *_CHOICES.get(service.id, _OTHERWISE), source, "menu"
    )
    return True


def named_place(turn: Turn) -> Place | None:
    """Return the place a message names, the city before its state."""
    for kind in ("ciudad", "estado"):
        try:
            return turn.directory.place(str(turn.entity(kind) or ""))
        except UnknownPlace:
            continue
    return None


def _near(turn: Turn, question: HoursQuestion) -> Sequence[Place]:
    """Return the place that is named in short, or with a slip, or those it may be."""
    if question.place is not None:
        return [turn.directory.place(question.place)]
    waited = turn.slot("esperando") == Waiting.PLACE
    if not question.rest or not (waited or question.about_attention):
        return []
    return turn.directory.near(" ".join(question.rest), partly=waited)


def _ask_which(turn: Turn, places: Sequence[Place]) -> None:
    topic = turn.directory.service(OFFICES).tramite
    turn.remember(esperando=Waiting.PLACE, tramite=topic)
    choices = [
        choice(place.name, topic, **{"ciudad" if place.city else "estado": place.name})
        for place in places
    ]
    turn.say(reply(turn.sentence("lugar_cual"), choices=[*choices, turn.button("menu")]))


def offices_text(turn: Turn, place: Place) -> str:
    """Say what is known of the offices of a place, and where the official list is."""
    known = turn.messages.labels["lista_y"].join(office.name for office in place.offices)
    key = "oficinas_con_nombre" if known else "oficinas_sin_direccion"
    return f"{turn.sentence(key, lugar=place.name, oficinas=known)}\n{_official(turn)}"


def payment_choices(turn: Turn, tramite: Tramite) -> list[Choice]:
    """Return the ways to pay as choices when the trámite is about them, else none."""
    payments = turn.directory.payments
    return [turn.topic(way) for way in payments.ways] if tramite.id == payments.tramite else []


def sources(turn: Turn, tramite: Tramite) -> Told | None:
    """Return where the hours that a trámite is about come from, and the offices of the place."""
    service, place = turn.directory.service_of(tramite.id), _remembered(turn)
    if service is None:
        return None
    offices = place.offices if place and service.id == OFFICES else ()
    every = (*service.sources, *(source for office in offices for source in office.sources))
    return Told(tuple(dict.fromkeys(every)), service.verified_on, service.confidence)


def official_links(directory: Directory) -> list[Link]:
    """Return the pages that list the offices."""
    return [{"title": c.name, "url": c.url} for c in directory.official.links if c.url]


_CHOICES = {
    OFFICES: ("pedir_cita", "infonatel"),
    "infonatel": ("cita",),
}
_OTHERWISE = ("infonatel",)


def _asked(turn: Turn, question: HoursQuestion, service: Service, place: Place | None) -> bool:
    offices = service.id == OFFICES
    if turn.slot("esperando") == Waiting.PLACE and place:
        return question.closed or turn.intent in mistaken_for()
    if turn.directory.service_of(turn.intent) is not None:
        return _asked_of_topic(turn, question, service, place)
    if turn.intent in turn.library or not question.closed:
        return False
    named = "house" in question.said or bool(question.services)
    if question.hours or (offices and named and (place or question.where)):
        return True
    talked_about = turn.directory.service_of(str(turn.slot("tramite") or ""))
    # «Qué día es hoy» is no question about the office that was talked about.
    other_day = question.day is not None and not question.said & {"hour", "meaning"}
    return talked_about is not None and (place is not None or other_day)


def _asked_of_topic(
    turn: Turn, question: HoursQuestion, service: Service, place: Place | None
) -> bool:
    """Tell whether a message about offices, telephone or chat asks for hours or a place."""
    if service.id != OFFICES:
        brief = len(turn.text.split()) <= _BRIEF
        return question.hours and question.timed and (question.exact or brief)
    # «Una cita en Tijuana» is for the guide, «dónde hago la cita en Tijuana» is not.
    there = place is not None and ("appointment" not in question.said or "where" in question.said)
    return there or question.hours or question.where or question.bare


def _service(turn: Turn, question: HoursQuestion) -> Service:
    """Return the service a message means: a word, the intent, the talk so far, else the offices."""
    meant = turn.directory.service_of(turn.intent) if _confidence(turn) >= _SURE else None
    # In a longer message a word may name what the person does not want.
    if question.services and (question.closed or meant is None):
        named = OFFICES if OFFICES in question.services else question.services[0]
        return turn.directory.service(named)
    talked_about = turn.directory.service_of(str(turn.slot("tramite") or ""))
    return meant or talked_about or turn.directory.service(OFFICES)


def _confidence(turn: Turn) -> float:
    return turn.confidences[0][1] if turn.confidences else 0.0


def _remembered(turn: Turn) -> Place | None:
    try:
        return turn.directory.place(str(turn.slot("lugar") or ""))
    except UnknownPlace:
        return None


def _not_found(turn: Turn) -> bool:
    """Say that no place has the name that was written when one was asked for."""
    waited = turn.slot("esperando") == Waiting.PLACE and turn.intent not in turn.library
    understood = turn.intent not in mistaken_for() and _confidence(turn) >= _SURE
    if not waited or understood or len(turn.text.split()) > _SHORT:
        return False
    turn.remember(esperando=None)
    links = official_links(turn.directory)
    choices = turn.choices("pedir_cita", "infonatel", "menu")
    turn.say(reply(turn.sentence("lugar_desconocido"), choices=choices, links=links))
    return True


def _offices(
    turn: Turn, service: Service, question: HoursQuestion, place: Place | None
) -> list[Reply]:
    links = official_links(turn.directory)
    hours = reply(_hours(turn, service, question, place))
    if place is None:
        turn.remember(esperando=Waiting.PLACE)
        listed = reply(_official(turn), links=links)
        which = reply(turn.sentence("oficinas_lugar"))
        return [hours, listed, which] if question.hours else [listed, which]
    offices = reply(offices_text(turn, place), links=links)
    only_hours = question.hours and not question.where and not question.services
    return [hours] if only_hours else [offices, hours]


def _official(turn: Turn) -> str:
    official, line = turn.directory.official, turn.messages.labels["paso_linea"]
    steps = [line.format(numero=n, paso=step) for n, step in enumerate(official.steps, start=1)]
    return turn.sentence("oficinas_lista", pasos="\n".join(steps), telefono=official.phone)


def _hours(turn: Turn, service: Service, question: HoursQuestion, place: Place | None) -> str:
    """Say whether it is open on the day that is asked for or now, its week and what is disputed."""
    if not service.schedules:
        return service.note
    there = _with_exceptions(service.at(place.zone) if place else service, place)
    schedule = there.schedules[0]
    today = turn.now.astimezone(schedule.zone).date()
    if question.day is not None and question.day != today:
        status = day_text(turn, there, place, question.day)
    elif "season" in question.said:
        status = turn.sentence("temporada")
    else:
        status = now_text(turn, there, place)
    return "\n".join((status, week_text(turn, schedule, place), there.note))


def _with_exceptions(service: Service, place: Place | None) -> Service:
    """Return the service with the days that are otherwise in every office of a city."""
    offices = place.offices if place and place.city else ()
    if not offices:
        return service
    first, *rest = offices
    shared: dict[dt.date, tuple[Shift, ...]] = {
        day: shifts
        for day, shifts in first.exceptions.items()
        if all(office.exceptions.get(day) == shifts for office in rest)
    }
    schedules = tuple(schedule.with_exceptions(shared) for schedule in service.schedules)
    return service.model_copy(update={"schedules": schedules})
