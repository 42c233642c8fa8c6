"""Read the files people send to prove their RFC: payroll CFDI and SAT certificates."""

from accounts.files.certificate import Certificate, Issuers
from accounts.files.cfdi import PayrollReceipt
from accounts.files.reader import MAX_UPLOAD, FileFacts, read, wipe

__all__ = [
    "MAX_UPLOAD",
    "Certificate",
    "FileFacts",
    "Issuers",
    "PayrollReceipt",
    "read",
    "wipe",
]
