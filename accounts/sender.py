"""Send one-time codes to the contact on file."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal, Protocol

import aiohttp
import structlog

from accounts.messages import message

log = structlog.get_logger(__name__)

_KEPT = 1000
_TIMEOUT = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True)
class Contact:
    """Where a code goes."""

    channel: Literal["phone", "email"]
    address: str


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


class HttpSender:
    """Hand codes to the institution's messaging service over HTTP."""

    def __init__(self, url: str, token: str | None) -> None:
        """Remember where to post; the connection opens with the first code."""
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._session: aiohttp.ClientSession | None = None

    async def send(self, conversation: str, contact: Contact, code: str) -> None:
        """Post channel, address and text; any answer but 2xx raises."""
        self._session = self._session or aiohttp.ClientSession(timeout=_TIMEOUT)
        body = {
            "channel": contact.channel,
            "to": contact.address,
            "text": message("sender", "code").format(code=code),
        }
        async with self._session.post(self._url, json=body, headers=self._headers) as answer:
            answer.raise_for_status()

    async def close(self) -> None:
        """Close the connection."""
        if self._session:
            await self._session.close()
