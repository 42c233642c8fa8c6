"""Mail codes by SMTP, encrypted on the way."""

import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Literal

import aiosmtplib
from tenacity import (
    AsyncRetrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from accounts.messages import message
from accounts.sender import Contact

_TRIES = 3
_PERMANENT = 500

Security = Literal["starttls", "tls"]


@dataclass(frozen=True)
class Server:
    """A mail server; `ca` is a file of certificates to trust instead of the system's."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    security: Security = "starttls"
    ca: Path | None = None


class SmtpSender:
    """Send each code as a short mail; what fails for a moment is tried again."""

    def __init__(self, server: Server, timeout: float = 10.0, backoff: float = 0.5) -> None:
        """Remember the server; `timeout` and `backoff` in seconds are those of one try."""
        self._server = server
        self._timeout = timeout
        self._backoff = backoff
        self._tls = ssl.create_default_context(cafile=server.ca)

    async def send(self, conversation: str, contact: Contact, code: str) -> None:
        """Mail one code; raises when the server does not take it."""
        mail = self._mail(contact.address, code)
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(_passing),
            stop=stop_after_attempt(_TRIES),
            wait=wait_random_exponential(multiplier=self._backoff, max=5 * self._backoff),
            reraise=True,
        ):
            with attempt:
                await self._deliver(mail)

    def _mail(self, address: str, code: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"] = self._server.sender, address
        # A subject shows on a locked screen: the code stays out of it.
        mail["Subject"] = message("sender", "subject")
        mail["Date"] = formatdate()
        # One id for every try, so that a server that took it twice can drop one.
        mail["Message-ID"] = make_msgid(domain=self._server.sender.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message("sender", "code").format(code=code))
        return mail

    async def _deliver(self, mail: EmailMessage) -> None:
        server = self._server
        await aiosmtplib.send(
            mail,
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.security == "tls",
            # Required, not opportunistic: a server that cannot encrypt gets no code.
            start_tls=True if server.security == "starttls" else None,
            tls_context=self._tls,
            timeout=self._timeout,
        )

    async def close(self) -> None:
        """Do nothing: no connection is kept."""


def _passing(error: BaseException) -> bool:
    """Tell whether the same mail may be taken a moment later."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(_passing(one) for one in error.recipients)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return error.code < _PERMANENT
    return isinstance(
        error, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPServerDisconnected | TimeoutError
    ) and not isinstance(error.__cause__, ssl.SSLError)
