"""One event is one line, without a personal datum; our own addresses stay readable."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_infonavit.logging import scrubbed
from conversations.privacy import scrub

# Not assignable: subdelegación 00.
NSS, CURP, RFC = "00907512345", "XEXX010101HNEXXXA4", "XAXX010101000"


@pytest.mark.parametrize(
    "line",
    [
        "Starting Rasa server on http://127.0.0.1:5005",
        "cannot connect to http://127.0.0.1:5055/webhook: ('127.0.0.1', 5055)",
        "listening host=0.0.0.0:8080 pid 11480",
        "Loading model /srv/models/chat-infonavit-0e72e88936dc.tar.gz...",
        "model chat-infonavit-e60a589b06dc",
        "2026-11-24T12:04:15.572341Z and 2026-11-24 12:04:15,123",
        "<TCPConnector object at 0x7f4daccd1250>",
        "message 1b4e28ba-2fa1-11d2-883f-0016d3cca427",
    ],
)
def test_what_is_ours_stays(line: str) -> None:
    assert scrubbed(line) == line


@pytest.mark.parametrize(
    "line",
    [
        f"nss {NSS}",
        f"127.0.0.1:5005 {NSS}",
        f"{NSS} http://127.0.0.1:5005",
        f"chat-infonavit-{NSS}a.tar.gz",
        f"chat-infonavit-0{NSS}",
        f"0x{NSS}",
        f"0x{NSS}ab chat-infonavit-0e72e88936dc.tar.gz",
        f"127.0.0.1:{NSS}",
        "0090 7512345 127.0.0.1:5005",
        f"{CURP} en 127.0.0.1:5005",
        f"{RFC} ¤ 127.0.0.1:5005",
        "¤".join(NSS),
        "x@ejemplo.mx 127.0.0.1",
        "Authorization: Bearer abc.def 127.0.0.1:5005",
    ],
)
def test_an_identifier_beside_what_is_ours_does_not_stay(line: str) -> None:
    shown = scrubbed(line)
    assert "[" in shown
    for secret in (NSS, NSS[1:], CURP, RFC, "x@ejemplo.mx", "abc.def", "7512345"):
        assert secret not in shown


@pytest.mark.parametrize("cut", range(1, 10))
@pytest.mark.parametrize("own", ["127.0.0.1", "127.0.0.1:5005", "0.0.0.0:8080"])
def test_a_number_cut_by_an_address_is_still_a_number(cut: int, own: str) -> None:
    line = f"{NSS[:cut]} {own} {NSS[cut:]}"
    assert NSS[cut:] not in scrubbed(line) or len(NSS[cut:]) < 8
    assert "[" in scrubbed(line)


@given(st.text(alphabet="0123456789 .:-¤ax\n", max_size=60))
def test_no_long_number_survives_that_the_scrubber_alone_would_blank(text: str) -> None:
    import re

    long = re.compile(r"\d{8,}")
    assert long.search(scrub(text)) or not long.search(scrubbed(text))


PROGRAM = """
import logging, structlog
from chat_infonavit import logging as ours
ours.configure("test")
{body}
"""


def logged(body: str, **environment: str) -> list[str]:
    """Return the lines a process logs."""
    import os

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(body=body)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "breaks", ["\\n", "\\r", "\\r\\n", "\\u2028", "\\u2029", "\\x0b", "\\x0c", "\\x85"]
)
@pytest.mark.parametrize("logger", ["logging.getLogger('x')", "structlog.get_logger('x')"])
def test_an_event_is_one_line(breaks: str, logger: str) -> None:
    forged = "2026-11-24T00:00:00Z ERROR forged"
    (line,) = logged(f"{logger}.warning('one{breaks}{forged}')")
    assert "WARNING one" in line


def test_an_exception_shows_where_and_not_what() -> None:
    body = (
        "try:\n  try:\n    int('mi texto\\nforged')\n"
        "  except ValueError as error: raise RuntimeError('otro texto') from error\n"
        "except RuntimeError: logging.exception('it failed')"
    )
    head, *rest = logged(body)
    assert head.endswith("it failed")
    assert rest
    assert all(line.startswith("    ") for line in rest)
    assert any("RuntimeError" in line for line in rest)
    assert any("ValueError" in line for line in rest)
    assert "texto" not in "\n".join(rest)


def test_the_systems_own_errors_keep_their_message() -> None:
    body = "try: open('/no/such')\nexcept OSError: logging.exception('it failed')"
    assert "No such file" in "\n".join(logged(body))


def test_rasas_debug_lines_stay_off() -> None:
    body = "logging.getLogger('rasa.core.x').debug('TEXT'); logging.getLogger('y').debug('mine')"
    lines = logged(body, CHAT_LOG_LEVEL="DEBUG")
    assert any("mine" in line for line in lines)
    assert not any("TEXT" in line for line in lines)
