"""No identifier survives, however it is written; amounts and dates do."""

from __future__ import annotations

import itertools
import re
import unicodedata

import pytest
from core_peers import FakeAccounts, FakeBrain, Person
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations import privacy
from conversations.privacy import find, normalise, replace, scrub


def kinds(text: str) -> list[str]:
    return [one.kind for one in find(normalise(text))]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("mi nss es 00159800010", "NSS", "00159800010"),
        ("NSS 0015 98 00010.", "NSS", "00159800010"),
        ("001-598-000-10", "NSS", "00159800010"),
        ("nss00159800010", "NSS", "00159800010"),
        ("imss:00159800010", "NSS", "00159800010"),
        ("٠٠١٥٩٨٠٠٠١٠", "NSS", "00159800010"),
        ("00159800010", "NSS", "00159800010"),
        ("0\u200b0\u200b1\u200b59\u206080\ufeff0010", "NSS", "00159800010"),
        ("001\u202e598\u202c00010", "NSS", "00159800010"),
        ("rfc QUWZ9002289R8 ya", "RFC", "QUWZ9002289R8"),
        ("quwz-900228-9r8", "RFC", "QUWZ9002289R8"),
        ("QUWZ 900228 9R8", "RFC", "QUWZ9002289R8"),
        ("QUWZ900228", "RFC", "QUWZ900228"),
        ("QUWZ9002309R8", "RFC", "QUWZ9002309R8"),
        ("curp: quwz900228mzsxxr07", "CURP", "QUWZ900228MZSXXR07"),
        ("QUWZ 900228 MZSXXR 07", "CURP", "QUWZ900228MZSXXR07"),
        ("QUWZ900228MZSXXR0", "CURP", "QUWZ900228MZSXXR0"),
        ("QUWZ900228MZSXXR07", "CURP", "QUWZ900228MZSXXR07"),
        ("clabe 002000000000000011", "CLABE", "002000000000000011"),
        ("002 000 00000000001 1", "CLABE", "002000000000000011"),
        ("tarjeta 4111 1111 1111 1111", "TARJETA", "4111111111111111"),
        ("cel +52 1 55 0000 5678", "TELEFONO", "5215500005678"),
        ("(55) 0000-5678", "TELEFONO", "5500005678"),
        ("5500005678", "TELEFONO", "5500005678"),
        ("ana.paz+x@ejemplo.com.mx", "CORREO", "ana.paz+x@ejemplo.com.mx"),
        ("ana @ ejemplo.com", "CORREO", "ana@ejemplo.com"),
        ("mi crédito es 1234567890", "NUMERO", "1234567890"),
        ("folio 12345678", "NUMERO", "12345678"),
        ("$12345678", "NUMERO", "12345678"),
        ("$0015980 0010", "NSS", "00159800010"),
        ("0015 9800010 pesos", "NSS", "00159800010"),
        ("001,598,000,10", "NSS", "00159800010"),
    ],
)
def test_an_identifier_is_found(text: str, kind: str, value: str) -> None:
    assert [(one.kind, one.value) for one in find(normalise(text))] == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "debo $318,402.15 y pago $1,234",
        "gano 350000 pesos",
        "pagué $500, $2000 y $350000",
        "350,000.00",
        "1,234,567.89 pesos",
        "$ 318 402.15",
        "el 24/11/2026 o 2026-11-24 o 5-12-2026",
        "de 2015-2024 trabajé",
        "a las 10:30 del 5/12/2026",
        "2026-11-24T09:00:00.123456Z",
        "pago 250115 mil",
        "casa 12, calle 5, cp 06000",
        "tengo 1080 puntos y 3 hijos",
        "llama al 800",
        "👨‍👩‍👧 gracias",
    ],
)
def test_amounts_dates_and_small_numbers_stay(text: str) -> None:
    assert find(normalise(text)) == []


def test_two_numbers_side_by_side_are_two() -> None:
    assert kinds("00159800010 5500005678") == ["NSS", "TELEFONO"]
    assert kinds("00159800010, 00098501232") == ["NSS", "NSS"]
    assert kinds("QUWZ9002289R8 QUWZ900228MZSXXR07 00159800010") == ["RFC", "CURP", "NSS"]


def test_reprs_hold_no_value() -> None:
    assert "00159800010" not in repr(find("mi nss 00159800010"))


_SCRIPTS = ["0", "٠", "۰", "०", "0", "𝟎"]
_GAPS = ["", " ", "-", ".", " - ", "\u200b", "\u2060", "\u00a0", "/", "_", ") ", "\u202e", "—"]


