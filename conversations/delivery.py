"""Make stored rows ready to be shown: open what is sealed, at the last moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from conversations.errors import ConversationsError
from conversations.messages import Card, Document, Entry, Link, Reply
from conversations.ports import Vault
from conversations.records import StoredEntry
from conversations.texts import texts

log = structlog.get_logger(__name__)


class SealedContent(BaseModel):
    """What the account service keeps of a reply; it replaces the same parts of the stored one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str | None = None
    card: Card | None = None
    document: Document | None = None
    links: tuple[Link, ...] | None = None


async def deliver(rows: Sequence[StoredEntry], conversation: str, vault: Vault) -> list[Entry]:
    """Make entries, with sealed replies opened or honestly replaced."""
    replies = [Reply.model_validate_json(row.reply) if row.reply else None for row in rows]
    tokens = list(dict.fromkeys(one.sealed for one in replies if one and one.sealed))
    contents: Mapping[str, Any] = {}
    lost = texts().sealed_expired
    if tokens:
        try:
            contents = await vault.open(conversation, tokens)
        except ConversationsError as error:
            log.warning("sealed_not_opened", error=type(error).__name__)
            lost = texts().sealed_unavailable
    return [
        _entry(row, _opened(reply, contents, lost))
        for row, reply in zip(rows, replies, strict=True)
    ]


def _opened(reply: Reply | None, contents: Mapping[str, Any], lost: str) -> Reply | None:
    if reply is None or reply.sealed is None:
        return reply
    content = contents.get(reply.sealed)
    public = reply.model_dump(exclude={"sealed"})
    if content is not None:
        try:
            parts = SealedContent.model_validate(
                {"text": content} if isinstance(content, str) else content
            )
            return Reply.model_validate(public | parts.model_dump(exclude_none=True))
        except ValidationError:
            log.error("sealed_unreadable")
    text = f"{reply.text}\n\n{lost}" if reply.text else lost
    return Reply.model_validate(public | {"text": text})


def _entry(row: StoredEntry, reply: Reply | None) -> Entry:
    return Entry(
        seq=row.seq,
        role=row.role,
        message_id=row.message_id,
        at=row.at,
        text=reply.text if reply is not None else row.text,
        reply=reply,
        done=row.done,
        owner=row.owner,
    )
