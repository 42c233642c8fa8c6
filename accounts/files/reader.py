"""Read any file a person may send: sniff it, parse it, keep the few facts and wipe the bytes."""

from datetime import datetime

from accounts.errors import FileRefused
from accounts.files.certificate import Certificate, Issuers, read_certificate
from accounts.files.cfdi import PayrollReceipt, read_cfdi
from accounts.files.sniff import sniff

MAX_UPLOAD = 5 * 1024 * 1024

FileFacts = PayrollReceipt | Certificate


def read(data: bytearray, now: datetime, issuers: Issuers | None = None) -> FileFacts:
    """Return the facts of a file or raise FileRefused; its bytes are zeroed either way."""
    try:
        if len(data) > MAX_UPLOAD:
            raise FileRefused("too_big")
        # Keys are recognised in place; only what passed is copied, for the parsers.
        if sniff(data) == "certificate":
            return read_certificate(bytes(data), now, issuers)
        return read_cfdi(bytes(data))
    finally:
        wipe(data)


def wipe(data: bytearray) -> None:
    """Overwrite a buffer with zeros."""
    data[:] = bytes(len(data))