@st.composite
def _disguised(draw: st.DrawFn) -> str:
    """Draw eight or more digits in any script with any gaps."""
    digits = draw(st.lists(st.integers(0, 9), min_size=8, max_size=24))
    zero = draw(st.sampled_from(_SCRIPTS))
    one_gap = draw(st.sampled_from(_GAPS))
    out = []
    for place, digit in enumerate(digits):
        gap = one_gap if draw(st.booleans()) and place else ""
        out.append(gap + chr(ord(zero) + digit))
    return "".join(out)


_HARMLESS_SHAPES = re.compile(
    r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d\d-\d\d|\d{4}\s?[-–—]\s?\d{4}"
    r"|\d{1,3}( \d{3})+|\d+\.\d{1,2}"
)


@settings(max_examples=1500, deadline=None)
@given(st.text(max_size=12), _disguised(), st.text(max_size=12))
def test_no_long_run_of_digits_survives(before: str, number: str, after: str) -> None:
    clean = normalise(f"{before} {number} {after}")
    found = find(clean)
    left = replace(clean, found, ["⟦X⟧"] * len(found))
    for run in re.finditer(r"\d(?:[\W_]{0,3}\d){7,}", left):
        assert _HARMLESS_SHAPES.search(run[0]), run[0]
    assert not any(
        unicodedata.category(char) in ("Nd", "Cf") and char not in "0123456789\u200d"
        for char in left
    )


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=20), st.integers(0, 99999999999), st.text(max_size=20))
def test_an_nss_never_survives(before: str, number: int, after: str) -> None:
    digits = f"{number:011d}"
    for text in (f"{before} {digits} {after}", f"{before}{digits}{after}"):
        assert digits not in scrub(text)
        clean = normalise(text)
        assert digits not in replace(clean, find(clean), ["" for _ in find(clean)])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_spans_are_ordered_and_apart(text: str) -> None:
    found = find(normalise(text))
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    normalise(normalise(text)).encode()


@pytest.mark.parametrize("filler", ["a", "1 ", "1,", "a.", "@", "A1", "-", "$1,000 ", "AAAA9"])
def test_long_texts_are_read_quickly(filler: str) -> None:
    import time

    text = (filler * 4000)[:4000]
    begin = time.perf_counter()
    find(normalise(text))
    assert time.perf_counter() - begin < 0.25


def test_logs_keep_no_identifier_nor_credential_but_message_ids() -> None:
    uuid = "123e4567-e89b-12d3-a456-426614174000"
    line = f"2026-11-24T09:00:00 id={uuid} nss 00159800010 Bearer abc.def ⟦SELLADO:x9⟧ a@b.mx"
    assert scrub(line) == (f"2026-11-24T09:00:00 id={uuid} nss [NSS] [SECRETO] [SECRETO] [CORREO]")


async def test_only_tokens_reach_the_brain_and_the_store(
    ana: Person, brain: FakeBrain, accounts: FakeAccounts, settings, core
) -> None:
    secret = ["00159800010", "QUWZ9002289R8", "ana@ejemplo.com", "5500005678"]
    await ana.say("nss {} rfc {} correo {} tel {}".format(*secret))
    assert brain.asked[-1]["text"] == "nss ⟦NSS:1⟧ rfc ⟦RFC:1⟧ correo ⟦CORREO:1⟧ tel ⟦TELEFONO:1⟧"
    assert sorted(accounts.values(ana.conversation).values()) == sorted(secret)
    await ana.say("otra vez 0015-98-0001-0")
    assert brain.asked[-1]["text"] == "otra vez ⟦NSS:1⟧"
    await core.stop()
    from pathlib import Path

    folder = Path(settings.database_url.removeprefix("sqlite+aiosqlite:///")).parent
    stored = b"".join(path.read_bytes() for path in folder.iterdir())
    for value in secret:
        assert value.encode() not in stored


async def test_a_forged_token_is_text(ana: Person, brain: FakeBrain) -> None:
    await ana.say("⟦NSS:1⟧ hola")
    assert brain.asked[-1]["text"] == "[NSS:1] hola"


async def test_many_identifiers_in_one_message(ana: Person, brain: FakeBrain) -> None:
    numbers = ", ".join(f"{n:011d}" for n in range(10**9, 10**9 + 120))
    await ana.say(numbers)
    assert brain.asked[-1]["text"].count("⟦") == 120
    assert privacy.find(brain.asked[-1]["text"]) == []
