"""Whatever is told about a trámite or an office can show its source and date."""

from __future__ import annotations

import datetime as dt

import pytest
from bot_talk import Talk, texts, titles

from bot.actions import services
from kb.decisions import START, paths
from kb.directory import Directory
from kb.hours import MEXICO_CITY
from kb.library import Library
from kb.model import Tramite

LIBRARY = Library.load()
SOURCE = "Fuente y fecha"
ANSWERS = [
    (tramite, path) for tramite in LIBRARY for path in paths(tramite) if path.end.next is None
]
ROWS = 10
"""The most choices a list of WhatsApp has room for."""


@pytest.mark.parametrize("tramite", list(LIBRARY), ids=LIBRARY.ids())
async def test_a_topic_and_each_of_its_steps_offer_their_source(
    talk: Talk, tramite: Tramite
) -> None:
    # A personal question is answered by the account, or not at all while it is away.
    if tramite.account is None:
        assert SOURCE in titles(await talk.do(tramite.id, "una pregunta"))
    for number in range(1, len(tramite.steps) + 1):
        said = await talk.do("guia_empezar", tramite=tramite.id, paso=number)
        helped = await talk.do("guia_no_me_sale")
        assert SOURCE in titles(said)
        assert SOURCE in titles(helped)
        assert len(titles(said)) <= 6
        told = await talk.press(helped, SOURCE)
        assert f"**{tramite.title}.** Verificado el" in told[0]["text"]
        assert tramite.sources[0].title in told[0]["text"]
        assert "¿Seguimos en el paso" in texts(told)


@pytest.mark.parametrize(("tramite", "path"), ANSWERS, ids=lambda it: getattr(it, "id", str(it)))
async def test_each_answer_to_a_question_offers_its_source(talk: Talk, tramite, path) -> None:
    said = await talk.do("guia_empezar", tramite=tramite.id)
    for _, option in path.answers:
        said = await talk.press(said, option.label)
    assert SOURCE in titles(said)
    assert len(titles(said)) <= ROWS
    told = await talk.press(said, SOURCE)
    about = LIBRARY.get(path.end.go or tramite.id)
    assert f"**{about.title}.** Verificado el" in told[0]["text"]


async def test_only_the_first_question_has_it_with_room_for_every_option(talk: Talk) -> None:
    said = await talk.do("guia_empezar", tramite="opciones_problemas_pago")
    assert SOURCE in titles(said)
    later = await talk.press(said, "Perdí mi empleo")
    assert SOURCE not in titles(later)
    for tramite in LIBRARY:
        if tramite.decisions:
            # The longest it gets: after a wrong answer, in a guide that another one led to.
            options = len(tramite.decisions[START].options)
            assert options + len(("persona", "anterior", "fuente", "salir")) <= ROWS


async def test_an_answer_that_ends_the_guide_keeps_three_buttons(talk: Talk) -> None:
    said = await talk.do("guia_empezar", tramite="seguro_incapacidad")
    said = await talk.press(said, "Menos de 50 %")
    assert titles(said) == ["Sí, quedó", "Todavía no", SOURCE]


@pytest.mark.parametrize(
    ("text", "intent", "service"),
    [
        ("¿está abierta la oficina ahorita?", "citas_cesi", "oficinas"),
        ("¿a qué hora abre infonatel?", "infonatel", "infonatel"),
        ("¿a qué hora contesta el chat?", "chat_whatsapp", "chat"),
    ],
)
async def test_hours_tell_where_they_come_from(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, text: str, intent: str, service: str
) -> None:
    now = dt.datetime(2026, 11, 24, 10, tzinfo=MEXICO_CITY)
    monkeypatch.setattr(services, "clock", lambda: lambda: now)
    told = await talk.press(await talk.do(intent, text), SOURCE)
    for source in Directory.load().service(service).sources:
        assert source.title in told[0]["text"]
    assert "24 de noviembre de 2026" in told[0]["text"]


async def test_the_offices_of_a_place_tell_theirs_too(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = dt.datetime(2026, 11, 24, 10, tzinfo=MEXICO_CITY)
    monkeypatch.setattr(services, "clock", lambda: lambda: now)
    said = await talk.do("citas_cesi", "oficina en guadalajara", ciudad="Guadalajara")
    told = await talk.press(said, SOURCE)
    office = Directory.load().place("Guadalajara").offices[0]
    assert office.sources[0].title in told[0]["text"]
