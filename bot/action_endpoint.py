"""How the brain calls the action server: one kept connection, a small body, no silent failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import aiohttp
import rasa_sdk
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

failure: ContextVar[list[str] | None] = ContextVar("action_failure", default=None)
"""Names of the actions that failed in the turn being played; Rasa only logs them."""


@contextmanager
def recording_failure(action: str) -> Iterator[None]:
    """Record in ``failure`` that an action raised anything, and let it pass."""
    try:
        yield
    except BaseException:
        failed = failure.get()
        if failed is not None:
            failed.append(action)
        raise


class ActionEndpoint(EndpointConfig):
    """Call custom actions with the service token over one kept-alive session."""

    def __init__(self, url: str, token: str, timeout: float) -> None:
        super().__init__(url=url, headers={"Authorization": f"Bearer {token}"})
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def request(  # type: ignore[override]
        self, method: str = "post", *, json: dict[str, Any], **_options: Any
    ) -> dict[str, Any]:
        """Run one action and return its events and responses; raise when it cannot be run."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, headers=self.headers)
        # The version says what the server speaks; it warns on every call otherwise.
        body = {**json, "version": rasa_sdk.__version__}
        try:
            async with self._session.request(method, self.url, json=body) as response:
                if response.status >= 400:
                    raise ClientResponseError(
                        response.status, response.reason or "", await response.text()
                    )
                return _checked(await response.json())
        except TimeoutError as error:
            raise RasaException("the action server took too long") from error

    async def close(self) -> None:
        """Close the kept connection."""
        if self._session is not None:
            await self._session.close()


def _checked(result: Any) -> dict[str, Any]:
    """Return an action's answer if it has the form of one."""
    fields = result if isinstance(result, dict) else {"events": None}
    for name in ("events", "responses"):
        items = fields.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise RasaException(f"the action server answered without a list of {name}")
    return fields
