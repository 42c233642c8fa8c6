"""Find identifiers in what people write, so that none is stored, sent or logged in clear.

Text is normalised before it is looked at: compatibility forms, invisible characters and other
scripts' digits would otherwise hide a number from the patterns. Amounts and dates are left alone.
The rule of thumb is that hiding too much costs a question and hiding too little costs a leak:
any other run of eight or more digits is taken for an identifier.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from stdnum import luhn
from stdnum.exceptions import ValidationError

_GAP = r"[\W_]{0,4}"
_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}
_KEPT_CONTROLS = "\n\t"
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier at [start, end) of the normalised text; `value` without separators."""

    kind: str
    start: int
    end: int
    value: str

    def __repr__(self) -> str:
        """Leave the value out of every traceback and log."""
        return f"Found({self.kind}, {self.start}, {self.end})"


def normalise(text: str) -> str:
    """Fold compatibility forms and digits of any script, and drop what cannot be seen."""
    if text.isascii() and text.isprintable():
        return text
    folded = unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode("utf-8"))
    folded = folded.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    kept: list[str] = []
    for place, char in enumerate(folded):
        category = unicodedata.category(char)
        if category == "Nd":
            kept.append(str(unicodedata.decimal(char)))
        elif (
            category not in _INVISIBLE
            or char in _KEPT_CONTROLS
            or (char == _JOINER and _joins_emoji(folded, place))
        ):
            kept.append(char)
    return "".join(kept)


def _joins_emoji(text: str, place: int) -> bool:
    """Tell whether a zero-width joiner holds one emoji together."""
    before = text[max(0, place - 2) : place].rstrip("\ufe0f")[-1:]
    after = text[place + 1 : place + 2]
    return all(char and unicodedata.category(char) in ("So", "Sk") for char in (before, after))


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _compact(text: str) -> str:
    return re.sub(r"[\W_]", lambda found: "&" if found[0] == "&" else "", text).upper()


def luhn_valid(digits: str) -> bool:
    """Check the last digit of an NSS or a card; a number of zeros only is not one."""
    try:
        luhn.validate(digits)
    except ValidationError:
        return False
    return bool(digits.strip("0"))


def _clabe_valid(digits: str) -> bool:
    total = sum(int(digit) * (3, 7, 1)[place % 3] % 10 for place, digit in enumerate(digits[:17]))
    return int(digits[17]) == -total % 10


_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_WORD_START, _WORD_END = r"(?<![A-Z0-9ÑÁÉÍÓÚÜ&])", r"(?![A-Z0-9ÑÁÉÍÓÚÜ&])"
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_CURP = re.compile(
    _WORD_START + r"[A-Z][A-Z][A-Z]{2}[\s-]?\d{6}[\s-]?[HMX][A-Z]{5}[\s-]?[A-Z0-9]\d" + _WORD_END,
    re.IGNORECASE,
)
_LIKE_CURP = re.compile(_WORD_START + r"[A-ZÑ]{4}\d{6}[A-Z0-9]{6,10}" + _WORD_END, re.IGNORECASE)
_NO_NAME = r"(?!I?N?M?SS\d|NSS|TEL|CEL|NUM|CTA|RFC|CURP)"
_RFC = re.compile(
    _WORD_START
    + _NO_NAME
    + r"[A-ZÑ&]{3,4}\d{6}(?:[A-Z0-9]{3}|(?=\d{0,4}[A-Z])[A-Z0-9]{4,5})"
    + _WORD_END,
    re.IGNORECASE,
)
_RFC_SHORT = re.compile(
    _WORD_START + _NO_NAME + r"[A-ZÑ&]{4}-?\d{2}" + _MONTH_DAY + r"[A-Z0-9]{0,2}" + _WORD_END,
    re.IGNORECASE,
)
_RFC_SPACED = re.compile(
    _WORD_START
    + r"[A-ZÑ&]{3,4}[\s.-]{0,2}\d{2}"
    + _MONTH_DAY
    + r"[\s.-]{0,2}(?=[A-Z]{0,2}\d)[A-Z0-9]{2}[0-9A]"
    + _WORD_END,
    re.IGNORECASE,
)
_LETTERED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("CORREO", _EMAIL),
    ("CURP", _CURP),
    ("CURP", _LIKE_CURP),
    ("RFC", _RFC),
    ("RFC", _RFC_SPACED),
    ("RFC", _RFC_SHORT),
)

