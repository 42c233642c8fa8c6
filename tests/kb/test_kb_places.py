"""A place is found in short, by ear and with a slip, and a word of the language is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.check.finding import page_of
from kb.directory import Directory
from kb.library import Library
from kb.places import Places
from kb.text import by_ear, plain, words

ROOT = Path(__file__).resolve().parents[2]
DIRECTORY = Directory.load()
NAMES = [(name, form) for _, name, forms in DIRECTORY.spellings() for form in forms]


def near(name: str, *, partly: bool = False) -> list[str]:
    return [place.name for place in DIRECTORY.near(name, partly=partly)]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Edo. Méx.", "Estado de México"), ("edo méx", "Estado de México"),
        ("Edomex", "Estado de México"), ("CDMX", "Ciudad de México"),
        ("México, D.F.", "Ciudad de México"), ("D. F.", "Ciudad de México"),
        ("NL", "Nuevo León"), ("N.L.", "Nuevo León"), ("N. L", "Nuevo León"),
        ("B.C.", "Baja California"), ("B.C.S.", "Baja California Sur"), ("Q. Roo", "Quintana Roo"),
        ("S.L.P.", "San Luis Potosí"), ("Cd. Juárez", "Ciudad Juárez"),
    ],
)  # fmt: skip
def test_a_name_in_short_is_exact(written: str, name: str) -> None:
    assert DIRECTORY.place(written).name == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("guadalajra", "Guadalajara"), ("tijuna", "Tijuana"), ("monterey", "Monterrey"),
        ("tolucca", "Toluca"), ("keretaro", "Querétaro"), ("puevla", "Puebla"),
        ("veracrus", "Veracruz"), ("cancum", "Cancún"), ("hermocillo", "Hermosillo"),
        ("sacatecas", "Zacatecas"), ("oajaca", "Oaxaca"), ("ciudad juares", "Ciudad Juárez"),
        ("nuevo leom", "Nuevo León"), ("ecatepek", "Ecatepec"), ("chiguagua", "Chihuahua"),
        ("macondo", None), ("casa", None), ("leo", None),
    ],
)  # fmt: skip
def test_a_slip_is_forgiven_while_it_is_clear(written: str, name: str | None) -> None:
    assert near(written) == ([name] if name else [])


def test_a_letter_less_in_a_long_name_is_forgiven() -> None:
    for name, form in NAMES:
        for cut in range(1, len(form)):
            if len(form) >= 8 and " " not in form:
                found = near(form[:cut] + form[cut + 1 :])
                assert found == [] or name in found, form
    assert near("culican") == ["Culiacán"]


def test_a_part_of_a_name_only_where_it_is_asked_for() -> None:
    assert near("obregón") == []
    assert near("obregón", partly=True) == ["Ciudad Obregón"]
    assert near("san luis", partly=True) == ["San Luis Potosí", "San Luis Río Colorado"]
    assert near("méxico", partly=True) == ["Ciudad de México", "Estado de México"]
    assert near("puerto", partly=True) == near("estado", partly=True) == []


def test_of_two_about_as_near_both_are_given() -> None:
    places = Places({"Tamazula": 1, "Tamazulo": 2, "Toledo": 3}, never=["toledos"])
    assert places.near("tamazul") == (1, 2)
    assert places.near("tamazulo") == (2,)
    assert places.near("toledoo") == (3,)
    assert places.near("toledos") == ()


def people_say() -> Iterator[str]:
    """Give what people write to the assistant, and what it answers."""
    for path in (ROOT / "bot/data/nlu").rglob("*.yml"):
        yield path.read_text(encoding="utf-8")
    for path in (ROOT / "tests/nlu").glob("*.jsonl"):
        yield from (json.loads(line)["text"] for line in path.read_text().splitlines())
    for tramite in Library.load():
        yield from (text for _, text in page_of(tramite).texts)


def test_no_word_that_people_use_is_taken_for_a_place() -> None:
    known = {plain(form) for _, form in NAMES}
    parts = {word for form in known for word in form.split()}
    said = {word for text in people_say() for word in words(text)} - parts
    assert len(said) > 5_000
    taken = {word: near(word) for word in sorted(said) if near(word)}
    assert taken == {}


def test_words_that_look_like_a_place_are_none() -> None:
    for word in ("igual", "clima", "tabaco", "herida", "rosario", "vacuna", "delicia", "honora"):
        assert near(word) == near(word, partly=True) == []


@pytest.mark.parametrize(
    ("one", "other"), [("keretaro", "Querétaro"), ("Puevla", "puebla"), ("xalapa", "jalapa")]
)
def test_what_sounds_alike_is_written_alike(one: str, other: str) -> None:
    assert by_ear(plain(one)) == by_ear(plain(other))
