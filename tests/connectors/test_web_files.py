"""Files over the web: the same doors as messages, in order, and nothing left behind."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from web_http import entries, message, open_bearer, open_cookie, problem
from web_peers import Gateway, gateway

from connectors.web.client import WebClient
from conversations.files import AccountsFiles

sys.path.append(str(Path(__file__).resolve().parents[1] / "accounts"))
from accounts_peers import TOKEN, serving, settings_for, sqlite_url
from file_samples import ANA, another_rfc, cfdi, keys, spoiled

MB = 1024 * 1024


def form(content: bytes = b"<x/>", name: str | None = None, **more: Any) -> aiohttp.FormData:
    parts = aiohttp.FormData()
    parts.add_field("id", name or str(uuid.uuid4()))
    parts.add_field(more.get("field", "file"), content, filename="juan-perez-fiel.key")
    return parts


async def upload(
    http: aiohttp.ClientSession, at: Gateway, headers: dict[str, str], parts: Any
) -> aiohttp.ClientResponse:
    return await http.post(f"{at.url}/api/files", data=parts, headers=headers)


async def test_a_file_becomes_a_turn(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    headers = await open_bearer(http, web_gateway)
    name = str(uuid.uuid4())
    response = await upload(http, web_gateway, headers, form(name=name))
    assert response.status == 202
    assert await response.json() == {"message_id": name, "accepted": True}
    mine, answer = await entries(http, web_gateway, headers, until=2)
    assert (mine["text"], mine["message_id"]) == ("[archivo recibido]", name)
    assert answer["done"]
    question = web_gateway.brain.questions[-1]
    assert question.payload == '/archivo{"archivo":"evidence0"}'
    [(conversation, identity, _, size)] = web_gateway.files.taken
    assert (conversation, size) == (question.conversation, 4)
    assert identity == question.identity


async def test_a_refused_file_is_told_by_its_reason(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    response = await upload(http, web_gateway, headers, form(keys()["pkcs8_pem"]))
    assert (await response.json())["accepted"] is False
    mine, _ = await entries(http, web_gateway, headers, until=2)
    assert mine["text"] == "[archivo no aceptado: ya se borró]"
    assert web_gateway.brain.questions[-1].payload == '/archivo{"motivo":"private_key"}'


async def test_a_repeat_adds_nothing(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    headers = await open_bearer(http, web_gateway)
    name = str(uuid.uuid4())
    for _ in range(3):
        assert (await upload(http, web_gateway, headers, form(name=name))).status == 202
    await entries(http, web_gateway, headers, until=2)
    assert len(web_gateway.brain.questions) == 1
    assert len(web_gateway.files.kept) == 1


async def test_a_large_file_passes_in_pieces(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    assert (await upload(http, web_gateway, headers, form(b"x" * 5 * MB))).status == 202
    assert web_gateway.files.taken[0][3] == 5 * MB


async def test_six_megabytes_are_refused_with_a_sentence(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    response = await upload(http, web_gateway, headers, form(b"x" * 6 * MB))
    said = await problem(response, 413, "file-too-big")
    assert "5 MB" in said["detail"]
    assert web_gateway.files.taken == []


async def test_six_megabytes_of_unknown_length_are_cut(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)

    async def endless():  # type: ignore[no-untyped-def]
        edge = f'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n{uuid.uuid4()}\r\n'
        yield (edge + '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n').encode()
        for _ in range(96):
            yield b"x" * 65_536
        yield b"\r\n--b--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    await upload(http, web_gateway, headers | kind, endless())
    assert 5 * MB < web_gateway.files.taken[0][3] < 5.2 * MB


async def test_the_doors_are_those_of_messages(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    await problem(await upload(http, web_gateway, {}, form()), 401, "no-session")
    csrf = await open_cookie(http, web_gateway)
    await problem(await upload(http, web_gateway, {}, form()), 403, "forbidden")
    await problem(await upload(http, web_gateway, {"X-CSRF": "x"}, form()), 403, "forbidden")
    evil = {"X-CSRF": csrf, "Origin": "https://evil.mx"}
    await problem(await upload(http, web_gateway, evil, form()), 403, "forbidden")
    assert (await upload(http, web_gateway, {"X-CSRF": csrf}, form())).status == 202


CUT = b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n'
BAD: list[tuple[bytes, str, int]] = [
    (b"{}", "application/json", 415),
    (b"", "multipart/form-data; boundary=b", 400),
    (b"x", "multipart/form-data", 400),
    (CUT, "multipart/form-data; boundary=b", 422),
    (CUT + b"hola\r\n--b--\r\n", "multipart/form-data; boundary=b", 422),
    (CUT + uuid.uuid4().hex.encode() + b"\r\n--b--\r\n", "multipart/form-data; boundary=b", 422),
]


@pytest.mark.parametrize(("raw", "kind", "status"), BAD)
async def test_broken_forms_are_problems(
    web_gateway: Gateway, http: aiohttp.ClientSession, raw: bytes, kind: str, status: int
) -> None:
    headers = await open_bearer(http, web_gateway)
    response = await upload(http, web_gateway, {**headers, "Content-Type": kind}, raw)
    assert response.status in {400, 415, 422}
    assert (await response.json(content_type=None))["detail"].endswith(".")
    assert web_gateway.files.taken == []
    assert (await upload(http, web_gateway, headers, form())).status == 202


async def test_another_field_is_no_file(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    headers = await open_bearer(http, web_gateway)
    await problem(await upload(http, web_gateway, headers, form(field="other")), 422, "not-a-file")


async def test_files_have_their_own_pace(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with gateway(tmp_path, upload_burst=2, uploads_per_second=0.1) as at:
        headers = await open_bearer(http, at)
        answers = [await upload(http, at, headers, form()) for _ in range(3)]
        assert [one.status for one in answers] == [202, 202, 429]
        await problem(answers[-1], 429, "file-too-fast")
        said = await http.post(f"{at.url}/api/messages", json=message(text="uno"), headers=headers)
        assert said.status == 202


async def test_too_many_at_once_wait(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with gateway(tmp_path, uploads_at_once=1) as at:
        headers = await open_bearer(http, at)
        at.files.gate.clear()
        first = asyncio.create_task(upload(http, at, headers, form()))
        await asyncio.sleep(0.2)
        await problem(await upload(http, at, headers, form()), 503, "busy")
        at.files.gate.set()
        assert (await first).status == 202
        assert (await upload(http, at, headers, form())).status == 202


async def test_a_slow_file_is_given_up(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with gateway(tmp_path, upload_seconds=0.2) as at:
        headers = await open_bearer(http, at)
        at.files.gate.clear()
        await problem(await upload(http, at, headers, form()), 408, "file-too-slow")


async def test_the_service_away_is_told(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    headers = await open_bearer(http, web_gateway)
    web_gateway.files.away = True
    await problem(await upload(http, web_gateway, headers, form()), 503, "files-away")
    web_gateway.files.away = False
    assert (await upload(http, web_gateway, headers, form())).status == 202


async def test_a_line_that_breaks_leaves_nothing(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    _, writer = await asyncio.open_connection("127.0.0.1", web_gateway.port)
    body = CUT + str(uuid.uuid4()).encode() + b"\r\n--b\r\nContent-Disposition: form-data; "
    body += b'name="file"\r\n\r\n' + b"x" * 5000
    writer.write(
        b"POST /api/files HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        + f"Authorization: {headers['Authorization']}\r\nContent-Length: 90000\r\n\r\n".encode()
        + body
    )
    await writer.drain()
    await asyncio.sleep(0.2)
    writer.close()
    await asyncio.sleep(0.3)
    assert web_gateway.brain.questions == []
    assert (await upload(http, web_gateway, headers, form())).status == 202


async def test_files_and_messages_keep_their_order(web_gateway: Gateway) -> None:
    async with WebClient(web_gateway.url) as client:
        await client.open()
        await client.say("uno")
        await client.attach(b"<x/>")
        await client.say("uno más")
        mine = [one["text"] for one in client.entries if one["role"] == "user"]
        assert mine == ["uno", "[archivo recibido]", "uno más"]
        [large] = await client.attach(b"x" * 6 * MB)
        assert "más de 5 MB" in large["text"]


async def test_over_the_real_service_nothing_of_a_file_stays(tmp_path: Path) -> None:
    folder = tmp_path / "accounts"
    folder.mkdir()
    async with (
        serving(settings_for(sqlite_url(folder))) as service,
        gateway(tmp_path, files=AccountsFiles(service.base_url, TOKEN)) as at,
        WebClient(at.url) as client,
    ):
        await client.open()
        for content in (
            spoiled(ANA).encode(),
            keys()["pkcs8_der_encrypted"],
            b"",
            b"<a" + b" " * 4 * MB,
        ):
            await client.attach(content)
        payloads = [json.loads(q.payload[8:]) for q in at.brain.questions]
        assert list(payloads[0]) == ["archivo"]
        assert [one.get("motivo") for one in payloads[1:]] == ["private_key", "empty", "too_big"]
        stored = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    for secret in (
        ANA.rfc,
        ANA.curp,
        ANA.nss,
        another_rfc(ANA.rfc),
        "PERSONA FICTICIA",
    ):
        assert secret.encode() not in stored
    assert cfdi()[:200].encode() not in stored
