"""What every connector offers to the process that runs it."""

from __future__ import annotations

from typing import Protocol

from aiohttp import web

from conversations.messages import Capabilities


class Connector(Protocol):
    """A channel: its name in the core, what it can show, and the routes that receive events."""

    @property
    def name(self) -> str:
        """Name the channel as the core stores it."""

    @property
    def capabilities(self) -> Capabilities:
        """Say what the channel can show."""

    def application(self) -> web.Application:
        """Build the application that receives the provider's events."""
