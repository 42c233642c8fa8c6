"""Run open events: in order within a conversation, in parallel across conversations.

Claims come with what was just accepted, or from the database: when a turn leaves more behind,
when a retry is due, and every half second in case another process left something.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from conversations import queue
from conversations.crypto import BodyCipher
from conversations.db import Database
from conversations.errors import BodyUnreadable, LeaseLost
from conversations.hub import Hub
from conversations.messages import Attachment, Capabilities, Inbound, Reply
from conversations.pipeline import Pipeline, Turn
from conversations.records import BOT, Claim, Lease, NewRow, Outcome
from conversations.texts import texts

log = structlog.get_logger(__name__)

_STOP_SECONDS = 6.0
_AFTER_CRASH = timedelta(seconds=1)


def body_id(channel: str, event_id: str) -> str:
    """Name the event a body is bound to."""
    return f"{channel}\0{event_id}"


def pack(event: Inbound) -> bytes:
    """Serialise an event; escapes keep even broken Unicode as it came."""
    fields = (event.kind, event.text, event.choice, event.secure_kind)
    sent = event.attachment
    file = (sent.evidence, sent.reason) if sent else ()
    return json.dumps((*fields, *file)).encode("ascii")


def unpack(claim: Claim, body: bytes) -> Inbound:
    """Read an event back."""
    kind, text, choice, secure_kind, *file = json.loads(body)
    return Inbound(
        channel=claim.channel,
        identity=claim.conversation.identity,
        event_id=claim.event_id,
        kind=kind,
        text=text,
        choice=choice,
        secure_kind=secure_kind,
        attachment=Attachment(*file) if file else None,
    )


class Worker:
    """A bounded number of turns at a time."""

    def __init__(
        self,
        database: Database,
        pipeline: Pipeline,
        hub: Hub,
        cipher: BodyCipher,
        capabilities: Mapping[str, Capabilities],
        lease: Lease,
        slots: int,
        poll_seconds: float,
        max_attempts: int,
    ) -> None:
        self.lease = lease
        self._database = database
        self._pipeline = pipeline
        self._hub = hub
        self._cipher = cipher
        self._capabilities = capabilities
        self._free = slots
        self._poll = poll_seconds
        self._max_attempts = max_attempts
        self._running: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._dispatcher: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to claim and run."""
        self._dispatcher = asyncio.create_task(self._dispatch(), name="conversations-dispatch")

    async def stop(self) -> None:
        """Let running turns end, for a few seconds, and give the others back."""
        self._stopping = True
        self._wake.set()
        if self._dispatcher is not None:
            await self._dispatcher
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def reserve(self, wanted: int) -> int:
        """Set slots aside for claims about to be made; `launch` takes them."""
        reserved = 0 if self._stopping else min(wanted, self._free)
        self._free -= reserved
        return reserved

    def launch(self, claims: Sequence[Claim], reserved: int, more: bool) -> None:
        """Run claims in reserved slots and free the slots left over."""
        self._free += reserved - len(claims)
        for claim in claims:
            task = asyncio.create_task(self._run(claim))
            self._running.add(task)
            task.add_done_callback(self._ended)
        if more:
            self._wake.set()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._free += 1

    async def _dispatch(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                await self._claim()
            except Exception as error:
                log.error("claim_failed", error=type(error).__name__)
            try:
                await asyncio.wait_for(self._wake.wait(), self._poll)
            except TimeoutError:
                continue

    async def _claim(self) -> None:
        now = datetime.now(UTC)
        if self._free <= 0 or not await self._database.read(queue.has_due, now):
            return
        reserved = self.reserve(self._free)
        claims: list[Claim] = []
        try:
            claims = await self._database.write(queue.claim_due, now, self.lease, reserved)
        finally:
            self.launch(claims, reserved, more=False)

    async def _run(self, claim: Claim) -> None:
        conversation = claim.conversation
        later = more = False
        if conversation.owner == BOT:
            self._hub.set_typing(conversation.id, True)
        try:
            turn = self._turn(claim)
            await self._pipeline.run(turn)
            more = turn.more
            if turn.retry_at is not None:
                later = True
                self._wake_at(turn.retry_at)
        except LeaseLost:
            log.warning("lease_lost", message_id=claim.event_id)
        except asyncio.CancelledError:
            await self._database.write(queue.give_back, claim)
            raise
        except Exception as error:
            log.error("turn_broke", error=type(error).__name__, message_id=claim.event_id)
            later, more = await self._rescue(claim, type(error).__name__)
        finally:
            if not later:
                self._hub.set_typing(conversation.id, False)
            self._hub.wake(conversation.id)
            # A slot was held while others may have come to wait for it.
            if more or self._free <= 0:
                asyncio.get_running_loop().call_soon(self._wake.set)

    def _turn(self, claim: Claim) -> Turn:
        body = self._cipher.open(claim.body, body_id(claim.channel, claim.event_id))
        return Turn(
            claim=claim,
            inbound=unpack(claim, body),
            capabilities=self._capabilities.get(claim.channel, Capabilities()),
            now=datetime.now(UTC),
        )

    async def _rescue(self, claim: Claim, error: str) -> tuple[bool, bool]:
        """Try again later, or bury the event so that its conversation goes on."""
        now = datetime.now(UTC)
        hopeless = error == BodyUnreadable.__name__ or claim.attempts >= self._max_attempts
        try:
            if not hopeless:
                await self._database.write(queue.postpone, claim, now + _AFTER_CRASH, error)
                self._wake_at(now + _AFTER_CRASH)
                return True, False
            reply = Reply(text=texts().failed)
            row = NewRow("system", reply.text, reply.model_dump_json())
            capabilities = self._capabilities.get(claim.channel, Capabilities())
            outcome = Outcome((row,), None, None, capabilities.pull, error)
            return False, await self._database.write(queue.finish, claim, outcome, now)
        except Exception as broken:
            # The lease runs out and the poll finds the event again.
            log.error("rescue_failed", error=type(broken).__name__, message_id=claim.event_id)
            return False, False

    def _wake_at(self, due: datetime) -> None:
        seconds = max(0.0, (due - datetime.now(UTC)).total_seconds())
        asyncio.get_running_loop().call_later(seconds + 0.002, self._wake.set)
