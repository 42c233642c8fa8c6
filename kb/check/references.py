"""Follow what a trámite points at: other trámites, its sources, the buttons of a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kb.check.finding import Finding, Rule, texts
from kb.model import Tramite
from kb.problems import why
from kb.text import fold

_QUOTED = re.compile(r"«([^»]*)»")
_BRACKETS = re.compile(r"\[\[([^\]]*)\]\]")
_NAMED = re.compile(
    r"\b(?:el tema|la guía|el trámite|la respuesta) (?:de )?«([^»]*)»", re.IGNORECASE
)


def _buttons(tramite: Tramite) -> Iterator[Finding]:
    for number, step in enumerate(tramite.steps, start=1):
        if step.button is not None and step.button not in _QUOTED.findall(step.action):
            field = f"steps[{number}].button"
            yield Finding(tramite.id, field, "button", why("boton_ajeno", boton=step.button))


def related(tramite: Tramite, ids: frozenset[str]) -> Iterator[Finding]:
    """Find ids in `related` that lead nowhere."""
    for other in tramite.related:
        if other not in ids:
            yield Finding(tramite.id, "related", "related", why("no_existe", nombre=other))
        elif other == tramite.id:
            yield Finding(tramite.id, "related", "related", why("a_si_mismo"))


def named(tramite: Tramite, ids: frozenset[str], names: frozenset[str]) -> Iterator[Finding]:
    """Find trámites named inside a text that do not exist; `names` are folded titles and buttons.

    A text is shown as it is written, so an id in brackets is wrong even when it exists.
    """
    for field, text in texts(tramite):
        for other in _BRACKETS.findall(text):
            message = why("entre_corchetes" if other in ids else "no_existe", nombre=other)
            yield Finding(tramite.id, field, "reference", message)
        for name in _NAMED.findall(text):
            if fold(name) not in names:
                yield Finding(tramite.id, field, "reference", why("no_hay_tramite", nombre=name))


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
                yield Finding(tramite.id, field, "repeated", why("repetido"))


RULES: tuple[Rule, ...] = (_buttons,)
