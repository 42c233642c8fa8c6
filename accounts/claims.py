"""Take and list claims for payments that do not show; a claim changes nothing of the account."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import audit, identity, requests
from accounts import credit_schemas as schemas
from accounts.crypto import KeyRing
from accounts.db import serialize
from accounts.errors import MonthOutside, NoCredit
from accounts.messages import message
from accounts.models import Credit, PaymentClaim

RECEIVED = "recibida"
_MEXICO_CITY = ZoneInfo("America/Mexico_City")


async def claim(
    session: AsyncSession, keys: KeyRing, body: schemas.ClaimBody, now: datetime
) -> schemas.Claim:
    """Take a claim and give its folio; the same one again gives the same folio.

    Raise NotVerified without a session, NoCredit without a credit, MonthOutside when the month
    has not come yet or was before the credit.
    """
    live = await identity.live_session(session, keys, body.conversation, body.identity, now)
    month = date.fromisoformat(f"{body.month}-01")
    await _check(session, live.person_id, month, now)
    await serialize(session, f"claim:{live.person_id}")
    known = await session.scalar(
        select(PaymentClaim)
        .where(
            PaymentClaim.person_id == live.person_id,
            PaymentClaim.month == month,
            PaymentClaim.amount == body.amount,
            PaymentClaim.state == RECEIVED,
        )
        .limit(1)
    )
    if known is not None:
        return _told(known, repeated=True)
    audit.changed(session, live.person_id, live.conversation, now, "claim", "request")
    filed = PaymentClaim(
        folio=await requests.opened(session, live.person_id, "aclaracion", now, subject="pago"),
        person_id=live.person_id,
        month=month,
        amount=body.amount,
        way=body.way,
        state=RECEIVED,
        created_at=now,
    )
    session.add(filed)
    return _told(filed)


async def _check(session: AsyncSession, person_id: int, month: date, now: datetime) -> None:
    granted = await session.scalar(
        select(Credit.granted_on)
        .where(Credit.person_id == person_id)
        .order_by(Credit.granted_on.desc())
        .limit(1)
    )
    if granted is None:
        raise NoCredit
    if not granted.replace(day=1) <= month <= now.astimezone(_MEXICO_CITY).date():
        raise MonthOutside


async def claims(session: AsyncSession, person_id: int) -> schemas.Claims:
    """List a person's claims, newest first."""
    rows = await session.scalars(
        select(PaymentClaim)
        .where(PaymentClaim.person_id == person_id)
        .order_by(PaymentClaim.created_at.desc(), PaymentClaim.folio)
    )
    return schemas.Claims(items=[_told(row) for row in rows])


def _told(row: PaymentClaim, *, repeated: bool = False) -> schemas.Claim:
    return schemas.Claim.model_validate(
        {
            "folio": row.folio,
            "month": f"{row.month:%Y-%m}",
            "amount": row.amount,
            "way": row.way,
            "way_name": message("claim_ways", row.way),
            "state": row.state,
            "state_name": message("claim_states", row.state),
            "requested_on": row.created_at.astimezone(_MEXICO_CITY).date(),
            "repeated": repeated,
        }
    )
