"""The web contract over a real server and the real core."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_peers import Gateway, gateway

from connectors.settings import Settings
from connectors.web.bodies import _depth, read_message
from connectors.web.problems import Problem

LIMIT = 10


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield session


async def open_cookie(http: aiohttp.ClientSession, at: Gateway, greet: bool = False) -> str:
    async with http.post(
        f"{at.url}/api/session", json={"mode": "cookie", "greet": greet}
    ) as response:
        assert response.status == 201
        return (await response.json())["csrf"]


async def open_bearer(http: aiohttp.ClientSession, at: Gateway) -> dict[str, str]:
    async with http.post(f"{at.url}/api/session", json={"mode": "bearer"}) as response:
        assert response.status == 201
        return {"Authorization": f"Bearer {(await response.json())['token']}"}


def message(**part: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), **part}


async def events(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, Any]]:
    pending = b""
    async for chunk in response.content.iter_any():
        *blocks, pending = (pending + chunk).split(b"\n\n")
        for block in blocks:
            fields = dict(
                line.split(": ", 1) for line in block.decode().split("\n") if line[0] != ":"
            )
            if "data" in fields:
                yield fields["event"], json.loads(fields["data"])


async def entries(
    http: aiohttp.ClientSession, at: Gateway, headers: dict[str, str], until: int, after: int = 0
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(LIMIT):
        async with http.get(
            f"{at.url}/api/events", headers={**headers, "Last-Event-ID": str(after)}
        ) as response:
            assert response.status == 200, await response.text()
            async for name, data in events(response):
                if name == "entry":
                    found.append(data)
                    if data["seq"] >= until:
                        break
    return found


async def problem(response: aiohttp.ClientResponse, status: int, kind: str) -> dict[str, Any]:
    assert response.status == status, await response.text()
    assert response.content_type == "application/problem+json"
    body = await response.json(content_type=None)
    assert body["status"] == status
    assert body["type"] == kind
    assert body["detail"].endswith((".", "?"))
    return body


async def test_session_ignores_a_chosen_id_and_protects_the_cookie(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    response = await http.post(
        f"{web_gateway.url}/api/session",
        json={"mode": "cookie", "greet": False},
        cookies={"chat": "elegido"},
    )
    header = response.headers["Set-Cookie"]
    assert response.cookies["chat"].value != "elegido"
    assert "HttpOnly" in header
    assert "SameSite=Strict" in header
    assert "Path=/" in header
    assert (await response.json()).keys() == {"conversation", "csrf"}


async def test_https_behind_a_proxy_uses_the_host_prefix(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with gateway(tmp_path, public_url="https://chat.sitio.mx/") as at:
        response = await http.post(
            f"{at.url}/api/session",
            json={"mode": "cookie"},
            headers={"Origin": "https://chat.sitio.mx"},
        )
        header = response.headers["Set-Cookie"]
        assert header.startswith("__Host-chat=")
        assert "Secure" in header
        assert "Domain" not in header
        assert "Strict-Transport-Security" in response.headers


async def test_a_new_session_ends_the_one_before(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    await open_cookie(http, web_gateway)
    old = {c.key: c.value for c in http.cookie_jar}
    await open_cookie(http, web_gateway)
    assert {c.key: c.value for c in http.cookie_jar} != old
    async with aiohttp.ClientSession(cookies=old) as other:
        await problem(await other.get(f"{web_gateway.url}/api/session"), 401, "no-session")


async def test_tokens_are_stored_only_hashed(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    token = headers["Authorization"].split()[1]
    rows = sqlite3.connect(web_gateway.folder / "web.sqlite3").execute("select * from web_sessions")
    assert token not in str(rows.fetchall())


async def test_writes_want_csrf_and_the_same_site(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    csrf = await open_cookie(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    body = message(text="hola")
    for headers in (
        {},
        {"X-CSRF": "otro"},
        {"X-CSRF": "ñ"},
        {"X-CSRF": csrf, "Origin": "https://evil.example"},
        {"X-CSRF": csrf, "Origin": "null"},
        {"X-CSRF": csrf, "Sec-Fetch-Site": "cross-site"},
        # On the list, yet a cookie is only for our own page.
        {"X-CSRF": csrf, "Origin": "https://sitio.mx"},
    ):
        await problem(await http.post(url, json=body, headers=headers), 403, "forbidden")
    good = {"X-CSRF": csrf, "Origin": web_gateway.url, "Sec-Fetch-Site": "same-origin"}
    assert (await http.post(url, json=body, headers=good)).status == 202


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "https://sitio.mx.evil.example",
        "http://sitio.mx",
        "https://sitio.mx:444",
        "https://evilsitio.mx",
    ],
)
async def test_other_origins_are_refused(
    web_gateway: Gateway, http: aiohttp.ClientSession, origin: str
) -> None:
    url = f"{web_gateway.url}/api/session"
    response = await http.post(url, json={"mode": "bearer"}, headers={"Origin": origin})
    await problem(response, 403, "forbidden")
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_listed_origin_gets_a_token_and_no_cookie(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    url = f"{web_gateway.url}/api/session"
    origin = {"Origin": "https://sitio.mx"}
    await problem(await http.post(url, json={"mode": "cookie"}, headers=origin), 403, "forbidden")
    response = await http.post(url, json={"mode": "bearer"}, headers=origin)
    assert response.status == 201
    assert response.headers["Access-Control-Allow-Origin"] == "https://sitio.mx"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Set-Cookie" not in response.headers
    preflight = await http.options(url, headers={**origin, "Access-Control-Request-Method": "POST"})
    assert preflight.status == 204
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"]


async def test_a_token_is_no_cookie(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    token = (await open_bearer(http, web_gateway))["Authorization"].split()[1]
    response = await http.get(f"{web_gateway.url}/api/session", cookies={"chat": token})
    await problem(response, 401, "no-session")


async def test_messages_are_answered_in_order_and_resumed_without_loss(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    sent = [message(text=f"uno {n}") for n in range(5)]
    for body in sent:
        response = await http.post(url, json=body, headers=headers)
        assert (await response.json()) == {"message_id": body["id"]}
    found = await entries(http, web_gateway, headers, until=10)
    assert [e["seq"] for e in found] == list(range(1, 11))
    answers = [e for e in found if e["role"] == "bot"]
    assert [e["message_id"] for e in answers] == [body["id"] for body in sent]
    assert [e["text"] for e in answers] == [f"Respuesta a uno {n}" for n in range(5)]
    assert all(e["done"] for e in answers)
    rest = await entries(http, web_gateway, headers, until=10, after=7)
    assert [e["seq"] for e in rest] == [8, 9, 10]


async def test_a_repeat_adds_nothing(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    headers = await open_bearer(http, web_gateway)
    body = message(text="uno")
    for _ in range(3):
        response = await http.post(f"{web_gateway.url}/api/messages", json=body, headers=headers)
        assert response.status == 202
    await entries(http, web_gateway, headers, until=2)
    assert len(web_gateway.brain.questions) == 1


async def test_two_people_may_use_the_same_id(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    body = message(text="uno")
    for _ in range(2):
        headers = await open_bearer(http, web_gateway)
        await http.post(f"{web_gateway.url}/api/messages", json=body, headers=headers)
        found = await entries(http, web_gateway, headers, until=2)
        assert [e["message_id"] for e in found] == [body["id"]] * 2


async def test_choices_leave_without_their_payload(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    await http.post(url, json=message(text="lista"), headers=headers)
    *_, last = await entries(http, web_gateway, headers, until=2)
    assert "/opcion" not in json.dumps(last)
    choice = last["reply"]["choices"][1]
    assert choice.keys() == {"id", "title"}
    await http.post(url, json=message(choice=choice["id"]), headers=headers)
    await entries(http, web_gateway, headers, until=4)
    assert web_gateway.brain.questions[-1].payload == "/opcion1"


async def test_secure_values_never_come_back(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    await http.post(url, json=message(text="saldo"), headers=headers)
    await entries(http, web_gateway, headers, until=2)
    secure = message(secure={"kind": "nss", "value": "00159800010"})
    assert (await http.post(url, json=secure, headers=headers)).status == 202
    found = await entries(http, web_gateway, headers, until=4)
    assert "00159800010" not in json.dumps(found)
    assert (web_gateway.brain.questions[-1].payload or "").startswith("/dar_nss")


BAD: list[tuple[bytes, str, int, str]] = [
    (b"", "application/json", 400, "unreadable"),
    (b"{", "application/json", 400, "unreadable"),
    (b'{"text":"\xff\xfe"}', "application/json", 400, "unreadable"),
    (b"[" * 60_000, "application/json", 400, "too-deep"),
    (b'{"id":' * 5_000, "application/json", 400, "too-deep"),
    (b"[]", "application/json", 422, "wrong-shape"),
    (b'"hola"', "application/json", 422, "wrong-shape"),
    (b"{}", "application/json", 422, "wrong-id"),
    (b"hola", "text/plain", 415, "not-json"),
    (b"text=hola", "application/x-www-form-urlencoded", 415, "not-json"),
    (b'{"text":"' + b"a" * 70_000 + b'"}', "application/json", 413, "too-big"),
]


@pytest.mark.parametrize(("raw", "kind", "status", "name"), BAD)
async def test_broken_bodies_are_problems(
    web_gateway: Gateway,
    http: aiohttp.ClientSession,
    raw: bytes,
    kind: str,
    status: int,
    name: str,
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    response = await http.post(url, data=raw, headers={**headers, "Content-Type": kind})
    await problem(response, status, name)
    again = await http.post(url, json=message(text="uno"), headers=headers)
    assert again.status == 202


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (message(text=""), "empty"),
        (message(text=" \n\t\u0000\u0007 "), "empty"),
        (message(text="a" * 10_000), "too-long"),
        (message(text=5), "wrong-shape"),
        (message(text="a", choice="b"), "wrong-shape"),
        (message(), "wrong-shape"),
        (message(otro="a"), "wrong-shape"),
        (message(choice="x" * 40), "wrong-shape"),
        (message(choice="a\u0000"), "wrong-shape"),
        (message(secure={"kind": "curp", "value": "x"}), "wrong-shape"),
        (message(secure={"kind": [], "value": "x"}), "wrong-shape"),
        (message(secure={"kind": "nss"}), "wrong-shape"),
        (message(secure={"kind": "nss", "value": "1" * 200}), "too-long"),
        ({"id": "1", "text": "a"}, "wrong-id"),
        ({"id": 7, "text": "a"}, "wrong-id"),
        ({"id": "z" * 36, "text": "a"}, "wrong-id"),
        ({"id": "../" * 12, "text": "a"}, "wrong-id"),
    ],
)
async def test_wrong_messages_are_422(
    web_gateway: Gateway, http: aiohttp.ClientSession, body: dict[str, Any], name: str
) -> None:
    headers = await open_bearer(http, web_gateway)
    response = await http.post(f"{web_gateway.url}/api/messages", json=body, headers=headers)
    await problem(response, 422, name)


@pytest.mark.parametrize(
    "text", ["\ud800roto", "😀" * 50, "/consultar{}", "a\u202eb\u200bc", "<b>"]
)
async def test_odd_texts_are_accepted(
    web_gateway: Gateway, http: aiohttp.ClientSession, text: str
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/messages"
    assert (await http.post(url, json=message(text=text), headers=headers)).status == 202
    assert len(await entries(http, web_gateway, headers, until=2)) == 2


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_json_is_read_or_refused(value: Any) -> None:
    for data in ({"id": str(uuid.uuid4()), "text": value}, {"id": value, "secure": value}):
        with suppress(Problem):
            assert read_message(data, Settings()).text


def test_brackets_inside_text_are_not_depth() -> None:
    assert _depth(b'{"text":"[[[[\\"[["}') == 1


async def test_unknown_addresses_and_methods(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    await problem(await http.get(f"{web_gateway.url}/nada"), 404, "not-found")
    response = await http.put(f"{web_gateway.url}/api/messages")
    await problem(response, 405, "not-allowed")
    assert response.headers["Allow"] == "POST"
    for path in ("/chat/../../../settings.py", "/chat/..%2f..%2fapi.py"):
        assert (await http.get(web_gateway.url + path)).status == 404


async def test_a_closed_session_is_over_everywhere(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    stream = await http.get(f"{web_gateway.url}/api/events", headers=headers)
    assert (await http.delete(f"{web_gateway.url}/api/session", headers=headers)).status == 204
    async with asyncio.timeout(LIMIT):
        assert [data async for name, data in events(stream) if name == "closed"] == [
            {"reason": "session"}
        ]
    await problem(
        await http.get(f"{web_gateway.url}/api/events", headers=headers), 401, "no-session"
    )
    response = await http.post(
        f"{web_gateway.url}/api/messages", json=message(text="a"), headers=headers
    )
    await problem(response, 401, "no-session")


async def test_a_conversation_closed_elsewhere_refuses_messages(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    look = await http.get(f"{web_gateway.url}/api/session", headers=headers)
    await web_gateway.core.reset((await look.json())["conversation"])
    response = await http.post(
        f"{web_gateway.url}/api/messages", json=message(text="a"), headers=headers
    )
    await problem(response, 409, "closed")


async def test_too_fast_says_when_to_come_back(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with gateway(tmp_path, message_burst=3, messages_per_second=0.5) as at:
        headers = await open_bearer(http, at)
        url = f"{at.url}/api/messages"
        answers = [
            await http.post(url, json=message(text="uno"), headers=headers) for _ in range(4)
        ]
        assert [a.status for a in answers] == [202, 202, 202, 429]
        await problem(answers[-1], 429, "too-fast")
        assert int(answers[-1].headers["Retry-After"]) >= 1


async def test_idle_sessions_end(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with gateway(tmp_path) as at:
        headers = await open_bearer(http, at)
        with sqlite3.connect(tmp_path / "web.sqlite3") as database:
            database.execute("update web_sessions set seen_at = seen_at - 43201")
        await problem(await http.get(f"{at.url}/api/session", headers=headers), 401, "no-session")


async def test_a_fourth_stream_closes_the_oldest(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    headers = await open_bearer(http, web_gateway)
    url = f"{web_gateway.url}/api/events"
    streams = [await http.get(url, headers=headers) for _ in range(4)]
    async with asyncio.timeout(LIMIT):
        closed = [data async for name, data in events(streams[0]) if name == "closed"]
    assert closed == [{"reason": "limit"}]
    report = await (await http.get(f"{web_gateway.url}/health")).json()
    assert report == {"status": "ok", "streams": 3}
    for stream in streams:
        stream.close()


async def test_streams_ping_and_close_in_time(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with gateway(tmp_path, ping_seconds=0.05, stream_seconds=0.4) as at:
        headers = await open_bearer(http, at)
        async with asyncio.timeout(LIMIT):
            stream = await http.get(f"{at.url}/api/events", headers=headers)
            text = await stream.text()
        assert text.count(": ping") >= 3
        assert text.startswith("retry: ")
        assert text.endswith('event: closed\ndata: {"reason": "time"}\n\n')
        assert stream.headers["Cache-Control"] == "no-store"
        assert stream.headers["X-Accel-Buffering"] == "no"


async def test_typing_is_told(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    headers = await open_bearer(http, web_gateway)
    web_gateway.brain.gate.clear()
    await http.post(f"{web_gateway.url}/api/messages", json=message(text="uno"), headers=headers)
    seen: list[Any] = []
    async with asyncio.timeout(LIMIT):
        async with http.get(f"{web_gateway.url}/api/events", headers=headers) as stream:
            async for name, data in events(stream):
                seen.append(data.get("on", name))
                if data == {"on": True}:
                    web_gateway.brain.gate.set()
                if data == {"on": False}:
                    break
    assert True in seen
    assert seen[-1] is False


async def test_shutdown_closes_streams_at_once(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with gateway(tmp_path) as at:
        headers = await open_bearer(http, at)
        stream = await http.get(f"{at.url}/api/events", headers=headers)
        loop = asyncio.get_running_loop()
        start = loop.time()
        await at.down()
        assert loop.time() - start < 1
        assert (await stream.text()).endswith('data: {"reason": "shutdown"}\n\n')


async def test_every_answer_has_the_security_headers(
    web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    for path in ("/", "/widget.js", "/api/session", "/nada", "/demo/people"):
        headers = (await http.get(web_gateway.url + path)).headers
        assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


async def test_files_are_revalidated(web_gateway: Gateway, http: aiohttp.ClientSession) -> None:
    first = await http.get(f"{web_gateway.url}/chat/element.js")
    assert first.content_type == "text/javascript"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = await http.get(
        f"{web_gateway.url}/chat/element.js", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status == 304


async def test_the_demo_is_only_there_in_demo_mode(
    tmp_path: Path, web_gateway: Gateway, http: aiohttp.ClientSession
) -> None:
    people = await (await http.get(f"{web_gateway.url}/demo/people")).json()
    assert people["people"][0].keys() == {"name", "situation", "nss"}
    await problem(await http.get(f"{web_gateway.url}/demo/code"), 401, "no-session")
    headers = await open_bearer(http, web_gateway)
    code = await http.get(f"{web_gateway.url}/demo/code", headers=headers)
    assert await code.json() == {"code": "482913"}
    folder = tmp_path / "otro"
    folder.mkdir()
    async with gateway(folder) as plain:
        for path in ("/demo/people", "/demo/code", "/page.js"):
            await problem(await http.get(plain.url + path), 404, "not-found")
        assert (await http.get(plain.url)).status == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"HOLA\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nBad Header\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"POST /api/messages HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
async def test_broken_http_leaves_no_trace_in_the_log(
    web_gateway: Gateway, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    reader, writer = await asyncio.open_connection("127.0.0.1", web_gateway.port)
    writer.write(raw)
    await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    async with asyncio.timeout(LIMIT):
        answer = await reader.read()
    writer.close()
    assert b"Traceback" not in answer
    if answer:
        assert answer.split(b" ")[1].startswith(b"4")
    assert [r for r in caplog.records if r.exc_info] == []


async def test_an_unexpected_error_shows_a_folio_and_no_more(
    web_gateway: Gateway, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> str:
        raise RuntimeError("secreto")

    monkeypatch.setattr(web_gateway.core, "open", broken)
    response = await http.post(f"{web_gateway.url}/api/session", json={"mode": "bearer"})
    body = await problem(response, 500, "unavailable")
    assert len(body["folio"]) == 8
    assert "secreto" not in json.dumps(body)


@pytest.mark.parametrize("origin", ["*", "https://*.mx", "sitio.mx", "https://sitio.mx/x"])
def test_origins_are_exact(origin: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        Settings(allowed_origins=(origin,))


def test_origins_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_ALLOWED_ORIGINS", "https://a.mx, https://B.mx")
    assert Settings().allowed_origins == ("https://a.mx", "https://b.mx")
