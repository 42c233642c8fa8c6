import asyncio

from accounts_peers import Service
from sqlalchemy import func, select

from accounts import models, vault
from accounts.demo.people import profile
from accounts.housekeeping import purge


async def test_the_same_value_gets_the_same_token(service: Service) -> None:
    put = service.client.put_vault
    pair = [("NSS", "00159800010"), ("NSS", "00098501232"), ("CURP", "QUWZ900228MZSXXR07")]
    assert await put("c_1", pair) == ["⟦NSS:1⟧", "⟦NSS:2⟧", "⟦CURP:1⟧"]
    assert await put("c_1", [pair[1]]) == ["⟦NSS:2⟧"]
    assert await put("c_2", [pair[1]]) == ["⟦NSS:1⟧"]


async def test_the_same_value_at_once_gets_the_same_token(service: Service) -> None:
    tokens = await asyncio.gather(
        *(service.client.put_vault("c_1", [("TELEFONO", "5500000001")]) for _ in range(20))
    )
    assert tokens == [["⟦TELEFONO:1⟧"]] * 20


async def test_a_number_is_never_given_again(service: Service) -> None:
    assert await service.client.put_vault("c_1", [("NSS", "00159800010")]) == ["⟦NSS:1⟧"]
    await service.client.end_session("c_1")
    assert await service.client.put_vault("c_1", [("NSS", "00098501232")]) == ["⟦NSS:2⟧"]


async def test_values_expire_and_are_purged(service: Service) -> None:
    await service.client.put_vault("c_1", [("NSS", "00159800010"), ("CODIGO", "123456")])
    clock, database = service.clock, service.runtime.database

    async def left() -> int:
        async with database.write() as session:
            await purge(session, clock())
            return await session.scalar(select(func.count()).select_from(models.VaultEntry))

    clock.advance(minutes=10)
    assert await left() == 1
    clock.advance(minutes=20)
    assert await left() == 0


async def test_using_a_value_again_renews_it(service: Service) -> None:
    runtime, clock = service.runtime, service.clock
    [token] = await service.client.put_vault("c_1", [("NSS", "00159800010")])
    clock.advance(minutes=29)
    await service.client.put_vault("c_1", [("NSS", "00159800010")])
    clock.advance(minutes=29)
    async with runtime.database.read() as session:
        args = (session, runtime.keys, "c_1", token, "NSS", clock())
        assert await vault.redeem(*args) == "00159800010"


async def test_a_sealed_reply_opens_for_its_conversation_until_it_expires(
    service: Service,
) -> None:
    content = {"text": "Debes **$476,442.21**", "card": None, "list": [1, 2.5, True, "ñ"]}
    token = await service.client.seal("c_1", content)
    missing = "⟦SELLADO:nada⟧"
    opened = await service.client.open_sealed("c_1", [token, missing])
    assert opened == {token: content, missing: None}
    assert await service.client.open_sealed("c_2", [token]) == {token: None}
    service.clock.advance(minutes=30)
    assert await service.client.open_sealed("c_1", [token]) == {token: None}


async def test_a_sealed_reply_lives_as_long_as_asked(service: Service) -> None:
    token = await service.client.seal("c_1", "x", ttl=60)
    service.clock.advance(seconds=59)
    assert (await service.client.open_sealed("c_1", [token]))[token] == "x"
    service.clock.advance(seconds=1)
    assert (await service.client.open_sealed("c_1", [token]))[token] is None


async def test_ending_a_session_forgets_what_the_conversation_left(service: Service) -> None:
    await service.verify(profile(1).nss)
    mine, other = await service.client.seal("c_1", 1), await service.client.seal("c_2", 2)
    await service.client.end_session("c_1")
    assert (await service.client.session("c_1", "web:1")).level == 0
    assert (await service.client.open_sealed("c_1", [mine]))[mine] is None
    assert (await service.client.open_sealed("c_2", [other]))[other] == 2
    async with service.runtime.database.read() as session:
        assert not await session.scalar(select(func.count()).select_from(models.VaultEntry))
