"""``up``: what keeps it from starting is one clear sentence, and Ctrl-C always ends it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

CHAT = Path(sys.executable).with_name("chat-infonavit")
ROOT = Path(__file__).resolve().parents[2]


def free_ports() -> dict[str, str]:
    """Return a free port for each process."""
    probes = [socket.socket() for _ in range(4)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    names = ("CHAT_PORT", "CHAT_BRAIN_PORT", "CHAT_ACTIONS_PORT", "CHAT_ACCOUNTS_PORT")
    ports = {name: str(probe.getsockname()[1]) for name, probe in zip(names, probes, strict=True)}
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture
def environment(tmp_path):
    return {
        **os.environ,
        **free_ports(),
        "CHAT_VAR": str(tmp_path / "var"),
        "CHAT_MODELS": str(ROOT / "models"),
    }


def up(environment) -> subprocess.Popen:
    return subprocess.Popen(
        [CHAT, "up", "--demo"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def refused(environment) -> str:
    """Return what a start that is refused says."""
    process = up(environment)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    assert "Traceback" not in out + err
    return err


def test_a_taken_port_is_named(environment):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        said = refused({**environment, "CHAT_BRAIN_PORT": port})
    assert f"{port} (brain)" in said
    assert "CHAT_BRAIN_PORT" in said


def test_without_a_model_the_way_out_is_said(environment, tmp_path):
    said = refused({**environment, "CHAT_MODELS": str(tmp_path)})
    assert "chat-infonavit train" in said


def test_a_bad_setting_is_named(environment):
    assert "CHAT_PORT debe ser un número" in refused({**environment, "CHAT_PORT": "abc"})


def test_a_bad_setting_of_one_process_is_named(environment):
    said = refused({**environment, "BOT_SESSION_TURNS": "muchos"})
    assert "BOT_SESSION_TURNS debe ser un número entero" in said


def test_a_folder_that_cannot_be_written_is_named(environment, tmp_path):
    (tmp_path / "file").touch()
    said = refused({**environment, "CHAT_VAR": str(tmp_path / "file" / "var")})
    assert "CHAT_VAR" in said


def wait_until(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "took too long"
        time.sleep(0.02)


@pytest.mark.parametrize("children", [0, 1, 4])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_the_start_ends_everything(environment, number, children):
    process = up(environment)
    supervisor = psutil.Process(process.pid)
    wait_until(Path(environment["CHAT_VAR"], "secrets.env").exists)
    wait_until(lambda: len(supervisor.children()) >= children)
    started = supervisor.children(recursive=True)
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - began < 10
    assert process.returncode != 0
    assert "Traceback" not in out + err
    assert not psutil.wait_procs(started, timeout=5)[1], "a process was left behind"
