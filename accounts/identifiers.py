"""Clean and check Mexican identifiers: what is written with spaces or dashes comes out plain.

A valid form proves neither that the number exists nor that it belongs to whoever wrote it.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

from stdnum import luhn
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.mx import curp as _curp
from stdnum.mx import rfc as _rfc

Problem = Literal["faltan", "sobran", "letras", "verificador", "formato", "generico"]

NSS_LENGTH = 11
CLABE_LENGTH = 18
CREDIT_NUMBER_LENGTH = 10

_SEPARATORS = re.compile(r"[\s\-._]+")
# Issued for "público en general" and foreigners: well formed and nobody's.
_GENERIC_RFC = {"XAXX010101000", "XEXX010101000"}
_GENERIC_CURP = {"XEXX010101HNEXXXA4", "XEXX010101MNEXXXA8"}


class IdentifierError(ValueError):
    """Say what is wrong with an identifier, never the identifier."""

    def __init__(self, problem: Problem, length: int) -> None:
        """Keep the kind of problem and how many characters were read."""
        super().__init__(problem)
        self.problem: Problem = problem
        self.length = length


def compact(text: str) -> str:
    """Drop separators, fold digits of any script to ASCII and put letters in upper case."""
    folded = unicodedata.normalize("NFKC", text)
    plain = "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c
        for c in folded
        if unicodedata.category(c) != "Cf"
    )
    return _SEPARATORS.sub("", plain).upper()


def _digits(text: str, length: int) -> str:
    number = compact(text)
    if not number.isdigit() or not number.isascii():
        raise IdentifierError("letras", len(number))
    if len(number) != length:
        raise IdentifierError("faltan" if len(number) < length else "sobran", len(number))
    return number


def _exact(number: str, length: int) -> None:
    if len(number) != length:
        raise IdentifierError("faltan" if len(number) < length else "sobran", len(number))


def clean_nss(text: str) -> str:
    """Return the 11 digits of an NSS, or raise IdentifierError.

    Year pairs and subdelegación are not judged: the catalogue is open and years have exceptions.
    """
    number = _digits(text, NSS_LENGTH)
    if not number.strip("0"):
        raise IdentifierError("generico", len(number))
    if not luhn.is_valid(number):
        raise IdentifierError("verificador", len(number))
    return number


def clean_curp(text: str) -> str:
    """Return the 18 characters of a CURP, or raise IdentifierError; sex may be H, M or X."""
    number = compact(text)
    _exact(number, 18)
    if number in _GENERIC_CURP:
        raise IdentifierError("generico", 18)
    # python-stdnum does not know sex X: its form is checked as H, its digit as written.
    as_known = number[:10] + "H" + number[11:] if number[10] == "X" else number
    try:
        _curp.validate(as_known, validate_check_digits=False)
    except ValidationError:
        raise IdentifierError("formato", 18) from None
    if number[-1] != _curp.calc_check_digit(number):
        raise IdentifierError("verificador", 18)
    return number


def clean_rfc(text: str, *, check_digit: bool = True) -> str:
    """Return the 13 characters of a person's RFC, or raise IdentifierError.

    Some RFC in force do not match their check digit: pass `check_digit=False` once confirmed.
    """
    number = compact(text)
    _exact(number, 13)
    if number in _GENERIC_RFC:
        raise IdentifierError("generico", 13)
    try:
        _rfc.validate(number, validate_check_digits=check_digit)
    except InvalidChecksum:
        raise IdentifierError("verificador", 13) from None
    except ValidationError:
        raise IdentifierError("formato", 13) from None
    return number


def clean_clabe(text: str) -> str:
    """Return the 18 digits of a CLABE, or raise IdentifierError."""
    number = _digits(text, CLABE_LENGTH)
    if not number.strip("0"):
        raise IdentifierError("generico", len(number))
    weighted = sum(int(d) * w % 10 for d, w in zip(number[:17], (3, 7, 1) * 6, strict=False))
    if (10 - weighted % 10) % 10 != int(number[-1]):
        raise IdentifierError("verificador", len(number))
    return number


def clean_credit_number(text: str) -> str:
    """Return the 10 digits of a credit number, or raise IdentifierError; it has no check digit."""
    number = _digits(text, CREDIT_NUMBER_LENGTH)
    if not number.strip("0"):
        raise IdentifierError("generico", len(number))
    return number


CLEANERS: dict[str, Callable[[str], str]] = {
    "NSS": clean_nss,
    "CURP": clean_curp,
    "RFC": clean_rfc,
    "CLABE": clean_clabe,
    "NUMERO": clean_credit_number,
}


def is_valid(kind: str, text: str) -> bool:
    """Tell whether a text is a well-formed identifier of that kind (a key of CLEANERS)."""
    try:
        CLEANERS[kind](text)
    except IdentifierError:
        return False
    return True


def mask(number: str, visible: int = 4) -> str:
    """Hide all but the last characters."""
    return "•" * (len(number) - visible) + number[-visible:]
