"""Answer a person's questions from that person's own rows, as of a date."""

from datetime import date
from decimal import Decimal
from typing import cast

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import credit as arithmetic
from accounts import models, saving, schemas
from accounts.credit import ZERO, Debt
from accounts.crypto import KeyRing
from accounts.errors import NoApplication, NoCredit, NoPaymentDue
from accounts.identifiers import mask
from accounts.identity import person_field
from accounts.messages import message

REQUIRED_POINTS = 100
VSM = "vsm"


def credit_field(credit_id: int) -> str:
    """Give the context in which a credit's number is encrypted."""
    return f"credits/number/{credit_id}"


class Answers:
    """Answer for one person inside one database session; amounts are Decimal pesos."""

    def __init__(self, session: AsyncSession, keys: KeyRing, person_id: int, as_of: date) -> None:
        """Bind the person, who comes from a verified session and never from a request."""
        self._session = session
        self._keys = keys
        self._person_id = person_id
        self._as_of = as_of
        self._known_credits: list[models.Credit] | None = None

    async def me(self) -> schemas.Me:
        """Tell first name and masked NSS."""
        person = await self._session.get_one(models.Person, self._person_id)
        nss = self._keys.decrypt(person.nss, person_field(person.id, "nss"))
        name = self._keys.decrypt(person.first_name, person_field(person.id, "first_name"))
        return schemas.Me(first_name=name, nss_masked=mask(nss))

    async def _newest_credit(self) -> models.Credit | None:
        if self._known_credits is None:
            found = await self._session.scalars(
                select(models.Credit)
                .where(models.Credit.person_id == self._person_id)
                .order_by(models.Credit.granted_on.desc())
                .limit(1)
            )
            self._known_credits = list(found)
        return self._known_credits[0] if self._known_credits else None

    async def _credit(self) -> models.Credit:
        if (found := await self._newest_credit()) is None:
            raise NoCredit
        return found

    async def credit(self) -> schemas.Credit:
        """Tell the credit's data and what is owed; NoCredit when there never was one."""
        row = await self._credit()
        number = self._keys.decrypt(row.number, credit_field(row.id))
        debt = _debt(row, self._as_of)
        months = _months_overdue(row, debt)
        status: schemas.Status = "atrasado" if months else "al_corriente"
        if row.liquidated_on:
            status = "liquidado"
        open_month = ZERO if row.liquidated_on else _next_amount(row, debt)
        accrued = arithmetic.accrued_interest(
            debt, row.annual_rate, row.charged_through, self._as_of
        )
        floating = _floats(row)
        return schemas.Credit(
            number=number,
            number_masked=mask(number),
            product=row.product,
            product_name=message("products", row.product),
            denomination=cast("schemas.Denomination", row.denomination),
            frozen_on=row.frozen_on,
            destination=row.destination,
            destination_name=message("destinations", row.destination),
            granted_on=row.granted_on,
            granted_amount=row.granted_amount,
            granted_vsm=row.granted_vsm,
            purchase_price=row.purchase_price,
            term_months=row.term_months,
            annual_rate=row.annual_rate,
            status=status,
            status_name=message("statuses", status),
            as_of=self._as_of,
            balance=debt.balance,
            interest_due=debt.interest_due,
            fees_due=debt.fees_due,
            total_owed=debt.total,
            overdue_amount=debt.overdue,
            months_overdue=months,
            amount_to_be_current=debt.overdue + open_month,
            monthly_payment=row.payment,
            payoff_amount=debt.total + accrued,
            vsm_balance=row.balance_vsm if floating else None,
            umi=arithmetic.umi_on(self._as_of) if floating else None,
            liquidated_on=row.liquidated_on,
        )

    async def next_payment(self) -> schemas.NextPayment:
        """Tell the next monthly payment; NoPaymentDue when the credit is paid off."""
        row = await self._credit()
        if row.liquidated_on:
            raise NoPaymentDue
        debt = _debt(row, self._as_of)
        amount = _next_amount(row, debt)
        mode = cast("schemas.PaymentMode", row.payment_mode)
        return schemas.NextPayment(
            amount=amount,
            due_on=arithmetic.next_month_end(row.charged_through),
            mode=mode,
            reason=row.payment_reason,
            reason_name=message("payment_reasons", row.payment_reason),
            employer=await self._employer() if mode == "nomina" else None,
            overdue_amount=debt.overdue,
            months_overdue=_months_overdue(row, debt),
            total_due=debt.overdue + amount,
            as_of=self._as_of,
        )

    async def _employer(self) -> str | None:
        return await self._session.scalar(
            select(models.Employer.name)
            .join(models.WorkRelation, models.WorkRelation.employer_id == models.Employer.id)
            .where(
                models.WorkRelation.person_id == self._person_id,
                models.WorkRelation.ended_on.is_(None),
            )
            .order_by(models.WorkRelation.started_on.desc())
            .limit(1)
        )

    async def movements(self, limit: int) -> schemas.Movements:
        """Tell the newest movements of the credit."""
        row = await self._credit()
        table = models.CreditMovement
        found = await self._session.execute(
            select(table, func.count().over())
            .where(table.credit_id == row.id)
            .order_by(table.number.desc())
            .limit(limit)
        )
        rows = found.all()
        return schemas.Movements(
            as_of=self._as_of,
            total=rows[0][1] if rows else 0,
            items=[
                schemas.Movement(
                    date=movement.posted_on,
                    concept=movement.concept,
                    concept_name=message("concepts", movement.concept),
                    amount=movement.amount,
                    fees=movement.fees,
                    interest=movement.interest,
                    principal=movement.principal,
                    balance_after=movement.balance,
                )
                for movement, _ in rows
            ],
        )

    async def savings(self) -> schemas.Savings:
        """Tell the balance of the Subcuenta and the last contribution made to it."""
        last = await self._session.scalar(self._savings_rows().limit(1))
        contribution = (
            await self._session.execute(
                self._savings_rows()
                .where(models.SavingsMovement.concept == "aportacion_patronal")
                .outerjoin(models.Employer)
                .add_columns(models.Employer.name)
                .limit(1)
            )
        ).first()
        row = await self._newest_credit()
        return schemas.Savings(
            as_of=self._as_of,
            balance=last.balance if last else ZERO,
            last_contribution=contribution
            and schemas.Contribution(
                date=contribution[0].posted_on,
                amount=contribution[0].amount,
                employer=contribution[1],
            ),
            contributions_go_to_credit=row is not None and row.liquidated_on is None,
        )

    def _savings_rows(self) -> Select[models.SavingsMovement]:
        table = models.SavingsMovement
        return select(table).where(table.person_id == self._person_id).order_by(table.number.desc())

    async def savings_movements(
        self, limit: int, first: date | None = None, last: date | None = None
    ) -> schemas.SavingsMovements:
        """Tell the movements of the Subcuenta, of a period when there is one."""
        return await saving.movements(
            self._session, self._person_id, self._as_of, limit, first, last
        )

    async def points(self) -> schemas.Points:
        """Tell the points, what is missing and what else stands in the way."""
        table = models.PointComponent
        rows = list(
            await self._session.scalars(
                select(table)
                .where(table.person_id == self._person_id)
                .order_by(table.points.desc(), table.component)
            )
        )
        total = sum(row.points for row in rows)
        blocker = await self._blocker(total)
        return schemas.Points(
            as_of=self._as_of,
            points=total,
            required=REQUIRED_POINTS,
            gap=max(0, REQUIRED_POINTS - total),
            enough=total >= REQUIRED_POINTS,
            components=[
                schemas.PointComponent(
                    component=row.component,
                    component_name=message("point_components", row.component),
                    points=row.points,
                )
                for row in rows
            ],
            blocker=blocker,
            blocker_name=message("point_blockers", blocker) if blocker else None,
        )

    async def _blocker(self, total: int) -> str | None:
        row = await self._newest_credit()
        if row is not None and row.liquidated_on is None:
            return "credito_vigente"
        if await self._employer() is None:
            return "sin_relacion_laboral"
        return None if total >= REQUIRED_POINTS else "faltan_puntos"

    async def application(self) -> schemas.Application:
        """Tell the newest credit application; NoApplication when there is none."""
        table = models.CreditApplication
        row = await self._session.scalar(
            select(table)
            .where(table.person_id == self._person_id)
            .order_by(table.started_on.desc())
            .limit(1)
        )
        if row is None:
            raise NoApplication
        return schemas.Application(
            product=row.product,
            product_name=message("products", row.product),
            stage=row.stage,
            stage_name=message("application_stages", row.stage),
            pending=row.pending,
            next_step=message("application_pending", row.pending)
            if row.pending
            else message("application_next", row.stage),
            started_on=row.started_on,
            updated_on=row.updated_on,
        )

    async def notices(self) -> schemas.Notices:
        """Tell the notices sent to employers about the newest credit."""
        row = await self._newest_credit()
        if row is None:
            return schemas.Notices(items=[])
        table = models.DiscountNotice
        found = await self._session.execute(
            select(table, models.Employer.name)
            .join(models.Employer)
            .where(table.credit_id == row.id)
            .order_by(table.issued_on.desc(), table.id.desc())
        )
        return schemas.Notices(
            items=[
                schemas.Notice(
                    kind=notice.kind,
                    kind_name=message("notice_kinds", notice.kind),
                    issued_on=notice.issued_on,
                    employer=employer,
                    monthly_discount=notice.monthly_discount,
                )
                for notice, employer in found
            ]
        )

    async def figures(self, limit: int = 6) -> schemas.Figures:
        """Tell every figure at once, for whoever checks what the assistant says."""
        row = await self._newest_credit()
        owes = row is not None and row.liquidated_on is None
        try:
            application = await self.application()
        except NoApplication:
            application = None
        return schemas.Figures(
            credit=await self.credit() if row else None,
            next_payment=await self.next_payment() if owes else None,
            movements=await self.movements(limit) if row else None,
            savings=await self.savings(),
            savings_movements=await self.savings_movements(limit),
            points=await self.points(),
            application=application,
            notices=await self.notices(),
            employers=await saving.employers(self._session, self._person_id, self._as_of),
        )


def _floats(row: models.Credit) -> bool:
    return row.denomination == VSM and row.frozen_on is None


def _debt(row: models.Credit, as_of: date) -> Debt:
    balance = row.balance
    if _floats(row) and row.balance_vsm is not None:
        balance = arithmetic.vsm_to_pesos(row.balance_vsm, arithmetic.umi_on(as_of))
    return Debt(balance, row.principal_due, row.interest_due, row.fees_due)


def _months_overdue(row: models.Credit, debt: Debt) -> int:
    return arithmetic.months_overdue(debt.interest_due + debt.principal_due, row.payment)


def _next_amount(row: models.Credit, debt: Debt) -> Decimal:
    return sum(arithmetic.installment(debt, row.annual_rate, row.payment), ZERO)
