"""Commands others script against: their output is only what they promise."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHAT = Path(sys.executable).with_name("chat-infonavit")


def run(*arguments: str, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [CHAT, *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, **environment},
    )


def test_parse_prints_one_json_line_for_each_line(tmp_path):
    lines = [
        "kuanto devo",
        '/consultar_saldo_credito{"nss":"x"}',
        "",
        "debo $1,500.50 al 3 de mayo",
    ]
    done = run("parse", "--json", text="\n".join(lines) + "\n", CHAT_VAR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["text"] for one in found] == lines
    assert found[0]["intent"] == "consultar_saldo_credito"
    assert found[0]["ranking"][0]["intent"] == found[0]["intent"]
    assert 0.5 < found[0]["confidence"] <= 1
    assert found[3]["entities"], "amounts and dates are found"


def test_without_a_model_the_way_out_is_said(tmp_path):
    done = run("up", "--demo", CHAT_VAR=str(tmp_path), CHAT_MODELS=str(tmp_path / "none"))
    assert done.returncode == 1
    assert "chat-infonavit train" in done.stderr
    assert "Traceback" not in done.stderr


def test_talk_says_when_nobody_answers():
    done = run("talk", "--url", "http://127.0.0.1:9", text="hola\n")
    assert done.returncode == 1
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr


def test_demo_list_tells_two_hundred_people_and_their_figures(tmp_path):
    done = run("demo", "list", "--json", CHAT_VAR=str(tmp_path))
    people = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(people) >= 200
    assert len({person["nss"] for person in people}) == len(people)
    assert all(person["nss"].startswith("00") for person in people), "not assignable"
    owing = [person for person in people if person["figures"]["credit"]]
    assert {person["figures"]["credit"]["denomination"] for person in owing} == {"pesos", "vsm"}


@pytest.mark.parametrize("command", ["up", "talk", "parse", "train", "doctor"])
def test_every_command_has_help(command):
    assert "--help" in run(command, "--help").stdout
