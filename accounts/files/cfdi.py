"""Read a payroll CFDI 4.0 (complement nómina 1.2) and keep only who it is about.

No tree is built: a parser target looks at each element as it passes and forgets it, so amounts,
names and addresses never become part of anything. Whether the seal is authentic is for the SAT
and whoever decides to check; a folio fiscal (UUID) is kept for that.
"""

import re
from dataclasses import dataclass
from datetime import date

from lxml import etree

from accounts.errors import FileRefused, Reason
from accounts.identifiers import CLEANERS, IdentifierError, clean_rfc

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 40
_MAX_ELEMENTS = 20_000
_CHUNK = 64 * 1024

_CFDI = "{http://www.sat.gob.mx/cfd/4}"
_OLD_CFDI = ("{http://www.sat.gob.mx/cfd/3}", "{http://www.sat.gob.mx/cfd/2}")
_PAYROLL = "{http://www.sat.gob.mx/nomina12}"
_OLD_PAYROLL = "{http://www.sat.gob.mx/nomina}"
_STAMP = "{http://www.sat.gob.mx/TimbreFiscalDigital}"

_ROOT = (f"{_CFDI}Comprobante",)
_COMPLEMENT = (*_ROOT, f"{_CFDI}Complemento")
_PLACES: dict[tuple[str, ...], str] = {
    _ROOT: "document",
    (*_ROOT, f"{_CFDI}Emisor"): "employer",
    (*_ROOT, f"{_CFDI}Receptor"): "receiver",
    (*_COMPLEMENT, f"{_PAYROLL}Nomina"): "payroll",
    (*_COMPLEMENT, f"{_PAYROLL}Nomina", f"{_PAYROLL}Receptor"): "worker",
    (*_COMPLEMENT, f"{_STAMP}TimbreFiscalDigital"): "stamp",
}
_WANTED: dict[str, tuple[str, ...]] = {
    "document": ("Version", "TipoDeComprobante", "Fecha"),
    "employer": ("Rfc",),
    "receiver": ("Rfc",),
    "payroll": ("Version",),
    "worker": ("Curp", "NumSeguridadSocial"),
    "stamp": ("UUID",),
}
_UUID = re.compile(r"[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}")
_EMPLOYER_RFC = re.compile(r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}")
_DTD = re.compile(r"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"'>]{1,40})["']""")
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-7")


@dataclass(frozen=True, repr=False)
class PayrollReceipt:
    """What a payroll receipt says about its worker; a number that is not well formed is None."""

    rfc: str
    curp: str | None
    nss: str | None
    employer_rfc: str | None
    uuid: str
    issued_on: date


def read_cfdi(data: bytes) -> PayrollReceipt:
    """Read a payroll CFDI, or raise FileRefused."""
    if len(data) > MAX_BYTES:
        raise FileRefused("too_big")
    _refuse_disguises(data)
    found = _scan(data)
    document, stamp = found["document"], found.get("stamp", {})
    uuid = stamp.get("UUID", "").upper()
    if not _UUID.fullmatch(uuid):
        raise FileRefused("not_stamped")
    worker = found.get("worker", {})
    return PayrollReceipt(
        rfc=_rfc(found.get("receiver", {}).get("Rfc", "")),
        curp=_clean("CURP", worker.get("Curp", "")),
        nss=_clean("NSS", worker.get("NumSeguridadSocial", "")),
        employer_rfc=_employer(found.get("employer", {}).get("Rfc", "")),
        uuid=uuid,
        issued_on=_day(document.get("Fecha", "")),
    )


def _refuse_disguises(data: bytes) -> None:
    """Refuse a DTD in any encoding a parser might be talked into, then any but UTF-8."""
    for name in _ENCODINGS:
        if _DTD.search(data.decode(name, "ignore")):
            raise FileRefused("forbidden_dtd")
    declared = _DECLARED.search(data[:1024])
    if declared and declared[1].lower().replace(b"_", b"-") not in (b"utf-8", b"utf8"):
        raise FileRefused("wrong_encoding")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise FileRefused("wrong_encoding") from None
    if "\x00" in text:
        raise FileRefused("wrong_encoding")


class _Reader:
    """Watch elements pass; keep the wanted attributes of the known places."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, str]] = {}
        self.refusal: Reason | None = None
        self._path: list[str] = []
        self._elements = 0
        self._payrolls = 0

    def start(self, tag: str, attributes: "etree._Attrib") -> None:
        self._path.append(tag)
        self._elements += 1
        if len(self._path) > MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            self._refuse("too_deep")
        if len(self._path) == 1 and tag != _ROOT[0]:
            old = tag.startswith(_OLD_CFDI) and tag.endswith("}Comprobante")
            self._refuse("wrong_version" if old else "not_cfdi")
        if tag == f"{_OLD_PAYROLL}Nomina":
            self._refuse("wrong_version")
        if tag == f"{_PAYROLL}Nomina":
            self._payrolls += 1
            if self._payrolls > 1:
                self._refuse("two_payrolls")
        place = _PLACES.get(tuple(self._path))
        if place is None:
            return
        if place in self.found:
            self._refuse("not_cfdi")
        wanted = _WANTED[place]
        self.found[place] = {name: str(attributes[name]) for name in wanted if name in attributes}
        if place == "document":
            self._check_document()

    def _check_document(self) -> None:
        document = self.found["document"]
        if document.get("Version") != "4.0":
            self._refuse("wrong_version")
        if document.get("TipoDeComprobante") != "N":
            self._refuse("not_payroll")

    def end(self, tag: str) -> None:
        self._path.pop()

    def data(self, text: str) -> None:
        """Forget text."""

    def comment(self, text: str) -> None:
        """Forget comments."""

    def pi(self, target: str, text: str | None) -> None:
        """Forget processing instructions."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Refuse a DTD the parser saw and we did not."""
        self._refuse("forbidden_dtd")

    def close(self) -> dict[str, dict[str, str]]:
        return self.found

    def _refuse(self, reason: Reason) -> None:
        self.refusal = reason
        raise FileRefused(reason)


def _scan(data: bytes) -> dict[str, dict[str, str]]:
    reader = _Reader()
    parser = etree.XMLParser(
        target=reader,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
    )
    try:
        for start in range(0, len(data), _CHUNK):
            parser.feed(data[start : start + _CHUNK])
        parser.close()
    except FileRefused:
        raise
    except Exception:
        # The parser may report its own error instead of the one that stopped it. Its text
        # quotes the file, so the cause is dropped.
        raise FileRefused(reader.refusal or "not_xml") from None
    if "document" not in reader.found:
        raise FileRefused("not_cfdi")
    payroll = reader.found.get("payroll")
    if payroll is None:
        raise FileRefused("not_payroll")
    if payroll.get("Version") != "1.2":
        raise FileRefused("wrong_version")
    return reader.found


def _rfc(text: str) -> str:
    try:
        # Some RFC in force do not match their check digit.
        return clean_rfc(text, check_digit=False)
    except IdentifierError:
        raise FileRefused("missing_rfc") from None


def _clean(kind: str, text: str) -> str | None:
    try:
        return CLEANERS[kind](text)
    except IdentifierError:
        return None


def _employer(text: str) -> str | None:
    rfc = text.strip().upper()
    return rfc if _EMPLOYER_RFC.fullmatch(rfc) else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise FileRefused("not_cfdi") from None
