"""Turn a picked or typed choice into the payload it stands for."""

from __future__ import annotations

import re
import unicodedata

from conversations.pipeline import EndTurn, Turn
from conversations.records import LiveChoice
from conversations.texts import texts

START_PAYLOAD = "/inicio"
_APART = re.compile(r"[\W_]+")


def fold(title: str) -> str:
    """Reduce a title to what people type of it: no case, accents or punctuation."""
    plain = unicodedata.normalize("NFD", title.casefold())
    letters = "".join(char for char in plain if unicodedata.category(char) != "Mn")
    return _APART.sub(" ", letters).strip()


class ResolveChoice:
    """Look a choice up among those of the latest turn of the bot."""

    name = "choice"

    async def run(self, turn: Turn) -> None:
        """Fill in `turn.payload` for a choice, typed or picked, and for the start of a chat."""
        if turn.payload is not None:
            return
        if turn.inbound.kind == "start":
            turn.payload = START_PAYLOAD
        elif turn.inbound.kind == "choice":
            self._pick(turn)
        else:
            self._match(turn)

    def _pick(self, turn: Turn) -> None:
        for choice in turn.claim.choices:
            if choice.id == turn.inbound.choice:
                turn.payload, turn.shown = choice.payload, choice.title
                return
        live = bool(turn.claim.choices)
        raise EndTurn(texts().stale_choice_live if live else texts().stale_choice, offer=True)

    def _match(self, turn: Turn) -> None:
        typed = fold(turn.text)
        chosen: LiveChoice | None = next(
            (choice for choice in turn.claim.choices if typed and fold(choice.title) == typed),
            None,
        )
        if chosen is not None:
            turn.payload = chosen.payload
