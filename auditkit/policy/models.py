"""What a policy may say: one class a block of the file, with a description of every key.

`docs/reference/policy-keys.md` and `docs/reference/policy.schema.json` are made from these classes. A block is
immutable and knows no key but its own. What is absent or null is undeclared; it never keeps a policy from loading.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetPydanticSchema,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import core_schema

from auditkit.outcome import Waiver
from auditkit.policy.credentials import CredentialTable
from auditkit.policy.declaration import Declaration
from auditkit.policy.disclosure import Disclosure
from auditkit.policy.error import PolicyError, Problem
from auditkit.policy.fields import (
    NOT_PERSONAL,
    SHORT,
    Article9,
    Category,
    Condition,
    Day,
    Fingerprint,
    Hash,
    ISOPeriod,
    LegalBasis,
    Listed,
    Mapped,
    Name,
    OneOrMore,
    Target,
    Text,
)
from auditkit.policy.period import Calendar
from auditkit.policy.precision import Needed
from auditkit.vocabulary import is_ancestor


class Party(Declaration):
    """An organisation or a person who answers for something."""

    name: Text | None = Field(None, description="Its name.")
    contact: Text | None = Field(None, description="How to reach it; the report may show it.")
    role: Text | None = Field(None, description="What it is here, such as `joint controller`.")


class Processor(Declaration):
    """Somebody who processes the data on the controller's behalf (Art. 28)."""

    name: Text = Field(description="Its name.")
    tasks: Text | None = Field(None, description="What it does.")
    contract: Text | None = Field(None, description="The contract of Art. 28(3).")
    country: Text | None = Field(None, description="Where it processes; outside the EEA Art. 44 to 49 apply.")
    transfer: Text | None = Field(
        None, description="What allows a transfer to a third country, such as an adequacy decision."
    )
    subprocessors: Listed[Text] = Field((), description="Whom it engages in turn.")


class Purpose(Declaration):
    """Why personal data is processed, and what makes that lawful."""

    text: Text | None = Field(None, description="The purpose, in words a data subject understands.")
    legal_basis: LegalBasis | None = Field(None, description="What makes it lawful (Art. 6(1)).")
    article9: Article9 | None = Field(
        None, description="What allows special categories (Art. 9(2)); needed only where there are any."
    )
    reason: Text | None = Field(
        None, description="The law, the contract, or the balancing test behind the legal basis."
    )


class Membership(Declaration):
    """A table that says which user may act in which tenant."""

    table: Name = Field(description="The table.")
    user: Name = Field(description="Its column with the user.")
    tenant: Name = Field(description="Its column with the tenant.")
    since: Name | None = Field(
        None, alias="from", description="Its column with when the membership began; empty: ever since."
    )
    until: Name | None = Field(None, description="Its column with when it ended; empty: it has not.")


class Tenancy(Declaration):
    """What separates one tenant's data from another's."""

    root: Name | None = Field(None, description="The table whose rows are the tenants.")
    key: Name | None = Field(None, description="The column that carries the tenant in other tables.")
    shared: Listed[Name] = Field((), description="Tables that belong to no tenant.")
    null_is_shared: Listed[Name] = Field(
        (), description="Tables whose rows without a tenant are everybody's."
    )
    tokens: Listed[Name] = Field(
        (),
        description=(
            "Columns of the root that name a tenant in texts and paths; else its unique texts of 6 or more"
            " characters."
        ),
    )
    ended: Condition | None = Field(
        None, description="Which tenants have left: a column of the root, or a condition."
    )
    ended_grace: ISOPeriod | None = Field(
        None, description="How long the rows of a tenant that has left may stay."
    )
    staff: Condition | None = Field(None, description="Which users may act in every tenant.")
    membership: OneOrMore[Membership] = Field((), description="Where it stands who may act where.")


class Subject(Declaration):
    """Whom the rows of a table are about."""

    type: Text | None = Field(None, description="The kind of person, such as `customer`.")
    key: Name | None = Field(None, description="The column that says which person a row is about.")
    inactive: ISOPeriod | None = Field(
        None, description="How long nothing may be heard of a person before the data must go."
    )
    children: bool = Field(False, description="Whether children are expected among them, as in a school.")
    of_age: int = Field(
        16,
        ge=1,
        le=21,
        description=(
            "From which age somebody is no child: 16, or less where a member state says so (Art. 8(1))."
        ),
    )


