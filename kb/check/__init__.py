"""Read every trámite and the directory as a careful editor would, and list what must be fixed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from kb.check import offices, reading, references, screen, wording
from kb.check.age import MAX_AGE, Entry, Stale, age, entry_of, sourced, stale
from kb.check.finding import Finding, Page, page_of
from kb.directory import Directory
from kb.model import Tramite

__all__ = ["MAX_AGE", "Entry", "Finding", "Stale", "check", "entries", "stale"]

_RULES = (*screen.RULES, *references.RULES, *wording.RULES, *reading.RULES)
_PAGE_RULES = (*wording.PAGE_RULES, *reading.PAGE_RULES)


def check(
    tramites: Iterable[Tramite],
    directory: Directory | None = None,
    *,
    today: date,
    max_age: timedelta = MAX_AGE,
) -> list[Finding]:
    """List every finding, in order of page; an empty list means the data is fit to publish."""
    everything = tuple(tramites)
    ids = frozenset(one.id for one in everything)
    names = references.names_of(everything)
    findings: list[Finding] = []
    for tramite in everything:
        for rule in _RULES:
            findings.extend(rule(tramite))
        findings.extend(_read(page_of(tramite)))
        findings.extend(references.related(tramite, ids))
        findings.extend(references.named(tramite, ids, names))
        findings.extend(_verified(entry_of(tramite), today, max_age))
    findings.extend(references.repeated(everything))
    if directory is not None:
        findings.extend(_directory(directory, ids, today, max_age))
    return findings


def entries(tramites: Iterable[Tramite], directory: Directory | None = None) -> Iterator[Entry]:
    """Give everything that was verified on some day."""
    yield from map(entry_of, tramites)
    if directory is not None:
        yield from offices.entries(directory)


def _directory(
    directory: Directory, ids: frozenset[str], today: date, max_age: timedelta
) -> Iterator[Finding]:
    for page in offices.pages(directory):
        yield from _read(page)
    yield from offices.references(directory, ids)
    for entry in offices.entries(directory):
        yield from _verified(entry, today, max_age)


def _read(page: Page) -> Iterator[Finding]:
    for rule in _PAGE_RULES:
        yield from rule(page)


def _verified(entry: Entry, today: date, max_age: timedelta) -> Iterator[Finding]:
    yield from sourced(entry)
    yield from age(entry, today, max_age)
