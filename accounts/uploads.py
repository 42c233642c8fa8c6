"""Handle files and corrections: the bytes of a file live in one buffer, which is zeroed."""

import asyncio

import structlog
from aiohttp import web
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import corrections, files, identity, schemas
from accounts.errors import FileRefused, Invalid, LevelTooLow, NotVerified, UnsupportedMediaType
from accounts.handlers import RUNTIME, read_body, read_query, write
from accounts.handlers import json_response as respond

log = structlog.get_logger(__name__)


async def put_file(request: web.Request) -> web.Response:
    """Read a file and keep its facts; anybody may send one, only a session may compare it."""
    runtime = request.app[RUNTIME]
    who = _sender(request)
    if request.content_type != "application/octet-stream":
        raise UnsupportedMediaType
    try:
        facts = await _read(request)
    except FileRefused as refused:
        log.info("file_refused", reason=refused.reason)
        async with runtime.database.write() as session:
            await corrections.count_refusal(session, refused.reason, runtime.today())
        raise
    upload = corrections.Upload(
        conversation=who.conversation,
        identity=who.identity,
        facts=corrections.Facts.of(facts),
    )

    async def run(session: AsyncSession) -> BaseModel:
        log.info("file_kept", source=upload.facts.source)
        return await corrections.keep(session, runtime.keys, upload, runtime.clock())

    return await write(request, upload, run, status=201)


def _sender(request: web.Request) -> schemas.SessionQuery:
    try:
        return schemas.SessionQuery(
            conversation=request.headers.get("X-Conversation", ""),
            identity=request.headers.get("X-Identity", ""),
        )
    except ValidationError:
        raise Invalid from None


async def _read(request: web.Request) -> files.FileFacts:
    runtime, data = request.app[RUNTIME], bytearray()
    try:
        async for chunk in request.content.iter_any():
            data += chunk
            if len(data) > files.MAX_UPLOAD:
                raise FileRefused("too_big")
        return await asyncio.to_thread(files.read, data, runtime.clock(), runtime.issuers)
    finally:
        files.wipe(data)


async def get_comparison(request: web.Request) -> web.Response:
    """Compare a file with the account of the verified session."""
    runtime, now = request.app[RUNTIME], request.app[RUNTIME].clock()
    evidence = read_query(request, schemas.EvidenceQuery).evidence
    who = _sender(request)
    async with runtime.database.read() as session:
        try:
            live = await identity.live_session(
                session, runtime.keys, who.conversation, who.identity, now
            )
        except NotVerified:
            raise LevelTooLow from None
        answer = await corrections.compare(session, runtime.keys, live, who.identity, evidence, now)
    if identity.needs_touch(live, now):
        async with runtime.database.write() as session:
            await identity.touch(session, who.conversation, now)
    log.info("file_compared", source=answer.source, verdict=answer.verdict)
    return respond(answer)


async def put_correction(request: web.Request) -> web.Response:
    """Take a correction and give its folio."""
    runtime, body = request.app[RUNTIME], await read_body(request, schemas.CorrectionBody)

    async def run(session: AsyncSession) -> BaseModel:
        filed = await corrections.request(session, runtime.keys, body, runtime.clock())
        log.info(
            "correction_requested", folio=filed.folio, field=filed.field, repeated=filed.repeated
        )
        return filed

    return await write(request, body, run, status=201)


async def send_fresh_code(request: web.Request) -> web.Response:
    """Send a code to whoever the live session belongs to."""
    runtime, body = request.app[RUNTIME], await read_body(request, schemas.FreshCodeRequest)
    outgoing: list[identity.Outgoing] = []

    async def run(session: AsyncSession) -> BaseModel:
        issued = await identity.start_again(
            session,
            runtime.keys,
            body.conversation,
            body.identity,
            body.purpose,
            runtime.clock(),
        )
        outgoing.extend([issued] if issued else [])
        return schemas.Started(expires_in=int(identity.CODE_TTL.total_seconds()))

    response = await write(request, body, run, status=202)
    for issued in outgoing:
        runtime.send(issued)
    return response
