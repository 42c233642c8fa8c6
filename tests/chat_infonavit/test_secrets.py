"""Secrets are made once, kept private, and the environment wins."""

import stat

import pytest

from chat_infonavit import secrets


@pytest.fixture(autouse=True)
def _no_secrets_around(monkeypatch):
    for name in secrets.NAMES:
        monkeypatch.delenv(name, raising=False)


def test_made_once_and_kept(tmp_path):
    first = secrets.load(tmp_path)
    assert set(first) == set(secrets.NAMES)
    assert len(set(first.values())) == len(first)
    assert secrets.load(tmp_path) == first


def test_the_file_is_private(tmp_path):
    secrets.load(tmp_path)
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


def test_the_environment_wins_and_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setenv("CHAT_SERVICE_TOKEN", "desde-el-entorno")
    assert secrets.load(tmp_path)["CHAT_SERVICE_TOKEN"] == "desde-el-entorno"
    assert "desde-el-entorno" not in (tmp_path / "secrets.env").read_text()


def test_a_file_others_can_read_is_refused(tmp_path):
    secrets.load(tmp_path)
    (tmp_path / "secrets.env").chmod(0o644)
    with pytest.raises(secrets.UnsafeSecrets, match="chmod 600"):
        secrets.load(tmp_path)
