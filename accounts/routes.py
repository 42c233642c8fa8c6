"""List the endpoints once: the table that is served is the table that is documented."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from accounts import (
    credit_handlers,
    credit_schemas,
    file_schemas,
    handlers,
    places,
    schemas,
    uploads,
)
from accounts.documents import handlers as documents
from accounts.documents.schemas import Authentic, DocumentRequest, Issued
from accounts.errors import (
    AccountsError,
    DocumentExpired,
    DocumentUsed,
    FileRefused,
    Invalid,
    KeyReused,
    LevelTooLow,
    MonthOutside,
    NoApplication,
    NoCredit,
    NoPaymentDue,
    NotCorrectable,
    NotFound,
    NothingToPrint,
    NotVerified,
    UnknownEvidence,
    UnknownToken,
    UnsupportedMediaType,
    YearNotClosed,
)
from accounts.handlers import Handler
from accounts.service import Answers


@dataclass(frozen=True)
class Route:
    """Hold an endpoint as it is served and as it is documented."""

    method: str
    path: str
    handler: Handler
    summary: str
    answer: type[BaseModel] | None
    status: int = 200
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    errors: tuple[type[AccountsError], ...] = ()
    personal: bool = False
    idempotent: bool = False
    upload: bool = False
    download: str | None = None
    """The media type of an answer that is no JSON."""


def personal(
    path: str,
    handler: Handler,
    summary: str,
    answer: Any,
    *errors: type[AccountsError],
    **more: Any,
) -> Route:
    """Describe an endpoint that answers about the person of a verified session."""
    return Route(
        "GET",
        f"/v1/me{path}",
        handler,
        summary,
        answer,
        errors=(NotVerified, *errors),
        personal=True,
        **more,
    )


HEALTH = Route(
    "GET", "/health", handlers.get_health, "Tell whether the service can answer", schemas.Health
)

ROUTES = (
    HEALTH,
    Route(
        "POST",
        "/v1/vault",
        handlers.put_vault,
        "Hide values of a conversation",
        schemas.Tokens,
        body=schemas.VaultRequest,
        errors=(KeyReused,),
        idempotent=True,
    ),
    Route(
        "POST",
        "/v1/sealed",
        handlers.put_sealed,
        "Keep a reply encrypted",
        schemas.SealedToken,
        201,
        body=schemas.SealRequest,
        errors=(KeyReused,),
        idempotent=True,
    ),
    Route(
        "POST",
        "/v1/sealed/open",
        handlers.open_sealed,
        "Open sealed replies of a conversation",
        schemas.Opened,
        body=schemas.OpenRequest,
    ),
    Route(
        "POST",
        "/v1/identity/start",
        handlers.start_identity,
        "Send a one-time code",
        schemas.Started,
        202,
        body=schemas.StartRequest,
        errors=(UnknownToken, KeyReused),
        idempotent=True,
    ),
    Route(
        "POST",
        "/v1/identity/verify",
        handlers.verify_identity,
        "Try a one-time code",
        schemas.Verification,
        body=schemas.VerifyRequest,
        errors=(KeyReused,),
        idempotent=True,
    ),
    Route(
        "POST",
        "/v1/identity/code",
        uploads.send_fresh_code,
        "Send a fresh code to whoever the session belongs to",
        schemas.Started,
        202,
        body=file_schemas.FreshCodeRequest,
        errors=(NotVerified, KeyReused),
        idempotent=True,
    ),
    Route(
        "POST",
        "/v1/files",
        uploads.put_file,
        "Read a payroll receipt or a certificate and keep its facts",
        file_schemas.Kept,
        201,
        errors=(FileRefused, Invalid, UnsupportedMediaType, KeyReused),
        personal=True,
        idempotent=True,
        upload=True,
    ),
    Route(
        "POST",
        "/v1/corrections",
        uploads.put_correction,
        "Ask for a correction by the evidence of a file",
        file_schemas.Correction,
        201,
        body=file_schemas.CorrectionBody,
        errors=(LevelTooLow, UnknownEvidence, NotCorrectable, KeyReused),
        idempotent=True,
    ),
    Route(
        "GET",
        "/v1/me/comparison",
        uploads.get_comparison,
        "Compare a file with the account",
        file_schemas.Comparison,
        query=file_schemas.EvidenceQuery,
        errors=(LevelTooLow, UnknownEvidence),
        personal=True,
    ),
    Route(
        "GET",
        "/v1/session",
        handlers.get_session,
        "Tell the level of identity of a conversation",
        schemas.SessionState,
        query=schemas.SessionQuery,
    ),
    Route(
        "DELETE",
        "/v1/session",
        handlers.end_session,
        "End a session and forget what it left",
        None,
        204,
        query=schemas.ConversationQuery,
    ),
    personal("", handlers.about(Answers.me), "Tell who the session belongs to", schemas.Me),
    personal(
        "/credit",
        handlers.about(Answers.credit),
        "Tell the credit and what is owed",
        schemas.Credit,
        NoCredit,
    ),
    personal(
        "/credit/next-payment",
        handlers.about(Answers.next_payment),
        "Tell the next monthly payment",
        schemas.NextPayment,
        NoCredit,
        NoPaymentDue,
    ),
    personal(
        "/credit/movements",
        credit_handlers.get_movements,
        "Tell the newest movements of the credit within a period",
        credit_schemas.Movements,
        NoCredit,
        query=credit_schemas.PeriodQuery,
    ),
    personal(
        "/credit/breakdown",
        handlers.about(Answers.breakdown),
        "Tell all that was paid and where it went, year by year",
        credit_schemas.Breakdown,
        NoCredit,
    ),
    personal(
        "/credit/payoff",
        handlers.about(Answers.payoff),
        "Tell what pays the credit off today",
        credit_schemas.Payoff,
        NoCredit,
        NoPaymentDue,
    ),
    personal(
        "/credit/simulation",
        credit_handlers.get_simulation,
        "Simulate paying more: once, each month or both",
        credit_schemas.Simulation,
        NoCredit,
        NoPaymentDue,
        query=credit_schemas.SimulationQuery,
    ),
    personal(
        "/credit/insurances",
        handlers.about(Answers.insurances),
        "Tell the insurances that come with the credit",
        credit_schemas.Insurances,
        NoCredit,
    ),
    personal(
        "/claims",
        credit_handlers.get_claims,
        "Tell the claims for payments that do not show",
        credit_schemas.Claims,
    ),
    Route(
        "POST",
        "/v1/claims",
        credit_handlers.put_claim,
        "Claim a payment that does not show",
        credit_schemas.Claim,
        201,
        body=credit_schemas.ClaimBody,
        errors=(NotVerified, NoCredit, MonthOutside, KeyReused),
        idempotent=True,
    ),
    personal(
        "/savings",
        handlers.about(Answers.savings),
        "Tell the balance of the Subcuenta",
        schemas.Savings,
    ),
    personal(
        "/points", handlers.about(Answers.points), "Tell the points and the minimum", schemas.Points
    ),
    personal(
        "/application",
        handlers.about(Answers.application),
        "Tell the stage of the credit application",
        schemas.Application,
        NoApplication,
    ),
    personal(
        "/notices",
        handlers.about(Answers.notices),
        "Tell the notices sent to employers",
        schemas.Notices,
    ),
)

GUIDE_ROUTES = (
    personal(
        "/guides", handlers.get_places, "Tell the step of each guide left open", places.Places
    ),
    Route(
        "PUT",
        "/v1/me/guides",
        handlers.put_place,
        "Keep or forget the step of one guide",
        places.Places,
        body=places.PlaceRequest,
        errors=(NotVerified,),
        personal=True,
    ),
)

DOCUMENT_ROUTES = (
    Route(
        "POST",
        "/v1/documents",
        documents.put_document,
        "Issue a document of the session's person",
        Issued,
        201,
        body=DocumentRequest,
        errors=(NotVerified, NoCredit, NoPaymentDue, NothingToPrint, YearNotClosed, KeyReused),
        idempotent=True,
    ),
    Route(
        "GET",
        "/v1/documents/{token}",
        documents.fetch_document,
        "Hand a document out, once",
        None,
        errors=(NotVerified, NotFound, DocumentUsed, DocumentExpired),
        personal=True,
        download="application/pdf",
    ),
    Route(
        "GET",
        "/v1/documents/verify/{folio}",
        documents.verify_document,
        "Tell what was issued under a folio",
        Authentic,
        errors=(NotFound,),
    ),
)

DEMO_ROUTES = (
    Route(
        "GET",
        "/v1/demo/people",
        handlers.get_demo_people,
        "Tell the demo people and their figures",
        schemas.DemoPeople,
        query=schemas.DemoQuery,
    ),
    Route(
        "GET",
        "/v1/demo/code",
        handlers.get_demo_code,
        "Tell the code just issued to a conversation",
        schemas.DemoCode,
        query=schemas.ConversationQuery,
        errors=(NotFound,),
    ),
)
