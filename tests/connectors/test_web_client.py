"""The client of the web channel against a real server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from web_peers import Gateway, gateway

from connectors.web.client import SessionOver, Unreachable, WebClient


async def test_say_waits_for_the_whole_turn(web_gateway: Gateway) -> None:
    async with WebClient(web_gateway.url) as client:
        conversation = await client.open()
        assert conversation.startswith("c_")
        answers = await client.say("xss")
        assert len(answers) == 9
        assert answers[-1]["done"]
        assert [a["text"] for a in await client.say("uno más")] == ["Respuesta a uno más"]
        assert client.owner == "bot"


async def test_choices_and_protected_fields(web_gateway: Gateway) -> None:
    async with WebClient(web_gateway.url) as client:
        await client.open()
        (answer,) = await client.say("lista")
        choices = answer["reply"]["choices"]
        assert (await client.choose(choices[0]["id"]))[0]["text"] == "Recibí: /opcion0"
        await client.say("lista")
        assert (await client.say(choices[2]["title"]))[0]["text"] == "Recibí: /opcion2"
        await client.say("saldo")
        (code,) = await client.secure("nss", "00159800010")
        assert code["reply"]["secure_input"]["kind"] == "code"
        assert await client.demo_code() == "482913"


async def test_a_refused_text_is_answered_by_the_servers_sentence(web_gateway: Gateway) -> None:
    async with WebClient(web_gateway.url) as client:
        await client.open()
        (long,) = await client.say("a" * 10_000)
        assert "caben 4,000 caracteres" in long["text"]
        (empty,) = await client.say("")
        assert empty["reply"]["text"].startswith("No me llegó texto")
        assert (await client.say("uno"))[0]["text"] == "Respuesta a uno"


async def test_it_goes_on_after_the_server_restarts(web_gateway: Gateway) -> None:
    async with WebClient(web_gateway.url) as client:
        await client.open()
        await client.say("uno")
        await web_gateway.down()
        asking = asyncio.create_task(client.say("uno durante"))
        await asyncio.sleep(0)
        await web_gateway.up()
        assert [a["text"] for a in await asking] == ["Respuesta a uno durante"]
        assert [e["seq"] for e in client.entries] == [1, 2, 3, 4]


async def test_it_waits_when_it_goes_too_fast(tmp_path: Path) -> None:
    running = gateway(tmp_path, message_burst=2, messages_per_second=4)
    async with running as at, WebClient(at.url) as client:
        await client.open()
        for n in range(4):
            assert (await client.say(f"uno {n}"))[0]["text"] == f"Respuesta a uno {n}"


async def test_greeting_is_given_when_asked(web_gateway: Gateway) -> None:
    async with WebClient(web_gateway.url, greet=True) as client:
        await client.open()
        await client.say("uno")
        assert client.entries[0]["text"].startswith("Hola")
        assert client.entries[1]["reply"]["choices"]


async def test_nobody_there_is_told_at_once() -> None:
    async with WebClient("http://127.0.0.1:1") as client:
        with pytest.raises(Unreachable):
            await client.open()


async def test_a_closed_session_is_told(web_gateway: Gateway) -> None:
    async with WebClient(web_gateway.url) as client:
        await client.open()
        await client.close()
        with pytest.raises(SessionOver):
            await client.say("uno")


async def test_without_demo_there_is_no_code(tmp_path: Path) -> None:
    async with gateway(tmp_path) as at, WebClient(at.url) as client:
        await client.open()
        assert await client.demo_code() is None
