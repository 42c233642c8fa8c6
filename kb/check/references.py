"""Follow what a trámite points at: other trámites, its sources, the buttons of a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kb.check.finding import Finding, Rule, texts
from kb.model import Tramite
from kb.text import fold

_QUOTED = re.compile(r"«([^»]*)»")
_BRACKETS = re.compile(r"\[\[([^\]]*)\]\]")
_NAMED = re.compile(
    r"\b(?:el tema|la guía|el trámite|la respuesta) (?:de )?«([^»]*)»", re.IGNORECASE
)


def _sources(tramite: Tramite) -> Iterator[Finding]:
    if not any(source.url for source in tramite.sources):
        yield Finding(tramite.id, "sources", "source", "needs at least one source with an address")


def _buttons(tramite: Tramite) -> Iterator[Finding]:
    for number, step in enumerate(tramite.steps, start=1):
        if step.button is not None and step.button not in _QUOTED.findall(step.action):
            field = f"steps[{number}].button"
            yield Finding(tramite.id, field, "button", f"«{step.button}» is not in the action")


def related(tramite: Tramite, ids: frozenset[str]) -> Iterator[Finding]:
    """Find ids in `related` that lead nowhere."""
    for other in tramite.related:
        if other not in ids:
            yield Finding(tramite.id, "related", "related", f"{other!r} does not exist")
        elif other == tramite.id:
            yield Finding(tramite.id, "related", "related", "points at itself")


def named(tramite: Tramite, ids: frozenset[str], names: frozenset[str]) -> Iterator[Finding]:
    """Find trámites named inside a text that do not exist; `names` are folded titles and buttons.

    A text is shown as it is written, so an id in brackets is wrong even when it exists.
    """
    for field, text in texts(tramite):
        for other in _BRACKETS.findall(text):
            why = "is shown in brackets; write its title" if other in ids else "does not exist"
            yield Finding(tramite.id, field, "reference", f"{other!r} {why}")
        for name in _NAMED.findall(text):
            if fold(name) not in names:
                yield Finding(tramite.id, field, "reference", f"there is no trámite «{name}»")


def names_of(tramites: tuple[Tramite, ...]) -> frozenset[str]:
    """Give the titles and buttons of some trámites, folded."""
    return frozenset(fold(name) for one in tramites for name in (one.title, one.button))


def repeated(tramites: tuple[Tramite, ...]) -> Iterator[Finding]:
    """Find titles and buttons that two trámites share."""
    # A person who types the title of a choice must choose one thing only.
    for field in ("title", "button"):
        times = Counter(getattr(tramite, field).casefold() for tramite in tramites)
        for tramite in tramites:
            if times[getattr(tramite, field).casefold()] > 1:
                yield Finding(tramite.id, field, "repeated", "is also that of another trámite")


RULES: tuple[Rule, ...] = (_sources, _buttons)
