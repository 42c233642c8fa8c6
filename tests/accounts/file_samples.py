"""Make fictitious payroll receipts, certificates and keys for the tests."""

import datetime as dt
from functools import cache
from typing import Any
from xml.sax.saxutils import quoteattr

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from accounts.demo.people import Profile, profile

NOW = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)
ANA = profile(1)
OTHER = profile(5)
UUID = "5C8D0B1A-4F2E-4C1B-9D3A-7E6F5A4B3C2D"
SERIAL = "30001000000500003416"


def another_rfc(rfc: str) -> str:
    """Change the homoclave, as the most usual mistake does."""
    return rfc[:10] + ("AB1" if rfc[10:] != "AB1" else "CD2")


def cfdi(
    rfc: str = ANA.rfc,
    curp: str | None = ANA.curp,
    nss: str | None = ANA.nss,
    *,
    version: str = "4.0",
    kind: str = "N",
    payroll: str = "1.2",
    payrolls: int = 1,
    stamped: bool = True,
    namespace: str = "http://www.sat.gob.mx/cfd/4",
    payroll_namespace: str = "http://www.sat.gob.mx/nomina12",
    prolog: str = '<?xml version="1.0" encoding="UTF-8"?>',
    name: str = "PERSONA FICTICIA",
    inside: str = "",
) -> str:
    """Write a payroll receipt with what a real one has around what is read."""
    worker = "".join(
        f" {attribute}={quoteattr(value)}"
        for attribute, value in (("Curp", curp), ("NumSeguridadSocial", nss))
        if value is not None
    )
    paid = (
        f'<n:Nomina Version="{payroll}" TipoNomina="O" FechaPago="2026-11-15">'
        '<n:Emisor RegistroPatronal="Y1234567101"/>'
        f'<n:Receptor{worker} SalarioDiarioIntegrado="987.65" NumEmpleado="1"/>'
        '<n:Percepciones TotalGravado="12345.67"><n:Percepcion Clave="001" '
        'ImporteGravado="12345.67"/></n:Percepciones></n:Nomina>'
    )
    stamp = (
        '<t:TimbreFiscalDigital xmlns:t="http://www.sat.gob.mx/TimbreFiscalDigital" '
        f'Version="1.1" UUID="{UUID}" SelloSAT="q83v"/>'
    )
    return (
        f'{prolog}\n<c:Comprobante xmlns:c="{namespace}" xmlns:n="{payroll_namespace}" '
        f'Version="{version}" TipoDeComprobante="{kind}" Fecha="2026-11-15T12:00:00" '
        'Total="12345.67" Sello="+ADw/+q83v==">'
        '<c:Emisor Rfc="EFI010101AA1" Nombre="EMPRESA FICTICIA"/>'
        f"<c:Receptor Rfc={quoteattr(rfc)} Nombre={quoteattr(name)}/>"
        f"{inside}<c:Complemento>{paid * payrolls}{stamp if stamped else ''}</c:Complemento>"
        "</c:Comprobante>"
    )


@cache
def rsa_key(number: int = 0) -> rsa.RSAPrivateKey:
    """Make a key once; `number` tells keys apart."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@cache
def authority(number: int = 1, *, ca: bool = True) -> x509.Certificate:
    """Make a fictitious authority; those with other numbers have other keys."""
    name = _name("AC FICTICIA")
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(rsa_key(number).public_key())
        .serial_number(number)
        .not_valid_before(NOW - dt.timedelta(days=3000))
        .not_valid_after(NOW + dt.timedelta(days=3000))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .sign(rsa_key(number), hashes.SHA256())
    )


def cer(
    rfc: str | None = ANA.rfc,
    curp: str | None = ANA.curp,
    *,
    serial: str | int = SERIAL,
    start: dt.datetime = NOW - dt.timedelta(days=100),
    days: int = 1460,
    efirma: bool | None = True,
    signed_by: int = 1,
) -> bytes:
    """Make a certificate as the SAT's look."""
    subject = [x509.NameAttribute(NameOID.COMMON_NAME, "PERSONA FICTICIA")]
    if rfc is not None:
        subject.append(x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, rfc))
    if curp is not None:
        subject.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, curp))
    number = serial if isinstance(serial, int) else int.from_bytes(serial.encode())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(_name("AC FICTICIA"))
        .public_key(rsa_key().public_key())
        .serial_number(number)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=days))
    )
    if efirma is not None:
        usage = [True, True, False, efirma, efirma, False, False, False, False]
        builder = builder.add_extension(x509.KeyUsage(*usage), critical=True)
    signed = builder.sign(rsa_key(signed_by), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def pem(certificate: x509.Certificate) -> bytes:
    """Write a certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_bytes(key: Any, encoding: str, form: str, password: bytes | None) -> bytes:
    scheme = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(
        getattr(serialization.Encoding, encoding),
        getattr(serialization.PrivateFormat, form),
        scheme,
    )


@cache
def keys() -> dict[str, bytes]:
    """Make private keys in every form people have them in."""
    one, curve = rsa_key(), ec.generate_private_key(ec.SECP256R1())
    forms = {
        "pkcs8_der": _key_bytes(one, "DER", "PKCS8", None),
        "pkcs8_der_encrypted": _key_bytes(one, "DER", "PKCS8", b"secreta"),
        "pkcs1_der": _key_bytes(one, "DER", "TraditionalOpenSSL", None),
        "pkcs8_pem": _key_bytes(one, "PEM", "PKCS8", None),
        "pkcs8_pem_encrypted": _key_bytes(one, "PEM", "PKCS8", b"secreta"),
        "pkcs1_pem": _key_bytes(one, "PEM", "TraditionalOpenSSL", None),
        "openssh": _key_bytes(one, "PEM", "OpenSSH", None),
        "sec1_der": _key_bytes(curve, "DER", "TraditionalOpenSSL", None),
        "ec_pkcs8_der": _key_bytes(curve, "DER", "PKCS8", None),
    }
    body = b"".join(forms["pkcs8_pem_encrypted"].splitlines()[1:-1])
    forms["bare_base64"] = body
    forms["utf16_pem"] = forms["pkcs8_pem"].decode().encode("utf-16")
    forms["after_a_certificate"] = cer() + forms["pkcs8_der"]
    forms["pem_bundle"] = pem(authority()) + forms["pkcs8_pem"]
    return forms


def pfx() -> bytes:
    """Make a PKCS#12 store."""
    scheme = serialization.BestAvailableEncryption(b"secreta")
    return pkcs12.serialize_key_and_certificates(b"x", rsa_key(1), authority(), None, scheme)


def spoiled(person: Profile) -> str:
    """Write a receipt of a person whose RFC differs from the one on file."""
    return cfdi(another_rfc(person.rfc), person.curp, person.nss)
