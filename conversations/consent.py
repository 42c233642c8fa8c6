"""The privacy notice: what it says, whether somebody took it, and what waits for the answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from conversations.messages import MAX_TITLE, Choice, Document, Reply
from conversations.records import Consent

# No intent: these never reach the brain.
ACCEPT, REFUSE = "/_acepta_aviso", "/_rechaza_aviso"
NO_CONSENT = "consent"
"""Why a file that came before the notice was taken is refused."""


class Section(BaseModel):
    """One part of the full notice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    text: str


class Notice(BaseModel):
    """The notice of one version; a higher `version` asks everybody again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    path: str
    short: str
    with_datum: str
    with_file: str
    accept: str
    refuse: str
    full_link: str
    again: str
    refused: str
    accepting: tuple[str, ...]
    refusing: tuple[str, ...]
    title: str
    lead: str
    sections: tuple[Section, ...]

    def accepted(self, consent: Consent) -> bool:
        """Tell whether this version was accepted."""
        return consent.answer == "yes" and consent.version == self.version

    def ask(self, before: str = "") -> Reply:
        """Make the short notice, after a sentence about what made it come up."""
        return Reply(
            text=f"{before}\n\n{self.short}" if before else self.short,
            document=Document(title=self.full_link, url=self.path, mime="text/html"),
            choices=(
                Choice(title=self.accept[:MAX_TITLE], payload=ACCEPT),
                Choice(title=self.refuse[:MAX_TITLE], payload=REFUSE),
            ),
        )


@lru_cache(maxsize=1)
def notice() -> Notice:
    """Load the notice once."""
    path = Path(__file__).with_name("aviso.yml")
    return Notice.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def hold_text(text: str) -> str:
    """Keep a message, free of identifiers, until the notice is answered."""
    return json.dumps({"text": text}, ensure_ascii=False)


def hold_replies(replies: Iterable[Reply]) -> str:
    """Keep what the bot was about to ask, with the payloads a dump leaves out."""
    kept = [
        reply.model_dump(mode="json", exclude={"choices"})
        | {"choices": [{"title": one.title, "payload": one.payload} for one in reply.choices]}
        for reply in replies
    ]
    return json.dumps({"replies": kept}, ensure_ascii=False)


def held(kept: str | None) -> tuple[str | None, Sequence[Reply]]:
    """Read back the message or the replies that waited."""
    found: dict[str, Any] = json.loads(kept) if kept else {}
    return found.get("text"), [Reply.model_validate(one) for one in found.get("replies", ())]
