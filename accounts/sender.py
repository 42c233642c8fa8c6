"""Send one-time codes to the contact on file."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import structlog

log = structlog.get_logger(__name__)

_KEPT = 1000

Channel = Literal["phone", "email"]


@dataclass(frozen=True)
class Contact:
    """Where a code goes."""

    channel: Channel
    address: str = field(repr=False)


class CodeSender(Protocol):
    """Deliver a code; raise on failure. It runs after the caller has been answered."""

    async def send(self, conversation: str, contact: Contact, code: str) -> None:
        """Send one code."""

    async def close(self) -> None:
        """Release what the sender holds."""


class LogSender:
    """Show codes in the log and keep them for the demo panel: fictitious people only."""

    def __init__(self) -> None:
        """Start with no code kept."""
        self._codes: OrderedDict[str, str] = OrderedDict()

    async def send(self, conversation: str, contact: Contact, code: str) -> None:
        """Log the code in one marked line."""
        self._codes[conversation] = code
        self._codes.move_to_end(conversation)
        while len(self._codes) > _KEPT:
            self._codes.popitem(last=False)
        log.info(f"DEMO código {code}", conversation=conversation)

    def last(self, conversation: str) -> str | None:
        """Return the newest code of a conversation."""
        return self._codes.get(conversation)

    async def close(self) -> None:
        """Forget the codes."""
        self._codes.clear()


class RoutedSender:
    """Hand each code to the sender of its contact's channel."""

    def __init__(self, routes: Mapping[Channel, CodeSender]) -> None:
        """Take one sender for each channel there is."""
        self._routes = routes

    async def send(self, conversation: str, contact: Contact, code: str) -> None:
        """Send one code by the channel of the contact."""
        await self._routes[contact.channel].send(conversation, contact, code)

    async def close(self) -> None:
        """Close every sender."""
        for sender in set(self._routes.values()):
            await sender.close()
