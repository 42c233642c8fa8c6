"""Lay a reply out within what a channel can show.

Here are also the limits of the channels that are described but not served yet; each moves to its
connector once there is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.web.api import CAPABILITIES as WEB
from conversations.messages import Capabilities, Reply

# Plain text, since a slip of the parser loses the message; the buttons are inline, one a row. Their
# titles have no limit of Telegram, whose 64 bytes of data hold any id of ours.
TELEGRAM = Capabilities(max_text=4096, buttons=13, markup=False, pull=False)
# What has buttons is an interactive message, whose body is shorter than that of a text.
WHATSAPP = Capabilities(
    max_text=1024,
    buttons=3,
    button_title=20,
    list_rows=10,
    row_title=24,
    row_description=72,
    markup=False,
    merge_bubbles=True,
    pull=False,
)
CHANNELS = {"web": WEB, "telegram": TELEGRAM, "whatsapp": WHATSAPP}

_BREAKS = (re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s"), re.compile(r"\s"))


@dataclass(frozen=True)
class Row:
    """One row of a list; a title that was cut is whole in its description."""

    title: str
    description: str = ""


@dataclass(frozen=True)
class Bubble:
    """One message as it is shown: its text, and buttons, or the rows of a list."""

    text: str
    buttons: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def whole(title: str, can: Capabilities) -> bool:
    """Tell whether a title is shown whole on a channel, on a button or else on a row of a list."""
    return len(title) <= max(can.button_title, can.row_title if can.list_rows else 0)


def lay_out(replies: Sequence[Reply], can: Capabilities) -> list[Bubble]:
    """Make the messages of one answer, in order."""
    bubbles = [bubble for reply in replies for bubble in _bubbles(reply, can)]
    return _merged(bubbles, can) if can.merge_bubbles else bubbles


def _bubbles(reply: Reply, can: Capabilities) -> list[Bubble]:
    titles = tuple(choice.title for choice in reply.choices)
    text = reply.text if can.markup and not reply.step else ""
    text = "\n".join(filter(None, (text, _rest(reply) if text else reply.plain())))
    fits = len(titles) <= can.buttons and all(len(title) <= can.button_title for title in titles)
    rows = () if fits else _rows(titles, can)
    if titles and not fits and not rows:
        text += "".join(f"\n{number}. {title}" for number, title in enumerate(titles, start=1))
    *before, last = _cut(text, can.max_text)
    final = Bubble(last, titles if fits else (), rows)
    return [*map(Bubble, before), final]


def _rows(titles: Sequence[str], can: Capabilities) -> tuple[Row, ...]:
    """Give the rows of a list; none when there are too many or a title has no room."""
    most = max(can.row_title, can.row_description)
    if len(titles) > can.list_rows or any(len(title) > most for title in titles):
        return ()
    return tuple(_row(title, can.row_title) for title in titles)


def _row(title: str, limit: int) -> Row:
    if len(title) <= limit:
        return Row(title)
    return Row(title[: limit - 1].rsplit(" ", 1)[0] + "…", title)


def _rest(reply: Reply) -> str:
    """Give what a reply has besides its text."""
    return reply.model_copy(update={"text": ""}).plain()


def _merged(bubbles: Sequence[Bubble], can: Capabilities) -> list[Bubble]:
    together: list[Bubble] = []
    for bubble in bubbles:
        last = together[-1] if together else None
        room = last and len(last.text) + 2 + len(bubble.text) <= can.max_text
        if last and room and not last.buttons and not last.rows:
            text = f"{last.text}\n\n{bubble.text}"
            together[-1] = Bubble(text, bubble.buttons, bubble.rows)
        else:
            together.append(bubble)
    return together


def _cut(text: str, limit: int) -> list[str]:
    """Cut a text where a line, else a sentence, else a word ends."""
    parts = []
    while len(text) > limit:
        ends = (
            max((m.start() for m in at.finditer(text[: limit + 1])), default=0) for at in _BREAKS
        )
        end = next((end for end in ends if end), limit)
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*parts, text]
