"""Nobody is flooded with codes, and what is asked too often is answered all the same."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from accounts_peers import NOW, PEOPLE, Service, serving, settings_for, sqlite_url
from sqlalchemy import select, update

from accounts import models
from accounts.audit import Kind
from accounts.demo.people import profile
from accounts.errors import NotFound, NotVerified
from accounts.sender import Contact

ANA, OTHER = profile(PEOPLE.current), profile(PEOPLE.behind)
UNKNOWN = "00220345672"


class Outbox:
    """Every code that left."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Contact, str]] = []

    async def send(self, conversation: str, contact: Contact, code: str) -> None:
        self.sent.append((conversation, contact, code))

    async def close(self) -> None:
        pass


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[Service]:
    """A service with the limits of one that really sends."""
    settings = settings_for(sqlite_url(tmp_path), code_cooldown=60, codes_a_day=10)
    async with serving(settings) as running:
        running.runtime.sender = Outbox()
        yield running


async def sent(service: Service) -> list[tuple[str, Contact, str]]:
    await service.runtime.sent()
    return service.runtime.sender.sent


async def test_a_hundred_sessions_send_five_codes_to_one_person(url: str) -> None:
    async with serving(settings_for(url)) as service:
        service.runtime.sender = Outbox()
        # Ten at a time, a hundred in all: more would only wait for a connection.
        for tens in range(10):
            numbers = range(10 * tens, 10 * tens + 10)
            await asyncio.gather(*(service.start(ANA.nss, f"c_{n}", f"web:{n}") for n in numbers))
        assert len(await sent(service)) == 5
        assert {contact.address for _, contact, _ in await sent(service)} == {ANA.phone}


async def test_one_contact_gets_one_code_a_minute(strict: Service) -> None:
    await asyncio.gather(*(strict.start(ANA.nss, f"c_{n}", f"web:{n}") for n in range(20)))
    assert len(await sent(strict)) == 1
    strict.clock.advance(seconds=61)
    await strict.start(ANA.nss, "c_again", "web:again")
    assert len(await sent(strict)) == 2


async def test_asking_again_at_once_leaves_the_code_just_sent_alive(strict: Service) -> None:
    await strict.start(ANA.nss)
    await strict.start(ANA.nss)
    [(_, _, code)] = await sent(strict)
    assert (await strict.guess(code)).status == "verified"


async def test_somebody_else_asking_does_not_spoil_the_code(strict: Service) -> None:
    await strict.start(ANA.nss, "c_mine", "web:mine")
    await strict.start(ANA.nss, "c_thief", "web:thief")
    [(conversation, _, code)] = await sent(strict)
    assert conversation == "c_mine"
    assert (await strict.guess(code, "c_thief", "web:thief")).status == "wrong"
    assert (await strict.guess(code, "c_mine", "web:mine")).status == "verified"


async def test_two_accounts_with_one_phone_share_its_minute(strict: Service) -> None:
    runtime = strict.runtime
    async with runtime.database.write() as session:
        shared = runtime.keys.encrypt(ANA.phone, f"people/phone/{OTHER.id}")
        await session.execute(
            update(models.Person).where(models.Person.id == OTHER.id).values(phone=shared)
        )
    await strict.start(ANA.nss, "c_1", "web:1")
    await strict.start(OTHER.nss, "c_2", "web:2")
    assert len(await sent(strict)) == 1


async def test_ten_codes_a_day_and_no_more(strict: Service) -> None:
    for number in range(30):
        await strict.start(ANA.nss, f"c_{number}", f"web:{number}")
        strict.clock.advance(minutes=21)
    assert len(await sent(strict)) == 10
    strict.clock.advance(hours=24)
    await strict.start(ANA.nss, "c_tomorrow", "web:tomorrow")
    assert len(await sent(strict)) == 11


async def test_a_caller_gets_five_an_hour_in_whichever_conversation(service: Service) -> None:
    service.runtime.sender = Outbox()
    for number in range(1, 9):
        await service.start(profile(number).nss, f"c_{number}", "web:same")
    assert len(await sent(service)) == 5


async def test_a_contact_changed_yesterday_gets_no_code_until_a_day_has_passed(
    strict: Service,
) -> None:
    async with strict.runtime.database.write() as session:
        await session.execute(
            update(models.Person)
            .where(models.Person.id == ANA.id)
            .values(contact_changed_at=strict.clock())
        )
    answers = set()
    for number in range(8):
        [token] = await strict.client.put_vault(f"c_{number}", [("NSS", ANA.nss)])
        started = await strict.client.start_identity(f"c_{number}", f"web:{number}", token)
        answers.add(started.model_dump_json())
        strict.clock.advance(hours=3)
    assert await sent(strict) == []
    await strict.start(ANA.nss)
    assert len(await sent(strict)) == 1
    [token] = await strict.client.put_vault("c_u", [("NSS", UNKNOWN)])
    assert answers == {
        (await strict.client.start_identity("c_u", "web:u", token)).model_dump_json()
    }


