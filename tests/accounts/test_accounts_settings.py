import base64

import pytest

from accounts.crypto import KeyRing, Undecipherable
from accounts.errors import ConfigurationError
from accounts.settings import load_settings

KEY = base64.b64encode(b"a" * 32).decode()
GOOD = {"ACCOUNTS_KEY": KEY, "CHAT_SERVICE_TOKEN": "t" * 20, "CHAT_DEMO": "1"}


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch):
    for name in (*GOOD, "ACCOUNTS_SENDER_URL", "ACCOUNTS_PORT"):
        monkeypatch.delenv(name, raising=False)

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


def test_the_environment_is_read(env) -> None:
    env(**GOOD, ACCOUNTS_PORT="9000")
    settings = load_settings()
    assert (settings.port, settings.demo, settings.host) == (9000, True, "127.0.0.1")
    assert KEY not in repr(settings)
    assert GOOD["CHAT_SERVICE_TOKEN"] not in repr(settings)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"ACCOUNTS_KEY": ""}, "ACCOUNTS_KEY"),
        ({"ACCOUNTS_KEY": "short"}, "ACCOUNTS_KEY"),
        ({"ACCOUNTS_KEY": f"{KEY},AAAA"}, "ACCOUNTS_KEY"),
        ({"CHAT_SERVICE_TOKEN": " "}, "CHAT_SERVICE_TOKEN"),
        ({"CHAT_DEMO": ""}, "ACCOUNTS_SENDER_URL"),
        ({"ACCOUNTS_PORT": "many"}, "port"),
        ({"ACCOUNTS_SAT_CA_BUNDLE": "/no/existe.pem"}, "ACCOUNTS_SAT_CA_BUNDLE"),
        ({"ACCOUNTS_SAT_CA_BUNDLE": __file__}, "ACCOUNTS_SAT_CA_BUNDLE"),
    ],
)
def test_a_bad_setting_is_named_and_its_value_is_not(env, change: dict, named: str) -> None:
    env(**(GOOD | change))
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert named in str(caught.value)
    for value in change.values():
        assert not value.strip() or value not in str(caught.value).replace("ACCOUNTS_", "")


def test_missing_settings_are_all_named(env) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert "ACCOUNTS_KEY" in str(caught.value)
    assert "CHAT_SERVICE_TOKEN" in str(caught.value)


def test_a_sealed_value_opens_only_in_its_place() -> None:
    ring = KeyRing([b"a" * 32])
    sealed = ring.encrypt("00159800010", "people/nss/1")
    assert b"00159800010" not in sealed
    assert sealed != ring.encrypt("00159800010", "people/nss/1")
    assert ring.decrypt(sealed, "people/nss/1") == "00159800010"
    with pytest.raises(Undecipherable):
        ring.decrypt(sealed, "people/nss/2")
    with pytest.raises(Undecipherable):
        ring.decrypt(sealed[:-1] + bytes([sealed[-1] ^ 1]), "people/nss/1")


def test_keys_rotate_without_losing_what_was_written() -> None:
    old, new = b"o" * 32, b"n" * 32
    before, after = KeyRing([old]), KeyRing([new, old])
    sealed, index = before.encrypt("x", "c"), before.index("x", "c")
    assert after.decrypt(sealed, "c") == "x"
    assert index in after.indexes("x", "c")
    assert after.index("x", "c") != index
    assert after.matches("x", "c", index)
    with pytest.raises(Undecipherable):
        before.decrypt(after.encrypt("x", "c"), "c")
    with pytest.raises(Undecipherable):
        KeyRing([new]).decrypt(sealed, "c")
