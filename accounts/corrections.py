"""Compare what a file says with a person's account, and take the request to correct it.

Only the facts of a file are kept, encrypted, for less than a day. A request keeps the number
proposed and what its truth can be checked with; who decides it is the institution.
"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal, Self, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from accounts import audit, file_schemas, identity, requests
from accounts.crypto import KeyRing
from accounts.db import serialize, upsert
from accounts.errors import LevelTooLow, NotCorrectable, NotVerified, Reason, UnknownEvidence
from accounts.files import FileFacts, PayrollReceipt
from accounts.models import CorrectionRequest, Evidence, Person, RefusedFile, VerifiedSession

# Less than a day, so that housekeeping that runs late still deletes within the day promised.
TTL = timedelta(hours=23)
SHOWN = 3
PURPOSE = "correccion_datos"
RECEIVED = "recibida"
_MEXICO_CITY = ZoneInfo("America/Mexico_City")

Result = Literal["matches", "differs", "missing"]
_FIELDS: tuple[Literal["rfc", "curp", "nss"], ...] = ("rfc", "curp", "nss")


class Facts(BaseModel):
    """What is kept of a file."""

    model_config = ConfigDict(frozen=True)

    source: file_schemas.Source
    rfc: str
    curp: str | None
    nss: str | None
    reference: str
    issuer_verified: bool | None

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Leave the numbers out of every log and traceback."""
        return [("source", self.source)]

    @classmethod
    def of(cls, facts: FileFacts) -> Self:
        """Keep the least of what was read."""
        if isinstance(facts, PayrollReceipt):
            return cls(
                source="cfdi",
                rfc=facts.rfc,
                curp=facts.curp,
                nss=facts.nss,
                reference=facts.uuid,
                issuer_verified=None,
            )
        return cls(
            source="cer",
            rfc=facts.rfc,
            curp=facts.curp,
            nss=None,
            reference=facts.serial,
            issuer_verified=facts.issuer_verified,
        )


class Upload(BaseModel):
    """A file as a request: repeats of it are told from other files."""

    model_config = ConfigDict(frozen=True)

    conversation: str
    identity: str
    facts: Facts


def _context(evidence_id: str, conversation: str) -> str:
    return f"evidence/{evidence_id}/{conversation}"


def request_field(folio: str, field: str) -> str:
    """Give the context in which a field of a request is encrypted."""
    return f"correction_requests/{field}/{folio}"


async def keep(
    session: AsyncSession, keys: KeyRing, upload: Upload, now: datetime
) -> file_schemas.Kept:
    """Keep the facts of a file for a conversation and the identity that sent it."""
    evidence_id = secrets.token_urlsafe(16)
    session.add(
        Evidence(
            id=evidence_id,
            conversation=upload.conversation,
            identity_index=identity.identity_indexes(keys, upload.identity)[0],
            content=keys.encrypt(
                upload.facts.model_dump_json(), _context(evidence_id, upload.conversation)
            ),
            expires_at=now + TTL,
        )
    )
    return file_schemas.Kept(
        evidence=evidence_id,
        source=upload.facts.source,
        expires_in=int(TTL.total_seconds()),
    )


async def count_refusal(session: AsyncSession, reason: Reason, day: date) -> None:
    """Count a refused file; nothing about it is written down."""
    insert = upsert(session, RefusedFile).values(day=day, reason=reason, count=1)
    await session.execute(
        insert.on_conflict_do_update(
            index_elements=["day", "reason"], set_={"count": RefusedFile.count + 1}
        )
    )


async def compare(
    session: AsyncSession,
    keys: KeyRing,
    live: VerifiedSession,
    who: str,
    evidence_id: str,
    now: datetime,
) -> file_schemas.Comparison:
    """Tell what of a file matches the account of the session's person."""
    facts = await _facts(session, keys, live.conversation, who, evidence_id, now)
    person = await session.get_one(Person, live.person_id)
    fields = [_compared(keys, person, facts, name) for name in _FIELDS]
    return file_schemas.Comparison(
        source=facts.source,
        fields=fields,
        verdict=_verdict({one.field: one.result for one in fields}),
        issuer_verified=facts.issuer_verified,
    )


