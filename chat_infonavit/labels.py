"""Find the labels of choices that some channel cannot show whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.messages import Messages
from connectors.layout import CHANNELS, whole
from kb.check import Finding
from kb.model import Tramite
from kb.problems import why

_MESSAGES = "messages"


def too_long(tramites: Iterable[Tramite], messages: Messages) -> Iterator[Finding]:
    """Find every label of the trámites and of the assistant's own sentences that is cut."""
    for page, field, title in (*_of_tramites(tramites), *_of_messages(messages)):
        cut = [name for name, can in CHANNELS.items() if not whole(title, can)]
        if cut:
            message = why("no_cabe", texto=title, canales=", ".join(cut))
            yield Finding(page, field, "label", message)


def _of_tramites(tramites: Iterable[Tramite]) -> Iterator[tuple[str, str, str]]:
    for tramite in tramites:
        yield tramite.id, "button", tramite.button
        for name, decision in tramite.decisions.items():
            for number, option in enumerate(decision.options, start=1):
                field = f"decisions.{name}.options[{number}].label"
                yield tramite.id, field, option.label


def _of_messages(messages: Messages) -> Iterator[tuple[str, str, str]]:
    for name, button in messages.buttons.items():
        yield _MESSAGES, f"buttons.{name}", button.title
    for name, area in messages.menu.items():
        yield _MESSAGES, f"menu.{name}", area.title
    for name, title in messages.titles.items():
        yield _MESSAGES, f"titles.{name}", title