class ColumnPolicy(Declaration):
    """What a column is declared to hold; a bare category is short for `{category: ...}`."""

    model_config = ConfigDict(json_schema_extra={SHORT: "category"})

    category: Category = Field(
        description="The data category (a fideslang key), or `none` for what is not personal."
    )
    reason: Text | None = Field(
        None, validate_default=True, description="Why it is not personal; `none` needs it."
    )
    precision: Needed | None = Field(
        None, description="How exactly it is needed: `exact`, `year`, `network`, `3 decimals`."
    )
    snapshot: Text | None = Field(
        None,
        description="Why it must keep a copy of another table's value, such as the address on an invoice.",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_category(cls, data: object) -> object:
        return {"category": data} if isinstance(data, str) else data

    @field_validator("reason")
    @classmethod
    def _none_has_a_reason(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if reason is None and info.data.get("category") == NOT_PERSONAL:
            raise ValueError(
                "`none` needs a reason: write {category: none, reason: why this is not personal data}"
            )
        return reason

    @property
    def personal(self) -> bool:
        """Whether it is declared to hold personal data."""
        return self.category != NOT_PERSONAL


class RetentionRule(Declaration):
    """How long rows are kept. A row is overdue when its start, plus `max`, plus `grace` is not later than the
    day of the audit.
    """

    name: Text | None = Field(
        None, description="What the rule is called; with several rules for one table it tells them apart."
    )
    start: Name | None = Field(None, description="The column with the moment that sets the period running.")
    via: Name | None = Field(
        None, description="The referring column through which rows take over another table's rule."
    )
    where: Condition | None = Field(None, description="Which rows the rule is about; all without it.")
    max: ISOPeriod | None = Field(None, description="How long rows may be kept.")
    min: ISOPeriod | None = Field(None, description="How long rows must be kept.")
    grace: ISOPeriod | None = Field(None, description="How long the deletion may take after `max`.")
    hold: Condition | None = Field(
        None, description="Which rows must not be deleted for now, such as a legal hold."
    )
    open: Condition | None = Field(
        None, description="Where the start may rightly be empty, such as a ticket that is not closed."
    )
    deleted: Name | None = Field(None, description="The column that marks a row as deleted, and when.")
    anonymised: Condition | None = Field(None, description="Which rows are marked as anonymised.")
    calendar: Calendar | None = Field(
        None, description="`end_of_year`: the period runs from the end of the start's year."
    )
    residence: ISOPeriod | None = Field(
        None, description="After which rows may no longer be in the active table."
    )
    tenant_override: Target | None = Field(
        None, description="The column with a tenant's own period (ISO 8601), as in tenants.retention."
    )
    priority: int | None = Field(
        None, description="Which rule counts where two are about one row: the higher."
    )
    action: Literal["delete", "anonymise", "archive"] | None = Field(
        None, description="What happens to a row at the end."
    )
    basis: Text | None = Field(None, description="The law, contract or purpose that the period rests on.")

    @model_validator(mode="after")
    def _periods_agree(self) -> Self:
        if self.start is not None and self.via is not None:
            raise PolicyError(
                Problem("a rule has a start of its own or inherits one: leave out `start` or `via`", ("via",))
            )
        if self.min is not None and self.max is not None and self.min.can_exceed(self.max):
            raise PolicyError(
                Problem(
                    f"rows must be kept for {self.min} but may be kept for {self.max} only: min is longer"
                    " than max",
                    ("min",),
                )
            )
        return self


class TablePolicy(Declaration):
    """What is declared of a table."""

    subject: Subject | None = Field(None, description="Whom its rows are about.")
    purposes: Listed[Text] = Field((), description="What its data is for: names from `purposes`.")
    columns: Mapped[ColumnPolicy] = Field({}, description="What its columns hold.")
    retention: OneOrMore[RetentionRule] = Field(
        (), description="How long its rows are kept: one rule, or a list of rules with `where`."
    )
    references: Mapped[Target] = Field(
        {}, description="Columns that refer to another table without a foreign key."
    )
    tenant_key: Name | None = Field(
        None, description="The column with the tenant, where it is not `tenancy.key`."
    )
    quasi_identifiers: Listed[Name] = Field((), description="Columns that together may single out a person.")
    sensitive: Listed[Name] = Field((), description="Columns that must not be learned about a person.")
    k: int | None = Field(
        None, ge=1, description="How many rows at least must share each combination of quasi-identifiers."
    )
    l: int | None = Field(  # noqa: E741  the l of l-diversity
        None, ge=1, description="How many different sensitive values each combination must have."
    )
    anonymous: bool = Field(False, description="Whether the table is held out to be anonymous.")
    disclosure: Disclosure | None = Field(
        None, description="How well the people in it must hide, and from whom."
    )
    copy_of: Name | None = Field(None, description="The table that this one is a copy of.")
    credentials: CredentialTable | None = Field(
        None, description="How it keeps keys, tokens or sessions, and how long they may live."
    )

    @property
    def expects_children(self) -> bool:
        """Whether the rows may be about children: it says so of the subject, or declares data of children."""
        return (self.subject is not None and self.subject.children) or any(
            is_ancestor("user.childrens", c.category) for c in self.columns.values()
        )


class AccessLog(Declaration):
    """The table that records who reached what."""

    table: Name = Field(description="The table.")
    file: Text | None = Field(
        None,
        description=(
            "A JSONL or CSV file that holds it, beside the policy; `table` is then what it is called."
        ),
    )
    at: Name | None = Field(None, description="Its column with the time.")
    tenant: Name | None = Field(None, description="Its column with the caller's tenant.")
    user: Name | None = Field(None, description="Its column with the caller.")
    status: Name | None = Field(None, description="Its column with the HTTP status.")
    route: Name | None = Field(None, description="Its column with the route, as a template.")
    object: Name | None = Field(None, description="Its column with the key of what was reached.")
    objects: Mapped[Target] = Field(
        {}, description="What a route reaches, as in `/tickets/{id}: tickets.id`."
    )
    resource_tenant: Name | None = Field(None, description="Its column with the tenant of what was reached.")
    session: Name | None = Field(None, description="Its column with the session.")
    header_tenant: Name | None = Field(None, description="Its column with the tenant that the request named.")
    token_tenant: Name | None = Field(
        None, description="Its column with the tenant that the token was issued for."
    )
    public_routes: Listed[Text] = Field((), description="Routes that anybody may reach in any tenant.")


class Roles(Declaration):
    """The roles of the database."""

    application: Listed[Name] = Field((), description="Roles that the application connects as.")
    low_trust: Listed[Name] = Field((), description="Roles that may see little, such as anonymous visitors.")
    administrator: Listed[Name] = Field((), description="Roles that may do everything.")


class ErasureLedger(Declaration):
    """The table of those who were erased on request (Art. 17)."""

    table: Name = Field(description="The table.")
    subject_hmac: Name | None = Field(
        None, description="Its column with the HMAC-SHA256 of the erased identifier, in hexadecimal."
    )
    identifier: Target | None = Field(
        None, description="The column whose values are compared with it, as in users.email."
    )
    at: Name | None = Field(
        None, description="Its column with when the subject was erased: what came to be later is back."
    )
    control: Hash | None = Field(
        None,
        description="The HMAC-SHA256 of `auditkit` under the ledger's key: with it another key is noticed.",
    )


class Withdrawals(Declaration):
    """The table of withdrawn consent and of objections (Art. 7(3), 21)."""

    table: Name = Field(description="The table.")
    subject: Name | None = Field(None, description="Its column with the data subject.")
    at: Name | None = Field(None, description="Its column with the time.")
    regiven: Name | None = Field(
        None, description="Its column with when consent was given again; empty where it was not."
    )


class Deletions(Declaration):
    """The log of what was deleted."""

    table: Name = Field(description="The table.")
    of: Name | None = Field(None, description="Its column with the name of the table a row was deleted from.")
    key: Name | None = Field(None, description="Its column with the key of the deleted row.")
    at: Name | None = Field(None, description="Its column with the time.")
    start: Name | None = Field(
        None, description="Its column with the start of the deleted row's retention period."
    )
    reason: Condition | None = Field(
        None, description="Which deletions were right before `min`, such as `why = 'erasure request'`."
    )


class Holds(Declaration):
    """The table of legal holds."""

    table: Name = Field(description="The table.")
    subject: Name | None = Field(None, description="Its column with the data subject.")
    placed: Name | None = Field(None, description="Its column with when the hold began.")
    released: Name | None = Field(None, description="Its column with when it ended.")
    reviewed: Name | None = Field(None, description="Its column with when it was last reviewed.")
    review_every: ISOPeriod | None = Field(None, description="How often a hold must be reviewed.")


class Population(Declaration):
    """The table of everybody among whom a person could hide."""

    table: Name = Field(description="The table.")
    columns: Mapped[Name] = Field(
        {}, description="Its column for each quasi-identifier, where the names differ."
    )
    count: Name | None = Field(
        None, description="Its column with how many people a row stands for, where that is not one."
    )


class Exclusion(Declaration):
    """Tables that are not audited; they are reported as not assessed, with the reason."""

    binding: ClassVar[bool] = True

    tables: Name = Field(description="A name, or a pattern such as `django_*`.")
    reason: Text = Field(description="Why.")


class AcceptedFinding(Declaration):
    """A finding that somebody accepts until a day; it stays a finding."""

    binding: ClassVar[bool] = True

    fingerprint: Fingerprint = Field(description="The finding: 8 or more digits of its fingerprint.")
    reason: Text = Field(description="Why it is accepted.")
    owner: Text = Field(description="Who accepts it.")
    until: Day = Field(description="The last day on which it is accepted.")

    @model_validator(mode="before")
    @classmethod
    def _from_waiver(cls, data: object) -> object:
        return asdict(data) if isinstance(data, Waiver) else data

    @property
    def waiver(self) -> Waiver:
        """The waiver as an outcome carries it."""
        return Waiver(self.fingerprint, self.reason, self.owner, self.until)


def _as_waiver(_: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
    return core_schema.no_info_after_validator_function(
        lambda accepted: accepted.waiver,
        handler(AcceptedFinding),
        serialization=core_schema.plain_serializer_function_ser_schema(Waiver.to_dict),
    )


Waived = Annotated[Waiver, GetPydanticSchema(_as_waiver)]
"""Read as an `AcceptedFinding`, kept as the `Waiver` that a finding carries."""


class Measure(Declaration):
    """A technical or organisational measure (Art. 32)."""

    id: Text | None = Field(None, description="What other blocks call it.")
    title: Text | None = Field(None, description="What it is.")
    articles: Listed[Text] = Field((), description="What it answers to, such as `32(1)(a)`.")
    status: Literal["planned", "partial", "implemented"] | None = Field(None, description="How far it is.")
    evidence: Text | None = Field(None, description="Where that can be seen.")
    check: Text | None = Field(None, description="The id of the check that measures it.")


class Attestation(Declaration):
    """What a person states, and answers for, until a day."""

    field: Text = Field(description="What it is about, such as `necessity` or `dpo_advice`.")
    value: Text | None = Field(None, description="The statement.")
    by: Text | None = Field(None, description="Who states it.")
    role: Text | None = Field(None, description="In which role.")
    at: Day | None = Field(None, description="When.")
    until: Day | None = Field(None, description="How long it holds.")
    evidence: Text | None = Field(None, description="Where it can be seen.")
    text_sha256: Text | None = Field(
        None, description="The digest of the text that was signed: an edited statement loses its signature."
    )


class Action(Declaration):
    """Something that is to be done about a risk."""

    id: Text | None = Field(None, description="What other blocks call it.")
    text: Text | None = Field(None, description="What is to be done.")
    risks: Listed[Text] = Field((), description="The risks it lowers.")
    owner: Text | None = Field(None, description="Who does it.")
    due: Day | None = Field(None, description="By when.")
    status: Literal["open", "in_progress", "done", "dropped"] | None = Field(
        None, description="How far it is."
    )
    closes_when: Text | None = Field(
        None, description="The check or fingerprint whose absence shows that it is done."
    )


class Decision(Declaration):
    """What the controller decided about the processing; a machine never fills it in."""

    outcome: Literal["approved", "conditionally_approved", "rejected", "consult_authority"] | None = Field(
        None, description="The decision; `consult_authority` is prior consultation (Art. 36)."
    )
    conditions: Listed[Text] = Field((), description="The actions it depends on.")
    reason: Text | None = Field(None, description="Why.")
    by: Text | None = Field(None, description="Who decided.")
    role: Text | None = Field(None, description="In which role.")
    at: Day | None = Field(None, description="When.")
    residual_accepted_by: Text | None = Field(None, description="Who accepts the risk that remains.")


class Review(Declaration):
    """When the assessment is looked at again (Art. 35(11))."""

    next: Day | None = Field(None, description="The day.")
    every: ISOPeriod | None = Field(None, description="How often.")
    triggers: Listed[Text] = Field((), description="What brings it forward, such as `new_special_category`.")