async def request(
    session: AsyncSession, keys: KeyRing, body: file_schemas.CorrectionBody, now: datetime
) -> file_schemas.Correction:
    """Take a correction; LevelTooLow without a fresh code, NotCorrectable without ground."""
    try:
        live = await identity.live_session(session, keys, body.conversation, body.identity, now)
    except NotVerified:
        raise LevelTooLow from None
    if not identity.is_fresh(live, now):
        raise LevelTooLow
    compared = await compare(session, keys, live, body.identity, body.evidence, now)
    if compared.verdict != "correctable":
        raise NotCorrectable
    facts = await _facts(session, keys, live.conversation, body.identity, body.evidence, now)
    await serialize(session, f"correction:{live.person_id}")
    known = await _open_request(session, keys, live.person_id, body.field, facts.rfc)
    filed = known or await _file(session, keys, live, body.field, facts, now)
    return file_schemas.Correction(
        folio=filed.folio,
        field=body.field,
        state=RECEIVED,
        requested_on=filed.created_at.astimezone(_MEXICO_CITY).date(),
        repeated=known is not None,
    )


async def _facts(
    session: AsyncSession,
    keys: KeyRing,
    conversation: str,
    who: str,
    evidence_id: str,
    now: datetime,
) -> Facts:
    found = await session.scalar(
        select(Evidence).where(
            Evidence.id == evidence_id,
            Evidence.conversation == conversation,
            Evidence.identity_index.in_(identity.identity_indexes(keys, who)),
            Evidence.expires_at > now,
        )
    )
    if found is None:
        raise UnknownEvidence
    text = keys.decrypt(found.content, _context(found.id, found.conversation))
    return Facts.model_validate_json(text)


def _compared(
    keys: KeyRing, person: Person, facts: Facts, name: Literal["rfc", "curp", "nss"]
) -> file_schemas.ComparedField:
    known = keys.decrypt(getattr(person, name), identity.person_field(person.id, name))
    given = cast("str | None", getattr(facts, name))
    result: Result = "missing"
    if given is not None:
        same = hmac.compare_digest(given.encode(), known.encode())
        result = "matches" if same else "differs"
    return file_schemas.ComparedField(
        field=name,
        result=result,
        in_file=given[-SHOWN:] if given else None,
        in_account=known[-SHOWN:],
    )


def _verdict(
    results: Mapping[str, Result],
) -> Literal["same", "correctable", "another_person", "unproven"]:
    others = (results["curp"], results["nss"])
    if results["rfc"] == "matches":
        return "same"
    if "matches" in others:
        return "correctable"
    return "another_person" if "differs" in others else "unproven"


async def _open_request(
    session: AsyncSession, keys: KeyRing, person_id: int, field: str, proposed: str
) -> CorrectionRequest | None:
    """Find the same request, still undecided: asking twice gives one folio."""
    return await session.scalar(
        select(CorrectionRequest)
        .where(
            CorrectionRequest.person_id == person_id,
            CorrectionRequest.field == field,
            CorrectionRequest.state == RECEIVED,
            CorrectionRequest.proposed_index.in_(
                keys.indexes(proposed, proposed_context(person_id))
            ),
        )
        .limit(1)
    )


def proposed_context(person_id: int) -> str:
    """Give the context in which a proposed value is indexed."""
    return f"correction/{person_id}"


async def _file(
    session: AsyncSession,
    keys: KeyRing,
    live: VerifiedSession,
    field: str,
    facts: Facts,
    now: datetime,
) -> CorrectionRequest:
    person_id = live.person_id
    folio = await requests.opened(session, person_id, "correccion", now, subject=field)
    audit.changed(session, person_id, live.conversation, now, "correction", "request")
    filed = CorrectionRequest(
        folio=folio,
        person_id=person_id,
        field=field,
        purpose=PURPOSE,
        state=RECEIVED,
        source=facts.source,
        proposed=keys.encrypt(facts.rfc, request_field(folio, "proposed")),
        proposed_index=keys.index(facts.rfc, proposed_context(person_id)),
        reference=keys.encrypt(facts.reference, request_field(folio, "reference")),
        created_at=now,
    )
    session.add(filed)
    return filed