async def test_another_channel_identity_ends_the_session(either: Service) -> None:
    await either.verify(ANA.nss)
    with pytest.raises(NotVerified):
        await either.client.me("c_1", "web:2")
    with pytest.raises(NotVerified):
        await either.client.me("c_1", "web:1")


async def test_knowing_the_numbers_of_somebody_opens_nothing(service: Service) -> None:
    pairs = [("NSS", ANA.nss), ("CURP", ANA.curp), ("RFC", ANA.rfc), ("TELEFONO", ANA.phone)]
    tokens = await service.client.put_vault("c_1", pairs)
    await service.client.start_identity("c_1", "web:1", tokens[0])
    for token in tokens:
        answer = await service.client.verify_identity("c_1", "web:1", token)
        assert answer.status == "expired"
    assert (await service.client.session("c_1", "web:1")).level == 0
    with pytest.raises(NotVerified):
        await service.client.me("c_1", "web:1")


async def test_what_happens_to_codes_is_in_the_audit_log(either: Service) -> None:
    await either.start(UNKNOWN, "c_0", "web:0")
    await either.start(ANA.nss)
    code = await either.client.demo_code("c_1")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    await either.guess(wrong)
    await either.guess(code)
    await either.client.end_session("c_1")
    await either.start(OTHER.nss, "c_2", "web:2")
    for _ in range(6):
        await either.guess("000000", "c_2", "web:2")
    runtime = either.runtime
    ana, other = (runtime.trail.subjects(one.id)[0] for one in (ANA, OTHER))
    async with runtime.database.read() as session:
        rows = await session.scalars(select(models.AuditEntry).order_by(models.AuditEntry.seq))
        told = [(row.kind, row.subject, row.actor) for row in rows]
        assert (await runtime.trail.verify(session)).problem is None
    assert told == [
        (Kind.CODE_WITHHELD, None, "c_0"),
        (Kind.CODE_SENT, ana, "c_1"),
        (Kind.CODE_WRONG, ana, "c_1"),
        (Kind.VERIFIED, ana, "c_1"),
        (Kind.SESSION_ENDED, ana, "c_1"),
        (Kind.CODE_SENT, other, "c_2"),
        *[(Kind.CODE_WRONG, other, "c_2")] * 4,
        (Kind.CODE_LOCKED, other, "c_2"),
    ]


async def test_asking_for_somebody_known_takes_as_long_as_for_nobody(tmp_path: Path) -> None:
    """200 requests of each, in turns; medians within a tenth, in the best of a few rounds."""

    class Silent(Outbox):
        async def send(self, conversation: str, contact: Contact, code: str) -> None:
            """Leave no work behind that would land on the next request's time."""

    async with serving(settings_for(sqlite_url(tmp_path))) as service:
        service.runtime.sender = Silent()
        people = [profile(number).nss for number in range(20, 120)]
        ratios = []
        for round_number in range(5):
            times: dict[bool, list[float]] = {True: [], False: []}
            for number, nss in enumerate(people):
                # Which one goes first alternates: what slows with time slows both.
                for known in (True, False) if number % 2 else (False, True):
                    where = f"c_{round_number}_{number}_{known}"
                    value = nss if known else f"{round_number:02d}{number:09d}"
                    [token] = await service.client.put_vault(where, [("NSS", value)])
                    began = time.perf_counter()
                    await service.client.start_identity(where, f"web:{where}", token)
                    times[known].append(time.perf_counter() - began)
            medians = {known: statistics.median(found) for known, found in times.items()}
            ratios.append(abs(medians[True] / medians[False] - 1))
            if ratios[-1] < 0.10:
                break
            service.clock.advance(hours=2)
        assert min(ratios) < 0.10, ratios


async def test_a_request_over_the_limit_still_answers_the_same(strict: Service) -> None:
    first = None
    for number in range(3):
        [token] = await strict.client.put_vault("c_1", [("NSS", ANA.nss)])
        answer = await strict.client.start_identity("c_1", "web:1", token)
        first = first or answer
        assert answer == first, number
    with pytest.raises(NotFound):
        await strict.client.demo_code("c_1")
    assert strict.clock() == NOW
