"""Answer what a person owes, what falls due next and what comes with the credit."""

from decimal import Decimal
from typing import cast

from sqlalchemy import select

from accounts import credit as arithmetic
from accounts import credit_schemas as schemas
from accounts import models
from accounts.credit import ZERO
from accounts.credit_rows import FUND, CreditRows, Standing, period_of
from accounts.errors import NoPaymentDue
from accounts.identifiers import mask
from accounts.messages import message

_MONTHLY = ("pago_nomina", "pago_directo")


def credit_field(credit_id: int) -> str:
    """Give the context in which a credit's number is encrypted."""
    return f"credits/number/{credit_id}"


class CreditAnswers(CreditRows):
    """Answer about one person's newest credit; amounts are Decimal pesos."""

    async def credit(self) -> schemas.Credit:
        """Tell the credit's data and what is owed; NoCredit when there never was one."""
        found = await self._credit()
        row, debt = found.row, found.debt
        number = self._keys.decrypt(row.number, credit_field(row.id))
        months = found.months_overdue
        status: schemas.Status = "atrasado" if months else "al_corriente"
        if not found.open:
            status = "liquidado"
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
            amount_to_be_current=debt.overdue + found.next_amount,
            monthly_payment=row.payment,
            payoff_amount=debt.total + found.accrued,
            vsm_balance=row.balance_vsm if found.floats else None,
            umi=arithmetic.umi_on(self._as_of) if found.floats else None,
            liquidated_on=row.liquidated_on,
            favour_balance=row.favour,
        )

    async def next_payment(self) -> schemas.NextPayment:
        """Tell the next monthly payment; NoPaymentDue when the credit is paid off."""
        found = await self._credit()
        if not found.open:
            raise NoPaymentDue
        row, support = found.row, found.support
        mode = cast("schemas.PaymentMode", "directo" if support else row.payment_mode)
        reason = support.kind if support else row.payment_reason
        employer = await self._employer() if mode == "nomina" else None
        return schemas.NextPayment(
            amount=found.next_amount,
            due_on=found.next_due,
            mode=mode,
            reason=reason,
            reason_name=message("payment_reasons", reason),
            employer=employer,
            overdue_amount=found.debt.overdue,
            months_overdue=found.months_overdue,
            total_due=found.debt.overdue + found.next_amount,
            as_of=self._as_of,
            parts=_parts(found.parts),
            interest=found.month[0],
            principal=found.month[1],
            support=_support(found),
            last_payment=await self._last_payment(row),
            bimester=_bimester(found) if employer else None,
        )

    async def _last_payment(self, row: models.Credit) -> schemas.LastPayment | None:
        table = models.CreditMovement
        last = await self._session.scalar(
            select(table)
            .where(table.credit_id == row.id, table.concept.in_(_MONTHLY))
            .order_by(table.number.desc())
            .limit(1)
        )
        if last is None:
            return None
        month = last.interest + last.principal
        # Only who pays directly may have the fund pay the rest.
        covered = last.concept == "pago_directo" and await self._covered(last)
        parts = [
            (FUND if covered else "mensualidad", min(month, row.payment)),
            ("atrasos", max(ZERO, month - row.payment)),
            ("seguro_danos", last.fees),
        ]
        return schemas.LastPayment(
            date=last.posted_on,
            concept=last.concept,
            concept_name=message("concepts", last.concept),
            amount=last.amount,
            difference=last.amount - row.payment,
            parts=_parts([part for part in parts if part[1]]),
        )

    async def _covered(self, movement: models.CreditMovement) -> bool:
        """Tell whether the fund paid the rest of a payment, which it does right after it."""
        table = models.CreditMovement
        concept = await self._session.scalar(
            select(table.concept).where(
                table.credit_id == movement.credit_id, table.number == movement.number + 1
            )
        )
        return concept == FUND

    async def insurances(self) -> schemas.Insurances:
        """Tell the insurances that come with the credit."""
        found = await self._credit()
        table = models.CreditInsurance
        rows = await self._session.scalars(
            select(table).where(table.credit_id == found.row.id).order_by(table.kind)
        )
        return schemas.Insurances(
            as_of=self._as_of,
            items=[
                schemas.Insurance(
                    kind=row.kind,
                    kind_name=message("insurances", row.kind),
                    covers=message("insurance_covers", row.kind),
                    cost=row.cost,
                    cost_name=message("insurance_costs", "bimestre" if row.cost else row.kind),
                    since=row.since,
                    in_force=row.until is None,
                )
                for row in rows
            ],
        )

    async def notices(self) -> schemas.Notices:
        """Tell the notices sent to employers about the newest credit."""
        found = await self._newest_credit()
        if found is None:
            return schemas.Notices(items=[])
        table = models.DiscountNotice
        rows = await self._session.execute(
            select(table, models.Employer.name)
            .join(models.Employer)
            .where(table.credit_id == found.row.id)
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
                for notice, employer in rows
            ]
        )


def _parts(parts: list[tuple[str, Decimal]]) -> list[schemas.PaymentPart]:
    return [
        schemas.PaymentPart(code=code, name=message("payment_parts", code), amount=amount)
        for code, amount in parts
    ]


def _support(found: Standing) -> schemas.Support | None:
    if found.support is None:
        return None
    kind, period = found.support.kind, period_of(found.support)
    return schemas.Support(
        kind=cast("schemas.SupportKind", kind),
        kind_name=message("supports", kind),
        first_due=period.first,
        last_due=period.last,
        used=period.used(found.row.charged_through),
        months=period.months,
    )


def _bimester(found: Standing) -> schemas.Bimester:
    due = found.next_due
    number = (due.month + 1) // 2
    days = arithmetic.bimester_days(due.year, number)
    insurance = arithmetic.house_insurance(found.row.product, due.replace(month=number * 2, day=1))
    amount = found.row.payment * 2 + insurance
    return schemas.Bimester(
        year=due.year,
        number=number,
        days=days,
        amount=amount,
        per_day=arithmetic.cents(found.row.payment * 2 / days),
    )
