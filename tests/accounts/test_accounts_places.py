"""Where a person is in a guide: the same from any channel, nobody else's, gone in time."""

import aiohttp
import pytest
from accounts_peers import PEOPLE, TOKEN, Service, serving, settings_for
from accounts_postgres import new_database

from accounts.errors import NotVerified
from accounts.housekeeping import purge

WEB = {"conversation": "c_web", "identity": "web:1"}
TELEGRAM = {"conversation": "c_telegram", "identity": "telegram:7"}


async def people(service: Service) -> tuple[str, str]:
    found = (await service.client.demo_people(showcase=True)).people
    return found[PEOPLE.current - 1].nss, found[PEOPLE.vsm - 1].nss


async def steps(service: Service, who: dict[str, str]) -> list[tuple[str, int]]:
    kept = await service.client.guide_places(**who)
    return [(place.tramite, place.step) for place in kept.places]


async def play(service: Service) -> None:
    one, other = await people(service)
    await service.verify(one, **WEB)
    await service.client.keep_place(**WEB, tramite="correccion_rfc", step=2)
    service.clock.advance(seconds=1)
    await service.client.keep_place(**WEB, tramite="nss_obtener", step=1)
    service.clock.advance(seconds=1)
    await service.client.keep_place(**WEB, tramite="correccion_rfc", step=3, skips=[4, 6])
    assert (await service.client.guide_places(**WEB)).places[0].skips == (4, 6)
    assert await steps(service, WEB) == [("correccion_rfc", 3), ("nss_obtener", 1)]

    await service.verify(one, **TELEGRAM)
    assert await steps(service, TELEGRAM) == await steps(service, WEB)
    await service.client.keep_place(**TELEGRAM, tramite="correccion_rfc", step=None)
    assert await steps(service, WEB) == [("nss_obtener", 1)]

    await service.client.end_session("c_telegram")
    await service.verify(other, **TELEGRAM)
    assert await steps(service, TELEGRAM) == []


async def test_a_place_is_the_persons_on_every_channel(service: Service) -> None:
    await play(service)


async def test_the_same_on_postgresql(postgres: str) -> None:
    async with serving(settings_for(new_database(postgres))) as service:
        await play(service)


async def test_without_identity_nothing_is_kept_or_told(service: Service) -> None:
    with pytest.raises(NotVerified):
        await service.client.guide_places(**WEB)
    with pytest.raises(NotVerified):
        await service.client.keep_place(**WEB, tramite="correccion_rfc", step=2)


async def test_walking_keeps_the_session_alive(service: Service) -> None:
    await service.verify((await people(service))[0], **WEB)
    for step in (1, 2, 3):
        service.clock.advance(minutes=6)
        await service.client.keep_place(**WEB, tramite="correccion_rfc", step=step)
    assert (await service.client.session(**WEB)).level == 1


async def test_a_place_is_forgotten_after_ninety_days(service: Service) -> None:
    nss = (await people(service))[0]
    await service.verify(nss, **WEB)
    await service.client.keep_place(**WEB, tramite="correccion_rfc", step=2)
    for days, left in ((89, 1), (2, 0)):
        service.clock.advance(days=days)
        async with service.runtime.database.write() as session:
            await purge(session, service.clock())
        await service.verify(nss, **WEB)
        assert len(await steps(service, WEB)) == left


@pytest.mark.parametrize(
    "body",
    [
        {"tramite": "correccion_rfc", "step": 0},
        {"tramite": "correccion_rfc", "step": 21},
        {"tramite": "../etc", "step": 1},
        {"tramite": "x" * 33, "step": 1},
        {"tramite": "correccion_rfc"},
        {"tramite": "correccion_rfc", "step": 1, "skips": [0]},
        {"tramite": "correccion_rfc", "step": 1, "skips": [1] * 21},
        {"tramite": "correccion_rfc", "step": 1, "skips": 2},
        {"tramite": "correccion_rfc", "step": 1, "person_id": 2},
    ],
)
async def test_what_is_wrong_is_refused(service: Service, body: dict[str, object]) -> None:
    await service.verify((await people(service))[0], **WEB)
    headers = {
        "Authorization": f"Bearer {TOKEN}",
        "X-Conversation": WEB["conversation"],
        "X-Identity": WEB["identity"],
    }
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.put(f"{service.base_url}/v1/me/guides", json=body) as response,
    ):
        assert response.status == 422
    assert await steps(service, WEB) == []
