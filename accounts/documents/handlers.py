"""Handle documents: issue one, hand it out once, tell whether a folio is ours."""

from __future__ import annotations

import asyncio
import re

import structlog
from aiohttp import hdrs, web
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import identity
from accounts.documents import issue
from accounts.documents.schemas import FOLIO, TOKEN, DocumentRequest
from accounts.documents.typesetting import pdf
from accounts.errors import NotFound
from accounts.handlers import RUNTIME, caller, json_response, read_body, write

log = structlog.get_logger(__name__)


async def put_document(request: web.Request) -> web.Response:
    """Issue a document of the session's person."""
    runtime, body = request.app[RUNTIME], await read_body(request, DocumentRequest)

    async def run(session: AsyncSession) -> BaseModel:
        now = runtime.clock()
        live = await identity.live_session(
            session, runtime.keys, body.conversation, body.identity, now
        )
        await identity.touch(session, body.conversation, now)
        issued = await issue.issue(session, runtime.keys, live, body, now, runtime.today())
        log.info("document_issued", kind=body.kind)
        return issued

    return await write(request, body, run, status=201)


async def fetch_document(request: web.Request) -> web.Response:
    """Hand a document out; a second time it is gone."""
    runtime, token = request.app[RUNTIME], request.match_info["token"]
    now = runtime.clock()
    if not re.fullmatch(TOKEN, token):
        raise NotFound
    conversation, who = caller(request)
    async with runtime.database.read() as session:
        live = await identity.live_session(session, runtime.keys, conversation, who, now)
        document = await issue.waiting(session, runtime.keys, live, token, now)
    # Set before it is taken: what cannot be set is not lost.
    body = await asyncio.to_thread(pdf, document, runtime.settings.public_url)
    async with runtime.database.write() as session:
        await issue.take(session, runtime.keys, token, now)
    log.info("document_fetched", kind=document.kind)
    headers = {hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(body=body, content_type="application/pdf", headers=headers)


async def verify_document(request: web.Request) -> web.Response:
    """Tell what was issued under a folio."""
    runtime, folio = request.app[RUNTIME], request.match_info["folio"]
    if not re.fullmatch(FOLIO, folio):
        raise NotFound
    async with runtime.database.read() as session:
        return json_response(await issue.authentic(session, runtime.keys, folio))
