"""The supervisor: taken ports and processes that do not come up are clear messages."""

import socket

import pytest

from chat_infonavit import secrets
from chat_infonavit.child import Spec
from chat_infonavit.environment import child_environment
from chat_infonavit.processes import StartFailed, Supervisor, taken_ports
from chat_infonavit.settings import ChatSettings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def busy():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_taken_ports_names_the_process(busy):
    specs = [Spec("gateway", busy), Spec("brain", free_port())]
    assert [spec.name for spec in taken_ports(specs)] == ["gateway"]


async def test_a_taken_port_is_said_before_anything_starts(busy):
    lines = []
    supervisor = Supervisor([Spec("gateway", busy)], {}, lambda *line: lines.append(line))
    with pytest.raises(StartFailed, match=rf"{busy} \(gateway\).*CHAT_PORT"):
        await supervisor.start()
    assert supervisor.children[0].pid is None


async def test_a_process_that_ends_at_once_shows_its_last_lines(tmp_path, monkeypatch):
    for name in secrets.NAMES:
        monkeypatch.delenv(name, raising=False)
    settings = ChatSettings(var=tmp_path, models=tmp_path / "none", brain_port=free_port())
    environment = child_environment(settings)
    supervisor = Supervisor([Spec("brain", settings.brain_port)], environment, lambda *_line: None)
    with pytest.raises(StartFailed, match="brain terminó al arrancar") as failed:
        await supervisor.start()
    assert "chat-infonavit train" in str(failed.value)
    assert not supervisor.children[0].running()


def test_every_process_gets_the_same_token_and_its_own_store(tmp_path):
    environment = child_environment(ChatSettings(var=tmp_path))
    assert environment["CHAT_SERVICE_TOKEN"]
    stores = [value for name, value in environment.items() if name.endswith("DATABASE_URL")]
    assert len(set(stores)) == len(stores) == 3
