"""A document in the conversation: identity first, a sealed link, and the PDF behind it."""

from __future__ import annotations

import io
import json
import re

import pytest
from bot_talk import Talk, texts, titles
from pypdf import PdfReader
from test_account_actions import opened, pick, sign_in

from accounts.errors import DocumentUsed
from bot.actions.documentos import DOCUMENTS
from bot.actions.formats import money
from conversations.delivery import SealedContent
from conversations.messages import Reply
from kb.library import Library


@pytest.fixture
def talk(executor, request):  # type: ignore[no-untyped-def]
    """Begin a conversation of its own in the shared database."""
    return Talk(executor, conversation=f"c_{request.node.name}")


def token_of(content: dict) -> str:  # type: ignore[type-arg]
    return content["document"]["url"].split("/")[3]


async def test_movements_offer_the_statement_and_it_is_downloaded_once(
    accounts, demo_people, talk
) -> None:
    person = pick(demo_people, lambda p: p.figures.credit and not p.figures.credit.liquidated_on)
    await sign_in(accounts, talk, person)
    moved = await talk.do("estado_de_cuenta", "mis movimientos")
    assert titles(moved)[0] == "Descargar PDF"

    answer = await talk.press(moved, "Descargar PDF")
    content = await opened(accounts, talk, answer)
    assert "una sola vez" in content["text"] and "10 minutos" in content["text"]
    assert re.fullmatch(
        r"/api/documents/[\w-]{43}/estado-de-cuenta-\d{4}\.pdf", content["document"]["url"]
    )
    assert SealedContent.model_validate(content).document is not None
    assert Reply.model_validate(answer[-1]).document is None
    who = {"conversation": talk.conversation, "identity": talk.identity}
    printed = await accounts.fetch_document(**who, token=token_of(content))
    said = PdfReader(io.BytesIO(printed)).pages[0].extract_text()
    assert money(person.figures.credit.total_owed) in said
    with pytest.raises(DocumentUsed):
        await accounts.fetch_document(**who, token=token_of(content))

    before = await opened(accounts, talk, await talk.press(answer, "El del año anterior"))
    years = [int(re.search(r"(\d{4})\.pdf", c["document"]["url"])[1]) for c in (content, before)]  # type: ignore[index]
    assert years[0] - years[1] == 1
    everything = json.dumps([moved, answer, talk.slots], ensure_ascii=False)
    for secret in (token_of(content), person.nss, money(person.figures.credit.total_owed)):
        assert secret not in everything


async def test_a_topic_offers_its_document_and_it_waits_for_identity(
    accounts, demo_people, talk
) -> None:
    person = pick(
        demo_people,
        lambda p: any(n.kind == "retencion" for n in p.figures.notices.items),
    )
    told = await talk.do("aviso_retencion", "necesito mi hoja de retencion")
    asked = await talk.press(told, "Mi aviso en PDF")
    assert asked[-1]["secure_input"]["kind"] == "nss"
    assert talk.slots["pendiente"] == [{"dato": "pdf_aviso_retencion"}]
    answer = await sign_in(accounts, talk, person)
    content = await opened(accounts, talk, answer)
    assert person.first_name in content["text"]
    assert content["document"]["title"] == "Aviso de retención de descuentos"
    assert content["document"]["url"].endswith("/aviso-de-retencion.pdf")
    assert talk.slots["pendiente"] is None


async def test_the_period_of_a_button_waits_too(accounts, demo_people, talk) -> None:
    person = pick(demo_people, lambda p: p.figures.credit)
    await talk.do("mi_dato", dato="pdf_estado_de_cuenta", periodo="2026-B1")
    answer = await sign_in(accounts, talk, person)
    content = await opened(accounts, talk, answer)
    assert content["document"]["url"].endswith("/estado-de-cuenta-2026-b1.pdf")


async def test_what_cannot_be_printed_is_said_plainly(accounts, demo_people, talk) -> None:
    liquidated = pick(
        demo_people, lambda p: p.figures.credit and p.figures.credit.liquidated_on is not None
    )
    await sign_in(accounts, talk, liquidated)
    for name, period, said in (
        ("pdf_aviso_modificacion", None, "No veo un aviso de ese tipo"),
        ("pdf_constancia_intereses", "2015", "no veo intereses"),
        ("pdf_constancia_intereses", "2026", "cuando el año ya terminó"),
        ("pdf_estado_de_cuenta", "2999", "nada que imprimir"),
        ("pdf_estado_de_cuenta", "'; drop", "nada que imprimir"),
        ("pdf_ficha_pago", None, "está liquidado"),
    ):
        entities = {"dato": name} | ({"periodo": period} if period else {})
        answer = await talk.do("mi_dato", **entities)
        content = await opened(accounts, talk, answer)
        assert said in content["text"], name
        assert "document" not in content
        assert len(titles(answer)) >= 2


async def test_without_a_service_nothing_is_half_said(talk, unreachable) -> None:
    answer = await talk.do("mi_dato", dato="pdf_ficha_pago")
    assert "no puedo consultar tus datos" in texts(answer)


def test_every_document_is_offered_somewhere() -> None:
    offered = {name for tramite in Library.load() for name in tramite.mine}
    after_answers = {"pdf_estado_de_cuenta", "pdf_movimientos_ahorro"}
    assert set(DOCUMENTS) == {n for n in offered if n.startswith("pdf_")} | after_answers
