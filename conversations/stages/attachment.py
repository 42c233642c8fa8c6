"""Hand a file on to the brain as a payload of our own: its content never comes this way."""

from __future__ import annotations

import json

from conversations.pipeline import Turn
from conversations.texts import texts


class ReadAttachment:
    """Say that a file came, by the name of its evidence or by why it was refused."""

    name = "attachment"

    async def run(self, turn: Turn) -> None:
        """Fill in `turn.payload` and what the transcript shows."""
        sent = turn.inbound.attachment
        if sent is None:
            return
        kept = sent.evidence is not None
        turn.shown = texts().file_kept if kept else texts().file_refused
        details = {"archivo": sent.evidence} if kept else {"motivo": sent.reason}
        turn.payload = f"/archivo{json.dumps(details, separators=(',', ':'))}"
