"""A person's documents: handed out once to the session they were issued to, and their folios told.

Whoever holds a sheet of paper may ask whether it is ours; the page tells only what the sheet shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
from aiohttp import hdrs, web

from connectors.settings import Settings
from connectors.web.access import Access
from connectors.web.ids import CHANNEL
from connectors.web.limits import Buckets
from connectors.web.problems import Problem, messages
from connectors.web.security import caller
from conversations.documents import DOWNLOADS, VERIFICATION
from conversations.errors import DocumentRefused, VaultRejected, VaultUnavailable
from conversations.messages import Authentic
from conversations.service import Conversations

_HERE = Path(__file__).parent / "widget"
_MEXICO_CITY = ZoneInfo("America/Mexico_City")
_TOKEN = r"[A-Za-z0-9_-]{20,100}"  # noqa: S105 - the form of a token, not one
_FILE_NAME = r"[a-z0-9-]{1,80}\.pdf"
_FOLIO = r"[A-Za-z0-9-]{1,40}"
_RETRY_SECONDS = 5
_REFUSALS: Mapping[str, tuple[int, str]] = {
    "not_verified": (403, "document_not_verified"),
    "unknown": (404, "document_unknown"),
    "used": (410, "document_used"),
    "expired": (410, "document_expired"),
}


class Documents:
    """The download of documents and the page about a folio."""

    def __init__(self, core: Conversations, settings: Settings, access: Access) -> None:
        self._core = core
        self._access = access
        self._downloads = Buckets(settings.download_burst, settings.downloads_per_second)
        self._looks = Buckets(settings.verification_burst, settings.verifications_per_second)
        loader = jinja2.FileSystemLoader(_HERE)
        # Nothing is trusted: the folio comes from an address anybody may write.
        self._page = jinja2.Environment(loader=loader, autoescape=True).get_template("verify.html")

    def routes(self) -> list[web.RouteDef]:
        """Build the routes; a HEAD would use a link up, so there is none."""
        path = rf"{DOWNLOADS}/{{token:{_TOKEN}}}/{{name:{_FILE_NAME}}}"
        return [
            web.get(path, self._download, allow_head=False),
            web.get(rf"{VERIFICATION}/{{folio:{_FOLIO}}}", self._verify),
        ]

    async def _download(self, request: web.Request) -> web.Response:
        """Hand a document out."""
        session = await self._access.session(request)
        wait = self._downloads.take(session.key)
        if wait:
            raise Problem(429, "too_fast", retry_after=wait)
        token, name = request.match_info["token"], request.match_info["name"]
        try:
            body = await self._core.document(session.conversation, CHANNEL, session.identity, token)
        except DocumentRefused as refused:
            raise Problem(*_REFUSALS[refused.reason]) from None
        except (VaultUnavailable, VaultRejected):
            raise Problem(503, "documents_away", retry_after=_RETRY_SECONDS) from None
        headers = {
            hdrs.CACHE_CONTROL: "no-store",
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"',
        }
        return web.Response(body=body, headers=headers, content_type="application/pdf")

    async def _verify(self, request: web.Request) -> web.Response:
        """Show what is known of a folio."""
        wait = self._looks.take(caller(request))
        if wait:
            return self._shown("too_fast", 429, {hdrs.RETRY_AFTER: str(wait)})
        folio = request.match_info["folio"].upper()
        try:
            found = await self._core.authentic(folio)
        except (VaultUnavailable, VaultRejected):
            return self._shown("away", 503, {hdrs.RETRY_AFTER: str(_RETRY_SECONDS)})
        if found is None:
            return self._shown("unknown", 404, {}, folio=folio)
        return self._shown("known", 200, {}, rows=_rows(found), demo=found.demo)

    def _shown(
        self, state: str, status: int, headers: Mapping[str, str], **more: object
    ) -> web.Response:
        said = messages()["verification"]
        text = self._page.render(said=said, state=said[state], **more)
        return web.Response(text=text, status=status, headers=headers, content_type="text/html")


def _rows(found: Authentic) -> list[tuple[str, str]]:
    labels = messages()["verification"]["labels"]
    rows = [
        ("title", found.title),
        ("period", found.period),
        ("issued_at", f"{found.issued_at.astimezone(_MEXICO_CITY):%d/%m/%Y, %H:%M}"),
        ("nss", found.nss_masked),
        ("fingerprint", found.fingerprint),
        ("folio", found.folio),
    ]
    return [(labels[name], value) for name, value in rows if value]
