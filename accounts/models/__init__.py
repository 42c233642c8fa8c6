"""Declare the tables; importing this package registers all of them."""

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
from accounts.models.savings import SavingsMovement

__all__ = [
    "Base",
    "CorrectionRequest",
    "Credit",
    "CreditApplication",
    "CreditInsurance",
    "CreditMovement",
    "CreditSupport",
    "DemoSeed",
    "DiscountNotice",
    "Employer",
    "Evidence",
    "GuidePlace",
    "IdempotencyKey",
    "OneTimeCode",
    "PaymentClaim",
    "Person",
    "PointComponent",
    "RefusedFile",
    "SavingsMovement",
    "SealedContent",
    "VaultCounter",
    "VaultEntry",
    "VerifiedSession",
    "WorkRelation",
]
