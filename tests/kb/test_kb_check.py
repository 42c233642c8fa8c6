"""The check is silent on the real data and finds each kind of defect."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from kb.check import Finding, check, entries, stale
from kb.directory import FOLDER, Directory
from kb.library import Library
from kb.model import Tramite
from kb.problems import texts

Data = dict[str, Any]
TODAY = date(2026, 11, 24)
DIRECTORY = Directory.load()
ROOT = Path(__file__).resolve().parents[2]

EASY_BUT_LONG = "Ve hoy a la casa de tu tía " + "y dile que va el pan que te da " * 2 + "y ya"
SO_SO = "Entrega tu identificación y tu comprobante. La copia se recoge después, en ventanilla."
HARD = "Entrega personalmente tu identificación oficial y tu comprobante de domicilio."


def _check(*many: Data) -> list[Finding]:
    return check([Tramite.model_validate(data) for data in many], today=TODAY)


def test_the_real_data_has_no_findings() -> None:
    library = Library.load()
    newest = max(tramite.verified_on for tramite in library)
    found = check(library, DIRECTORY, today=newest)
    assert [str(finding) for finding in found] == []


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
    assert [(f.page, f.rule, f.field) for f in _check(data)] == [("pedir_copia", rule, field)]


def test_two_tramites_may_not_share_title_or_button(data: Data) -> None:
    findings = _check(data, data | {"id": "abrir_copia", "title": "Abrir", "button": "PEDIR COPIA"})
    assert [(f.page, f.rule, f.field) for f in findings] == [
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
    found = stale(entries(tramites), today=TODAY, over=timedelta(days=3))
    assert [(one.entry.name, one.days) for one in found] == [
        ("a", 23), ("c", 4), ("d", 4), ("b", 4),
    ]  # fmt: skip


def test_a_finding_reads_as_one_line(data: Data) -> None:
    (finding,) = _check(data | {"cost": "Cuesta $10."})
    assert str(finding) == "pedir_copia: cost: debe decir que el trámite es gratis [gratis]"


def _directory(folder: Path, file: str, change: Callable[[Data], Any]) -> Directory:
    copytree(FOLDER, folder, dirs_exist_ok=True)
    data = yaml.safe_load((folder / file).read_text(encoding="utf-8"))
    change(data)
    (folder / file).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return Directory.load(folder)


@pytest.mark.parametrize(
    ("file", "spoil", "rule", "field"),
    [
        ("pagos.yml", lambda d: d.update(official_list="Te garantizamos la lista."), "promise",
         "official_list"),
        ("pagos.yml", lambda d: d.update(tramite="nadie"), "reference", "tramite"),
        ("pagos.yml", lambda d: d.update(ways=["pago_spei", "pago_cheque"]), "reference",
         "ways[2]"),
        ("pagos.yml", lambda d: d.update(verified_on=date(2025, 11, 1)), "age", "verified_on"),
        ("pagos.yml", lambda d: d.update(sources=[{"title": "X", "date": "2026"}]), "source",
         "sources"),
        ("servicios.yml", lambda d: d["services"][1].update(note="Llama a la pagina."), "accent",
         "services[2].note"),
        ("servicios.yml", lambda d: d["services"][1].update(tramite="nadie"), "reference",
         "services[2].tramite"),
        ("servicios.yml", lambda d: d["services"][0].update(verified_on=date(2026, 12, 1)), "age",
         "services[1].verified_on"),
        ("servicios.yml", lambda d: d["services"][0]["sometimes"].update(saturday=HARD), "reading",
         "services[1].sometimes.saturday"),
        ("servicios.yml", lambda d: d["services"][1].update(phones=["800 123 4567"]), "phone",
         "services[2].phones[1]"),
        ("servicios.yml", lambda d: d["official"].update(steps=["Favor de entrar."]),
         "bureaucratese", "official.steps[1]"),
        ("estados.yml", lambda d: d.update(verified_on=date(2025, 1, 1)), "age", "verified_on"),
        ("estados.yml", lambda d: d["states"][14]["offices"][0].update(address="Pagina 1"),
         "accent", "states[15].offices[1].address"),
        ("estados.yml", lambda d: d["states"][14]["offices"][1].update(
            verified_on=date(2025, 1, 1)), "age", "states[15].offices[2].verified_on"),
    ],
)  # fmt: skip
def test_the_directory_is_read_too(
    tmp_path: Path, file: str, spoil: Callable[[Data], Any], rule: str, field: str
) -> None:
    directory = _directory(tmp_path, file, spoil)
    library = Library.load()
    found = check(library, directory, today=max(t.verified_on for t in library))
    page = f"directorio/{file.removesuffix('.yml')}"
    assert [(f.page, f.rule, f.field) for f in found] == [(page, rule, field)]


def test_what_to_verify_of_the_directory_is_told_by_its_part(tmp_path: Path) -> None:
    old = date(2026, 1, 1)
    directory = _directory(
        tmp_path, "servicios.yml", lambda d: d["services"][1].update(verified_on=old)
    )
    (found,) = stale(entries((), directory), today=TODAY, over=timedelta(days=30))
    assert found.entry.name == "directorio/servicios: services[2]"
    assert found.entry.confidence == "baja"
    assert "no está confirmado" in (found.entry.disputed or "")
    assert found.entry.sources[0].title == "El Portal del Empleo"


def test_every_text_about_a_problem_is_used_and_every_one_used_is_there() -> None:
    folders = ("kb", "chat_infonavit")
    code = "".join(p.read_text() for folder in folders for p in (ROOT / folder).rglob("*.py"))
    there = set(texts().model_extra or {})
    assert [key for key in there if f'"{key}"' not in code] == []
    assert set(re.findall(r'why\(\s*"(\w+)"', code)) <= there
