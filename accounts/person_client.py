"""Call what the account service knows of savings and work, requests, appointments and contact."""

import abc
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel

from accounts import appointments, contact, requests, schemas

M = TypeVar("M", bound=BaseModel)


class PersonClient(abc.ABC):
    """Add the calls about a person to a client that can read and write."""

    @abc.abstractmethod
    async def _read(
        self,
        path: str,
        model: type[M],
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> M: ...

    @abc.abstractmethod
    async def _write(self, path: str, body: Any, model: type[M], key: str | None) -> M: ...

    async def _mine(
        self, path: str, model: type[M], conversation: str, identity: str, **query: object
    ) -> M:
        headers = {"X-Conversation": conversation, "X-Identity": identity}
        given = {name: str(value) for name, value in query.items() if value is not None}
        return await self._read(f"/v1/me{path}", model, query=given, headers=headers)

    async def savings_movements(
        self,
        conversation: str,
        identity: str,
        limit: int = 6,
        first: date | None = None,
        last: date | None = None,
    ) -> schemas.SavingsMovements:
        """Return the newest movements of the Subcuenta, of a period when there is one."""
        period = {"first": first, "last": last}
        path, model = "/savings/movements", schemas.SavingsMovements
        return await self._mine(path, model, conversation, identity, limit=limit, **period)

    async def contributions(
        self,
        conversation: str,
        identity: str,
        limit: int = 6,
        first: date | None = None,
        last: date | None = None,
        *,
        missing: bool = False,
    ) -> schemas.Contributions:
        """Return what employers paid by bimester, or only what they did not."""
        query = {"limit": limit, "first": first, "last": last, "missing": str(missing).lower()}
        path, model = "/contributions", schemas.Contributions
        return await self._mine(path, model, conversation, identity, **query)

    async def employers(self, conversation: str, identity: str) -> schemas.Employers:
        """Return where the person works and worked."""
        return await self._mine("/employers", schemas.Employers, conversation, identity)

    async def own_requests(
        self, conversation: str, identity: str, folio: str | None = None
    ) -> requests.Requests:
        """Return the person's requests; NoRequest for a folio that is none of theirs."""
        model = requests.Requests
        return await self._mine("/requests", model, conversation, identity, folio=folio)

    async def own_appointments(self, conversation: str, identity: str) -> appointments.Appointments:
        """Return the appointments still to come."""
        model = appointments.Appointments
        return await self._mine("/appointments", model, conversation, identity)

    async def slots(
        self, office: str, zone: str, day: date | None = None, days: int = 1
    ) -> appointments.Slots:
        """Return the places left in an office, from a day on, from today on without one."""
        query = {"office": office, "zone": zone, "days": str(days)}
        query |= {"day": str(day)} if day else {}
        return await self._read("/v1/slots", appointments.Slots, query=query)

    async def book(
        self, body: appointments.BookingBody, *, idempotency_key: str | None = None
    ) -> appointments.Booked:
        """Book an appointment; NotASlot, SlotTaken or AlreadyBooked."""
        return await self._put("/v1/appointments", body, appointments.Booked, idempotency_key)

    async def move(
        self, body: appointments.MoveBody, *, idempotency_key: str | None = None
    ) -> appointments.Booked:
        """Move an appointment; NoAppointment, NotASlot, SlotTaken or AlreadyBooked."""
        path = "/v1/appointments/move"
        return await self._put(path, body, appointments.Booked, idempotency_key)

    async def cancel(
        self, body: appointments.CancelBody, *, idempotency_key: str | None = None
    ) -> appointments.Booked:
        """Cancel an appointment; NoAppointment when there is none."""
        path = "/v1/appointments/cancel"
        return await self._put(path, body, appointments.Booked, idempotency_key)

    async def change_contact(
        self,
        conversation: str,
        identity: str,
        value: str,
        *,
        idempotency_key: str | None = None,
    ) -> contact.ContactStarted:
        """Send a code to a new contact; LevelTooLow, BadPhone, BadEmail or ContactCooling."""
        body = contact.ContactBody(conversation=conversation, identity=identity, value=value)
        return await self._put("/v1/contact", body, contact.ContactStarted, idempotency_key)

    async def confirm_contact(
        self,
        conversation: str,
        identity: str,
        code: str,
        *,
        idempotency_key: str | None = None,
    ) -> contact.ContactConfirmed:
        """Put the new contact on file by its code; LevelTooLow without a session."""
        body = contact.ConfirmBody(conversation=conversation, identity=identity, code=code)
        path = "/v1/contact/confirm"
        return await self._put(path, body, contact.ContactConfirmed, idempotency_key)

    async def _put(self, path: str, body: BaseModel, model: type[M], key: str | None) -> M:
        return await self._write(path, body.model_dump(mode="json"), model, key)
