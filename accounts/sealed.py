"""Say in which context each long-lived encrypted column is, so that one place opens them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.corrections import proposed_context, request_field
from accounts.credit_answers import credit_field
from accounts.identity import account_context, person_field
from accounts.models import CorrectionRequest, Credit, Person
from accounts.models.base import Base

Context = Callable[[Mapping[str, Any], str], str]


@dataclass(frozen=True)
class SealedTable:
    """A table's encrypted columns and their context; `indexes` are told from one of them."""

    model: type[Base]
    columns: tuple[str, ...]
    context: Context
    indexes: Mapping[str, tuple[str, Context]]


SEALED = (
    SealedTable(
        Person,
        ("nss", "curp", "rfc", "first_name", "full_name", "phone", "email"),
        lambda row, column: person_field(row["id"], column),
        {"nss_index": ("nss", lambda row, column: account_context())},
    ),
    SealedTable(Credit, ("number",), lambda row, column: credit_field(row["id"]), {}),
    SealedTable(
        CorrectionRequest,
        ("proposed", "reference"),
        lambda row, column: request_field(row["folio"], column),
        {"proposed_index": ("proposed", lambda row, column: proposed_context(row["person_id"]))},
    ),
)
BY_TABLE = {one.model.__tablename__: one for one in SEALED}
# Encrypted too, and gone within a day: they are not written anew.
SHORT_LIVED = {
    "vault_entries",
    "sealed_contents",
    "idempotency_keys",
    "evidence",
    "document_links",
    "contact_changes",
}
