"""Build what the assistant says, as the plain data that goes to the gateway."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NotRequired, TypedDict

MAX_TITLE = 40


class Choice(TypedDict):
    """A quick reply; the payload stays on our side."""

    title: str
    payload: str


class Row(TypedDict):
    """One figure of a card."""

    label: str
    value: str


class Card(TypedDict):
    """Figures as label and value."""

    title: str
    rows: list[Row]
    note: str | None


class Step(TypedDict):
    """One step of a guide."""

    tramite: str
    title: str
    number: int
    total: int
    action: str
    help: str | None


class Link(TypedDict):
    """A link to an official page."""

    title: str
    url: str


class Document(TypedDict):
    """A file to download."""

    title: str
    url: str
    mime: str


class SecureInput(TypedDict):
    """What is asked for in a protected field."""

    kind: Literal["nss", "code"]
    label: str
    hint: str | None
    expires_in: int | None


class Reply(TypedDict):
    """One bubble; every part but the text is optional."""

    text: str
    choices: NotRequired[list[Choice]]
    card: NotRequired[Card]
    step: NotRequired[Step]
    document: NotRequired[Document]
    links: NotRequired[list[Link]]
    secure_input: NotRequired[SecureInput]
    sealed: NotRequired[str]


def payload(intent: str, **entities: Any) -> str:
    """Return the payload that stands for an intent with entities."""
    if not entities:
        return f"/{intent}"
    return f"/{intent}{json.dumps(entities, ensure_ascii=False, separators=(',', ':'))}"


def choice(title: str, intent: str, **entities: Any) -> Choice:
    """Return a quick reply; a title that is too long is cut at a word."""
    return {"title": short(title), "payload": payload(intent, **entities)}


def short(title: str) -> str:
    """Return a title of at most ``MAX_TITLE`` characters."""
    if len(title) <= MAX_TITLE:
        return title
    return title[: MAX_TITLE - 1].rsplit(" ", 1)[0] + "…"


def card(title: str, rows: Iterable[tuple[str, str]], note: str | None = None) -> Card:
    """Return a card of (label, value) pairs."""
    return {
        "title": title,
        "rows": [{"label": label, "value": value} for label, value in rows],
        "note": note,
    }


def reply(
    text: str = "",
    *,
    choices: Sequence[Choice] = (),
    card: Card | None = None,
    step: Step | None = None,
    document: Document | None = None,
    links: Sequence[Link] = (),
    secure_input: SecureInput | None = None,
    sealed: str | None = None,
) -> Reply:
    """Return a bubble with the parts that were given."""
    built: Reply = {"text": text}
    if choices:
        built["choices"] = list(choices)
    if card is not None:
        built["card"] = card
    if step is not None:
        built["step"] = step
    if document is not None:
        built["document"] = document
    if links:
        built["links"] = list(links)
    if secure_input is not None:
        built["secure_input"] = secure_input
    if sealed is not None:
        built["sealed"] = sealed
    return built
