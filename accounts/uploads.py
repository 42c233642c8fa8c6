"""Handle files and corrections: the bytes of a file live in one buffer, which is zeroed."""

import asyncio

import structlog
from aiohttp import web
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import corrections, file_schemas, files, identity, schemas
from accounts.errors import FileRefused, Invalid, LevelTooLow, NotVerified, UnsupportedMediaType
from accounts.handlers import RUNTIME, in_session, read_body, read_query, send_code, write
from accounts.models import VerifiedSession

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
    runtime, who = request.app[RUNTIME], _sender(request)
    evidence = read_query(request, file_schemas.EvidenceQuery).evidence

    async def ask(session: AsyncSession, live: VerifiedSession) -> BaseModel:
        answer = await corrections.compare(
            session, runtime.keys, live, who.identity, evidence, runtime.clock()
        )
        log.info("file_compared", source=answer.source, verdict=answer.verdict)
        return answer

    try:
        return await in_session(request, ask)
    except NotVerified:
        raise LevelTooLow from None


async def put_correction(request: web.Request) -> web.Response:
    """Take a correction and give its folio."""
    runtime, body = request.app[RUNTIME], await read_body(request, file_schemas.CorrectionBody)

    async def run(session: AsyncSession) -> BaseModel:
        filed = await corrections.request(session, runtime.keys, body, runtime.clock())
        log.info(
            "correction_requested", folio=filed.folio, field=filed.field, repeated=filed.repeated
        )
        return filed

    return await write(request, body, run, status=201)


async def send_fresh_code(request: web.Request) -> web.Response:
    """Send a code to whoever the live session belongs to."""
    runtime, body = request.app[RUNTIME], await read_body(request, file_schemas.FreshCodeRequest)
    who = body.conversation, body.identity
    return await send_code(
        request,
        body,
        lambda session, now: identity.start_again(
            session, runtime.keys, *who, body.purpose, now, runtime.policy
        ),
    )
