"""Decide whether one more code may be sent: nobody is flooded and nobody guesses for long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts.models import OneTimeCode
from accounts.sender import Channel

MAX_TRIES = 5
MAX_AN_HOUR = 5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Policy:
    """How often codes are sent and by which channels, the preferred one first.

    `cooldown` is between two codes to one contact or account, `daily` the most a day.
    """

    channels: tuple[Channel, ...] = ("phone", "email")
    cooldown: timedelta = timedelta(seconds=60)
    daily: int = 10


@dataclass(frozen=True)
class Asked:
    """Who asks for a code, from where and to where, as indexes with every key."""

    conversation: str
    purpose: str
    accounts: Sequence[bytes]
    callers: Sequence[bytes]
    destinations: Sequence[bytes]


Verdict = Literal["yes", "no", "already"]


async def allowed(session: AsyncSession, asked: Asked, policy: Policy, now: datetime) -> Verdict:
    """Tell whether to send a code; "already" when the one just sent to this caller still works."""
    here = OneTimeCode.conversation == asked.conversation
    account = OneTimeCode.account_index.in_(asked.accounts)
    caller = OneTimeCode.identity_index.in_(asked.callers)
    target = or_(account, OneTimeCode.destination_index.in_(asked.destinations))

    def sent(condition: ColumnElement[bool], span: timedelta) -> ScalarSelect[int]:
        return (
            select(func.count())
            .where(condition, OneTimeCode.counts, OneTimeCode.created_at > now - span)
            .scalar_subquery()
        )

    live = and_(
        OneTimeCode.closed_at.is_(None),
        OneTimeCode.tries < MAX_TRIES,
        OneTimeCode.purpose == asked.purpose,
    )
    row = await session.execute(
        select(
            sent(account, HOUR),
            sent(here, HOUR),
            sent(caller, HOUR),
            sent(target, DAY),
            sent(target, policy.cooldown),
            sent(here & caller & account & live, policy.cooldown),
        )
    )
    *hourly, today, lately, mine = row.one()
    if lately:
        return "already" if mine else "no"
    return "yes" if max(hourly) < MAX_AN_HOUR and today < policy.daily else "no"
