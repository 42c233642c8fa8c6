"""Read the directory as the trámites are read: what it says, its sources and where it points."""

from __future__ import annotations

from collections.abc import Iterator

from kb.check.age import Entry
from kb.check.finding import Finding, Page
from kb.directory import Directory, Service
from kb.problems import why

_STATES, _SERVICES, _PAYMENTS = (f"directorio/{name}" for name in ("estados", "servicios", "pagos"))

Fields = list[tuple[str, str]]


def pages(directory: Directory) -> Iterator[Page]:
    """Give what people read of each file."""
    names = list(_names(directory))
    yield Page(_STATES, tuple(names), ())
    said = [*_official(directory), *_services(directory)]
    labels = [*_labels(directory)]
    yield Page(_SERVICES, (*labels, *said), tuple(said))
    payments = (("official_list", directory.payments.official_list),)
    yield Page(_PAYMENTS, payments, payments)


def entries(directory: Directory) -> Iterator[Entry]:
    """Give everything that has its own sources and day of verification."""
    yield Entry(_STATES, directory.verified_on, directory.sources)
    for place, state in enumerate(directory.states, start=1):
        for number, office in enumerate(state.offices, start=1):
            field = f"states[{place}].offices[{number}]"
            yield Entry(_STATES, office.verified_on, office.sources, office.confidence, field=field)
    for number, service in enumerate(directory.services, start=1):
        yield Entry(
            _SERVICES,
            service.verified_on,
            service.sources,
            service.confidence,
            _disputed(service),
            f"services[{number}]",
        )
    yield Entry(_PAYMENTS, directory.payments.verified_on, directory.payments.sources)


def references(directory: Directory, ids: frozenset[str]) -> Iterator[Finding]:
    """Find trámites that the directory names and that do not exist."""
    for page, field, name in _pointers(directory):
        if name not in ids:
            yield Finding(page, field, "reference", why("no_hay_tramite", nombre=name))


def _pointers(directory: Directory) -> Iterator[tuple[str, str, str]]:
    for number, service in enumerate(directory.services, start=1):
        yield _SERVICES, f"services[{number}].tramite", service.tramite
    yield _PAYMENTS, "tramite", directory.payments.tramite
    for number, way in enumerate(directory.payments.ways, start=1):
        yield _PAYMENTS, f"ways[{number}]", way


def _disputed(service: Service) -> str | None:
    return None if service.certainty == "unknown" else service.note


def _names(directory: Directory) -> Iterator[tuple[str, str]]:
    for place, state in enumerate(directory.states, start=1):
        field = f"states[{place}]"
        yield f"{field}.name", state.name
        for number, city in enumerate(state.cities, start=1):
            yield f"{field}.cities[{number}]", city.name
        for number, office in enumerate(state.offices, start=1):
            for part in ("name", "address", "phone"):
                text = getattr(office, part)
                if text is not None:
                    yield f"{field}.offices[{number}].{part}", text


def _official(directory: Directory) -> Iterator[tuple[str, str]]:
    for number, step in enumerate(directory.official.steps, start=1):
        yield f"official.steps[{number}]", step


def _services(directory: Directory) -> Iterator[tuple[str, str]]:
    for number, service in enumerate(directory.services, start=1):
        yield f"services[{number}].note", service.note
        for day, text in service.sometimes.items():
            yield f"services[{number}].sometimes.{day}", text


def _labels(directory: Directory) -> Iterator[tuple[str, str]]:
    yield "official.phone", directory.official.phone
    for number, service in enumerate(directory.services, start=1):
        yield f"services[{number}].name", service.name
        for place, phone in enumerate(service.phones, start=1):
            yield f"services[{number}].phones[{place}]", phone
