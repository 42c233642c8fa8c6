"""Name what can go wrong in the account service, once for the server and for its client."""

from typing import ClassVar, Literal

Reason = Literal[
    "empty",
    "too_big",
    "private_key",
    "key_store",
    "password",
    "image",
    "pdf",
    "archive",
    "document",
    "not_supported",
    "not_xml",
    "forbidden_dtd",
    "wrong_encoding",
    "too_deep",
    "not_cfdi",
    "not_payroll",
    "two_payrolls",
    "wrong_version",
    "not_stamped",
    "missing_rfc",
    "not_certificate",
    "not_sat",
    "company",
    "not_yet_valid",
    "expired",
    "unknown_issuer",
]
"""Why a file was refused."""


class AccountsError(Exception):
    """Base of the family; `type` and `status` are those of the problem document."""

    type: ClassVar[str] = "internal-error"
    status: ClassVar[int] = 500

    def __init__(self, detail: str | None = None) -> None:
        """Keep an optional detail meant for developers; it never holds a value received."""
        super().__init__(detail or self.type)
        self.detail = detail


class ConfigurationError(AccountsError):
    """Raise when the process cannot start with the settings given."""

    type = "configuration"


class Unavailable(AccountsError):
    """Raise when the service or its database does not answer in time."""

    type = "unavailable"
    status = 503


class Unauthorized(AccountsError):
    """Raise when a call comes without the service token."""

    type = "unauthorized"
    status = 401


class NotVerified(AccountsError):
    """Raise when a personal answer is asked for without a verified session."""

    type = "not-verified"
    status = 403


class LevelTooLow(NotVerified):
    """Raise when the call needs a session, or a code fresher than the session has."""

    type = "level"


class NotFound(AccountsError):
    """Raise when what is asked for does not exist."""

    type = "not-found"
    status = 404


class NoCredit(NotFound):
    """Raise when the person has never had a credit."""

    type = "no-credit"


class NoPaymentDue(NotFound):
    """Raise when the credit is paid off and nothing will fall due."""

    type = "no-payment-due"


class NoApplication(NotFound):
    """Raise when the person has no credit application."""

    type = "no-application"


class NothingToPrint(NotFound):
    """Raise when the account holds nothing of what the document would say."""

    type = "nothing-to-print"


class DocumentUsed(AccountsError):
    """Raise when a document was already fetched with that token."""

    type = "document-used"
    status = 410


class DocumentExpired(AccountsError):
    """Raise when a document was not fetched in time."""

    type = "document-expired"
    status = 410


class NoRequest(NotFound):
    """Raise when no request of the person has that folio."""

    type = "no-request"


class NoAppointment(NotFound):
    """Raise when the person has no such appointment still to come."""

    type = "no-appointment"


class Invalid(AccountsError):
    """Raise when the request does not have the form the contract asks for."""

    type = "invalid"
    status = 422


class Malformed(Invalid):
    """Raise when the body is not JSON."""

    type = "malformed"
    status = 400


class MonthOutside(Invalid):
    """Raise when a month has not come yet, or was before the credit."""

    type = "month-outside"


class UnknownEvidence(Invalid):
    """Raise when a file's facts have expired or belong to another conversation."""

    type = "unknown-evidence"


class NotCorrectable(Invalid):
    """Raise when the file gives no ground for the correction that is asked for."""

    type = "not-correctable"
    status = 409


class YearNotClosed(Invalid):
    """Raise when a year's document is asked for before the year has ended."""

    type = "year-not-closed"
    status = 409


class NotASlot(Invalid):
    """Raise when an office gives no appointment on that day or at that hour."""

    type = "not-a-slot"


class SlotTaken(Invalid):
    """Raise when no place is left in a slot."""

    type = "slot-taken"
    status = 409


class AlreadyBooked(Invalid):
    """Raise when the person has one for the same office and purpose, or at the same hour."""

    type = "already-booked"
    status = 409


class BadPhone(Invalid):
    """Raise when a telephone does not have the ten digits of one in Mexico."""

    type = "bad-phone"


class BadEmail(Invalid):
    """Raise when an e-mail does not have the form of one."""

    type = "bad-email"


class ContactCooling(Invalid):
    """Raise when the contact was changed a moment ago, or too many changes were begun."""

    type = "contact-cooling"
    status = 409


class UnknownToken(Invalid):
    """Raise when a vault token has expired or was never given to that conversation."""

    type = "unknown-token"


class KeyReused(Invalid):
    """Raise when an Idempotency-Key comes again with another request."""

    type = "idempotency-key-reused"


class FileRefused(Invalid):
    """Raise when a file cannot be accepted; `reason` says why and nothing of what it holds."""

    type = "file-refused"

    def __init__(self, reason: Reason = "not_supported") -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason: Reason = reason


class MethodNotAllowed(Invalid):
    """Raise when the path exists and the method does not."""

    type = "method-not-allowed"
    status = 405


class TooLarge(Invalid):
    """Raise when the body is larger than the service reads."""

    type = "too-large"
    status = 413


class UnsupportedMediaType(Invalid):
    """Raise when the body is not declared as JSON."""

    type = "unsupported-media-type"
    status = 415


def _family(base: type[AccountsError]) -> list[type[AccountsError]]:
    return [base, *(kind for child in base.__subclasses__() for kind in _family(child))]


BY_TYPE: dict[str, type[AccountsError]] = {kind.type: kind for kind in _family(AccountsError)}
