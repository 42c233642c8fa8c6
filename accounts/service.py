"""Answer a person's questions from that person's own rows, as of a date."""

from datetime import date

from sqlalchemy import Select, select

from accounts import models, saving, schemas
from accounts.credit import ZERO
from accounts.credit_answers import CreditAnswers
from accounts.credit_future import CreditFuture
from accounts.credit_history import CreditHistory
from accounts.errors import NoApplication
from accounts.identifiers import mask
from accounts.identity import person_field
from accounts.messages import message

REQUIRED_POINTS = 100


class Answers(CreditAnswers, CreditHistory, CreditFuture):
    """Answer for one person inside one database session; amounts are Decimal pesos."""

    async def me(self) -> schemas.Me:
        """Tell first name and masked NSS."""
        person = await self._session.get_one(models.Person, self._person_id)
        nss = self._keys.decrypt(person.nss, person_field(person.id, "nss"))
        name = self._keys.decrypt(person.first_name, person_field(person.id, "first_name"))
        return schemas.Me(first_name=name, nss_masked=mask(nss))

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
            contributions_go_to_credit=row is not None and row.open,
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
        if row is not None and row.open:
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

    async def figures(self, limit: int = 6) -> schemas.Figures:
        """Tell every figure at once, for whoever checks what the assistant says."""
        row = await self._newest_credit()
        owes = row is not None and row.open
        try:
            application = await self.application()
        except NoApplication:
            application = None
        return schemas.Figures(
            credit=await self.credit() if row else None,
            next_payment=await self.next_payment() if owes else None,
            movements=await self.movements(limit) if row else None,
            breakdown=await self.breakdown() if row else None,
            payoff=await self.payoff() if owes else None,
            insurances=await self.insurances() if row else None,
            savings=await self.savings(),
            savings_movements=await self.savings_movements(limit),
            points=await self.points(),
            application=application,
            notices=await self.notices(),
            employers=await saving.employers(self._session, self._person_id, self._as_of),
        )
