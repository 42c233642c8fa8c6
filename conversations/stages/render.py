"""Turn replies into rows of the transcript: payloads stay here, tokens become words."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta

from conversations.messages import MAX_TITLE, Reply, Role
from conversations.pipeline import Turn
from conversations.records import BOT, Awaited, LiveChoice, NewRow
from conversations.texts import texts

# After an expiry the person still deserves "that code expired" instead of a puzzled bot.
_GRACE = timedelta(minutes=30)


class Render:
    """Give every choice a short id and keep its payload apart."""

    name = "render"

    async def run(self, turn: Turn) -> None:
        """Fill in the rows, and after an answer the live choices and the awaited input."""
        if turn.retry_at is not None:
            return
        rows: list[NewRow] = []
        if turn.shown is not None:
            rows.append(NewRow("user", turn.shown))
        live: list[LiveChoice] = []
        for reply in turn.replies:
            rows.append(self._row(turn, reply, live))
        turn.rows = tuple(rows)
        if turn.answered:
            turn.choices = tuple(live)
            turn.awaited = None if turn.keeps_waiting else _awaited(turn)

    def _row(self, turn: Turn, reply: Reply, live: list[LiveChoice]) -> NewRow:
        shown: list[dict[str, str]] = []
        for choice in reply.choices:
            title = texts().without_tokens(choice.title)[:MAX_TITLE]
            identifier = choice.id or secrets.token_urlsafe(6)
            shown.append({"id": identifier, "title": title})
            live.append(LiveChoice(identifier, title, choice.payload))
        said = json.loads(
            texts().without_tokens(reply.model_dump_json(exclude={"choices", "sealed"}))
        )
        said |= {"choices": shown, "sealed": reply.sealed}
        role: Role = "bot" if turn.claim.conversation.owner == BOT else "system"
        return NewRow(role, said["text"], json.dumps(said, ensure_ascii=False))


def _awaited(turn: Turn) -> Awaited:
    """Wait for what the last secure input of the turn asks for, or for nothing."""
    for reply in reversed(turn.replies):
        asked = reply.secure_input
        if asked is not None:
            valid = timedelta(seconds=asked.expires_in or 0)
            return Awaited(asked.kind, turn.now + valid + _GRACE)
    return Awaited()
