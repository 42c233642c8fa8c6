"""Everything a trámite says fits the screen of a phone and each channel's limits."""

from __future__ import annotations

import pytest

from bot.actions.seguimiento import QUESTIONS
from bot.preview import Scene, scenes
from chat_infonavit.kb_show import shown
from connectors.layout import CHANNELS
from kb.check.screen import OPENING, SCREEN
from kb.decisions import paths
from kb.library import Library

LIBRARY = Library.load()


async def _played(name: str) -> list[Scene]:
    return [scene async for scene in scenes(LIBRARY.get(name))]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_every_answer_fits_a_phone_screen(channel: str) -> None:
    too_long = []
    for tramite in LIBRARY:
        for scene in await _played(tramite.id):
            size = sum(len(bubble.text) for bubble in await shown(scene, channel))
            # An answer may open another topic.
            opens = scene.intent in (tramite.id, "guia_decidir")
            if size > (OPENING if opens else SCREEN):
                too_long.append((tramite.id, scene.intent, scene.step, size))
    assert too_long == []


async def test_a_topic_is_played_whole() -> None:
    played = await _played("correccion_rfc")
    steps = LIBRARY.get("correccion_rfc").steps
    assert [scene.step for scene in played if scene.intent == "guia_empezar"] == [
        number for number, _ in enumerate(steps, start=1)
    ]
    helps = [scene.replies[0]["text"] for scene in played if scene.intent == "guia_no_me_sale"]
    assert all(step.help in text for step, text in zip(steps, helps, strict=True))
    assert {scene.intent for scene in played} >= set(QUESTIONS)


async def test_every_answer_is_played_and_a_step_says_which_lead_to_it() -> None:
    tramite = LIBRARY.get("correccion_rfc")
    played = await _played(tramite.id)
    ways = {scene.answers: scene.replies for scene in played if scene.intent == "guia_decidir"}
    assert list(ways) == [str(path) for path in paths(tramite)]
    assert "En persona" not in str(ways["Mi e.firma"])
    steps = {scene.step: scene for scene in played if scene.intent == "guia_empezar"}
    assert steps[4].answers == ""
    assert steps[6].answers == "Mi e.firma"
    shown_as = steps[6].replies[-1]["step"]
    assert (shown_as["number"], shown_as["total"]) == (5, 7)


async def test_each_channel_shows_what_it_can() -> None:
    scene = (await _played("donde_como_pagar"))[0]
    web, telegram, whatsapp = [await shown(scene, name) for name in CHANNELS]
    assert "Paso a paso" in web[-1].buttons
    assert web[-1].buttons == telegram[-1].buttons
    assert whatsapp[-1].buttons == ()
    assert tuple(row.title for row in whatsapp[-1].rows) == web[-1].buttons
    assert len(whatsapp) < len(web)


async def test_payloads_are_never_shown() -> None:
    for scene in await _played("correccion_rfc"):
        for name in CHANNELS:
            assert "/guia" not in str(await shown(scene, name))
