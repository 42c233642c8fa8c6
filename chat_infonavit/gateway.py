"""The gateway process: the conversation core with the channels on top of it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence

import aiohttp
from aiohttp import web

from connectors.settings import Settings as WebSettings
from connectors.web.api import CAPABILITIES, CHANNEL, create_app
from connectors.web.demo import DemoPerson
from conversations.service import Conversations
from conversations.settings import Settings as CoreSettings
from kb.checklist import HANDOUT, checklist
from kb.library import Library

_SHUTDOWN_SECONDS = 3


class AccountsDemo:
    """The demo panel's people and codes, asked of the account service."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._session: aiohttp.ClientSession | None = None

    async def people(self) -> Sequence[DemoPerson]:
        """List the people to try, the most telling first."""
        found = await self._get("/v1/demo/people?showcase=1")
        return [
            DemoPerson(person["name"], person["situation"], person["nss"])
            for person in found["people"]
        ]

    async def code(self, conversation: str) -> str | None:
        """Give the code last issued to this conversation, if it is still good."""
        found = await self._get(f"/v1/demo/code?conversation={conversation}")
        code: str | None = found["code"]
        return code

    async def close(self) -> None:
        """Close the kept connection."""
        if self._session is not None:
            await self._session.close()

    async def _get(self, path: str) -> dict:  # type: ignore[type-arg]
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=5)
            self._session = aiohttp.ClientSession(headers=self._headers, timeout=timeout)
        async with self._session.get(self._base + path) as response:
            if response.status == 404:
                return {"code": None, "people": []}
            response.raise_for_status()
            body: dict = await response.json()  # type: ignore[type-arg]
            return body


def _requirements(name: str) -> bytes | None:
    library = Library.load()
    return checklist(library.get(name)) if name in library else None


async def create() -> web.Application:
    """Return the gateway's application; the core starts and stops with it."""
    core_settings = CoreSettings()
    core = Conversations(core_settings, capabilities={CHANNEL: CAPABILITIES})
    demo = None
    if os.environ.get("CHAT_DEMO") == "1":
        demo = AccountsDemo(
            core_settings.accounts_url, core_settings.service_token.get_secret_value()
        )

    async def health() -> dict[str, object]:
        return {"status": "ok", **await core.health()}

    handouts = {HANDOUT: _requirements}
    app = create_app(core, WebSettings(), demo=demo, health=health, handouts=handouts)

    async def running(_app: web.Application) -> AsyncIterator[None]:
        await core.start()
        yield
        await core.stop()
        if demo is not None:
            await demo.close()

    app.cleanup_ctx.insert(0, running)
    return app


def serve() -> None:
    """Serve the channels until SIGTERM."""
    settings = WebSettings()
    web.run_app(
        create(),
        host=settings.host,
        port=settings.port,
        print=None,
        access_log=None,
        shutdown_timeout=_SHUTDOWN_SECONDS,
    )
