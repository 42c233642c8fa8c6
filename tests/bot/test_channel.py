"""The brain as the gateway sees it: two real processes, asked over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from brain_parts import ROOT, TOKEN, closed_port

SECRET = "MI-TEXTO-PRIVADO"
START_SECONDS = 60


class Process:
    """One of the assistant's processes, started as the supervisor starts it."""

    def __init__(self, name: str, port: int, environment: dict[str, str], log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        command = [sys.executable, "-m", "chat_infonavit.serve", name]
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=file, stderr=file
            )
        deadline = time.monotonic() + START_SECONDS
        while self.call("GET", "/health")[0] == 0:
            assert self._process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, log.read_text()[-2000:]
            time.sleep(0.1)

    def call(
        self, method: str, path: str, body: Any = None, token: str | None = TOKEN
    ) -> tuple[int, dict[str, Any]]:
        """Return status and JSON of an answer; status 0 when there is none."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return 0, {}

    def turn(self, **fields: Any) -> tuple[int, dict[str, Any]]:
        """Post a turn."""
        return self.call("POST", "/turns", {"conversation": "c_1", "message_id": "m1", **fields})

    def stop(self) -> int:
        """Send SIGTERM and wait; return the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(20)


class Stack:
    """A brain with its action server; ``actions`` can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ports = {"brain": closed_port(), "actions": closed_port()}
        self.environment = {
            **os.environ,
            "CHAT_SERVICE_TOKEN": TOKEN,
            "BOT_MODELS": str(ROOT / "models"),
            "BOT_PORT": str(self._ports["brain"]),
            "BOT_ACTIONS_PORT": str(self._ports["actions"]),
            "BOT_ACTIONS_URL": f"http://127.0.0.1:{self._ports['actions']}/webhook",
            "BOT_ACCOUNTS_URL": "http://127.0.0.1:9",
            "BOT_TRACKER_URL": f"sqlite:///{folder / 'tracker.sqlite3'}",
            "PYTHONDONTWRITEBYTECODE": "",
        }
        self.actions, self.brain = self.start("actions"), self.start("brain")

    def start(self, name: str, **environment: str) -> Process:
        """Start one process; its log is kept beside the store."""
        found = {**self.environment, **environment}
        return Process(name, self._ports[name], found, self.folder / f"{name}.log")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("brain"))
    yield stack
    assert stack.brain.stop() == 0
    assert stack.actions.stop() == 0


def test_health_needs_no_token(stack: Stack) -> None:
    assert stack.brain.call("GET", "/health", token=None) == (200, {"status": "ok"})


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "x", "ñ"])
def test_a_turn_without_the_token_is_refused(stack: Stack, token: str | None) -> None:
    if token == "ñ":
        token = "ñ".encode().decode("latin-1")
    body = {"conversation": "c_1", "message_id": "m0", "text": SECRET}
    status, problem = stack.brain.call("POST", "/turns", body, token=token)
    assert (status, problem["type"]) == (401, "unauthorised")
    assert SECRET not in json.dumps(problem)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        f'"{SECRET}"'.encode(),
        {"text": SECRET},
        {"conversation": "c_1", "message_id": "m1"},
        {"conversation": "c_1", "message_id": "m1", "text": SECRET, "payload": "/inicio"},
        {"conversation": "", "message_id": "m1", "text": SECRET},
        {"conversation": "c_1", "message_id": "m1", "text": SECRET, "extra": SECRET},
        {"conversation": "c_1", "message_id": "m1", "text": [SECRET]},
        {"conversation": "c_1", "message_id": "m1", "text": SECRET * 1000},
        {"conversation": "c_1", "message_id": "m1", "payload": SECRET},
        {"conversation": "c_1", "message_id": "m1", "payload": f'/{SECRET}{{"a":1}}'},
    ],
    ids=str,
)
def test_a_bad_body_is_a_problem_document_without_the_text(stack: Stack, body: Any) -> None:
    status, problem = stack.brain.call("POST", "/turns", body)
    assert status == problem["status"] == 400
    assert {"type", "title", "detail"} <= problem.keys()
    assert SECRET not in json.dumps(problem)
    assert SECRET not in stack.brain.log.read_text()


def test_the_rest_of_rasas_server_is_not_there(stack: Stack) -> None:
    for path in ("/webhooks/rest/webhook", "/model/parse", "/conversations/c_1/tracker"):
        request = urllib.request.Request(stack.brain.url + path, b"{}", method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        assert refused.value.code in (404, 405)


def test_a_turn_is_answered_once_also_after_a_restart_of_the_brain(stack: Stack) -> None:
    asked = {"conversation": "c_again", "message_id": "m1", "text": "dónde puedo pagar"}
    status, first = stack.brain.turn(**asked)
    assert (status, first["replayed"]) == (200, False)
    assert first["intents"][0]["name"] == "donde_como_pagar"
    assert first["replies"][0]["text"]
    assert stack.brain.turn(**asked) == (200, {**first, "replayed": True})
    assert stack.brain.stop() == 0
    stack.brain = stack.start("brain")
    assert stack.brain.turn(**asked) == (200, {**first, "replayed": True})


def test_without_its_action_server_a_turn_fails_and_works_later(stack: Stack) -> None:
    asked = {"conversation": "c_down", "message_id": "m1", "text": "dónde puedo pagar"}
    stack.actions.stop()
    try:
        status, problem = stack.brain.turn(**asked)
        assert (status, problem["type"]) == (502, "action_failed")
    finally:
        stack.actions = stack.start("actions")
    status, outcome = stack.brain.turn(**asked)
    assert (status, outcome["replayed"]) == (200, False)


@pytest.mark.parametrize("text", ["/inicio", "🙃", "<b>hola</b>", " ", "a" * 8000, "\u0000hola"])
def test_odd_text_gets_a_reply(stack: Stack, text: str) -> None:
    status, outcome = stack.brain.turn(conversation="c_odd", message_id=f"m{text[:9]}", text=text)
    assert status == 200
    assert outcome["replies"]
    assert outcome["intents"][0]["name"] != "inicio"


def test_the_log_holds_no_text_and_no_deprecation(stack: Stack) -> None:
    stack.brain.turn(conversation="c_log", message_id="m1", text=f"hola {SECRET}")
    log = stack.brain.log.read_text()
    assert SECRET not in log
    assert "DeprecationWarning" not in log
    assert "http://127.0.0.1:" in log, "addresses stay readable"


def test_a_model_that_does_not_load_is_said_by_health_and_turns(
    stack: Stack, tmp_path: Path
) -> None:
    (tmp_path / "broken.tar.gz").write_bytes(b"not a model")
    environment = {**stack.environment, "BOT_MODELS": str(tmp_path)}
    port = closed_port()
    environment["BOT_PORT"] = str(port)
    brain = Process("brain", port, environment, tmp_path / "brain.log")
    try:
        status, health = brain.call("GET", "/health", token=None)
        assert (status, health["status"]) == (503, "error")
        status, problem = brain.turn(text="hola")
        assert (status, problem["type"]) == (503, "model_not_loaded")
    finally:
        brain.stop()
