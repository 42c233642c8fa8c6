"""Set a document as a tagged PDF. What a person is called is data: it is never read as markup."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from accounts.documents.issue import Waiting
from accounts.documents.kinds import SPECS
from accounts.documents.schemas import verification_path

_TEMPLATES = Path(__file__).parent / "templates"


def pdf(document: Waiting, public_url: str) -> bytes:
    """Return the PDF of a document; it takes a moment."""
    url = public_url + verification_path(document.folio)
    data = {**document.content, "url": url, "qr": qr_code(url)}
    return typeset(SPECS[document.kind].template, data)


def qr_code(text: str) -> str:
    """Return a QR code as SVG."""
    # With their own imports: whoever only names a document loads neither.
    import segno

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=2, nl=False)
    return drawn.getvalue().decode()


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF of a template and what it reads, as JSON."""
    import typst

    document: bytes = typst.compile(
        str(_TEMPLATES / f"{template}.typ"),
        root=str(_TEMPLATES),
        # The same sheet on every machine: only the fonts that the typesetter brings.
        ignore_system_fonts=True,
        sys_inputs={"documento": json.dumps(data, ensure_ascii=False)},
        # Universal accessibility: a screen reader knows headings, tables and reading order.
        pdf_standards=["ua-1"],
    )
    return document
