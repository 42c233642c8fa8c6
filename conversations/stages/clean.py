"""Make what came in readable text, or say kindly why it is not."""

from __future__ import annotations

from conversations import privacy
from conversations.messages import MAX_TEXT
from conversations.pipeline import EndTurn, Turn
from conversations.texts import texts

_TYPED = {"text", "secure"}
_ABSURD = 5 * MAX_TEXT
_PREVIEW = 200
# Nobody types our token brackets; a forged token must not pass for a real one.
_BRACKETS = str.maketrans("⟦⟧", "[]")


class CleanText:
    """Normalise the text and refuse what is empty or too long."""

    name = "clean"

    async def run(self, turn: Turn) -> None:
        """Fill in `turn.text`."""
        if turn.inbound.kind not in _TYPED:
            return
        raw = turn.inbound.text or ""
        text = privacy.normalise(raw[: _ABSURD + 1]).translate(_BRACKETS).strip()
        if len(raw) > _ABSURD or len(text) > MAX_TEXT:
            turn.shown = privacy.scrub(text[:MAX_TEXT])[:_PREVIEW].rstrip() + "…"
            raise EndTurn(texts().too_long.format(limit=f"{MAX_TEXT:,}"), offer=True)
        if not text:
            raise EndTurn(texts().empty, offer=True)
        turn.text = text
