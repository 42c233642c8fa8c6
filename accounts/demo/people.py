"""Invent people, always the same ones, whose numbers are well formed and nobody's."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, TypeVar

import yaml
from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.mx import curp as curp_rules
from stdnum.mx import rfc as rfc_rules

POPULATION = 240

T = TypeVar("T")

_VOWELS = "AEIOU"
_HOMOCLAVE = "123456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
# Letter values of the RFC's homoclave.
_NAME_VALUES = {" ": "00", "Ñ": "40"} | {
    letter: str(value)
    for letters, start in (("ABCDEFGHI", 11), ("JKLMNOPQR", 21), ("STUVWXYZ", 32))
    for value, letter in enumerate(letters, start)
}


@cache
def data() -> dict[str, Any]:
    """Read the names and sentences of the demo."""
    text = files("accounts.demo").joinpath("data.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


class Dice:
    """Draw from the digest of a person's number: no seed, no state, the same on every machine."""

    def __init__(self, index: int) -> None:
        """Bind the person."""
        self._index = index

    def below(self, what: str, limit: int) -> int:
        """Draw a whole number from 0 to limit - 1."""
        digest = hashlib.sha256(f"chat-infonavit/{self._index}/{what}".encode()).digest()
        return int.from_bytes(digest[:8]) % limit

    def between(self, what: str, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + self.below(what, high - low + 1)

    def pick(self, what: str, options: Sequence[T]) -> T:
        """Draw one of several."""
        return options[self.below(what, len(options))]

    def chance(self, what: str, percent: int) -> bool:
        """Draw yes or no."""
        return self.below(what, 100) < percent


@dataclass(frozen=True)
class Profile:
    """Hold who a demo person is; nothing here depends on the date of the figures."""

    id: int
    woman: bool
    first_name: str
    full_name: str
    born_on: date
    joined: int
    nss: str
    curp: str
    rfc: str
    phone: str
    email: str

    @property
    def showcase(self) -> bool:
        """Tell whether the person is one of those that show a situation."""
        return self.id <= len(data()["showcase"])


def profile(index: int) -> Profile:
    """Invent the person with a number, from 1 to POPULATION."""
    dice, names = Dice(index), data()
    woman = dice.chance("woman", 50)
    first = dice.pick("first", names["women" if woman else "men"])
    paternal = names["surnames"][index % len(names["surnames"])]
    maternal = dice.pick("maternal", [s for s in names["surnames"] if s != paternal])
    in_showcase = index <= len(names["showcase"])
    years = (1979, 1984) if in_showcase else (1963, 2004)
    born = date(dice.between("year", *years), 1, 1) + timedelta(days=dice.below("day", 365))
    joined = min(born.year + dice.between("joined", 18, 24), 2025)
    letters = _initials(first, paternal, maternal)
    stem = f"00{joined % 100:02d}{born.year % 100:02d}{index:04d}"
    return Profile(
        id=index,
        woman=woman,
        first_name=first,
        full_name=f"{first} {paternal} {maternal}",
        born_on=born,
        joined=joined,
        nss=stem + luhn.calc_check_digit(stem),
        curp=_curp(
            letters, born, woman, dice.pick("state", names["states"]), first, paternal, maternal
        ),
        rfc=_rfc(letters, born, f"{paternal} {maternal} {first}"),
        phone=f"+52 55 0000 {index:04d}",
        email=f"{_plain(first).lower()}.{_plain(paternal).lower()}{index}@example.com",
    )


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.upper())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _initials(first: str, paternal: str, maternal: str) -> str:
    surname = _plain(paternal)
    vowel = next((c for c in surname[1:] if c in _VOWELS), "X")
    return surname[0] + vowel + _plain(maternal)[0] + _plain(first)[0]


def _inner_consonant(name: str) -> str:
    return next((c for c in _plain(name)[1:] if c not in _VOWELS), "X")


def _curp(
    letters: str, born: date, woman: bool, state: str, first: str, paternal: str, maternal: str
) -> str:
    consonants = "".join(map(_inner_consonant, (paternal, maternal, first)))
    tail = f"{born:%y%m%d}{'M' if woman else 'H'}{state}{consonants}"
    stem = letters + tail + ("0" if born.year < 2000 else "A")
    try:
        curp_rules.validate(stem + "0", validate_check_digits=False)
    except ValidationError:
        stem = letters[0] + "X" + stem[2:]
    return stem + curp_rules.calc_check_digit(stem)


def homoclave(name: str) -> str:
    """Give the two characters that tell two people with the same initials and birthday apart."""
    digits = "0" + "".join(_NAME_VALUES[c] for c in _plain_keeping_enye(name))
    total = sum(int(a + b) * int(b) for a, b in pairwise(digits))
    quotient, rest = divmod(total % 1000, 34)
    return _HOMOCLAVE[quotient] + _HOMOCLAVE[rest]


def _plain_keeping_enye(name: str) -> str:
    return "Ñ".join(_plain(part) for part in name.upper().split("Ñ"))


def _rfc(letters: str, born: date, name: str) -> str:
    stem = f"{letters}{born:%y%m%d}"
    try:
        rfc_rules.validate(stem)
    except ValidationError:
        stem = letters[:3] + "X" + stem[4:]
    stem += homoclave(name)
    return stem + rfc_rules.calc_check_digit(stem)
