"""Handle what a person asks about savings and work, and the requests and changes they make."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import appointments, contact, identity, requests, saving, schemas
from accounts.handlers import RUNTIME, in_session, json_response, read_body, read_query, write
from accounts.models import VerifiedSession
from accounts.service import Answers

B = TypeVar("B", appointments.BookingBody, appointments.MoveBody, appointments.CancelBody)
Booking = Callable[[AsyncSession, VerifiedSession, B, datetime], Awaitable[appointments.Booked]]


class ContributionsQuery(schemas.PeriodQuery):
    """Which bimesters are meant, and whether only those with something missing."""

    limit: int = Field(default=saving.LISTED, ge=1, le=100)
    missing: bool = False


async def get_savings_movements(request: web.Request) -> web.Response:
    """Tell the movements of the Subcuenta in a period."""
    runtime, query = request.app[RUNTIME], read_query(request, schemas.PeriodQuery)

    async def ask(session: AsyncSession, live: VerifiedSession) -> BaseModel:
        answers = Answers(session, runtime.keys, live.person_id, runtime.today())
        return await answers.savings_movements(query.limit, query.first, query.last)

    return await in_session(request, ask)


async def get_contributions(request: web.Request) -> web.Response:
    """Tell the contributions by bimester."""
    today, query = request.app[RUNTIME].today(), read_query(request, ContributionsQuery)
    period = query.limit, query.first, query.last
    return await in_session(
        request,
        lambda session, live: saving.contributions(
            session, live.person_id, today, *period, missing=query.missing
        ),
    )


async def get_employers(request: web.Request) -> web.Response:
    """Tell the employments."""
    today = request.app[RUNTIME].today()
    return await in_session(
        request, lambda session, live: saving.employers(session, live.person_id, today)
    )


async def get_requests(request: web.Request) -> web.Response:
    """Tell the requests, or one of them."""
    folio = read_query(request, requests.FolioQuery).folio
    return await in_session(
        request, lambda session, live: requests.listed(session, live.person_id, folio)
    )


async def get_appointments(request: web.Request) -> web.Response:
    """Tell the appointments still to come."""
    now = request.app[RUNTIME].clock()
    return await in_session(
        request, lambda session, live: appointments.listed(session, live.person_id, now)
    )


async def get_slots(request: web.Request) -> web.Response:
    """Tell the places left in an office; nothing in it is anybody's."""
    runtime, query = request.app[RUNTIME], read_query(request, appointments.SlotsQuery)
    async with runtime.database.read() as session:
        return json_response(await appointments.slots(session, query, runtime.clock()))


async def _booking(request: web.Request, body: B, do: Booking[B], status: int) -> web.Response:
    runtime = request.app[RUNTIME]

    async def run(session: AsyncSession) -> BaseModel:
        now = runtime.clock()
        live = await identity.live_session(
            session, runtime.keys, body.conversation, body.identity, now
        )
        return await do(session, live, body, now)

    return await write(request, body, run, status)


async def book_appointment(request: web.Request) -> web.Response:
    """Book an appointment."""
    body = await read_body(request, appointments.BookingBody)
    return await _booking(request, body, appointments.book, 201)


async def move_appointment(request: web.Request) -> web.Response:
    """Move an appointment."""
    body = await read_body(request, appointments.MoveBody)
    return await _booking(request, body, appointments.move, 200)


async def cancel_appointment(request: web.Request) -> web.Response:
    """Cancel an appointment."""
    body = await read_body(request, appointments.CancelBody)
    return await _booking(request, body, appointments.cancel, 200)


async def change_contact(request: web.Request) -> web.Response:
    """Keep a new contact and send a code to it once it is committed."""
    runtime, body = request.app[RUNTIME], await read_body(request, contact.ContactBody)
    outgoing: list[identity.Outgoing] = []

    async def run(session: AsyncSession) -> BaseModel:
        started, code = await contact.begin(session, runtime.keys, body, runtime.clock())
        outgoing.append(code)
        return started

    response = await write(request, body, run, status=202)
    for code in outgoing:
        runtime.send(code)
    return response


async def confirm_contact(request: web.Request) -> web.Response:
    """Try the code that came to the new contact."""
    runtime, body = request.app[RUNTIME], await read_body(request, contact.ConfirmBody)

    async def run(session: AsyncSession) -> BaseModel:
        return await contact.confirm(session, runtime.keys, body, runtime.clock())

    return await write(request, body, run)
