"""Codes leave by a real SMTP server and over HTTP, and never in clear by mail."""

import asyncio
import ipaddress
import socket
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import aiosmtplib
import pytest
from accounts_peers import PEOPLE, serving, settings_for, sqlite_url
from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from accounts.demo.people import profile
from accounts.sender import Contact, LogSender
from accounts.senders.http import Busy, HttpSender, Refused
from accounts.senders.smtp import Server, SmtpSender

MAIL = Contact("email", "ana@example.com")
PHONE = Contact("phone", "+525500000001")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert, private


class Mailbox:
    """What a mail server was given; the first answers can be refusals."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.mails: list[tuple[list[str], bytes, bool]] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        self.mails.append((envelope.rcpt_tos, envelope.content, session.ssl is not None))
        return self.answers.pop(0) if self.answers else "250 OK"


@asynccontextmanager
async def smtp(
    box: Mailbox, certificate: tuple[Path, Path] | None, user: str = "bot"
) -> AsyncIterator[int]:
    options: dict = {}
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)

        def check(server, session, envelope, mechanism, given) -> AuthResult:
            right = (given.login, given.password) == (user.encode(), b"clave")
            return AuthResult(success=right, handled=False)

        options = {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": check,
            "auth_required": True,
        }
    # The controller connects to the port it was told, so 0 will not do.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Controller(box, hostname="127.0.0.1", port=port, **options)
    running.start()
    try:
        yield port
    finally:
        running.stop()


def sender(port: int, ca: Path | None, password: str = "clave", user: str | None = "bot"):
    server = Server("127.0.0.1", port, "codigos@example.com", user, password, ca=ca)
    return SmtpSender(server, timeout=3, backoff=0.01)


async def test_a_code_is_mailed_encrypted_to_the_contact(certificate) -> None:
    box = Mailbox()
    async with smtp(box, certificate) as port:
        await sender(port, certificate[0]).send("c_1", MAIL, "123456")
    [(to, content, encrypted)] = box.mails
    mail = message_from_bytes(content)
    assert (to, encrypted) == (["ana@example.com"], True)
    assert "123456" in mail.get_payload(decode=True).decode()
    assert "123456" not in str(mail["Subject"])


async def test_what_fails_for_a_moment_is_mailed_again_under_one_id(certificate) -> None:
    box = Mailbox("451 try later", "250 OK")
    async with smtp(box, certificate) as port:
        await sender(port, certificate[0]).send("c_1", MAIL, "123456")
    assert len(box.mails) == 2
    assert len({message_from_bytes(content)["Message-ID"] for _, content, _ in box.mails}) == 1


async def test_what_is_refused_for_good_is_not_tried_again(certificate) -> None:
    box = Mailbox("554 no", "250 OK")
    async with smtp(box, certificate) as port:
        with pytest.raises(aiosmtplib.SMTPDataError):
            await sender(port, certificate[0]).send("c_1", MAIL, "123456")
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await sender(port, certificate[0], password="otra").send("c_1", MAIL, "123456")
    assert len(box.mails) == 1


async def test_a_server_that_is_not_trusted_or_does_not_encrypt_gets_no_code(certificate) -> None:
    box = Mailbox()
    async with smtp(box, certificate) as port:
        with pytest.raises(ssl.SSLCertVerificationError):
            await sender(port, None).send("c_1", MAIL, "123456")
    async with smtp(box, None) as port:
        with pytest.raises(aiosmtplib.SMTPException):
            await sender(port, certificate[0], user=None).send("c_1", MAIL, "123456")
    assert box.mails == []


class Provider:
    """A messaging service that answers with the statuses given, then 202."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.requests: list[tuple[dict, str, str]] = []

    async def take(self, request: web.Request) -> web.Response:
        headers = request.headers
        self.requests.append(
            (await request.json(), headers["Idempotency-Key"], headers["Authorization"])
        )
        status = self.statuses.pop(0) if self.statuses else 202
        if status == 0:
            # Longer than the sender waits: it must hang up by itself.
            await request.content.read()
            await asyncio.sleep(5)
        headers = {"Location": "/elsewhere"} if status == 307 else {}
        return web.Response(status=status or 202, headers=headers)


@asynccontextmanager
async def provider(running: Provider) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/sms", running.take)
    app.router.add_post("/elsewhere", running.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/sms"
    finally:
        await runner.cleanup()


async def post(running: Provider, wait: float = 3.0) -> None:
    async with provider(running) as url:
        service = HttpSender(url, "llave", timeout=wait, backoff=0.01)
        try:
            await service.send("c_1", PHONE, "123456")
        finally:
            await service.close()


@pytest.mark.parametrize("failures", [[], [503], [429, 500]])
async def test_a_code_is_posted_until_it_is_taken(failures: list[int]) -> None:
    running = Provider(*failures)
    await post(running)
    assert len(running.requests) == len(failures) + 1
    body, _, authorization = running.requests[-1]
    assert body["to"] == PHONE.address
    assert body["channel"] == "phone"
    assert "123456" in body["text"]
    assert authorization == "Bearer llave"
    assert len({key for _, key, _ in running.requests}) == 1


async def test_a_service_that_hangs_is_left_and_tried_again() -> None:
    running = Provider(0)
    began = time.monotonic()
    await post(running, wait=0.3)
    assert len(running.requests) == 2
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    ("statuses", "error", "tries"),
    [([400], Refused, 1), ([401], Refused, 1), ([307], Refused, 1), ([500] * 3, Busy, 3)],
)
async def test_a_code_that_is_not_taken_is_given_up(
    statuses: list[int], error: type[Exception], tries: int
) -> None:
    running = Provider(*statuses)
    with pytest.raises(error):
        await post(running)
    assert len(running.requests) == tries


async def test_the_settings_choose_who_carries_a_code(tmp_path: Path, certificate) -> None:
    """With mail alone, whoever has mail gets the code and whoever has a phone none."""
    box, person = Mailbox(), profile(PEOPLE.frozen)
    # The demo fills the database: without it nobody is in it.
    async with serving(settings_for(sqlite_url(tmp_path))) as demo:
        assert isinstance(demo.runtime.sender, LogSender)
    async with smtp(box, certificate) as port:
        settings = settings_for(
            sqlite_url(tmp_path),
            demo=False,
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_from="codigos@example.com",
            smtp_user="bot",
            smtp_password="clave",
            smtp_ca=certificate[0],
        )
        async with serving(settings) as service:
            await service.start(profile(PEOPLE.current).nss, "c_phone", "web:phone")
            await service.start(person.nss)
            await service.runtime.sent()
    assert [to for to, _, _ in box.mails] == [[person.email]]
