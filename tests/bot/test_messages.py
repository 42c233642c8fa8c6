"""The sentences: all there, all used, all in the form the gateway reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from bot_talk import Talk, rules

from accounts.errors import Reason
from bot.messages import Messages, MessagesInvalid
from conversations.messages import Reply
from kb.library import Library

MESSAGES = Messages.load()
LIBRARY = Library.load()
ACTIONS = Path(__file__).resolve().parents[2] / "bot" / "actions"
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in ACTIONS.glob("*.py"))


def test_every_sentence_is_said_somewhere() -> None:
    built = re.compile(r"^(?:nss|codigo|cita_pide|detalle|monto)_")
    unused = [
        key for key in MESSAGES.sentences if f'"{key}"' not in SOURCE and not built.match(key)
    ]
    assert unused == []


def test_every_button_leads_to_an_intent_and_is_shown() -> None:
    mine = {f"dato_{name}" for tramite in LIBRARY for name in tramite.mine}
    assert mine <= set(MESSAGES.buttons)
    for name, button in MESSAGES.buttons.items():
        assert button.intent in rules(), name
        assert f'"{name}"' in SOURCE or name in mine, name


def test_every_topic_named_exists() -> None:
    named = {*MESSAGES.greeted, *MESSAGES.code_topics, *MESSAGES.file_topics}
    named |= {name for area in MESSAGES.menu.values() for name in area.tramites}
    assert named <= set(LIBRARY.ids())
    assert set(MESSAGES.titles) | set(MESSAGES.institutions) <= set(rules())


def test_every_reason_to_refuse_a_file_has_its_sentence() -> None:
    assert set(MESSAGES.refusals) == set(get_args(Reason))
    assert "{" not in "".join(MESSAGES.refusals.values())


def test_ways_to_say_the_same_need_the_same_values() -> None:
    for key, ways in MESSAGES.sentences.items():
        names = {frozenset(re.findall(r"{(\w+)}", way)) for way in ways}
        assert len(names) == 1 or key.startswith("no_seguro"), key


def test_a_broken_file_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "messages.yml"
    file.write_text("sentences: {a: ''}\nmontos: 3\n", encoding="utf-8")
    with pytest.raises(MessagesInvalid, match=r"messages\.yml"):
        Messages.load(file)


async def test_every_reply_is_one_the_gateway_reads(talk: Talk, unreachable: None) -> None:
    for intent in rules():
        for said in await talk.do(intent, "lo que sea"):
            read = Reply.model_validate(said)
            assert len(read.choices) == len(said.get("choices", []))
            assert len(read.links) == len(said.get("links", [])), "a link is not on the allow-list"
