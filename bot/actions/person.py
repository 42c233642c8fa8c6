"""The account service as one conversation uses it: nobody is named, the session says who."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from accounts import appointments, contact, credit_schemas, file_schemas, requests, schemas
from accounts.client import AccountsClient
from accounts.documents import schemas as documents
from accounts.places import Places
from bot.actions import services
from bot.actions.turn import Turn
from bot.replies import Card, Choice, Document, Reply, reply


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

    async def savings_movements(
        self, limit: int, first: date | None = None, last: date | None = None
    ) -> schemas.SavingsMovements:
        """Return the newest movements of the Subcuenta, of a period when there is one."""
        return await self._client.savings_movements(
            **self._who, limit=limit, first=first, last=last
        )

    async def employers(self) -> schemas.Employers:
        """Return where the person works and worked."""
        return await self._client.employers(**self._who)

    async def contributions(
        self,
        limit: int,
        first: date | None = None,
        last: date | None = None,
        *,
        missing: bool = False,
    ) -> schemas.Contributions:
        """Return what employers paid by bimester, or only what they did not."""
        period = {"limit": limit, "first": first, "last": last}
        return await self._client.contributions(**self._who, **period, missing=missing)  # type: ignore[arg-type]

    async def application(self) -> schemas.Application:
        """Return the credit application."""
        return await self._client.application(**self._who)

    async def own_requests(self, folio: str | None = None) -> requests.Requests:
        """Return the person's requests, or the one with a folio."""
        return await self._client.own_requests(**self._who, folio=folio)

    async def own_appointments(self) -> appointments.Appointments:
        """Return the appointments still to come."""
        return await self._client.own_appointments(**self._who)

    async def slots(
        self, office: str, zone: str, day: date | None, days: int = 1
    ) -> appointments.Slots:
        """Return the places left in an office, from today on without a day."""
        return await self._client.slots(office, zone, day, days)

    async def book(
        self, office: Mapping[str, str], purpose: str, day: str, time: str
    ) -> appointments.Booked:
        """Book an appointment."""
        body = appointments.BookingBody.model_validate(
            {**self._who, "office": office, "purpose": purpose, "day": day, "time": time}
        )
        return await self._client.book(body, idempotency_key=self._key("book"))

    async def move(self, folio: str, day: str, time: str) -> appointments.Booked:
        """Move an appointment."""
        body = appointments.MoveBody.model_validate(
            {**self._who, "folio": folio, "day": day, "time": time}
        )
        return await self._client.move(body, idempotency_key=self._key("move"))

    async def cancel(self, folio: str) -> appointments.Booked:
        """Cancel an appointment."""
        body = appointments.CancelBody.model_validate({**self._who, "folio": folio})
        return await self._client.cancel(body, idempotency_key=self._key("cancel"))

    async def change_contact(self, value: str) -> contact.ContactStarted:
        """Send a code to a new contact; LevelTooLow without a fresh code to the old one."""
        key = self._key("contact")
        return await self._client.change_contact(**self._who, value=value, idempotency_key=key)

    async def confirm_contact(self, code: str) -> contact.ContactConfirmed:
        """Put the new contact on file by its code."""
        key = self._key("contact-code")
        return await self._client.confirm_contact(**self._who, code=code, idempotency_key=key)

    async def points(self) -> schemas.Points:
        """Return the points against the minimum."""
        return await self._client.points(**self._who)

    async def guide_places(self) -> Places:
        """Return the step of each guide left open on any channel."""
        return await self._client.guide_places(**self._who)

    async def keep_place(self, tramite: str, step: int | None, skips: Sequence[int] = ()) -> Places:
        """Keep the step of one guide, and those left out, for every channel; None forgets it."""
        return await self._client.keep_place(**self._who, tramite=tramite, step=step, skips=skips)

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

    async def issue_document(self, kind: documents.Kind, period: str | None) -> documents.Issued:
        """Issue a document that this session may fetch once."""
        return await self._client.issue_document(
            **self._who, kind=kind, period=period, idempotency_key=self._key(f"document:{kind}")
        )

    async def say(
        self,
        text: str,
        card: Card | None = None,
        choices: Sequence[Choice] = (),
        document: Document | None = None,
    ) -> None:
        """Say something personal: only a token of it stays in the conversation."""
        content: dict[str, Any] = {"text": text}
        if card is not None:
            content["card"] = card
        if document is not None:
            content["document"] = document
        # No idempotency key: sealing twice is harmless, and figures may have moved in between.
        sealed = await self._client.seal(self._turn.conversation, content)
        self._turn.say(self._bubble(sealed, choices))

    def _bubble(self, sealed: str, choices: Sequence[Choice]) -> Reply:
        return reply(self._turn.sentence("sellado"), sealed=sealed, choices=choices)

    def _key(self, purpose: str) -> str:
        # From the message: a turn that is played again asks for the same thing. Two channels
        # may number their messages alike, so the conversation is part of it.
        return f"{self._turn.conversation}:{self._turn.message_id}:{purpose}"
