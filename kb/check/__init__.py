"""Read every trámite the way a careful editor would, and list what must be fixed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from kb.check import reading, references, screen, wording
from kb.check.age import MAX_AGE, Stale, age, stale
from kb.check.finding import Finding
from kb.model import Tramite

__all__ = ["MAX_AGE", "Finding", "Stale", "check", "stale"]

_RULES = (*screen.RULES, *references.RULES, *wording.RULES, *reading.RULES)


def check(
    tramites: Iterable[Tramite], *, today: date, max_age: timedelta = MAX_AGE
) -> list[Finding]:
    """List every finding, in order of trámite; an empty list means the data is fit to publish."""
    everything = tuple(tramites)
    ids = frozenset(one.id for one in everything)
    names = references.names_of(everything)
    findings: list[Finding] = []
    for tramite in everything:
        for rule in _RULES:
            findings.extend(rule(tramite))
        findings.extend(references.related(tramite, ids))
        findings.extend(references.named(tramite, ids, names))
        findings.extend(age(tramite, today, max_age))
    findings.extend(references.repeated(everything))
    return findings
