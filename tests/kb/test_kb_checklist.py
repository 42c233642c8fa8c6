from __future__ import annotations

import re

import pytest

from kb.checklist import checklist, typeset
from kb.library import Library

LIBRARY = Library.load()


@pytest.mark.parametrize("name", ["correccion_rfc", "nss_obtener", "precalificacion_puntos"])
def test_a_checklist_is_a_tagged_pdf_in_spanish(name: str):
    document = checklist(LIBRARY.get(name))
    assert document.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in document and b"/Marked true" in document
    assert re.search(rb"/Lang\s*\(es-MX\)", document)


def test_every_trámite_fits_one_page():
    for tramite in LIBRARY.tramites:
        pages = re.findall(rb"/Type\s*/Page\b", checklist(tramite))
        assert len(pages) == 1, tramite.id


def test_the_same_trámite_gives_the_same_bytes():
    tramite = LIBRARY.get("correccion_rfc")
    first = checklist(tramite)
    typeset.cache_clear()
    assert checklist(tramite) == first


def test_what_is_written_is_never_read_as_markup():
    tramite = LIBRARY.get("correccion_rfc")
    odd = tramite.model_copy(update={"requirements": ("#panic() *x* $y$ @nadie",)})
    assert checklist(odd) != checklist(tramite)
