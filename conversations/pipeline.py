"""Run one turn through its stages.

A stage works on the turn and returns; it ends the turn early by raising `EndTurn`. Terminal
stages always run, also after a failure: they decide what becomes of it and write it down.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from conversations.attempts import Attempt
from conversations.errors import ConversationsError, Permanent, Retryable
from conversations.messages import Capabilities, Inbound, Reply
from conversations.records import Awaited, Claim, LiveChoice, NewConsent, NewRow

log = structlog.get_logger(__name__)


class EndTurn(Exception):
    """End the run early with a sentence of our own, or with none at all.

    `offer` shows the choices that are still live again, so that the person can go on.
    """

    def __init__(self, text: str | None = None, offer: bool = False) -> None:
        super().__init__()
        self.text = text
        self.offer = offer


class Answered(Exception):
    """End the run early: the replies are already in the turn."""


class StageBroke(Retryable):
    """A stage raised what it should not: our bug, worth two more tries at most."""

    retries = 2


@dataclass(slots=True)
class Turn:
    """All that is known about a turn while it runs.

    `text` is normalised, then free of identifiers; `shown` is what the transcript will show of
    it, None when there is nothing to show. `keeps_waiting` leaves the awaited input as it was.
    """

    claim: Claim
    inbound: Inbound
    capabilities: Capabilities
    now: datetime
    text: str = field(default="", repr=False)
    shown: str | None = field(default=None, repr=False)
    attempt: Attempt | None = None
    token: str | None = None
    payload: str | None = None
    replies: tuple[Reply, ...] = ()
    answered: bool = False
    keeps_waiting: bool = False
    consent: NewConsent | None = None
    failure: ConversationsError | None = None
    retry_at: datetime | None = None
    dead: str | None = None
    rows: tuple[NewRow, ...] = ()
    choices: tuple[LiveChoice, ...] | None = None
    awaited: Awaited | None = None
    more: bool = False

    @property
    def conversation(self) -> str:
        """Give the id of the conversation."""
        return self.claim.conversation.id


class Stage(Protocol):
    """One named step of a turn."""

    name: str

    async def run(self, turn: Turn) -> None:
        """Do the step."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages of a turn, in order."""

    stages: Sequence[Stage]
    terminal: Sequence[Stage]

    async def run(self, turn: Turn) -> None:
        """Run the stages as far as they go, then the terminal ones."""
        await self._play(turn)
        for stage in self.terminal:
            await stage.run(turn)

    async def _play(self, turn: Turn) -> None:
        for stage in self.stages:
            try:
                await stage.run(turn)
            except EndTurn as end:
                turn.replies = own_words(end, turn.claim.choices)
                return
            except Answered:
                return
            except (Retryable, Permanent) as error:
                turn.failure = error
                return
            except Exception as error:
                # The text of a foreign error may quote the message, so it is not logged.
                where = traceback.extract_tb(error.__traceback__)[-1]
                log.error(
                    "stage_broke",
                    stage=stage.name,
                    error=type(error).__name__,
                    where=f"{where.filename}:{where.lineno}",
                    message_id=turn.claim.event_id,
                )
                turn.failure = StageBroke(type(error).__name__)
                return


def own_words(end: EndTurn, live: Sequence[LiveChoice]) -> tuple[Reply, ...]:
    """Make the reply of an early end; choices it shows again keep their ids."""
    if end.text is None:
        return ()
    again = [{"id": one.id, "title": one.title} for one in live] if end.offer else []
    return (Reply.model_validate({"text": end.text, "choices": again}),)
