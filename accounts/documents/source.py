"""What documents are written from: one person's rows as of a day, with numbers masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import models, schemas
from accounts.crypto import KeyRing
from accounts.documents.formats import day, money
from accounts.documents.wording import wording
from accounts.identifiers import mask
from accounts.identity import person_field
from accounts.service import Answers

Pairs = list[tuple[str, str]]
"""Labels with their values, as they are printed."""

_SHOWN = {"nss": 4, "curp": 4, "rfc": 3}


@dataclass(frozen=True)
class Source:
    """One person in one database session."""

    session: AsyncSession
    keys: KeyRing
    person: models.Person
    today: date

    @cached_property
    def answers(self) -> Answers:
        """Return what the account service answers about the person."""
        return Answers(self.session, self.keys, self.person.id, self.today)

    def name(self) -> str:
        """Return the full name."""
        return self._open("full_name", self.person.full_name)

    def masked(self, field: str) -> str:
        """Return the end of the NSS, the CURP or the RFC."""
        return mask(self._open(field, getattr(self.person, field)), _SHOWN[field])

    def who(self) -> Pairs:
        """Return who the document is about."""
        labels = wording().labels
        numbers = [(labels[field], self.masked(field)) for field in _SHOWN]
        return [(labels["name"], self.name()), *numbers]

    def _open(self, field: str, sealed: bytes) -> str:
        return self.keys.decrypt(sealed, person_field(self.person.id, field))

    async def credit_rows(self, until: date) -> Sequence[models.CreditMovement]:
        """Return the movements of the newest credit up to a day, the oldest first."""
        newest = (
            select(models.Credit.id)
            .where(models.Credit.person_id == self.person.id)
            .order_by(models.Credit.granted_on.desc())
            .limit(1)
            .scalar_subquery()
        )
        table = models.CreditMovement
        found = await self.session.scalars(
            select(table)
            .where(table.credit_id == newest, table.posted_on <= until)
            .order_by(table.number)
        )
        return found.all()

    async def savings_rows(
        self, until: date
    ) -> Sequence[tuple[models.SavingsMovement, str | None]]:
        """Return the movements of the Subcuenta up to a day with their employers, oldest first."""
        table = models.SavingsMovement
        found = await self.session.execute(
            select(table, models.Employer.name)
            .outerjoin(models.Employer)
            .where(table.person_id == self.person.id, table.posted_on <= until)
            .order_by(table.number)
        )
        return [(row, employer) for row, employer in found]

    async def notices(self, kind: str) -> list[schemas.Notice]:
        """Return the newest notice of a kind for each employer the person works for.

        Of somebody who works for none of them, the newest of all.
        """
        of_kind = [one for one in (await self.answers.notices()).items if one.kind == kind]
        current = set(
            await self.session.scalars(
                select(models.Employer.name)
                .join(models.WorkRelation, models.WorkRelation.employer_id == models.Employer.id)
                .where(
                    models.WorkRelation.person_id == self.person.id,
                    models.WorkRelation.ended_on.is_(None),
                )
            )
        )
        newest = {one.employer: one for one in reversed(of_kind)}
        mine = [one for name, one in newest.items() if name in current]
        return sorted(mine, key=lambda one: one.issued_on, reverse=True) or of_kind[:1]


def credit_pairs(credit: schemas.Credit) -> Pairs:
    """Return what identifies a credit."""
    labels = wording().labels
    pairs = [
        (labels["number"], credit.number_masked),
        (labels["product"], credit.product_name),
        (labels["granted_on"], day(credit.granted_on)),
        (labels["granted"], money(credit.granted_amount)),
        (labels["rate"], labels["rate_value"].format(rate=credit.annual_rate)),
        (labels["term"], labels["term_value"].format(months=credit.term_months)),
    ]
    pairs.append((labels["denomination"], denomination(credit)))
    return [*pairs, (labels["status"], credit.status_name)]


def denomination(credit: schemas.Credit) -> str:
    """Return what a credit is counted in, and since when if that changed."""
    labels = wording().labels
    if credit.frozen_on is not None:
        return labels["frozen"].format(day=day(credit.frozen_on))
    return labels[credit.denomination]
