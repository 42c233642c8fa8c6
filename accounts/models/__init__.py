"""Declare the tables; importing this package registers all of them."""

from accounts.models.audit import AuditEntry, AuditHead
from accounts.models.base import Base
from accounts.models.credits import (
    Credit,
    CreditApplication,
    CreditInsurance,
    CreditMovement,
    CreditSupport,
    DiscountNotice,
    PaymentClaim,
)
from accounts.models.documents import DocumentLink, IssuedDocument
from accounts.models.files import CorrectionRequest, Evidence, RefusedFile
from accounts.models.guides import GuidePlace
from accounts.models.people import Employer, Person, PointComponent, WorkRelation
from accounts.models.proofs import (
    DemoSeed,
    IdempotencyKey,
    OneTimeCode,
    SealedContent,
    VaultCounter,
    VaultEntry,
    VerifiedSession,
)
from accounts.models.requests import (
    Appointment,
    ContactChange,
    RequestStage,
    ServiceRequest,
)
from accounts.models.savings import Contribution, SavingsMovement

__all__ = [
    "Appointment",
    "AuditEntry",
    "AuditHead",
    "Base",
    "ContactChange",
    "Contribution",
    "CorrectionRequest",
    "Credit",
    "CreditApplication",
    "CreditInsurance",
    "CreditMovement",
    "CreditSupport",
    "DemoSeed",
    "DiscountNotice",
    "DocumentLink",
    "Employer",
    "Evidence",
    "GuidePlace",
    "IdempotencyKey",
    "IssuedDocument",
    "OneTimeCode",
    "PaymentClaim",
    "Person",
    "PointComponent",
    "RefusedFile",
    "RequestStage",
    "SavingsMovement",
    "SealedContent",
    "ServiceRequest",
    "VaultCounter",
    "VaultEntry",
    "VerifiedSession",
    "WorkRelation",
]