_CENTS = r"(?:\.\d{1,2})?"
_GROUPED = r"[1-9]\d{0,2}(?:,\d{3}){1,2}" + _CENTS
_UNIT = r"\s?(?:pesos|mxn|m\.\s?n\.|mil\b|millon|umas?\b|uma\b|vsm\b|veces|puntos|%)"
_YEAR = r"(?:19|20)\d\d"
_DAY, _MON = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_ENDS = r"(?![.,/-]?\d)"
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?"
_HARMLESS = re.compile(
    "|".join(
        (
            r"\$\s?(?:"
            + _GROUPED
            + r"|(?P<dollars>[1-9]\d{0,2}(?: \d{3}){1,2}"
            + _CENTS
            + r"(?!\d)"
            r"|\d{1,7}" + _CENTS + r"))" + _ENDS,
            r"(?<![\d.,])(?:"
            + _GROUPED
            + r"|(?P<amount>\d{1,7}"
            + _CENTS
            + r"))(?="
            + _UNIT
            + r")",
            r"(?<![\d.,])" + _GROUPED + _ENDS,
            r"(?<![\d/.-])" + _YEAR + "-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])"
            r"(?:[T ]" + _TIME + r")?(?![/.:-]?\d)",
            r"(?<![\d/.-])" + _DAY + r"(?P<sep>[/.-])" + _MON + r"(?P=sep)" + _YEAR + _ENDS,
            r"(?<![\d/.-])" + _YEAR + r"\s?[-–]\s?" + _YEAR + r"(?![\W_]{0,4}\d)",
        )
    ),
    re.IGNORECASE,
)
_DIGIT_BEFORE = re.compile(r"\d(?:[^\w$]|_){0,4}$")
_DIGIT_AFTER = re.compile(r"(?:[^\w$]|_){0,4}\d")
_RUN = re.compile(r"[+(]{0,2}\d(?:" + _GAP + r"\d){7,}")
_GROUP = re.compile(r"\d+")
_OWN_NUMBER = re.compile(r"(?:cr[eé]dito|folio|ticket|reporte|caso)\W", re.IGNORECASE)
_CONTEXT = 30

Check = Callable[[str], bool]
_BY_LENGTH: dict[int, tuple[str, Check]] = {
    10: ("TELEFONO", lambda digits: digits[0] != "0"),
    11: ("NSS", luhn_valid),
    12: ("TELEFONO", lambda digits: digits.startswith("52")),
    13: ("TELEFONO", lambda digits: digits.startswith("521")),
    15: ("TARJETA", luhn_valid),
    16: ("TARJETA", luhn_valid),
    18: ("CLABE", _clabe_valid),
}
# People mistype: these lengths are taken for their kind even when the check digit is wrong.
_ALWAYS = {10: "TELEFONO", 11: "NSS", 16: "TARJETA", 18: "CLABE"}


def _kind_of(digits: str) -> str:
    kind, check = _BY_LENGTH.get(len(digits), ("", bool))
    if kind and check(digits):
        return kind
    return _ALWAYS.get(len(digits), "NUMERO")


def _certain(digits: str) -> bool:
    kind, check = _BY_LENGTH.get(len(digits), ("", bool))
    return bool(kind) and check(digits)


def _split(run: str, start: int) -> Iterator[tuple[int, int, str]]:
    """Cut a run of digit groups into numbers: whole, or at its long groups if it holds several."""
    whole = _digits(run)
    groups = [(found.start(), found.end()) for found in _GROUP.finditer(run)]
    long = [end - begin >= 8 for begin, end in groups]
    if len(groups) == 1 or not any(long) or _certain(whole):
        yield start, start + len(run), whole
        return
    pending: list[tuple[int, int]] = []

    def flush() -> Iterator[tuple[int, int, str]]:
        digits = "".join(run[begin:end] for begin, end in pending)
        if len(digits) >= 8:
            yield start + pending[0][0], start + pending[-1][1], digits
        pending.clear()

    for (begin, end), is_long in zip(groups, long, strict=True):
        if is_long:
            yield from flush()
            yield start + begin, start + end, run[begin:end]
        else:
            pending.append((begin, end))
    yield from flush()


