"""The check is silent on the real data and finds each kind of defect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from kb.check import Finding, check, stale
from kb.library import Library
from kb.model import Tramite

Data = dict[str, Any]
TODAY = date(2026, 11, 24)

EASY_BUT_LONG = "Ve hoy a la casa de tu tía " + "y dile que va el pan que te da " * 2 + "y ya"
SO_SO = "Entrega tu identificación y tu comprobante. La copia se recoge después, en ventanilla."
HARD = "Entrega personalmente tu identificación oficial y tu comprobante de domicilio."


def _check(*many: Data) -> list[Finding]:
    return check([Tramite.model_validate(data) for data in many], today=TODAY)


def test_the_real_data_has_no_findings() -> None:
    library = Library.load()
    newest = max(tramite.verified_on for tramite in library)
    assert [str(finding) for finding in check(library, today=newest)] == []


def test_a_good_tramite_has_no_findings(data: Data) -> None:
    assert _check(data) == []


@pytest.mark.parametrize(
    ("spoil", "rule", "field"),
    [
        (lambda d: d.update(related=["no_existe"]), "related", "related"),
        (lambda d: d.update(related=["pedir_copia"]), "related", "related"),
        (lambda d: d.update(sources=[]), "source", "sources"),
        (lambda d: d.update(sources=[{"title": "X", "date": "2026"}]), "source", "sources"),
        (lambda d: d.update(verified_on="2025-11-01"), "age", "verified_on"),
        (lambda d: d.update(verified_on="2026-11-25"), "age", "verified_on"),
        (lambda d: d.update(time="Te garantizo que hoy."), "promise", "time"),
        (lambda d: d.update(summary="Te van a autorizar el crédito."), "promise", "summary"),
        (lambda d: d.update(summary="Deberá ir a la oficina."), "bureaucratese", "summary"),
        (lambda d: d.update(who="Usted."), "bureaucratese", "who"),
        (lambda d: d.update(time="Favor de esperar."), "bureaucratese", "time"),
        (lambda d: d.update(time="Espera dicho aviso."), "bureaucratese", "time"),
        (lambda d: d.update(time="Un aviso, mismo que llega hoy."), "bureaucratese", "time"),
        (lambda d: d.update(synonyms=["mi credito"]), "accent", "synonyms[1]"),
        (lambda d: d["steps"][2].update(help="Abre la pagina."), "accent", "steps[3].help"),
        (lambda d: d.update(synonyms=["mi liberacion"]), "accent", "synonyms[1]"),
        (lambda d: d["steps"][2].update(help="Descargalo ahí."), "accent", "steps[3].help"),
        (lambda d: d["steps"][2].update(problem="¿Donde está?"), "accent", "steps[3].problem"),
        (lambda d: d.update(time="Te darán la copia hoy."), "promise", "time"),
        (lambda d: d.update(time="Se realiza hoy mismo."), "bureaucratese", "time"),
        (lambda d: d.update(summary="Pide tu copia. " * 21), "length", "summary"),
        (lambda d: d["steps"][1].update(action="Toca ahí. " * 18), "length", "steps[2].action"),
        (lambda d: d.update(requirements=["Tu hoja"] * 60), "screen", "requirements"),
        (lambda d: d["steps"][1].update(help="Ve ahí. " * 65), "screen", "steps[2].help"),
        (lambda d: d.update(disputed="No se sabe. " * 40, summary="Pide tu copia. " * 10),
         "screen", "summary"),
        (lambda d: d.update(time=EASY_BUT_LONG), "sentence", "time"),
        (lambda d: d.update(disputed=EASY_BUT_LONG + " y la ves"), "sentence", "disputed"),
        (lambda d: d["steps"][0].update(help=HARD), "reading", "steps[1].help"),
        (lambda d: d.update(summary=SO_SO), "reading", "summary"),
        (lambda d: d.update(time="Mira [[abrir_copia]]."), "reference", "time"),
        (lambda d: d.update(time="Mira [[pedir_copia]]."), "reference", "time"),
        (lambda d: d.update(time="Mira la guía «Abrir una copia»."), "reference", "time"),
        (lambda d: d.update(title="a" * 41), "length", "title"),
        (lambda d: d.update(button="a" * 21), "length", "button"),
        (lambda d: d.update(cost="Cuesta $10."), "gratis", "cost"),
        (lambda d: d.update(time="Paga a 002000000000000011."), "clabe", "time"),
        (lambda d: d.update(contact=["002 000 00000000001 1"]), "clabe", "contact[1]"),
        (lambda d: d.update(contact=["Quéjate en el INAI"]), "inai", "contact[1]"),
        (lambda d: d.update(contact=["Llama al 800 123 4567"]), "phone", "contact[1]"),
        (lambda d: d.update(channels=[{"name": "T", "phone": "800 123 4567"}]), "phone",
         "channels[1].phone"),
        (lambda d: d["steps"][0].update(button="Otra"), "button", "steps[1].button"),
        (lambda d: d.update(time="Mándanos aquí tu contraseña."), "secret", "time"),
        (lambda d: d.update(time="Pásame tu archivo .key."), "secret", "time"),
    ],
)  # fmt: skip
def test_finds_each_kind_of_defect(
    data: Data, spoil: Callable[[Data], Any], rule: str, field: str
) -> None:
    spoil(data)
    assert [(f.tramite, f.rule, f.field) for f in _check(data)] == [("pedir_copia", rule, field)]


def test_two_tramites_may_not_share_title_or_button(data: Data) -> None:
    findings = _check(data, data | {"id": "abrir_copia", "title": "Abrir", "button": "PEDIR COPIA"})
    assert [(f.tramite, f.rule, f.field) for f in findings] == [
        ("pedir_copia", "repeated", "button"),
        ("abrir_copia", "repeated", "button"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Abre micuenta.infonavit.org.mx/pagina/credito y toca «Página».",
        "Escribe a numero.credito@infonavit.org.mx.",
        "No le des tu contraseña a nadie.",
        "Guarda tus capturas de pantalla.",
        "En 10 días hábiles, hasta el 17 de enero de 2026.",
        "Mira la guía «Pedir una copia».",
        HARD.replace("Entrega", "Toca «Entrega").replace("domicilio.", "domicilio»."),
    ],
)
def test_leaves_good_text_alone(data: Data, text: str) -> None:
    assert _check(data | {"time": text}) == []


def test_the_age_that_is_too_old_can_be_set(data: Data) -> None:
    tramite = Tramite.model_validate(data | {"verified_on": "2026-10-25"})
    assert check([tramite], today=TODAY, max_age=timedelta(days=30)) == []
    (finding,) = check([tramite], today=TODAY, max_age=timedelta(days=29))
    assert (finding.rule, finding.field) == ("age", "verified_on")


def test_what_to_verify_is_told_oldest_and_least_sure_first(data: Data) -> None:
    several = [
        data | {"id": "b", "verified_on": "2026-11-20"},
        data | {"id": "c", "verified_on": "2026-11-20", "confidence": "baja"},
        data | {"id": "d", "verified_on": "2026-11-20", "disputed": "No se sabe."},
        data | {"id": "a", "verified_on": "2026-11-01"},
        data | {"id": "e"},
    ]
    tramites = [Tramite.model_validate(one) for one in several]
    found = stale(tramites, today=TODAY, over=timedelta(days=3))
    assert [(one.tramite.id, one.days) for one in found] == [
        ("a", 23), ("c", 4), ("d", 4), ("b", 4),
    ]  # fmt: skip


def test_a_finding_reads_as_one_line(data: Data) -> None:
    (finding,) = _check(data | {"cost": "Cuesta $10."})
    assert str(finding) == "pedir_copia: cost: must say that the trámite is gratis [gratis]"
