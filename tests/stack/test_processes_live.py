"""The running system: health, a killed process, SIGTERM."""

import os
import signal

import psutil
import pytest

from .conftest import Stack, wait_until

pytestmark = pytest.mark.stack


@pytest.fixture
def own_stack(tmp_path):
    running = Stack(tmp_path)
    running.start()
    yield running
    if running.supervisor.poll() is None:
        running.stop()


def child(stack: Stack, name: str) -> psutil.Process:
    found = [p for p in psutil.Process(stack.supervisor.pid).children() if name in p.cmdline()]
    assert len(found) == 1
    return found[0]


def test_a_killed_process_comes_back_and_sigterm_ends_all(own_stack):
    assert own_stack.health()["status"] == "ok"
    before = child(own_stack, "actions")
    os.kill(before.pid, signal.SIGKILL)
    wait_until(lambda: "actions está de nuevo en servicio".encode() in own_stack.log())
    assert child(own_stack, "actions").pid != before.pid
    (turn,) = own_stack.talk("dónde puedo pagar")
    assert "tarjeta" in turn["replies"][0]["text"]

    children = psutil.Process(own_stack.supervisor.pid).children()
    assert len(children) == 4
    assert own_stack.stop() < 10
    assert not any(process.is_running() for process in children)