class _Spans:
    """Disjoint spans in order, to tell what is already taken."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def free(self, start: int, end: int) -> bool:
        place = bisect_right(self._starts, start)
        before = place == 0 or self._ends[place - 1] <= start
        return before and (place == len(self._starts) or self._starts[place] >= end)

    def add(self, start: int, end: int) -> None:
        place = bisect_right(self._starts, start)
        self._starts.insert(place, start)
        self._ends.insert(place, end)

    def gaps(self, length: int) -> Iterator[tuple[int, int]]:
        begin = 0
        for start, end in zip(self._starts, self._ends, strict=True):
            yield begin, start
            begin = end
        yield begin, length


def harmless(text: str) -> list[tuple[int, int]]:
    """Give the spans of amounts and dates, which are no identifiers."""
    return [found.span() for found in _HARMLESS.finditer(text) if not _goes_on(text, found)]


def _goes_on(text: str, found: re.Match[str]) -> bool:
    """Tell whether an amount without commas may be a piece of a longer number."""
    if found["dollars"] is None and found["amount"] is None:
        return False
    before = text[max(0, found.start() - 5) : found.start()]
    cut = found["amount"] is not None and _DIGIT_BEFORE.search(before) is not None
    return cut or _DIGIT_AFTER.match(text, found.end()) is not None


def lettered(text: str) -> list[Found]:
    """Find e-mails, CURP and RFC in normalised text."""
    taken, found = _Spans(), []
    for kind, pattern in _LETTERED:
        if kind == "CORREO" and "@" not in text:
            continue
        for match in pattern.finditer(text):
            if taken.free(*match.span()):
                taken.add(*match.span())
                value = match[0].replace(" ", "") if kind == "CORREO" else _compact(match[0])
                found.append(Found(kind, match.start(), match.end(), value))
    return sorted(found, key=lambda one: one.start)


def find(text: str, taken: Sequence[Found] = ()) -> list[Found]:
    """Find every identifier in normalised text, in order; `taken` are already known ones."""
    spans, found = _Spans(), list(taken)
    for one in taken:
        spans.add(one.start, one.end)
    for one in lettered(text):
        if spans.free(one.start, one.end):
            spans.add(one.start, one.end)
            found.append(one)
    for start, end in harmless(text):
        if spans.free(start, end):
            spans.add(start, end)
    for begin, end in spans.gaps(len(text)):
        for run in _RUN.finditer(text, begin, end):
            for start, stop, digits in _split(run[0], run.start()):
                kind = _kind_of(digits)
                context = text[max(0, start - _CONTEXT) : start]
                if kind == "TELEFONO" and _OWN_NUMBER.search(context):
                    kind = "NUMERO"
                found.append(Found(kind, start, stop, digits))
    return sorted(found, key=lambda one: one.start)


def replace(text: str, found: Sequence[Found], put: Sequence[str]) -> str:
    """Put one string in place of each identifier."""
    out: list[str] = []
    place = 0
    for one, new in zip(found, put, strict=True):
        out += (text[place : one.start], new)
        place = one.end
    return "".join((*out, text[place:]))


_SECRET = re.compile(
    r"\bbearer\s+[\w.~+/=-]+|\bbot\d+:[\w-]{30,}|\bEAA[A-Za-z0-9]{20,}|⟦SELLADO:[^⟧]*⟧",
    re.IGNORECASE,
)
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


def scrub(text: str) -> str:
    """Blank identifiers and credentials: the last line of defence before a log.

    UUIDs stay, since message ids are what ties log lines together.
    """
    clean = _SECRET.sub("[SECRETO]", normalise(text))
    out: list[str] = []
    place = 0
    for uuid in _UUID.finditer(clean):
        out += (_blank(clean[place : uuid.start()]), uuid[0])
        place = uuid.end()
    return "".join((*out, _blank(clean[place:])))


def _blank(text: str) -> str:
    found = find(text)
    return replace(text, found, [f"[{one.kind}]" for one in found]) if found else text
