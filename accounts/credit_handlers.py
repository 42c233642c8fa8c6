"""Handle what is asked of a credit beyond its balance."""

from aiohttp import web
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import claims, credit_schemas
from accounts.handlers import RUNTIME, in_session, personal, read_body, read_query, write


async def get_movements(request: web.Request) -> web.Response:
    """Tell the newest movements of a period."""
    query = read_query(request, credit_schemas.PeriodQuery)
    return await personal(
        request, lambda answers: answers.movements(query.limit, query.first, query.last)
    )


async def get_simulation(request: web.Request) -> web.Response:
    """Tell what paying more would change."""
    query = read_query(request, credit_schemas.SimulationQuery)
    return await personal(
        request, lambda answers: answers.simulate(query.amount, query.monthly_extra)
    )


async def put_claim(request: web.Request) -> web.Response:
    """Take a claim and give its folio."""
    runtime, body = request.app[RUNTIME], await read_body(request, credit_schemas.ClaimBody)

    async def run(session: AsyncSession) -> BaseModel:
        return await claims.claim(session, runtime.keys, body, runtime.clock())

    return await write(request, body, run, status=201)


async def get_claims(request: web.Request) -> web.Response:
    """List the claims of the person."""
    return await in_session(request, lambda session, live: claims.claims(session, live.person_id))
