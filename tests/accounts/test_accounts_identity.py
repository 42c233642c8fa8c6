import asyncio
from collections import Counter
from pathlib import Path

import pytest
from accounts_peers import (
    PEOPLE,
    Clock,
    Service,
    serving,
    settings_for,
    sqlite_url,
    wrong,
)
from sqlalchemy import event, select

from accounts import models
from accounts.demo.people import profile
from accounts.errors import NotFound, NotVerified, UnknownToken
from accounts.sender import LogSender

ANA, OTHER = profile(PEOPLE.current), profile(PEOPLE.behind)
UNKNOWN = "00220345672"


async def test_a_code_opens_a_session(service: Service) -> None:
    assert (await service.client.session("c_1", "web:1")).level == 0
    answer = await service.verify(ANA.nss)
    assert (answer.level, answer.first_name) == (1, ANA.first_name)
    state = await service.client.session("c_1", "web:1")
    assert (state.level, state.first_name) == (2, ANA.first_name)
    assert (await service.client.me("c_1", "web:1")).nss_masked.endswith(ANA.nss[-4:])


@pytest.mark.parametrize("conversation", ["c_x0123456789", "c_[a/b]{1}", "c" * 128])
async def test_any_conversation_id_of_the_contract_is_one_to_prove_identity_in(
    service: Service, conversation: str
) -> None:
    assert (await service.verify(ANA.nss, conversation)).status == "verified"
    await service.client.end_session(conversation)


async def test_wrong_codes_are_counted_and_the_fifth_locks(service: Service) -> None:
    await service.start(ANA.nss)
    code = await service.client.demo_code("c_1")
    left = [(await service.guess(wrong(code))).tries_left for _ in range(4)]
    assert left == [4, 3, 2, 1]
    assert (await service.guess(wrong(code))).status == "locked"
    assert (await service.guess(code)).status == "locked"
    assert (await service.client.session("c_1", "web:1")).level == 0


async def test_fifty_guesses_at_once_hold_the_limit(service: Service) -> None:
    await service.start(ANA.nss)
    code = await service.client.demo_code("c_1")
    bad = [f"{(int(code) + n) % 10**6:06d}" for n in range(1, 51)]
    tokens = await service.client.put_vault("c_1", [("CODIGO", guess) for guess in bad])
    answers = await asyncio.gather(
        *(service.client.verify_identity("c_1", "web:1", token) for token in tokens)
    )
    assert Counter(answer.status for answer in answers) == {"wrong": 4, "locked": 46}
    assert (await service.guess(code)).status == "locked"


async def test_a_code_is_used_once(service: Service) -> None:
    await service.verify(ANA.nss)
    code = await service.client.demo_code("c_1")
    await service.client.end_session("c_1")
    assert (await service.guess(code)).status == "expired"


async def test_the_right_code_many_times_at_once_opens_one_session(service: Service) -> None:
    await service.start(ANA.nss)
    code = await service.client.demo_code("c_1")
    [token] = await service.client.put_vault("c_1", [("CODIGO", code)])
    answers = await asyncio.gather(
        *(service.client.verify_identity("c_1", "web:1", token) for _ in range(10))
    )
    assert Counter(answer.status for answer in answers) == {"verified": 1, "expired": 9}


async def test_a_code_lasts_ten_minutes(service: Service) -> None:
    await service.start(ANA.nss)
    code = await service.client.demo_code("c_1")
    service.clock.advance(minutes=10)
    assert (await service.guess(code)).status == "expired"


async def test_only_the_newest_code_works(service: Service) -> None:
    await service.start(ANA.nss)
    first = await service.client.demo_code("c_1")
    await service.start(ANA.nss)
    second = await service.client.demo_code("c_1")
    if first != second:
        assert (await service.guess(first)).status == "wrong"
    assert (await service.guess(second)).status == "verified"


async def test_a_code_is_bound_to_its_conversation_and_identity(service: Service) -> None:
    await service.start(ANA.nss)
    code = await service.client.demo_code("c_1")
    assert (await service.guess(code, conversation="c_2")).status == "expired"
    assert (await service.guess(code, identity="web:2")).status == "expired"
    assert (await service.guess(code)).status == "verified"


async def test_without_a_code_there_is_nothing_to_guess(service: Service) -> None:
    assert (await service.guess("123456")).status == "expired"
    answer = await service.client.verify_identity("c_1", "web:1", "⟦CODIGO:9⟧")
    assert answer.status == "expired"


async def test_an_unknown_nss_token_is_refused(service: Service) -> None:
    with pytest.raises(UnknownToken):
        await service.client.start_identity("c_1", "web:1", "⟦NSS:1⟧")
    [token] = await service.client.put_vault("c_2", [("NSS", ANA.nss)])
    with pytest.raises(UnknownToken):
        await service.client.start_identity("c_1", "web:1", token)
    [token] = await service.client.put_vault("c_1", [("CURP", ANA.curp)])
    with pytest.raises(UnknownToken):
        await service.client.start_identity("c_1", "web:1", token)


async def test_an_nss_written_with_dashes_is_found(service: Service) -> None:
    nss = ANA.nss
    await service.verify(f"{nss[:2]}-{nss[2:4]} {nss[4:6]} {nss[6:]}")


@pytest.mark.parametrize("nss", [UNKNOWN, profile(PEOPLE.unreachable).nss, "no es un nss"])
async def test_nobody_gets_the_same_answers_and_no_code(service: Service, nss: str) -> None:
    [known, other] = await service.client.put_vault("c_1", [("NSS", ANA.nss), ("NSS", nss)])
    expected = await service.client.start_identity("c_1", "web:1", known)
    await service.runtime.sent()
    service.runtime.sender = LogSender()
    assert await service.client.start_identity("c_1", "web:1", other) == expected
    with pytest.raises(NotFound):
        await service.client.demo_code("c_1")
    answers = [await service.guess(f"{n:06d}") for n in range(5)]
    assert [answer.tries_left for answer in answers] == [4, 3, 2, 1, None]
    assert answers[-1].status == "locked"


