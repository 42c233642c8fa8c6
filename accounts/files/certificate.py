"""Read a SAT certificate (.cer): whose RFC it holds, and who issued it when that can be checked.

A .cer is public: it says which RFC is right and proves nothing about who sends it. A home-made
one looks the same, so its issuer counts as checked only against SAT certificates the
institution supplies (ACCOUNTS_SAT_CA_BUNDLE); nothing is fetched from a network.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from cryptography import x509
from cryptography.x509.oid import NameOID, ObjectIdentifier

from accounts.errors import FileRefused
from accounts.identifiers import IdentifierError, clean_curp, clean_rfc

MAX_BYTES = 16 * 1024
_RFC = NameOID.X500_UNIQUE_IDENTIFIER
_CURP = NameOID.SERIAL_NUMBER
_SERIAL_DIGITS = 20

Use = Literal["efirma", "csd", "unknown"]


@dataclass(frozen=True, repr=False)
class Certificate:
    """What a certificate says about its holder; `issuer_verified` needs pinned issuers."""

    rfc: str
    curp: str | None
    serial: str
    use: Use
    valid_from: datetime
    valid_until: datetime
    issuer_verified: bool


class Issuers:
    """The SAT certificates an institution trusts."""

    def __init__(self, authorities: Iterable[x509.Certificate]) -> None:
        """Take the certificates; each is trusted by itself."""
        self._authorities = tuple(authorities)
        if not self._authorities:
            raise ValueError("no certificate in the bundle")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a PEM bundle or one DER certificate; ValueError or OSError when it is neither."""
        data = path.read_bytes()
        if b"-----BEGIN" in data:
            return cls(x509.load_pem_x509_certificates(data))
        return cls([x509.load_der_x509_certificate(data)])

    def issued(self, certificate: x509.Certificate, now: datetime) -> bool:
        """Tell whether a pinned authority, in force and allowed to, signed a certificate."""
        return any(_signed(certificate, one, now) for one in self._authorities)


def _signed(certificate: x509.Certificate, authority: x509.Certificate, now: datetime) -> bool:
    try:
        limits = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not limits.ca:
            return False
        certificate.verify_directly_issued_by(authority)
    except Exception:
        # Another issuer, a wrong signature, an algorithm or an extension we do not know.
        return False
    return authority.not_valid_before_utc <= now <= authority.not_valid_after_utc


def read_certificate(data: bytes, now: datetime, issuers: Issuers | None = None) -> Certificate:
    """Read a person's certificate in force at `now`, or raise FileRefused.

    With issuers, one that none of them signed is refused.
    """
    if len(data) > MAX_BYTES:
        raise FileRefused("too_big")
    try:
        return _read(data, now, issuers)
    except FileRefused:
        raise
    except Exception:
        # A broken certificate fails wherever it is first looked at, with any of many errors.
        raise FileRefused("not_certificate") from None


def _read(data: bytes, now: datetime, issuers: Issuers | None) -> Certificate:
    certificate = x509.load_der_x509_certificate(data)
    rfc = _person_rfc(_first(certificate, _RFC))
    serial = _serial(certificate.serial_number)
    if now < certificate.not_valid_before_utc:
        raise FileRefused("not_yet_valid")
    if now > certificate.not_valid_after_utc:
        raise FileRefused("expired")
    if issuers is not None and not issuers.issued(certificate, now):
        raise FileRefused("unknown_issuer")
    return Certificate(
        rfc=rfc,
        curp=_person_curp(_first(certificate, _CURP)),
        serial=serial,
        use=_use(certificate),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        issuer_verified=issuers is not None,
    )


def _first(certificate: x509.Certificate, oid: ObjectIdentifier) -> str:
    values = [str(one.value) for one in certificate.subject.get_attributes_for_oid(oid)]
    return values[0].strip() if values else ""


def _person_rfc(text: str) -> str:
    """Return a person's RFC; a company's certificate holds its own and its representative's."""
    own, slash, _ = text.partition("/")
    if slash or len(own.strip()) == 12:
        raise FileRefused("company")
    try:
        return clean_rfc(own, check_digit=False)
    except IdentifierError:
        raise FileRefused("missing_rfc") from None


def _person_curp(text: str) -> str | None:
    try:
        return clean_curp(text)
    except IdentifierError:
        return None


def _serial(number: int) -> str:
    """Return the 20 digits of a SAT serial, which are ASCII inside the number."""
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    if len(raw) != _SERIAL_DIGITS or not raw.isdigit():
        raise FileRefused("not_sat")
    return raw.decode("ascii")


def _use(certificate: x509.Certificate) -> Use:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return "unknown"
    return "efirma" if usage.data_encipherment or usage.key_agreement else "csd"
