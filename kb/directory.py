"""Where Infonavit attends, when, and how a credit is paid; places by the names people use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from kb.errors import LibraryInvalid, Problem, UnknownPlace
from kb.files import Model, read_model
from kb.hours import Schedule, Shifts, Weekday, Zone, is_open
from kb.model import Channel, Confidence, Id, Phone, Source, Text
from kb.places import Places
from kb.problems import why
from kb.text import plain

FOLDER = Path(__file__).parent / "directorio"

PlaceKind = Literal["estado", "ciudad"]
Sources = Annotated[tuple[Source, ...], Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class City(_Frozen):
    """Name a city; ``zone`` only where it keeps another clock than its state."""

    name: Text
    written: tuple[Text, ...] = ()
    zone: Zone | None = None


class Office(_Frozen):
    """Hold what is known of one office; what no source says is left out."""

    name: Text
    city: Text
    address: Text | None = None
    phone: Phone | None = None
    exceptions: Mapping[dt.date, Shifts] = Field(default_factory=dict)
    sources: Sources
    verified_on: dt.date
    confidence: Confidence


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class State(_Frozen):
    """Name a state, its clock, its cities and the offices that a source names."""

    name: Text
    zone: Zone
    written: tuple[Text, ...] = ()
    cities: tuple[Annotated[City, BeforeValidator(_named)], ...] = ()
    offices: tuple[Office, ...] = ()


class _States(_Frozen):
    verified_on: dt.date
    sources: Sources
    states: Annotated[tuple[State, ...], Field(min_length=32, max_length=32)]


class Official(_Frozen):
    """Say where the official list of offices is and how to find one's own there."""

    links: Annotated[tuple[Channel, ...], Field(min_length=1)]
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]
    phone: Phone


class Service(_Frozen):
    """Say when people are attended somewhere.

    ``schedules`` are what the sources say, the one to go by first; ``local`` hours go by the
    clock of each place, the others by that of Mexico City.
    """

    id: Id
    tramite: Id
    name: Text
    local: bool
    certainty: Literal["disputed", "unconfirmed", "unknown"]
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    note: Text
    sometimes: Mapping[Weekday, Text] = Field(default_factory=dict)
    sources: Sources
    verified_on: dt.date
    confidence: Confidence

    def at(self, zone: ZoneInfo) -> Service:
        """Return the service as it is in a place with that clock."""
        if not self.local:
            return self
        moved = tuple(schedule.at(zone) for schedule in self.schedules)
        return self.model_copy(update={"schedules": moved})


class _Services(_Frozen):
    official: Official
    services: Annotated[tuple[Service, ...], Field(min_length=1)]


class Payments(_Frozen):
    """Name the trámite about paying, those that explain each way, and the official list."""

    tramite: Id
    ways: Annotated[tuple[Id, ...], Field(min_length=1)]
    official_list: Text
    sources: Sources
    verified_on: dt.date


class _Words(_Frozen):
    words: tuple[Text, ...]


class Attention(Enum):
    """Say whether a service attends at a moment, as far as the sources agree."""

    OPEN = "open"
    CLOSED = "closed"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


def attention(service: Service, now: dt.datetime) -> Attention:
    """Tell whether a service attends at a moment; sources that differ make it disputed."""
    said = {is_open(schedule, now) for schedule in service.schedules}
    if not said:
        return Attention.UNKNOWN
    if len(said) > 1:
        return Attention.DISPUTED
    return Attention.OPEN if said.pop() else Attention.CLOSED


@dataclass(frozen=True)
class Place:
    """A state, or a city in its state."""

    state: State
    city: City | None = None

    @property
    def name(self) -> str:
        """Return the name that is reported."""
        return self.city.name if self.city else self.state.name

    @property
    def zone(self) -> ZoneInfo:
        """Return the clock on the wall there."""
        return (self.city.zone if self.city else None) or self.state.zone

    @property
    def offices(self) -> tuple[Office, ...]:
        """Return the offices known there; those of the whole state for a state."""
        city = self.city
        return tuple(o for o in self.state.offices if city is None or o.city == city.name)


class Directory:
    """Hold the services, the places and the ways to pay; never changes once loaded."""

    def __init__(
        self, states: _States, services: _Services, payments: Payments, words: _Words
    ) -> None:
        """Keep what the files say; ``sources`` are those of the states and their clocks."""
        self.states = states.states
        self.sources, self.verified_on = states.sources, states.verified_on
        self.official = services.official
        self.services = services.services
        self.payments = payments
        forms = {form: place for place in _places(self.states) for form in _forms(place)}
        self._places = Places(forms, words.words)

    @classmethod
    def load(cls, path: Path | None = None) -> Directory:
        """Read the files of a folder; without one, those of the project, read once.

        Raises LibraryInvalid with all the problems of all the files.
        """
        return _default() if path is None else _read(path)

    def place(self, name: str) -> Place:
        """Return a place by any of its names; raises UnknownPlace when there is none."""
        found = self._places.exact(name)
        if found is None:
            raise UnknownPlace(name)
        return found

    def near(self, name: str, *, partly: bool = False) -> tuple[Place, ...]:
        """Return the place that a name with a slip means, or those it may mean.

        ``partly`` also takes a part of a name, as «obregón».
        """
        return self._places.near(name, partly=partly)

    def service_of(self, tramite: str) -> Service | None:
        """Return the service that a trámite is about, if it is about one."""
        return next((one for one in self.services if one.tramite == tramite), None)

    def service(self, service_id: str) -> Service:
        """Return a service by its id."""
        return next(one for one in self.services if one.id == service_id)

    def spellings(self) -> Iterator[tuple[PlaceKind, str, tuple[str, ...]]]:
        """Give the kind, the name and every way to write each place."""
        for place in _places(self.states):
            yield "ciudad" if place.city else "estado", place.name, _forms(place)


def _places(states: tuple[State, ...]) -> Iterator[Place]:
    for state in states:
        yield Place(state)
        for city in state.cities:
            yield Place(state, city)


def _forms(place: Place) -> tuple[str, ...]:
    named = place.city or place.state
    return tuple(form.lower() for form in (named.name, *named.written))


@cache
def _default() -> Directory:
    return _read(FOLDER)


def _read(folder: Path) -> Directory:
    problems: list[Problem] = []

    def file(name: str, model: type[Model]) -> Model | None:
        found, wrong = read_model(folder / name, model)
        problems.extend(wrong)
        return found

    states = file("estados.yml", _States)
    services = file("servicios.yml", _Services)
    payments = file("pagos.yml", Payments)
    if states is not None:
        problems.extend(_confused(states.states))
        problems.extend(_misplaced(states.states))
    words = file("palabras.yml", _Words)
    if states is None or services is None or payments is None or words is None or problems:
        raise LibraryInvalid(tuple(problems))
    return Directory(states, services, payments, words)


def _confused(states: tuple[State, ...]) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for place in _places(states):
        for form in set(map(plain, _forms(place))):
            if form in owners:
                both = why("dos_lugares", forma=form, uno=owners[form], otro=place.name)
                yield Problem("estados.yml", "written", both)
            owners[form] = place.name


def _misplaced(states: tuple[State, ...]) -> Iterator[Problem]:
    for number, state in enumerate(states, start=1):
        cities = {city.name for city in state.cities}
        for office in state.offices:
            if office.city not in cities:
                where = f"states[{number}].offices"
                text = why("otra_ciudad", ciudad=office.city, estado=state.name)
                yield Problem("estados.yml", where, text)
