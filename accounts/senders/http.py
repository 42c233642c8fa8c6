"""Hand codes to a messaging service over HTTP: SMS, or whatever else it carries."""

import secrets

import aiohttp
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from accounts.messages import message
from accounts.sender import Contact

_TRIES = 3
_BUSY = {408, 425, 429}
_SERVER_ERROR = 500


class Refused(Exception):
    """The service will not take the code: trying again would not help."""


class Busy(Exception):
    """The service cannot take the code now."""


class HttpSender:
    """Post codes; what fails for a moment is tried again under the same Idempotency-Key."""

    def __init__(
        self, url: str, token: str | None, timeout: float = 5.0, backoff: float = 0.5
    ) -> None:
        """Remember where to post; `timeout` and `backoff` in seconds are those of one try."""
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._backoff = backoff
        self._session: aiohttp.ClientSession | None = None

    async def send(self, conversation: str, contact: Contact, code: str) -> None:
        """Post channel, address and text; raises when the service does not take it."""
        body = {
            "channel": contact.channel,
            "to": contact.address,
            "text": message("sender", "code").format(code=code),
        }
        # A try that timed out may have been taken: the key tells the service it is the same one.
        headers = {**self._headers, "Idempotency-Key": secrets.token_urlsafe(16)}
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type((aiohttp.ClientConnectionError, TimeoutError, Busy)),
            stop=stop_after_attempt(_TRIES),
            wait=wait_random_exponential(multiplier=self._backoff, max=5 * self._backoff),
            reraise=True,
        ):
            with attempt:
                await self._post(body, headers)

    async def _post(self, body: dict[str, str], headers: dict[str, str]) -> None:
        self._session = self._session or aiohttp.ClientSession(timeout=self._timeout)
        async with self._session.post(
            self._url, json=body, headers=headers, allow_redirects=False
        ) as answer:
            if answer.status in _BUSY or answer.status >= _SERVER_ERROR:
                raise Busy(str(answer.status))
            if not answer.ok or answer.status in (301, 302, 303, 307, 308):
                raise Refused(str(answer.status))

    async def close(self) -> None:
        """Close the connection."""
        if self._session:
            await self._session.close()
