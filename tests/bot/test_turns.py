"""A turn is played once, saved whole or not at all, and never ends in silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from brain_parts import Brain, action_server, closed_port, loaded, odd_action_server

from bot import turns
from bot.actions import services
from bot.graph_runner import OrderedGraphRunner
from bot.processor import TurnProcessor, take_over
from bot.turns import Turn, parse_payload


@pytest.fixture(autouse=True)
def no_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the actions at an account service that is not there."""
    monkeypatch.setenv("BOT_ACCOUNTS_URL", "http://127.0.0.1:9")
    services.accounts.cache_clear()


def asked(message_id: str, text: str = "dónde puedo pagar", conversation: str = "c_1") -> Turn:
    return Turn(conversation, message_id, text=text, identity="web:1")


@pytest.fixture
async def actions() -> AsyncIterator[str]:
    async with action_server() as url:
        yield url


@pytest.fixture
async def brain(tmp_path: Path, actions: str) -> AsyncIterator[Brain]:
    brain = Brain(f"sqlite:///{tmp_path / 'tracker.sqlite3'}", actions)
    yield brain
    await brain.endpoint.close()


async def test_a_repeated_message_gets_its_first_answer_and_adds_nothing(brain: Brain) -> None:
    first = await brain.player.play(asked("m1"))
    stored = await brain.stored()
    again = await brain.player.play(asked("m1"))
    assert (first.replayed, again.replayed) == (False, True)
    assert again.replies == first.replies
    assert again.intents == first.intents
    assert again.events == first.events
    assert await brain.stored() == stored


async def test_a_repeated_message_is_known_after_a_restart(brain: Brain) -> None:
    first = await brain.player.play(asked("m1"))
    stored = await brain.stored()
    brain.restart()
    again = await brain.player.play(asked("m1"))
    assert again.replayed
    assert again.replies == first.replies
    assert await brain.stored() == stored


async def test_a_message_of_a_past_session_is_known_too(tmp_path: Path, actions: str) -> None:
    brain = Brain(f"sqlite:///{tmp_path / 't.sqlite3'}", actions, session_turns=2)
    texts = ["hola", "dónde puedo pagar", "qué es el nss", "gracias", "adiós"]
    first = [await brain.player.play(asked(f"m{n}", text)) for n, text in enumerate(texts)]
    stored = await brain.stored()
    brain.restart()
    for number, text in enumerate(texts):
        again = await brain.player.play(asked(f"m{number}", text))
        assert again.replayed, text
        assert again.replies == first[number].replies
    assert await brain.stored() == stored
    await brain.endpoint.close()


async def test_the_same_message_sent_twice_at_once_is_played_once(brain: Brain) -> None:
    both = await asyncio.gather(*(brain.player.play(asked("m1")) for _ in range(4)))
    assert sorted(outcome.replayed for outcome in both) == [False, True, True, True]
    assert all(outcome.replies == both[0].replies for outcome in both)


async def test_message_ids_belong_to_their_conversation(brain: Brain) -> None:
    await brain.player.play(asked("m1", conversation="c_1"))
    other = await brain.player.play(asked("m1", "hola", conversation="c_2"))
    assert not other.replayed


async def refuse(_request: web.Request) -> web.Response:
    return web.json_response({"error": "boom"}, status=500)


async def reject(_request: web.Request) -> web.Response:
    return web.json_response({"error": "boom", "action_name": "action_tramite"}, status=400)


