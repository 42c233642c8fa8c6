"""What the core asks of the processes beside it, as protocols."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from conversations.messages import Attachment, Authentic, Capabilities, Reply


@dataclass(frozen=True, slots=True)
class Secret:
    """An identifier on its way to the vault."""

    kind: str
    value: str

    def __repr__(self) -> str:
        """Show the kind only, so that a traceback never holds the value."""
        return f"Secret({self.kind})"


class Vault(Protocol):
    """Keeps identifiers and sealed contents; raises the `VaultUnavailable` family."""

    async def store(self, conversation: str, items: Sequence[Secret]) -> list[str]:
        """Put identifiers away and give their tokens in the same order."""

    async def open(self, conversation: str, tokens: Sequence[str]) -> Mapping[str, Any]:
        """Open sealed contents; None for one that expired or belongs elsewhere."""

    async def end(self, conversation: str) -> None:
        """End the verified session and drop what is kept for the conversation."""

    async def close(self) -> None:
        """Release the connections."""


class Files(Protocol):
    """Takes the files people send; raises the `VaultUnavailable` family."""

    async def send(
        self, conversation: str, identity: str, content: AsyncIterable[bytes], key: str
    ) -> Attachment:
        """Hand a file on as it arrives; repeats under the same key are one file."""

    async def close(self) -> None:
        """Release the connections."""


class Documents(Protocol):
    """Hands out a person's documents; raises the `VaultUnavailable` family."""

    async def fetch(self, conversation: str, identity: str, token: str) -> bytes:
        """Return a PDF once; raises `DocumentRefused` for any other session or time."""

    async def verify(self, folio: str) -> Authentic | None:
        """Tell what was issued under a folio, None when nothing was."""

    async def close(self) -> None:
        """Release the connections."""


@dataclass(frozen=True, slots=True)
class Question:
    """One turn for the brain: a text or a payload, never both."""

    conversation: str
    message_id: str
    identity: str
    text: str | None
    payload: str | None
    capabilities: Capabilities


@dataclass(frozen=True, slots=True)
class Answer:
    """What the brain says to one turn."""

    replies: tuple[Reply, ...]
    intents: tuple[str, ...]
    """What each question of the message was understood as."""
    replayed: bool


class Brain(Protocol):
    """Plays turns; idempotent on conversation and message id."""

    async def ask(self, question: Question, limit: float) -> Answer:
        """Play one turn within `limit` seconds or raise Retryable or Permanent."""

    async def close(self) -> None:
        """Release the connections."""
