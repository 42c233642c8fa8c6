"""Files over the contract, on both databases: kept, compared, asked for, and gone in a day."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from accounts_peers import TOKEN, Service, serving, settings_for, sqlite_url
from file_samples import ANA, OTHER, UUID, another_rfc, authority, cer, cfdi, keys, pem, spoiled
from sqlalchemy import func, select
from structlog.testing import capture_logs

from accounts import models
from accounts.errors import (
    FileRefused,
    Invalid,
    KeyReused,
    LevelTooLow,
    NotCorrectable,
    NotVerified,
    UnknownEvidence,
)
from accounts.housekeeping import purge

WHO = {"conversation": "c_1", "identity": "web:1"}
WRONG = another_rfc(ANA.rfc)


@pytest.fixture
def service(either: Service) -> Service:
    return either


async def send(service: Service, document: str | bytes, key: str | None = None) -> str:
    data = document.encode() if isinstance(document, str) else document
    kept = await service.client.put_file(**WHO, content=data, idempotency_key=key)
    return kept.evidence


async def rows(service: Service, table: type[models.Base]) -> int:
    async with service.runtime.database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def results(service: Service, evidence: str) -> dict[str, str]:
    answer = await service.client.comparison(**WHO, evidence=evidence)
    return {one.field: one.result for one in answer.fields}


async def test_a_file_waits_for_identity_and_is_compared(service: Service) -> None:
    evidence = await send(service, spoiled(ANA))
    with pytest.raises(LevelTooLow):
        await service.client.comparison(**WHO, evidence=evidence)
    await service.verify(ANA.nss)
    answer = await service.client.comparison(**WHO, evidence=evidence)
    assert (answer.source, answer.verdict) == ("cfdi", "correctable")
    rfc, curp, nss = answer.fields
    assert (rfc.result, rfc.in_file, rfc.in_account) == ("differs", WRONG[-3:], ANA.rfc[-3:])
    assert (curp.result, nss.result) == ("matches", "matches")
    for number in (ANA.rfc, ANA.curp, ANA.nss, WRONG):
        assert number not in answer.model_dump_json()


@pytest.mark.parametrize(
    ("document", "verdict", "expected"),
    [
        (cfdi(), "same", "matches matches matches"),
        (cfdi(curp=OTHER.curp), "same", "matches differs matches"),
        (cfdi(WRONG, nss=None), "correctable", "differs matches missing"),
        (cfdi(WRONG, curp=None, nss=None), "unproven", "differs missing missing"),
        (cfdi(OTHER.rfc, OTHER.curp, OTHER.nss), "another_person", "differs differs differs"),
        (cer(WRONG), "correctable", "differs matches missing"),
        (cer(), "same", "matches matches missing"),
    ],
)
async def test_each_number_is_told_apart(
    service: Service, document: str | bytes, verdict: str, expected: str
) -> None:
    evidence = await send(service, document)
    await service.verify(ANA.nss)
    answer = await service.client.comparison(**WHO, evidence=evidence)
    assert answer.verdict == verdict
    assert " ".join(one.result for one in answer.fields) == expected


async def test_evidence_is_of_who_sent_it(service: Service) -> None:
    evidence = await send(service, spoiled(ANA))
    await service.verify(ANA.nss)
    await service.verify(OTHER.nss, "c_2", "web:2")
    with pytest.raises(UnknownEvidence):
        await service.client.comparison("c_2", "web:2", evidence)
    with pytest.raises(UnknownEvidence):
        await service.client.comparison(**WHO, evidence="A" * 22)
    with pytest.raises(UnknownEvidence):
        await service.client.request_correction("c_2", "web:2", evidence)
    with pytest.raises(LevelTooLow):
        await service.client.comparison("c_1", "web:2", evidence)


async def test_a_correction_needs_a_fresh_code_and_gets_a_folio(service: Service) -> None:
    evidence = await send(service, spoiled(ANA))
    with pytest.raises(LevelTooLow):
        await service.client.request_correction(**WHO, evidence=evidence)
    await service.verify(ANA.nss)
    service.clock.advance(minutes=5)
    assert (await service.client.session(**WHO)).level == 1
    with pytest.raises(LevelTooLow):
        await service.client.request_correction(**WHO, evidence=evidence)
    await service.client.send_fresh_code(**WHO)
    assert (await service.guess(await service.client.demo_code("c_1"))).status == "verified"
    assert (await service.client.session(**WHO)).level == 2
    service.clock.advance(minutes=4, seconds=59)
    filed = await service.client.request_correction(**WHO, evidence=evidence)
    assert filed.folio.startswith("COR-") and len(filed.folio) == 13
    assert (filed.field, filed.state, filed.repeated) == ("rfc", "recibida", False)
    assert await rows(service, models.CorrectionRequest) == 1


async def test_nobody_gets_a_fresh_code_without_a_session(service: Service) -> None:
    with pytest.raises(NotVerified):
        await service.client.send_fresh_code(**WHO)


async def test_asking_again_gives_the_same_folio(service: Service) -> None:
    evidence = await send(service, spoiled(ANA))
    await service.verify(ANA.nss)
    ask = service.client.request_correction
    first = await ask(**WHO, evidence=evidence, idempotency_key="k1")
    assert await ask(**WHO, evidence=evidence, idempotency_key="k1") == first
    again = await ask(**WHO, evidence=evidence, idempotency_key="k2")
    assert (again.folio, again.repeated) == (first.folio, True)
    # The same file sent again is the same ground.
    third = await ask(**WHO, evidence=await send(service, spoiled(ANA)))
    assert third.folio == first.folio
    with pytest.raises(KeyReused):
        await ask(**WHO, evidence="B" * 22, idempotency_key="k1")
    assert await rows(service, models.CorrectionRequest) == 1


async def test_twenty_at_once_are_one_correction(service: Service) -> None:
    evidence = await send(service, spoiled(ANA))
    await service.verify(ANA.nss)
    asked = [service.client.request_correction(**WHO, evidence=evidence) for _ in range(20)]
    assert len({one.folio for one in await asyncio.gather(*asked)}) == 1


@pytest.mark.parametrize("document", [cfdi(), cfdi(OTHER.rfc, OTHER.curp, OTHER.nss)])
async def test_without_ground_there_is_no_correction(service: Service, document: str) -> None:
    evidence = await send(service, document)
    await service.verify(ANA.nss)
    with pytest.raises(NotCorrectable):
        await service.client.request_correction(**WHO, evidence=evidence)
    assert await rows(service, models.CorrectionRequest) == 0


async def test_evidence_is_gone_within_a_day(service: Service) -> None:
    await send(service, spoiled(ANA))
    service.clock.advance(hours=22)
    evidence = await send(service, spoiled(ANA))
    assert await rows(service, models.Evidence) == 2
    service.clock.advance(hours=2)
    # Whatever the state of the house, what is over is not read.
    await service.verify(ANA.nss)
    assert await results(service, evidence)
    async with service.runtime.database.write() as session:
        await purge(session, service.clock())
    assert await rows(service, models.Evidence) == 1
    service.clock.advance(hours=22)
    await service.verify(ANA.nss)
    with pytest.raises(UnknownEvidence):
        await service.client.comparison(**WHO, evidence=evidence)
    async with service.runtime.database.write() as session:
        await purge(session, service.clock())
    assert await rows(service, models.Evidence) == 0


async def test_signing_out_forgets_what_was_sent(service: Service) -> None:
    await send(service, spoiled(ANA))
    await service.client.end_session("c_1")
    assert await rows(service, models.Evidence) == 0


async def test_a_file_sent_twice_is_kept_once(service: Service) -> None:
    first = await send(service, spoiled(ANA), "k1")
    assert await send(service, spoiled(ANA), "k1") == first
    with pytest.raises(KeyReused):
        await send(service, cfdi(), "k1")
    assert await rows(service, models.Evidence) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (keys()["pkcs8_der_encrypted"], "private_key"),
        (b"", "empty"),
        (b"\xff\xd8\xff\xe0" + bytes(3_000_000), "image"),
        (cfdi(payrolls=2).encode(), "two_payrolls"),
        (b"<" * 6_000_000, "too_big"),
    ],
)
async def test_a_refused_file_is_counted_and_nothing_else(
    service: Service, data: bytes, reason: str
) -> None:
    for _ in range(2):
        with pytest.raises(FileRefused) as caught:
            await send(service, data, "k1")
        assert caught.value.reason == reason
    async with service.runtime.database.read() as session:
        counted = (await session.execute(select(models.RefusedFile))).scalars().all()
    assert [(one.reason, one.count) for one in counted] == [(reason, 2)]
    assert await rows(service, models.Evidence) == 0
    assert await rows(service, models.IdempotencyKey) == 0


async def test_a_file_may_come_in_pieces(service: Service) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for byte in spoiled(ANA).encode():
            yield bytes([byte])

    kept = await service.client.put_file(**WHO, content=pieces())
    assert kept.source == "cfdi"


async def test_headers_and_types_are_checked(service: Service) -> None:
    with pytest.raises(Invalid):
        await service.client.put_file("con espacios", "web:1", b"x")
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Conversation": "c", "X-Identity": "i"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{service.base_url}/v1/files", json={}) as answer,
    ):
        assert answer.status == 415


async def test_nothing_personal_is_stored_or_logged_in_clear(tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with serving(settings_for(sqlite_url(tmp_path))) as service:
            evidence = await send(service, spoiled(ANA))
            await service.verify(ANA.nss)
            await service.client.comparison(**WHO, evidence=evidence)
            await service.client.request_correction(**WHO, evidence=evidence)
            with pytest.raises(FileRefused):
                await send(service, keys()["pkcs8_pem"])
            stored = b"".join(path.read_bytes() for path in tmp_path.glob("accounts.sqlite3*"))
    events = {one["event"] for one in logs}
    assert {"file_kept", "file_compared", "correction_requested", "file_refused"} <= events
    for secret in (ANA.nss, ANA.curp, ANA.rfc, WRONG, UUID, "EFI010101AA1", "12345.67", "PRIVATE"):
        assert secret.encode() not in stored
        assert secret not in str(logs)


async def test_pinned_issuers_decide_over_the_contract(tmp_path: Path) -> None:
    bundle = tmp_path / "sat.pem"
    bundle.write_bytes(pem(authority(1)))
    settings = settings_for(sqlite_url(tmp_path), sat_ca_bundle=bundle)
    async with serving(settings) as service:
        evidence = await send(service, cer(WRONG))
        with pytest.raises(FileRefused) as caught:
            await send(service, cer(WRONG, signed_by=2))
        assert caught.value.reason == "unknown_issuer"
        await service.verify(ANA.nss)
        assert (await service.client.comparison(**WHO, evidence=evidence)).issuer_verified
