"""Demo mode: the people to try and the codes "sent", behind a protocol the process injects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from aiohttp import web

from connectors.web.access import Access


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A fictitious person: what they are called, how they stand, and the NSS to type."""

    name: str
    situation: str
    nss: str


class Demo(Protocol):
    """Where the demo's people and codes come from."""

    async def people(self) -> Sequence[DemoPerson]:
        """List the people to try, the most telling first."""

    async def code(self, conversation: str) -> str | None:
        """Give the code last issued to this conversation, if it is still good."""


def demo_routes(demo: Demo, access: Access) -> list[web.RouteDef]:
    """Build the demo endpoints; the code is only for the session it was issued to."""

    async def people(request: web.Request) -> web.Response:
        """List the fictitious people."""
        found = [asdict(person) for person in await demo.people()]
        return web.json_response({"people": found})

    async def code(request: web.Request) -> web.Response:
        """Show the code of this session's conversation."""
        session = await access.session(request)
        return web.json_response({"code": await demo.code(session.conversation)})

    return [web.get("/demo/people", people), web.get("/demo/code", code)]
