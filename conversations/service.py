"""The conversation core as connectors see it."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import UTC, datetime

import structlog

from conversations import db, queue, retention, stages, store
from conversations.brain import BrainClient
from conversations.consent import NO_CONSENT, notice
from conversations.crypto import BodyCipher
from conversations.delivery import deliver
from conversations.documents import AccountsDocuments
from conversations.errors import (
    ConversationsError,
    Misconfigured,
    UnknownConversation,
)
from conversations.files import AccountsFiles
from conversations.hub import Hub
from conversations.messages import Attachment, Authentic, Capabilities, Entry, Inbound, Receipt
from conversations.ports import Brain, Documents, Files, Vault
from conversations.records import BOT, Accepted, Lease, NewEvent
from conversations.settings import Settings
from conversations.vault import AccountsVault
from conversations.worker import Worker, body_id, pack

log = structlog.get_logger(__name__)

_HOUSE_SECONDS = 3600.0


class Conversations:
    """Accepts what people write, has it answered in order, and tells what was said.

    Make it inside the event loop that will run it.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        capabilities: Mapping[str, Capabilities] | None = None,
        vault: Vault | None = None,
        brain: Brain | None = None,
        files: Files | None = None,
        documents: Documents | None = None,
    ) -> None:
        """Take the settings and what each channel can show; the rest is made from them."""
        self._settings = settings or Settings()
        self._cipher = BodyCipher(self._settings.keys)
        token = self._settings.service_token.get_secret_value()
        if not token and (vault is None or brain is None):
            raise Misconfigured("CHAT_SERVICE_TOKEN is not set")
        self._database = db.connect(self._settings.database_url)
        self._vault = vault or AccountsVault(
            self._settings.accounts_url, token, self._settings.vault_timeout
        )
        self._files = files or AccountsFiles(self._settings.accounts_url, token)
        self._documents = documents or AccountsDocuments(self._settings.accounts_url, token)
        self._brain = brain or BrainClient(self._settings.brain_url, token)
        self._hub = Hub()
        self._worker = Worker(
            database=self._database,
            pipeline=stages.build(self._settings, self._database, self._vault, self._brain),
            hub=self._hub,
            cipher=self._cipher,
            capabilities=capabilities or {},
            lease=Lease(_instance(), self._settings.lease_seconds),
            slots=self._settings.workers,
            poll_seconds=self._settings.poll_seconds,
            max_attempts=self._settings.max_attempts,
        )
        self._watcher: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._stopped = False
        self._storing: set[asyncio.Task[list[Receipt]]] = set()

    async def start(self) -> None:
        """Bring the tables up to date, take up what was left open, and begin."""
        await asyncio.to_thread(db.upgrade, self._settings.database_url)
        await self._database.open()
        if not self._database.shared:
            freed = await self._database.write(queue.void_leases)
            if freed:
                log.info("leases_voided", conversations=freed)
        else:
            self._watcher = asyncio.create_task(self._watch(), name="conversations-watch")
        self._worker.start()
        self._keeper = asyncio.create_task(self._keep_house(), name="conversations-house")

    async def _keep_house(self) -> None:
        """Delete what was said too long ago, now and every hour."""
        while True:
            try:
                removed = await self._database.write(retention.purge, datetime.now(UTC))
            except Exception as error:
                log.warning("housekeeping_failed", error=type(error).__name__)
            else:
                if removed:
                    log.info("purged", rows=removed)
            await asyncio.sleep(_HOUSE_SECONDS)

    async def stop(self) -> None:
        """Finish running turns and let go of everything; a second call does nothing.

        What is accepted and not answered yet is taken up at the next start.
        """
        if self._stopped:
            return
        self._stopped = True
        for task in (self._watcher, self._keeper):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        if self._storing:
            await asyncio.wait(self._storing)
        await self._worker.stop()
        await self._database.close()
        await self._brain.close()
        await self._vault.close()
        await self._files.close()
        await self._documents.close()

    async def open(self, channel: str, identity: str) -> str:
        """Give the open conversation of an identity, a new one when there is none."""
        found = await self._database.read(store.find_open, channel, identity)
        if found is not None:
            return found
        return await self._database.write(
            store.open_conversation, channel, identity, datetime.now(UTC)
        )

    async def reset(self, conversation: str) -> None:
        """Close a conversation for good and end its verified session.

        The identity gets a new conversation the next time it is opened or writes.
        """
        closed = await self._database.write(
            store.close_conversation, conversation, datetime.now(UTC)
        )
        if not closed:
            raise UnknownConversation(conversation)
        self._hub.wake(conversation)
        try:
            await self._vault.end(conversation)
        except ConversationsError as error:
            # Nobody can use it any more, and it runs out by itself.
            log.warning("session_not_ended", error=type(error).__name__)

    async def accept(self, events: Sequence[Inbound]) -> list[Receipt]:
        """Store events for good and give one receipt each, in order.

        Idempotent on (channel, event id). Raises Overloaded, with nothing stored, when too many
        events are open.
        """
        if not events:
            return []
        stored = [
            NewEvent(
                event.channel,
                event.identity,
                event.event_id,
                self._cipher.seal(pack(event), body_id(event.channel, event.event_id)),
            )
            for event in events
        ]
        # Shielded: a caller that goes away must not leave claimed events that nobody runs.
        storing = asyncio.create_task(self._store(stored))
        self._storing.add(storing)
        storing.add_done_callback(self._storing.discard)
        return await asyncio.shield(storing)

    async def attach(
        self, channel: str, identity: str, event_id: str, content: AsyncIterable[bytes]
    ) -> tuple[Receipt, Attachment]:
        """Hand a file on to the account service, then accept that it came, in its order.

        The file is not stored here, not even while it passes. Idempotent on (channel, event id).
        Raises the `VaultUnavailable` family when it could not be handed on.
        """
        conversation = await self.open(channel, identity)
        if await self._may_take_data(conversation):
            sent = await self._files.send(
                conversation, f"{channel}:{identity}", content, f"{conversation}:{event_id}:file"
            )
        else:
            sent = Attachment(reason=NO_CONSENT)
            async for _ in content:
                pass
        event = Inbound(channel, identity, event_id, "file", attachment=sent)
        (receipt,) = await self.accept([event])
        return receipt, sent

    async def document(self, conversation: str, channel: str, identity: str, token: str) -> bytes:
        """Return a PDF that was issued to this conversation's verified session, once.

        Raises DocumentRefused, or the `VaultUnavailable` family when nobody can tell.
        """
        return await self._documents.fetch(conversation, f"{channel}:{identity}", token)

    async def authentic(self, folio: str) -> Authentic | None:
        """Tell what was issued under a folio, None when nothing was."""
        return await self._documents.verify(folio)

    async def _may_take_data(self, conversation: str) -> bool:
        """Tell whether the privacy notice was taken, or is not for the bot to show."""
        if not self._settings.consent:
            return True
        owner, given = await self._database.read(store.consent_of, conversation)
        return owner != BOT or notice().accepted(given)

    async def _store(self, events: Sequence[NewEvent]) -> list[Receipt]:
        identities = {(event.channel, event.identity) for event in events}
        reserved = self._worker.reserve(len(identities))
        accepted = Accepted((), (), waiting=False)
        try:
            accepted = await self._database.write(
                queue.accept,
                events,
                datetime.now(UTC),
                self._settings.high_water,
                self._worker.lease,
                reserved,
            )
        finally:
            self._worker.launch(accepted.claims, reserved, more=accepted.waiting)
        return list(accepted.receipts)

    async def entries(self, conversation: str, after: int = 0, limit: int = 200) -> list[Entry]:
        """Read what was said above a sequence number, sealed replies opened for delivery."""
        rows = await self._database.read(store.entries, conversation, after, limit)
        return await deliver(rows, conversation, self._vault)

    async def wait(
        self,
        conversation: str,
        after: int,
        timeout: float,  # noqa: ASYNC109 - a limit, not a cancellation
        typing: bool | None = None,
    ) -> bool:
        """Wait for an entry above `after` or a change of typing; False when time ran out.

        Pass the `typing` last seen to be woken at once when it changed since.
        """
        with self._hub.waiting(conversation, after) as waiter:
            if typing is not None and self._hub.typing(conversation) != typing:
                return True
            seqs = await self._database.read(store.last_seqs, [conversation])
            if seqs.get(conversation, 0) > after:
                return True
            done, _ = await asyncio.wait((waiter.news,), timeout=timeout)
            return bool(done)

    def typing(self, conversation: str) -> bool:
        """Tell whether an answer is on its way."""
        return self._hub.typing(conversation)

    async def owner(self, conversation: str) -> str:
        """Tell who owns a conversation: bot, queue, agent:<id> or closed."""
        owner = await self._database.read(store.owner_of, conversation)
        if owner is None:
            raise UnknownConversation(conversation)
        return owner

    async def health(self) -> dict[str, int]:
        """Count open and dead events; raises when the database does not answer."""
        return await self._database.read(store.backlog)

    async def _watch(self) -> None:
        """Notice what other processes wrote to the conversations somebody waits for here."""
        while True:
            await asyncio.sleep(self._settings.poll_seconds)
            watched = self._hub.watched()
            if not watched:
                continue
            try:
                seqs = await self._database.read(store.last_seqs, list(watched))
            except Exception as error:
                log.error("watch_failed", error=type(error).__name__)
                continue
            for conversation, after in watched.items():
                if seqs.get(conversation, 0) > after:
                    self._hub.wake(conversation)


def _instance() -> str:
    """Name this process in leases."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{secrets.token_hex(3)}"
