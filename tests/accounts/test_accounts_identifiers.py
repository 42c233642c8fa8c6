import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from accounts.identifiers import (
    CLEANERS,
    IdentifierError,
    clean_clabe,
    clean_curp,
    clean_nss,
    clean_rfc,
    is_valid,
    mask,
)

VALID = [
    ("NSS", "00159800010"),
    ("NSS", "00098501232"),
    ("NSS", "00220345672"),
    ("CURP", "QUWZ900228MZSXXR07"),
    ("CURP", "XOZK850517HNTLKR06"),
    ("CURP", "WUXJ040911HBSPXNA8"),
    ("RFC", "QUWZ9002289R8"),
    ("RFC", "XOZK850517BQ6"),
    ("RFC", "WUXJ040911Q93"),
    ("CLABE", "002000000000000011"),
    ("CLABE", "012000000000123454"),
    ("CLABE", "072000000000987656"),
    ("NUMERO", "0000000101"),
    ("NUMERO", "0000000303"),
]

INVALID = [
    ("NSS", "00159800019", "verificador"),
    ("NSS", "0015980001", "faltan"),
    ("NSS", "001598000100", "sobran"),
    ("NSS", "00-15-98-0001-A", "letras"),
    ("NSS", "00000000000", "generico"),
    ("CURP", "QUWZ900230MZSXXR05", "formato"),
    ("CURP", "QUWZ900228MZSXXR0", "faltan"),
    ("CURP", "QUWZ900228MXXXXR05", "formato"),
    ("CURP", "QUWZ900228MZSXXR08", "verificador"),
    ("CURP", "XEXX010101HNEXXXA4", "generico"),
    ("RFC", "QUWZ9002309R8", "formato"),
    ("RFC", "PENE900228ZZ0", "formato"),
    ("RFC", "QUWZ9002289R0", "verificador"),
    ("RFC", "XAXX010101000", "generico"),
    ("RFC", "QUWZ900228", "faltan"),
    ("CLABE", "002000000000000012", "verificador"),
    ("CLABE", "01200000000012345", "faltan"),
    ("CLABE", "07200000000098765A", "letras"),
    ("NUMERO", "12345", "faltan"),
    ("NUMERO", "00000001A1", "letras"),
    ("NUMERO", "00000000000", "sobran"),
]


@pytest.mark.parametrize(("kind", "number"), VALID)
def test_published_examples_are_valid_as_people_write_them(kind: str, number: str) -> None:
    written = f" {number[:2]}-{number[2:6].lower()} {number[6:]} "
    assert CLEANERS[kind](written) == number
    assert is_valid(kind, number)


@pytest.mark.parametrize(("kind", "number", "problem"), INVALID)
def test_what_is_wrong_is_named(kind: str, number: str, problem: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        CLEANERS[kind](number)
    assert caught.value.problem == problem
    assert number not in str(caught.value)
    assert not is_valid(kind, number)


def test_sex_x_is_accepted_in_a_curp() -> None:
    valid = [f"QUWZ900228XZSXXR0{digit}" for digit in range(10)]
    assert sum(is_valid("CURP", number) for number in valid) == 1


def test_an_rfc_whose_digit_fails_passes_once_confirmed() -> None:
    assert clean_rfc("QUWZ9002289R0", check_digit=False) == "QUWZ9002289R0"


@given(st.text(alphabet="0123456789", min_size=10, max_size=10).filter(lambda t: t.strip("0")))
def test_one_check_digit_in_ten_is_right(stem: str) -> None:
    right = [d for d in "0123456789" if is_valid("NSS", stem + d)]
    assert right == [luhn.calc_check_digit(stem)]


@given(st.text(alphabet="0123456789", min_size=17, max_size=17).filter(lambda t: t.strip("0")))
def test_any_changed_digit_breaks_a_clabe(stem: str) -> None:
    number = next(stem + d for d in "0123456789" if is_valid("CLABE", stem + d))
    for place in range(18):
        changed = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        with pytest.raises(IdentifierError):
            clean_clabe(changed)


@given(st.text())
def test_any_text_is_clean_or_refused(text: str) -> None:
    for clean in (clean_nss, clean_curp, clean_rfc, clean_clabe):
        try:
            assert clean(clean(text)) == clean(text)
        except IdentifierError as error:
            assert error.problem


def test_digits_of_any_script_count() -> None:
    assert clean_nss("００１٥٩۸00010") == "00159800010"


def test_masks_keep_the_last_four() -> None:
    assert mask("00159800010") == "•••••••0010"
