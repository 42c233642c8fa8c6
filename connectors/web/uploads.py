"""Receive files: checked like a message, passed on as they arrive, never written anywhere.

What a file is and whether it serves is for the account service to tell by its content; the name
and the type the browser gives are not looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import BodyPartReader, MultipartReader, web

from connectors.settings import Settings
from connectors.web.access import Access
from connectors.web.bodies import read_id
from connectors.web.ids import CHANNEL, client_id, event_id
from connectors.web.limits import Buckets
from connectors.web.problems import Problem
from connectors.web.sessions import Sessions
from conversations.errors import VaultRejected, VaultUnavailable
from conversations.service import Conversations

_ENVELOPE = 16 * 1024
_MEGABYTE = 1024 * 1024
_ID_BYTES = 64
_RETRY_SECONDS = 5


class Uploads:
    """One upload endpoint: an `id` and then a `file`, as multipart/form-data."""

    def __init__(
        self, core: Conversations, settings: Settings, access: Access, sessions: Sessions
    ) -> None:
        self._core = core
        self._settings = settings
        self._access = access
        self._sessions = sessions
        self._pace = Buckets(settings.upload_burst, settings.uploads_per_second)
        self._running = 0

    async def receive(self, request: web.Request) -> web.Response:
        """Accept one file; what it says is answered in the conversation."""
        session = await self._access.session(request)
        if request.content_type != "multipart/form-data":
            raise Problem(415, "not_a_file")
        if (request.content_length or 0) > self._settings.max_upload + _ENVELOPE:
            raise self._too_big()
        wait = self._pace.take(session.key)
        if wait:
            raise Problem(429, "file_too_fast", retry_after=wait)
        if await self._core.owner(session.conversation) == "closed":
            raise Problem(409, "closed")
        if self._running >= self._settings.uploads_at_once:
            raise Problem(503, "busy", retry_after=_RETRY_SECONDS)
        self._running += 1
        try:
            async with asyncio.timeout(self._settings.upload_seconds):
                name, part = await _parts(request)
                receipt, sent = await self._core.attach(
                    CHANNEL,
                    session.identity,
                    event_id(name, session.conversation),
                    self._pieces(part),
                )
        except TimeoutError:
            raise Problem(408, "file_too_slow") from None
        except (VaultUnavailable, VaultRejected):
            raise Problem(503, "files_away", retry_after=_RETRY_SECONDS) from None
        finally:
            self._running -= 1
        await self._sessions.touch(session)
        body = {"message_id": client_id(receipt.message_id), "accepted": sent.evidence is not None}
        return web.json_response(body, status=202)

    async def _pieces(self, part: BodyPartReader) -> AsyncIterator[bytes]:
        """Give a file as it arrives, and just enough too much of one that is too big."""
        passed = 0
        while passed <= self._settings.max_upload and (piece := await part.read_chunk()):
            passed += len(piece)
            yield piece

    def _too_big(self) -> Problem:
        return Problem(413, "file_too_big", limit=self._settings.max_upload // _MEGABYTE)


async def _parts(request: web.Request) -> tuple[str, BodyPartReader]:
    """Read the id and stop at the first byte of the file."""
    try:
        reader = await request.multipart()
        first = await _part(reader, "id")
        name = (await first.read_chunk(_ID_BYTES)).decode("ascii", "replace")
        await first.release()
        return read_id(name), await _part(reader, "file")
    except (ValueError, AssertionError):
        # A boundary that is missing or does not match.
        raise Problem(400, "not_a_file") from None


async def _part(reader: MultipartReader, name: str) -> BodyPartReader:
    part = await reader.next()
    if not isinstance(part, BodyPartReader) or part.name != name:
        raise Problem(422, "not_a_file")
    return part
