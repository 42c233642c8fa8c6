"""A file is an event like any other: in order, once, and without its content."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable

import pytest
from core_peers import FakeAccounts, FakeBrain, Json, Person, make_settings, said

from conversations.errors import VaultUnavailable
from conversations.messages import Attachment, Inbound
from conversations.service import Conversations
from conversations.worker import pack

Start = Callable[..., Awaitable[Conversations]]
KEPT = Attachment(evidence="e1")


class Files:
    """Takes files by the script of a test."""

    def __init__(self) -> None:
        self.answers: list[Attachment | Exception] = []
        self.calls: list[tuple[str, str, bytes, str]] = []

    async def send(
        self, conversation: str, identity: str, content: AsyncIterable[bytes], key: str
    ) -> Attachment:
        data = b"".join([piece async for piece in content])
        self.calls.append((conversation, identity, data, key))
        answer = self.answers.pop(0) if self.answers else KEPT
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        return None


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
async def core(
    url: str, brain: FakeBrain, accounts: FakeAccounts, start: Start, files: Files
) -> Conversations:
    return await start(make_settings(url, brain, accounts), files=files)


async def test_a_file_is_answered_in_its_order(
    core: Conversations, ana: Person, brain: FakeBrain, files: Files
) -> None:
    await ana.write("uno")
    receipt, sent = await core.attach("web", "ana", "f1", pieces(b"<", b"x/>"))
    await ana.write("dos")
    assert sent == KEPT
    rows = [*await ana.turn("ana-1"), *await ana.turn(receipt.message_id), *await ana.turn("ana-2")]
    assert said(rows) == [
        ("user", "uno"),
        ("bot", "eco: uno"),
        ("user", "[archivo recibido]"),
        ("bot", 'eco: /archivo{"archivo":"e1"}'),
        ("user", "dos"),
        ("bot", "eco: dos"),
    ]
    assert files.calls == [(ana.conversation, "web:ana", b"<x/>", f"{ana.conversation}:f1:file")]


async def test_a_refused_file_says_why_to_the_brain(
    core: Conversations, ana: Person, brain: FakeBrain, files: Files
) -> None:
    files.answers = [Attachment(reason="private_key")]
    receipt, _ = await core.attach("web", "ana", "f1", pieces(b"x"))
    mine, answer = await ana.turn(receipt.message_id)
    assert mine.text == "[archivo no aceptado: ya se borró]"
    assert answer.text == 'eco: /archivo{"motivo":"private_key"}'


async def test_a_repeat_is_one_turn(core: Conversations, ana: Person, brain: FakeBrain) -> None:
    first, _ = await core.attach("web", "ana", "f1", pieces(b"x"))
    second, _ = await core.attach("web", "ana", "f1", pieces(b"x"))
    assert (first.duplicate, second.duplicate) == (False, True)
    await ana.turn("f1")
    assert brain.plays[ana.conversation] == ["f1"]


async def test_a_file_that_could_not_be_handed_on_leaves_nothing(
    core: Conversations, ana: Person, brain: FakeBrain, files: Files
) -> None:
    files.answers = [VaultUnavailable("away")]
    with pytest.raises(VaultUnavailable):
        await core.attach("web", "ana", "f1", pieces(b"x"))
    assert (await core.health())["open"] == 0
    assert brain.asked == []
    receipt, _ = await core.attach("web", "ana", "f1", pieces(b"x"))
    assert not receipt.duplicate


async def test_a_brain_that_fails_is_asked_again_for_the_same_file(
    core: Conversations, ana: Person, brain: FakeBrain
) -> None:
    failures = iter([True])

    async def script(turn: Json) -> Json:
        if next(failures, False):
            raise RuntimeError("once")
        return await brain.echo(turn)

    brain.script = script
    receipt, _ = await core.attach("web", "ana", "f1", pieces(b"x"))
    *_, answer = await ana.turn(receipt.message_id)
    assert answer.text == 'eco: /archivo{"archivo":"e1"}'


def test_an_attachment_is_kept_or_refused() -> None:
    for wrong in ({}, {"evidence": "a", "reason": "b"}):
        with pytest.raises(ValueError, match="kept or refused"):
            Attachment(**wrong)
    with pytest.raises(ValueError, match="attachment"):
        Inbound("web", "ana", "f1", "file")
    with pytest.raises(ValueError, match="attachment"):
        Inbound("web", "ana", "f1", "text", text="x", attachment=KEPT)


def test_events_of_before_are_still_written_the_same() -> None:
    assert json.loads(pack(Inbound("web", "ana", "1", "text", text="a"))) == [
        "text",
        "a",
        None,
        None,
    ]
