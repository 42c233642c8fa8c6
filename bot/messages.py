"""Load the assistant's own sentences, buttons and menus from messages.yml.

The file is checked when it is loaded, so a missing or misspelt entry stops the process at
start and not in front of a person.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

_FILE = Path(__file__).with_name("messages.yml")


class MessagesInvalid(Exception):
    """messages.yml lacks something or holds something that cannot be used."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _variants(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Sentence = Annotated[str, Field(min_length=1)]
Variants = Annotated[tuple[Sentence, ...], BeforeValidator(_variants), Field(min_length=1)]
Title = Annotated[str, Field(min_length=1, max_length=40)]


class Button(_Frozen):
    """A quick reply with a fixed intent; entities may be added when it is shown."""

    title: Title
    intent: str
    with_: Mapping[str, str] = Field(default_factory=dict, alias="with")


class Area(_Frozen):
    """One part of the menu."""

    title: Title
    tramites: tuple[str, ...] = Field(min_length=1)


class Page(_Frozen):
    """An official page of another institution."""

    title: Sentence
    url: Annotated[str, Field(pattern=r"^https://")]


class Institution(_Frozen):
    """Who does attend what is not the Infonavit's."""

    text: Sentence
    links: tuple[Page, ...] = ()


class Field_(_Frozen):
    """A protected field; ``expires_in`` in seconds."""

    label: Annotated[str, Field(min_length=1, max_length=80)]
    hint: str | None = None
    expires_in: int | None = None


class Way(_Frozen):
    """One way to pay, and what else people call it."""

    title: Title
    says: tuple[str, ...] = ()


class Heard(_Frozen):
    """Words with which people answer a question that has options, or ask for a correction.

    `monthly` says of an amount that it comes every month; `ways` are the ways to pay.
    """

    ordinals: tuple[tuple[str, ...], ...]
    last: tuple[str, ...]
    unsure: tuple[str, ...]
    asking: tuple[str, ...]
    filler: tuple[str, ...]
    negation: tuple[str, ...]
    correction: tuple[str, ...]
    monthly: tuple[str, ...]
    ways: Mapping[str, Way]


class Own(_Frozen):
    """What a message on a topic means to do, or to know of the person's own, by its words.

    ``offered`` when it also is a button of the topic.
    """

    tramite: str
    heard: tuple[Sentence, ...]
    task: str | None = None
    answer: str | None = None
    offered: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.task is None) == (self.answer is None):
            raise ValueError("needs a task or an answer, and not both")
        return self


class Messages(_Frozen):
    """Everything the assistant says that is not about one trámite."""

    sentences: Mapping[str, Variants]
    buttons: Mapping[str, Button]
    fields: Mapping[str, Field_]
    heard: Heard
    own: tuple[Own, ...]
    labels: Mapping[str, str]
    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    greeted: tuple[str, ...]
    menu: Mapping[str, Area]
    institutions: Mapping[str, Institution]
    titles: Mapping[str, Title]
    code_topics: tuple[str, ...]
    file_topics: tuple[str, ...]
    refusals: Mapping[str, Sentence]

    @classmethod
    def load(cls, path: Path | None = None) -> Messages:
        """Read and check the file; without a path, the project's own, read once."""
        return _own() if path is None else _read(path)

    def text(self, key: str, variant: int = 0, **values: object) -> str:
        """Return a sentence; ``variant`` counts around the ways it can be said."""
        ways = self.sentences[key]
        return ways[variant % len(ways)].format(**values)

    def placeholders(self, key: str) -> set[str]:
        """Return the names a sentence needs values for."""
        return {
            name
            for way in self.sentences[key]
            for _, name, _, _ in string.Formatter().parse(way)
            if name
        }


@cache
def _own() -> Messages:
    return _read(_FILE)


def _read(path: Path) -> Messages:
    try:
        return Messages.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise MessagesInvalid(f"{path.name}: {error}") from error
