"""Issue documents, hand each out once in the session it was asked in, and tell a folio's truth."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from accounts.crypto import KeyRing
from accounts.documents.formats import day, fingerprint
from accounts.documents.kinds import SPECS
from accounts.documents.periods import Period
from accounts.documents.schemas import Authentic, DocumentRequest, Issued, Kind
from accounts.documents.source import Source
from accounts.documents.wording import wording
from accounts.errors import DocumentExpired, DocumentUsed, NotFound
from accounts.models import DocumentLink, IssuedDocument, Person, VerifiedSession

TTL = timedelta(minutes=10)
_FOLIO_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_TOKEN = "documents/token"  # noqa: S105 - where it belongs, not a token


@dataclass(frozen=True)
class Waiting:
    """A document that waits to be fetched: what it says and by which template."""

    folio: str
    kind: Kind
    content: dict[str, Any]


async def issue(
    session: AsyncSession,
    keys: KeyRing,
    live: VerifiedSession,
    asked: DocumentRequest,
    now: datetime,
    today: date,
) -> Issued:
    """Write a document of the session's person down and give the token that fetches it.

    Raise what the figures raise: NoCredit, NoPaymentDue, NothingToPrint, YearNotClosed.
    """
    spec, words = SPECS[asked.kind], wording()
    period = spec.period(asked.period, today)
    person = await session.get_one(Person, live.person_id)
    said = await spec.write(Source(session, keys, person, today), period)
    folio, token = _folio(), secrets.token_urlsafe(32)
    content = _content(asked.kind, said, folio, person.demo, today)
    digest = keys.index(json.dumps(said, sort_keys=True), _digest_context(folio))
    content["fingerprint"] = words.verify_fingerprint.format(fingerprint=fingerprint(digest))
    session.add(
        IssuedDocument(
            folio=folio,
            person_id=person.id,
            kind=asked.kind,
            period=said["subtitle"] if period else None,
            digest=digest,
            issued_at=now,
        )
    )
    # The link's folio is a key of the other table: it goes first.
    await session.flush()
    session.add(
        DocumentLink(
            token=keys.index(token, _TOKEN),
            folio=folio,
            conversation=live.conversation,
            identity_index=live.identity_index,
            session_started_at=live.started_at,
            content=keys.encrypt(json.dumps(content), _content_context(folio)),
            expires_at=now + TTL,
        )
    )
    return Issued(
        folio=folio,
        token=token,
        title=words.sheets[asked.kind].title,
        period=period.text if period else None,
        file_name=_file_name(asked.kind, period),
        expires_in=int(TTL.total_seconds()),
    )


def _content(
    kind: Kind, said: dict[str, Any], folio: str, demo: bool, today: date
) -> dict[str, Any]:
    words = wording()
    sheet = words.sheets[kind]
    return {
        **said,
        "title": sheet.title,
        "lead": sheet.lead,
        "notes": list(sheet.notes),
        "steps": list(sheet.steps),
        "labels": dict(words.labels),
        "none": words.none,
        "author": words.author,
        "issued": words.issued.format(day=day(today)),
        "of_page": words.of_page,
        "footer": words.footer_demo if demo else words.footer,
        "watermark": words.watermark if demo else None,
        "folio": folio,
        "verify": words.verify.format(folio=folio),
        "verify_alt": words.verify_alt.format(folio=folio),
    }


def _folio() -> str:
    groups = ("".join(secrets.choice(_FOLIO_ALPHABET) for _ in range(4)) for _ in range(3))
    return "-".join(("DOC", *groups))


def _file_name(kind: Kind, period: Period | None) -> str:
    stem = wording().sheets[kind].file
    return f"{stem}-{period.text.lower().replace('..', '-a-')}.pdf" if period else f"{stem}.pdf"


def _digest_context(folio: str) -> str:
    return f"documents/digest/{folio}"


def _content_context(folio: str) -> str:
    return f"documents/content/{folio}"


async def waiting(
    session: AsyncSession, keys: KeyRing, live: VerifiedSession, token: str, now: datetime
) -> Waiting:
    """Return the document of a token, which stays where it is.

    Raise NotFound for a token of another session, DocumentUsed or DocumentExpired.
    """
    found = (
        await session.execute(
            select(DocumentLink, IssuedDocument)
            .join(IssuedDocument, IssuedDocument.folio == DocumentLink.folio)
            .where(
                DocumentLink.token.in_(keys.indexes(token, _TOKEN)),
                DocumentLink.conversation == live.conversation,
                DocumentLink.identity_index == live.identity_index,
                DocumentLink.session_started_at == live.started_at,
                IssuedDocument.person_id == live.person_id,
            )
        )
    ).first()
    if found is None:
        raise NotFound
    link, document = found
    if link.used_at is not None:
        raise DocumentUsed
    if link.expires_at <= now or link.content is None:
        raise DocumentExpired
    content = json.loads(keys.decrypt(link.content, _content_context(link.folio)))
    return Waiting(link.folio, cast("Kind", document.kind), content)


async def take(session: AsyncSession, keys: KeyRing, token: str, now: datetime) -> None:
    """Forget what a document says as it is handed out, or raise DocumentUsed: one caller wins."""
    taken = await session.scalar(
        update(DocumentLink)
        .where(
            DocumentLink.token.in_(keys.indexes(token, _TOKEN)),
            DocumentLink.used_at.is_(None),
            DocumentLink.content.is_not(None),
        )
        .values(used_at=now, content=None)
        .returning(DocumentLink.folio)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise DocumentUsed


async def authentic(session: AsyncSession, keys: KeyRing, folio: str) -> Authentic:
    """Tell what was issued under a folio, or raise NotFound."""
    document = await session.get(IssuedDocument, folio)
    if document is None:
        raise NotFound
    person = await session.get_one(Person, document.person_id)
    kind = cast("Kind", document.kind)
    return Authentic(
        folio=folio,
        title=wording().sheets[kind].title,
        period=document.period,
        issued_at=document.issued_at,
        nss_masked=Source(session, keys, person, document.issued_at.date()).masked("nss"),
        fingerprint=fingerprint(document.digest),
        demo=person.demo,
    )
