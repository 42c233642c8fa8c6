"""A reply is laid out within the limits of a channel, and nothing of it is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.layout import WHATSAPP, Bubble, Row, lay_out, whole
from conversations.messages import Capabilities, Choice, Link, Reply, Step


def _reply(text: str, *titles: str) -> Reply:
    return Reply(text=text, choices=tuple(Choice(title=title) for title in titles))


def test_few_choices_are_buttons_more_are_a_list_and_too_many_are_numbered() -> None:
    can = Capabilities(buttons=1, list_rows=2)
    assert lay_out([_reply("¿Cuál?", "A")], can) == [Bubble("¿Cuál?", ("A",))]
    assert lay_out([_reply("¿Cuál?", "A", "B")], can) == [
        Bubble("¿Cuál?", (), (Row("A"), Row("B")))
    ]
    assert lay_out([_reply("¿Cuál?", "A", "B", "C")], can) == [Bubble("¿Cuál?\n1. A\n2. B\n3. C")]


def test_a_title_too_long_for_a_button_is_a_row_and_for_a_row_is_in_its_description() -> None:
    (few,) = lay_out([_reply("¿Cuál?", "Hablar con una persona", "Sí")], WHATSAPP)
    assert few.rows == (Row("Hablar con una persona"), Row("Sí"))
    (long,) = lay_out([_reply("¿Cuál?", "Opciones si no puedo pagar")], WHATSAPP)
    assert long.rows == (Row("Opciones si no puedo…", "Opciones si no puedo pagar"),)
    can = Capabilities(buttons=1, button_title=5, list_rows=2, row_title=5, row_description=8)
    assert lay_out([_reply("¿Cuál?", "Una y dos")], can) == [Bubble("¿Cuál?\n1. Una y dos")]


def test_a_title_is_whole_on_a_button_or_on_a_row() -> None:
    assert whole("a" * 24, WHATSAPP)
    assert not whole("a" * 25, WHATSAPP)
    assert whole("a" * 24, Capabilities())
    assert not whole("a" * 24, Capabilities(button_title=20))


@given(st.lists(st.text("abc de", min_size=1, max_size=40).filter(str.strip), max_size=13))
def test_no_title_is_over_the_limits_of_whatsapp_and_none_is_lost(titles: list[str]) -> None:
    reply = _reply("¿Cuál?", *titles)
    (bubble,) = lay_out([reply], WHATSAPP)
    assert len(bubble.buttons) <= 3
    assert all(len(title) <= 20 for title in bubble.buttons)
    assert len(bubble.rows) <= 10
    assert all(len(row.title) <= 24 and len(row.description) <= 72 for row in bubble.rows)
    shown = {*bubble.buttons, *(row.description or row.title for row in bubble.rows)}
    assert shown == {choice.title for choice in reply.choices} or all(
        choice.title in bubble.text for choice in reply.choices
    )


def test_markup_goes_only_where_it_is_read() -> None:
    said = [Reply(text="**Hoy** no")]
    assert lay_out(said, Capabilities())[0].text == "**Hoy** no"
    assert lay_out(said, Capabilities(markup=False))[0].text == "Hoy no"


def test_a_step_and_links_become_lines() -> None:
    step = Step(tramite="x", title="X", number=1, total=3, action="Toca **ahí**.")
    link = Link(title="Página", url="https://www.gob.mx")
    for markup in (True, False):
        (bubble,) = lay_out(
            [Reply(text="Va", step=step, links=(link,))], Capabilities(markup=markup)
        )
        assert bubble.text == "Va\nPaso 1 de 3. Toca ahí.\nPágina: https://www.gob.mx"


def test_bubbles_are_merged_until_one_has_choices_or_is_full() -> None:
    said = [_reply("Uno"), _reply("Dos", "A"), _reply("Tres"), _reply("x" * 1020)]
    assert [bubble.text for bubble in lay_out(said, WHATSAPP)] == [
        "Uno\n\nDos",
        "Tres",
        "x" * 1020,
    ]


def test_a_long_text_is_cut_where_a_sentence_ends_and_the_choices_come_last() -> None:
    can = Capabilities(max_text=20)
    first, second = lay_out([_reply("Ve a la oficina. Pide tu copia.", "Ya")], can)
    assert first == Bubble("Ve a la oficina.")
    assert second == Bubble("Pide tu copia.", ("Ya",))


@given(st.text(min_size=1, max_size=400).filter(str.strip), st.integers(5, 50))
def test_no_text_is_over_the_limit_and_no_letter_is_lost(text: str, limit: int) -> None:
    reply = Reply(text=text)
    bubbles = lay_out([reply], Capabilities(max_text=limit))
    assert all(len(bubble.text) <= limit for bubble in bubbles)
    whole = "".join(bubble.text for bubble in bubbles)
    assert "".join(whole.split()) == "".join(reply.text.split())
