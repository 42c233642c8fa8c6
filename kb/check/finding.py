"""What a rule gives, and the texts that the rules read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kb import decisions
from kb.model import Tramite


@dataclass(frozen=True)
class Finding:
    """Say what is wrong and where: the page, its field; `rule` is its stable name."""

    page: str
    field: str
    rule: str
    message: str

    def __str__(self) -> str:
        """Read as one line: where, which rule, why."""
        return f"{self.page}: {self.field}: {self.message} [{self.rule}]"


DECISION_PROSE = ("question", "help", "because", "condition", "advice", "answer")
"""What the decisions of a trámite say in sentences."""


@dataclass(frozen=True)
class Page:
    """Hold what people read of one trámite or of one part of the directory, field by field.

    `prose` are those of its `texts` that are made of sentences.
    """

    name: str
    texts: tuple[tuple[str, str], ...]
    prose: tuple[tuple[str, str], ...]


Rule = Callable[[Tramite], Iterator[Finding]]
PageRule = Callable[[Page], Iterator[Finding]]


def page_of(tramite: Tramite) -> Page:
    """Return what people read of a trámite."""
    return Page(tramite.id, tuple(texts(tramite)), tuple(prose(tramite)))


def texts(tramite: Tramite) -> Iterator[tuple[str, str]]:
    """Give every text that people read, with the name of its field."""
    for name in ("title", "button"):
        yield name, getattr(tramite, name)
    yield from prose(tramite)
    for name in ("synonyms", "contact"):
        for number, text in enumerate(getattr(tramite, name), start=1):
            yield f"{name}[{number}]", text
    for number, channel in enumerate(tramite.channels, start=1):
        yield f"channels[{number}].name", channel.name
        if channel.phone is not None:
            yield f"channels[{number}].phone", channel.phone
    for field, text in decisions.texts(tramite):
        if part_of(field) not in DECISION_PROSE:
            yield field, text


def prose(tramite: Tramite) -> Iterator[tuple[str, str]]:
    """Give the texts made of sentences, with the name of their field."""
    for name in ("summary", "who", "cost", "time", "disputed"):
        text = getattr(tramite, name)
        if text is not None:
            yield name, text
    for number, text in enumerate(tramite.requirements, start=1):
        yield f"requirements[{number}]", text
    for number, step in enumerate(tramite.steps, start=1):
        yield f"steps[{number}].action", step.action
        yield f"steps[{number}].problem", step.problem
        yield f"steps[{number}].help", step.help
    for field, text in decisions.texts(tramite):
        if part_of(field) in DECISION_PROSE:
            yield field, text


def part_of(field: str) -> str:
    """Return the last name of a field: «advice» of «decisions.start.options[2].advice»."""
    return field.rpartition(".")[2]
