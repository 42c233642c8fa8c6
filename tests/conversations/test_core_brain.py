"""What the brain answers is mapped to what can be done about it."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from core_peers import TOKEN, FakeBrain, problem

from conversations.brain import BrainClient
from conversations.errors import (
    BrainFailed,
    BrainRejected,
    BrainUnavailable,
    ConversationsError,
)
from conversations.messages import Capabilities, Entry, Link, Reply, allowed_link
from conversations.ports import Question

QUESTION = Question("c_1", "m_1", "web:ana", "hola", None, Capabilities())


@pytest.fixture
async def client(brain: FakeBrain):
    made = BrainClient(brain.url, TOKEN)
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda: web.json_response({"replies": []}), BrainFailed),
        (lambda: web.json_response({"replies": [{"text": ""}]}), BrainFailed),
        (lambda: web.json_response({"replies": [{"text": "x" * 5000}]}), BrainFailed),
        (
            lambda: web.json_response({"replies": [{"choices": [{"title": "sin"}]}]}),
            BrainFailed,
        ),
        (lambda: web.json_response(["hola"]), BrainFailed),
        (lambda: web.Response(text="<html>", content_type="text/html"), BrainFailed),
        (lambda: web.Response(text="{", content_type="application/json"), BrainFailed),
        (lambda: web.Response(text="x" * (2 << 20)), BrainFailed),
        (lambda: web.Response(status=502, text="Bad gateway"), BrainUnavailable),
        (lambda: problem(500, "turn_failed"), BrainFailed),
        (lambda: problem(502, "empty_turn"), BrainFailed),
        (lambda: problem(502, "https://chat/problems/action-failed"), BrainUnavailable),
        (lambda: problem(503, "model_not_loaded"), BrainUnavailable),
        (lambda: problem(429, "busy"), BrainUnavailable),
        (lambda: problem(400, "bad_request"), BrainRejected),
        (lambda: problem(401, "unauthorized"), BrainRejected),
        (lambda: web.Response(status=302, headers={"Location": "/x"}), BrainRejected),
    ],
)
async def test_an_answer_that_is_none_is_an_error_of_its_kind(
    brain: FakeBrain, client: BrainClient, answer, error: type[ConversationsError]
) -> None:
    async def script(turn: dict) -> web.StreamResponse:
        return answer()

    brain.script = script
    with pytest.raises(error):
        await client.ask(QUESTION, 5.0)


async def test_a_good_answer_is_read(brain: FakeBrain, client: BrainClient) -> None:
    first = await client.ask(QUESTION, 5.0)
    again = await client.ask(QUESTION, 5.0)
    assert first.replies == (Reply(text="eco: hola"),)
    assert (first.intents, first.replayed, again.replayed) == (("eco",), False, True)


async def test_silence_ends_at_the_limit(brain: FakeBrain, client: BrainClient) -> None:
    async def hang(turn: dict) -> dict:
        await asyncio.sleep(30)
        return {}

    brain.script = hang
    with pytest.raises(BrainUnavailable, match="timeout"):
        await client.ask(QUESTION, 0.1)


async def test_nobody_listening_is_unavailable(brain: FakeBrain, client: BrainClient) -> None:
    await brain.down()
    with pytest.raises(BrainUnavailable):
        await client.ask(QUESTION, 1.0)


async def test_a_wrong_token_is_refused(brain: FakeBrain) -> None:
    other = BrainClient(brain.url, "otro")
    with pytest.raises(BrainRejected):
        await other.ask(QUESTION, 1.0)
    await other.close()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://micuenta.infonavit.org.mx/x", True),
        ("https://www.gob.mx/", True),
        ("https://serviciosdigitales.imss.gob.mx:443/a?b", True),
        ("http://www.gob.mx/", False),
        ("https://gob.mx.malo.com/", False),
        ("https://malogob.mx/", False),
        ("https://u:p@www.gob.mx/", False),
        ("https://www.gob.mx:8443/", False),
        ("https://www.gob.mx:x/", False),
        ("javascript:alert(1)", False),
        ("//www.gob.mx/", False),
        ("", False),
    ],
)
def test_links_go_to_known_hosts_only(url: str, allowed: bool) -> None:
    assert allowed_link(url) is allowed
    reply = Reply.model_validate({"text": "x", "links": [{"title": "t", "url": url}]})
    assert bool(reply.links) is allowed
    if not allowed:
        with pytest.raises(ValueError, match=r"link|at least"):
            Link(title="t", url=url)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"text": "x", "choices": [{"title": "t" * 41, "payload": "/a"}]},
        {"text": "x", "choices": [{"title": "t", "payload": "a"}]},
        {
            "text": "x",
            "step": {"tramite": "a", "title": "b", "number": 3, "total": 2, "action": "c"},
        },
        {"text": "x", "card": {"title": "t", "rows": []}},
        {"text": "x", "document": {"title": "t", "url": "//malo.mx/x", "mime": "a/b", "size": 1}},
        {"text": "x", "document": {"title": "t", "url": "/\\malo.mx", "mime": "a/b", "size": 1}},
        {"text": "x", "secure_input": {"kind": "password", "label": "x"}},
    ],
)
def test_a_reply_outside_its_limits_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Reply.model_validate(wrong)


def test_a_reply_in_plain_text() -> None:
    reply = Reply.model_validate(
        {
            "text": "Debes **$100.00**.",
            "card": {"title": "Crédito", "rows": [{"label": "Saldo", "value": "$100.00"}]},
            "step": {
                "tramite": "a",
                "title": "b",
                "number": 2,
                "total": 5,
                "action": "Pulsa **Entrar**.",
            },
            "links": [{"title": "Mi Cuenta", "url": "https://micuenta.infonavit.org.mx"}],
            "choices": [{"title": "Sí", "payload": "/afirmar"}],
        }
    )
    assert reply.plain() == (
        "Debes $100.00.\nCrédito\nSaldo: $100.00\nPaso 2 de 5. Pulsa Entrar.\n"
        "Mi Cuenta: https://micuenta.infonavit.org.mx"
    )
    with pytest.raises(ValueError, match="frozen"):
        reply.text = "otro"  # type: ignore[misc]


def test_a_payload_is_in_no_dump() -> None:
    reply = Reply.model_validate(
        {"text": "x", "choices": [{"id": "1", "title": "t", "payload": "/secreto"}]}
    )
    entry = Entry(
        seq=1,
        role="bot",
        message_id="m",
        at="2026-11-24T00:00:00Z",  # type: ignore[arg-type]
        text="x",
        reply=reply,
        done=True,
        owner="bot",
    )
    for dump in (
        repr(entry),
        str(entry.outward()),
        entry.model_dump_json(),
        reply.model_dump_json(),
    ):
        assert "secreto" not in dump
