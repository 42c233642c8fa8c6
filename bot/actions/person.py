"""The account service as one conversation uses it: nobody is named, the session says who."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from accounts import credit_schemas, file_schemas, schemas
from accounts.client import AccountsClient
from accounts.places import Places
from bot.actions import services
from bot.actions.turn import Turn
from bot.replies import Card, Choice, Reply, reply


class Person:
    """Ask the account service on behalf of whoever is in a conversation."""

    def __init__(self, turn: Turn, client: AccountsClient | None = None) -> None:
        """Take conversation and identity from the turn."""
        self._turn = turn
        self._client = client or services.accounts()
        self._who = {"conversation": turn.conversation, "identity": turn.identity}

    async def send_code(self, nss: str) -> schemas.Started:
        """Send a one-time code to the contact on file; says the same whoever it is."""
        return await self._client.start_identity(
            self._turn.conversation,
            self._turn.identity,
            nss,
            idempotency_key=self._key("start"),
        )

    async def verify(self, code: str) -> schemas.Verification:
        """Check a one-time code."""
        return await self._client.verify_identity(
            self._turn.conversation,
            self._turn.identity,
            code,
            idempotency_key=self._key("verify"),
        )

    async def verified(self) -> bool:
        """Tell whether this conversation has a verified session."""
        return (await self._client.session(**self._who)).level > 0

    async def leave(self) -> None:
        """End the verified session and drop what it kept."""
        await self._client.end_session(conversation=self._turn.conversation)

    async def credit(self) -> schemas.Credit:
        """Return the newest credit."""
        return await self._client.credit(**self._who)

    async def next_payment(self) -> schemas.NextPayment:
        """Return the next monthly payment."""
        return await self._client.next_payment(**self._who)

    async def movements(
        self, limit: int, first: dt.date | None = None, last: dt.date | None = None
    ) -> schemas.Movements:
        """Return the newest movements of the credit between two days."""
        return await self._client.movements(**self._who, limit=limit, first=first, last=last)

    async def breakdown(self) -> schemas.Breakdown:
        """Return all that was paid on the credit and where it went."""
        return await self._client.breakdown(**self._who)

    async def payoff(self) -> schemas.Payoff:
        """Return what pays the credit off today."""
        return await self._client.payoff(**self._who)

    async def simulate(self, once: Decimal, monthly: Decimal) -> credit_schemas.Simulation:
        """Return what paying more would change."""
        return await self._client.simulate(**self._who, amount=once, monthly_extra=monthly)

    async def insurances(self) -> schemas.Insurances:
        """Return the insurances that come with the credit."""
        return await self._client.insurances(**self._who)

    async def notices(self) -> schemas.Notices:
        """Return the notices sent to employers."""
        return await self._client.notices(**self._who)

    async def claims(self) -> credit_schemas.Claims:
        """Return the claims for payments that do not show."""
        return await self._client.claims(**self._who)

    async def claim(
        self, month: str, amount: Decimal, way: credit_schemas.Way
    ) -> credit_schemas.Claim:
        """Claim a payment that does not show."""
        return await self._client.claim(
            **self._who, month=month, amount=amount, way=way, idempotency_key=self._key("claim")
        )

    async def savings(self) -> schemas.Savings:
        """Return the balance of the Subcuenta."""
        return await self._client.savings(**self._who)

    async def savings_movements(self, limit: int) -> schemas.SavingsMovements:
        """Return the newest movements of the Subcuenta."""
        return await self._client.savings_movements(**self._who, limit=limit)

    async def points(self) -> schemas.Points:
        """Return the points against the minimum."""
        return await self._client.points(**self._who)

    async def guide_places(self) -> Places:
        """Return the step of each guide left open on any channel."""
        return await self._client.guide_places(**self._who)

    async def keep_place(self, tramite: str, step: int | None) -> Places:
        """Keep the step of one guide for every channel; None forgets it."""
        return await self._client.keep_place(**self._who, tramite=tramite, step=step)

    async def comparison(self, evidence: str) -> file_schemas.Comparison:
        """Compare a file with the account; LevelTooLow without a session."""
        return await self._client.comparison(**self._who, evidence=evidence)

    async def request_correction(self, evidence: str) -> file_schemas.Correction:
        """Ask for the correction a file shows; LevelTooLow without a fresh code."""
        return await self._client.request_correction(
            self._turn.conversation,
            self._turn.identity,
            evidence,
            idempotency_key=self._key("correction"),
        )

    async def send_fresh_code(self) -> schemas.Started:
        """Send another code to whoever the session belongs to."""
        return await self._client.send_fresh_code(**self._who, idempotency_key=self._key("fresh"))

    async def say(
        self, text: str, card: Card | None = None, choices: Sequence[Choice] = ()
    ) -> None:
        """Say something personal: only a token of it stays in the conversation."""
        content: dict[str, Any] = {"text": text}
        if card is not None:
            content["card"] = card
        # No idempotency key: sealing twice is harmless, and figures may have moved in between.
        sealed = await self._client.seal(self._turn.conversation, content)
        self._turn.say(self._bubble(sealed, choices))

    def _bubble(self, sealed: str, choices: Sequence[Choice]) -> Reply:
        return reply(self._turn.sentence("sellado"), sealed=sealed, choices=choices)

    def _key(self, purpose: str) -> str:
        # From the message: a turn that is played again asks for the same thing. Two channels
        # may number their messages alike, so the conversation is part of it.
        return f"{self._turn.conversation}:{self._turn.message_id}:{purpose}"