async def hang(_request: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.json_response({})


async def no_json(_request: web.Request) -> web.Response:
    return web.Response(text="<html>")


async def no_events(_request: web.Request) -> web.Response:
    return web.json_response(["events"])


async def unknown_event(_request: web.Request) -> web.Response:
    return web.json_response({"events": [{"event": "no_such"}], "responses": []})


@pytest.mark.parametrize(
    "answer", [refuse, reject, hang, no_json, no_events, unknown_event, None], ids=str
)
async def test_a_failed_action_is_an_error_and_nothing_is_saved(
    answer: Any, tmp_path: Path, actions: str
) -> None:
    url = f"sqlite:///{tmp_path / 't.sqlite3'}"
    good = Brain(url, actions)
    await good.player.play(asked("m1", "hola"))
    stored = await good.stored()
    async with odd_action_server(answer or refuse) as odd:
        where = odd if answer else f"http://127.0.0.1:{closed_port()}/webhook"
        bad = Brain(url, where, timeout=1)
        with pytest.raises(turns.ActionFailed) as failed:
            await bad.player.play(asked("m2"))
        await bad.endpoint.close()
    assert (failed.value.status, failed.value.code) == (502, "action_failed")
    assert await good.stored() == stored

    good.restart()
    outcome = await good.player.play(asked("m2"))
    assert not outcome.replayed
    assert outcome.replies
    await good.endpoint.close()


async def test_a_turn_without_a_reply_is_an_error_and_nothing_is_saved(
    tmp_path: Path,
) -> None:
    async def silent(_request: web.Request) -> web.Response:
        return web.json_response({"events": [], "responses": []})

    async with odd_action_server(silent) as url:
        brain = Brain(f"sqlite:///{tmp_path / 't.sqlite3'}", url)
        with pytest.raises(turns.EmptyTurn) as failed:
            await brain.player.play(asked("m1"))
        await brain.endpoint.close()
    assert (failed.value.status, failed.value.code) == (502, "empty_turn")
    assert await brain.stored() == []


async def test_a_turn_that_takes_too_long_ends(tmp_path: Path) -> None:
    async with odd_action_server(hang) as url:
        brain = Brain(f"sqlite:///{tmp_path / 't.sqlite3'}", url, timeout=1)
        brain.endpoint._timeout = None
        with pytest.raises(turns.TurnError):
            await asyncio.wait_for(brain.player.play(asked("m1")), 10)
        await brain.endpoint.close()
    assert await brain.stored() == []


async def test_a_save_that_fails_leaves_nothing(
    brain: Brain, monkeypatch: pytest.MonkeyPatch
) -> None:
    await brain.player.play(asked("m1", "hola"))
    stored = await brain.stored()
    with monkeypatch.context() as patch:
        # As after another process that answered the same message: its row is taken.
        patch.setattr(turns, "_of_past_session", lambda *_: [])
        taken = Turn("c_1", "m2", text="hola")
        rival = Brain(brain.url, brain.endpoint.url)
        late = await rival.store.retrieve("c_1")
        await rival.player.play(taken)
        after = await brain.stored()
        patch.setattr(brain.store, "retrieve", lambda _id: _given(late))
        with pytest.raises(Exception, match="UNIQUE"):
            await brain.player.play(taken)
        await rival.endpoint.close()
    assert await brain.stored() == after
    assert len(after) > len(stored)


async def _given(value: Any) -> Any:
    return value


@pytest.mark.parametrize(
    "text", ["/inicio", '/consultar_saldo_credito{"nss":"1"}', "/restart", "//hola", "/", ""]
)
async def test_a_leading_slash_is_never_an_intent(brain: Brain, text: str) -> None:
    outcome = await brain.player.play(asked("m1", text))
    assert outcome.replies
    events = await brain.stored()
    user = next(event for event in events if event["event"] == "user")
    assert user["text"] == text
    assert outcome.intents[0]["name"] not in ("inicio", "restart", "session_start")
    assert not any(e["entity"] == "nss" for e in user["parse_data"]["entities"])


@pytest.mark.parametrize(
    "payload",
    [
        "hola",
        "/no_such_intent",
        "/inicio{",
        '/inicio["a"]',
        '/inicio{"a":1} y más',
        "/",
        "",
        "/restart",
        "inicio",
    ],
)
async def test_an_unknown_payload_is_refused_without_its_text(brain: Brain, payload: str) -> None:
    with pytest.raises(turns.UnknownPayload) as failed:
        await brain.player.play(Turn("c_1", "m1", payload=payload))
    assert failed.value.status == 400
    assert await brain.stored() == []


async def test_a_payload_sets_its_intent_and_entities(brain: Brain) -> None:
    parsed = parse_payload('/inicio{"tramite": "nss_obtener"}', ["inicio"])
    assert parsed["entities"][0]["value"] == "nss_obtener"
    outcome = await brain.player.play(Turn("c_1", "m1", payload="/inicio"))
    understood = {"name": "inicio", "confidence": 1.0}
    assert outcome.intents == [{**understood, "considered": [understood]}]


async def test_sessions_begin_anew_with_their_slots_and_a_bounded_length(
    tmp_path: Path, actions: str
) -> None:
    brain = Brain(f"sqlite:///{tmp_path / 't.sqlite3'}", actions, session_turns=4)
    await brain.player.play(asked("first", "no tengo mi número de seguro social"))
    before = (await brain.store.retrieve("c_1")).current_slot_values()
    carried = {name: value for name, value in before.items() if value is not None}
    assert carried, "the topic is remembered in a slot"
    lengths = []
    for number in range(100):
        text = ["hola", "dónde puedo pagar"][number % 2] if number > 3 else "hola"
        await brain.player.play(asked(f"m{number}", text))
        tracker = await brain.store.retrieve("c_1")
        lengths.append(len(tracker.events))
        if number == 3:
            assert sum(e.type_name == "user" for e in tracker.events) == 1, "a new session"
            after = tracker.current_slot_values()
            assert {name: after[name] for name in carried}.keys() == carried.keys()
            assert any(after[name] == value for name, value in carried.items())
    assert max(lengths[50:]) <= max(lengths[:50])
    assert max(lengths) < 60
    await brain.endpoint.close()


async def test_without_a_model_there_is_no_turn(brain: Brain) -> None:
    brain.agent.processor = None
    assert not brain.player.ready()
    with pytest.raises(turns.ModelNotLoaded) as failed:
        await brain.player.play(asked("m1"))
    assert failed.value.status == 503


TEXTS = ["kuanto devo", "hola", "$1,500.50 el 3 de mayo", "⟦NSS:1⟧", "🙃", "?", "quiero pagar"]


async def test_our_graph_runner_understands_as_rasas_does(brain: Brain) -> None:
    from rasa.core.channels.channel import UserMessage

    take_over(brain.agent)
    take_over(brain.agent)
    ours, stock = brain.agent.processor, loaded().processor
    assert type(ours) is TurnProcessor
    assert not isinstance(stock.graph_runner, OrderedGraphRunner)
    for text in TEXTS:
        assert await ours.parse_message(UserMessage(text)) == await stock.parse_message(
            UserMessage(text)
        )
    for number, text in enumerate(TEXTS):
        await brain.player.play(asked(f"m{number}", text))
        tracker = await brain.store.retrieve("c_1")
        mine = ours.predict_next_with_tracker(tracker)
        assert mine == stock.predict_next_with_tracker(tracker)


async def test_our_graph_runner_refuses_an_input_named_like_a_node(brain: Brain) -> None:
    from rasa.engine.exceptions import GraphRunError

    runner = OrderedGraphRunner.of(loaded().processor.graph_runner)
    name = next(iter(runner._nodes))
    with pytest.raises(GraphRunError):
        runner.run(inputs={name: 1}, targets=[name])
    with pytest.raises(GraphRunError):
        runner.run(targets=[loaded().processor.model_metadata.nlu_target])
