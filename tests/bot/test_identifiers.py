"""What is written in clear is told apart and checked; places are named by one name."""

from __future__ import annotations

import pytest

from bot.components.entities import find
from bot.components.folding import fold


@pytest.mark.parametrize(
    ("text", "kind", "value", "problem"),
    [
        ("mi nss es 00159800010", "nss", "00159800010", None),
        ("nss 00-15-98-0001-0", "nss", "00159800010", None),
        ("nss 0015980001", "nss", "0015980001", "faltan"),
        ("mi nss: 00159800019", "nss", "00159800019", "verificador"),
        ("mi curp QUWZ900228MZSXXR07", "curp", "QUWZ900228MZSXXR07", None),
        ("curp QUWZ900230MZSXXR05", "curp", "QUWZ900230MZSXXR05", "formato"),
        ("rfc quwz900228 9r8", "rfc", "QUWZ9002289R8", None),
        ("QUWZ9002289R0", "rfc", "QUWZ9002289R0", "verificador"),
        ("mi rfc es quwz900228", "rfc", "QUWZ900228", "faltan"),
        ("clabe 000000000000000019", "clabe", "000000000000000019", "verificador"),
        ("mi número de crédito es 0000000101", "numero_credito", "0000000101", None),
    ],
)
def test_an_identifier_is_found_and_judged(
    text: str, kind: str, value: str, problem: str | None
) -> None:
    (found,) = find(text)
    assert (found.kind, found.value, found.problem) == (kind, value, problem)
    assert found.valid is (problem is None)
    assert found.start < found.end <= len(text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("debo 318402 pesos", ["monto"]),
        ("debo 318402 de mi casa", []),
        ("gano 12500 al mes", []),
        ("pago $1,250.50 en marzo de 2025", ["monto", "mes"]),
        ("entre 2019 y 2020", []),
    ],
)
def test_an_amount_or_a_year_is_no_identifier(text: str, kinds: list[str]) -> None:
    assert [found.kind for found in find(text)] == kinds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "vivo en Ciudad Juárez, Chihuahua",
            [("ciudad", "Ciudad Juárez"), ("estado", "Chihuahua")],
        ),
        ("soy de edomex", [("estado", "Estado de México")]),
        ("en leon gto", [("ciudad", "León"), ("estado", "Guanajuato")]),
    ],
)
def test_a_place_is_reported_by_one_name(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.kind, found.value) for found in find(text)] == expected


def test_what_cannot_be_seen_does_not_split_a_word() -> None:
    assert fold("cuán\u200bto de\u200bbo") == "cuanto debo"
