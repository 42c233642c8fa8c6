"""How the brain calls the action server: one kept connection, a small body, no silent failure."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import aiohttp
import rasa_sdk
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

failure: ContextVar[list[str] | None] = ContextVar("action_failure", default=None)
"""Names of the actions that failed in the turn being played; Rasa only logs them."""


class ActionEndpoint(EndpointConfig):
    """Call custom actions with the service token over one kept-alive session."""

    def __init__(self, url: str, token: str, timeout: float) -> None:
        super().__init__(url=url, headers={"Authorization": f"Bearer {token}"})
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def request(  # type: ignore[override]
        self, method: str = "post", *, json: dict[str, Any], **_options: Any
    ) -> Any:
        """Run one action; a failure is recorded in ``failure`` and raised."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, headers=self.headers)
        # Our actions read slots and the last message alone: the domain, 30 KB, stays here.
        # The version says what the server speaks; it warns on every call otherwise.
        body = {**json, "domain": {}, "version": rasa_sdk.__version__}
        try:
            async with self._session.request(method, self.url, json=body) as response:
                if response.status >= 400:
                    raise ClientResponseError(
                        response.status, response.reason or "", await response.text()
                    )
                return await response.json()
        except (aiohttp.ClientError, TimeoutError, ClientResponseError):
            failed = failure.get()
            if failed is not None:
                failed.append(str(json.get("next_action")))
            raise

    async def close(self) -> None:
        """Close the kept connection."""
        if self._session is not None:
            await self._session.close()
