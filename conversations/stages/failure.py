"""Decide what becomes of a failed turn: another try soon, or an honest word and a dead letter."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import structlog

from conversations.errors import Retryable
from conversations.messages import Reply
from conversations.pipeline import Turn
from conversations.texts import texts

log = structlog.get_logger(__name__)

_DELAYS = (0.3, 1.0, 3.0, 5.0)
_JITTER = 0.25
_TOO_LATE = 0.5


class HandleFailure:
    """Retry while the person may be kept waiting, then give up with a message."""

    name = "failure"

    def __init__(self, max_attempts: int, patience: float) -> None:
        self._max_attempts = max_attempts
        self._patience = patience

    async def run(self, turn: Turn) -> None:
        """Set `turn.retry_at`, or the reply of a turn that is given up."""
        if turn.failure is None:
            return
        error = type(turn.failure).__name__
        turn.retry_at = self._next_try(turn, datetime.now(UTC))
        log.warning(
            "turn_failed",
            error=error,
            reason=str(turn.failure),
            message_id=turn.claim.event_id,
            attempt=turn.claim.attempts,
            given_up=turn.retry_at is None,
        )
        if turn.retry_at is None:
            turn.dead = error
            turn.replies = (Reply(text=texts().failed),)

    def _next_try(self, turn: Turn, now: datetime) -> datetime | None:
        attempts, failure = turn.claim.attempts, turn.failure
        if not isinstance(failure, Retryable) or attempts >= self._max_attempts:
            return None
        if failure.retries is not None and attempts > failure.retries:
            return None
        left = self._patience - (now - turn.claim.started_at).total_seconds()
        if left < _TOO_LATE:
            return None
        delay = _DELAYS[min(attempts, len(_DELAYS)) - 1]
        jittered = delay * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret
        return now + timedelta(seconds=min(jittered, left))
