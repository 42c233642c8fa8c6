"""What the settings may be, and what the processes find in their environment."""

import pytest

from chat_infonavit.environment import child_environment
from chat_infonavit.settings import BadSettings, ChatSettings, load


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("CHAT_PORT", "abc", "CHAT_PORT debe ser un número entero"),
        ("CHAT_PORT", "99999", "CHAT_PORT debe ser 65535 o menos"),
        ("CHAT_BRAIN_PORT", "0", "CHAT_BRAIN_PORT debe ser 1 o más"),
        ("CHAT_DEMO", "quizá", "CHAT_DEMO debe ser 1 o 0"),
        ("CHAT_LOG_LEVEL", "loud", "CHAT_LOG_LEVEL debe ser uno de: 'DEBUG'"),
        ("CHAT_PORT", "5005", "dos procesos tienen el mismo puerto"),
    ],
)
def test_a_bad_setting_is_named_without_its_value(monkeypatch, name, value, reason):
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as bad:
        load()
    assert reason in str(bad.value)
    assert f"«{value}»" not in str(bad.value)
    assert "pydantic" not in str(bad.value)


def test_every_bad_setting_is_named(monkeypatch):
    monkeypatch.setenv("CHAT_PORT", "abc")
    monkeypatch.setenv("CHAT_DEMO", "quizá")
    with pytest.raises(BadSettings, match=r"CHAT_PORT.*; CHAT_DEMO"):
        load()


def test_an_operators_variable_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("BOT_SESSION_TURNS", "7")
    monkeypatch.setenv("BOT_TRACKER_URL", "postgresql+psycopg2://db/tracker")
    monkeypatch.setenv("CHAT_DEMO", "0")
    found = child_environment(ChatSettings(var=tmp_path, demo=True))
    assert found["BOT_SESSION_TURNS"] == "7"
    assert found["BOT_TRACKER_URL"] == "postgresql+psycopg2://db/tracker"
    assert found["CHAT_DEMO"] == "1"
    assert found["RASA_TELEMETRY_ENABLED"] == "false"


def test_the_processes_keep_their_bytecode(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in child_environment(ChatSettings(var=tmp_path))


def test_each_process_is_told_where_the_others_are(tmp_path):
    settings = ChatSettings(var=tmp_path, brain_port=1005, actions_port=1055, accounts_port=1090)
    found = child_environment(settings)
    assert found["CONVERSATIONS_BRAIN_URL"] == "http://127.0.0.1:1005"
    assert found["BOT_ACTIONS_URL"] == "http://127.0.0.1:1055/webhook"
    assert found["BOT_ACCOUNTS_URL"] == found["CONVERSATIONS_ACCOUNTS_URL"]