async def test_nobody_costs_the_same_work(service: Service) -> None:
    counts = []
    # The first entry of the audit log also makes its head.
    await service.start(OTHER.nss, "c_first", "web:first")
    for conversation, nss in (
        ("c_known", ANA.nss),
        ("c_unknown", UNKNOWN),
        ("c_unreachable", profile(PEOPLE.unreachable).nss),
    ):
        [token] = await service.client.put_vault(conversation, [("NSS", nss)])
        statements: list[str] = []

        def listen(*args: object, into: list[str] = statements) -> None:
            into.append(str(args[2]))

        engine = service.runtime.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", listen)
        await service.client.start_identity(conversation, "web:1", token)
        event.remove(engine, "before_cursor_execute", listen)
        counts.append(statements)
    assert counts[0] == counts[1] == counts[2]


async def test_five_codes_an_hour_and_no_more(service: Service) -> None:
    for number in range(5):
        await service.start(ANA.nss, conversation=f"c_{number}")
        assert await service.client.demo_code(f"c_{number}")
    await service.start(ANA.nss, conversation="c_over")
    with pytest.raises(NotFound):
        await service.client.demo_code("c_over")
    # Asking too often from elsewhere does not spoil the code somebody already has.
    code = await service.client.demo_code("c_4")
    assert (await service.guess(code, conversation="c_4")).status == "verified"
    service.clock.advance(minutes=61)
    await service.start(ANA.nss, conversation="c_over")
    assert await service.client.demo_code("c_over")


async def test_a_conversation_gets_five_codes_an_hour_whoever_it_asks_for(
    service: Service,
) -> None:
    for number in range(1, 6):
        await service.start(profile(number).nss)
    last = await service.client.demo_code("c_1")
    await service.start(profile(20).nss)
    assert await service.client.demo_code("c_1") == last
    assert (await service.guess(last)).status == "wrong"


async def test_twenty_requests_at_once_send_five_codes(service: Service) -> None:
    await asyncio.gather(*(service.start(ANA.nss, conversation=f"c_{n}") for n in range(20)))
    await service.runtime.sent()
    sender = service.runtime.sender
    assert isinstance(sender, LogSender)
    assert sum(sender.last(f"c_{n}") is not None for n in range(20)) == 5


async def test_a_restart_keeps_the_tries(tmp_path: Path) -> None:
    settings, clock = settings_for(sqlite_url(tmp_path)), Clock()
    async with serving(settings, clock) as service:
        await service.start(ANA.nss)
        code = await service.client.demo_code("c_1")
        for _ in range(3):
            await service.guess(wrong(code))
    async with serving(settings, clock) as service:
        assert (await service.guess(wrong(code))).tries_left == 1
        assert (await service.guess(code)).status == "verified"
    async with serving(settings, clock) as service:
        assert (await service.client.me("c_1", "web:1")).first_name == ANA.first_name


async def test_a_session_ends_after_ten_idle_minutes(service: Service) -> None:
    await service.verify(ANA.nss)
    service.clock.advance(minutes=9)
    await service.client.savings("c_1", "web:1")
    service.clock.advance(minutes=9)
    assert (await service.client.session("c_1", "web:1")).level == 1
    service.clock.advance(minutes=1)
    assert (await service.client.session("c_1", "web:1")).level == 0
    with pytest.raises(NotVerified):
        await service.client.savings("c_1", "web:1")


async def test_a_session_ends_after_half_an_hour_of_use(service: Service) -> None:
    await service.verify(ANA.nss)
    for _ in range(29):
        service.clock.advance(minutes=1)
        await service.client.savings("c_1", "web:1")
    service.clock.advance(minutes=1)
    with pytest.raises(NotVerified):
        await service.client.savings("c_1", "web:1")


async def test_one_person_never_reads_another(service: Service) -> None:
    await service.verify(ANA.nss, "c_a", "web:a")
    await service.verify(OTHER.nss, "c_b", "web:b")
    mine = await service.client.credit("c_a", "web:a")
    other = await service.client.credit("c_b", "web:b")
    assert mine.number != other.number
    for conversation, identity in (("c_a", "web:b"), ("c_b", "web:a"), ("c_c", "web:a")):
        for ask in (service.client.me, service.client.credit, service.client.savings):
            with pytest.raises(NotVerified):
                await ask(conversation, identity)


async def test_proving_to_be_somebody_else_replaces_the_session(service: Service) -> None:
    await service.verify(ANA.nss)
    await service.verify(OTHER.nss)
    assert (await service.client.me("c_1", "web:1")).first_name == OTHER.first_name


async def test_nothing_personal_is_stored_in_clear(service: Service, tmp_path: Path) -> None:
    await service.start(ANA.nss, identity="whatsapp:5255000012345")
    code = await service.client.demo_code("c_1")
    await service.client.seal("c_1", {"saldo": "476,442.21"})
    await service.guess(code, identity="whatsapp:5255000012345")
    async with service.runtime.database.read() as session:
        assert await session.scalar(select(models.VerifiedSession.person_id)) == ANA.id
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("accounts.sqlite3*"))
    for secret in (
        ANA.nss,
        ANA.curp,
        ANA.rfc,
        ANA.full_name,
        ANA.phone,
        "5255000012345",
        "476,442",
    ):
        assert secret.encode() not in stored
