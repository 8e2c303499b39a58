"""The blocks about the processing itself: who answers for it, who helps with it, and for what purpose."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import Article9, DataUse, Day, LegalBasis, Listed, Text


class Processing(Declaration):
    """Which processing it is: its number, its version, and from when to when it runs."""

    id: Text | None = Field(None, description="Its number in the register of processing (Art. 30).")
    version: Text | None = Field(None, description="The version of the processing that is assessed.")
    launched: Day | None = Field(None, description="The day on which it began, or will begin.")
    ends: Text | None = Field(None, description="The day, or the condition, on which it ends.")


class Reviewed(Declaration):
    """Who has checked what `auditkit init` drafted; until then it is proposed, and not declared."""

    by: Text | None = Field(None, description="The name of the person who has checked it.")
    role: Text | None = Field(None, description="The role of that person.")
    at: Day | None = Field(None, description="The day on which it was checked.")

    def holds(self, as_of: date) -> bool:
        """Return whether somebody has checked it by a day.

        >>> Reviewed(by="A. Owner", at="2026-11-20").holds(date(2026, 11, 22))
        True
        >>> Reviewed(by="A. Owner").holds(date(2026, 11, 22))
        False
        """
        return self.by is not None and self.at is not None and self.at <= as_of


class Party(Declaration):
    """An organisation or a person with a responsibility for the processing."""

    name: Text | None = Field(None, description="The name.")
    contact: Text | None = Field(None, description="How to reach them; the report may show it.")
    role: Text | None = Field(None, description="Their role here, such as `joint controller`.")


class Processor(Declaration):
    """Somebody who processes the data on the controller's behalf (Art. 28)."""

    name: Text = Field(description="The name.")
    tasks: Text | None = Field(None, description="What the processor does.")
    contract: Text | None = Field(None, description="The contract under Art. 28(3).")
    country: Text | None = Field(
        None, description="Where the processor works; Art. 44 to 49 apply outside the EEA."
    )
    transfer: Text | None = Field(
        None, description="What allows a transfer to a third country, such as an adequacy decision."
    )
    subprocessors: Listed[Text] = Field((), description="Other processors that this one engages.")


class Purpose(Declaration):
    """Why personal data is processed, and what makes that lawful."""

    text: Text | None = Field(None, description="The purpose, in words that a data subject understands.")
    legal_basis: LegalBasis | None = Field(None, description="The legal basis (Art. 6(1)).")
    article9: Article9 | None = Field(
        None, description="What allows special categories (Art. 9(2)); needed only where there are any."
    )
    data_use: DataUse | None = Field(
        None,
        description=(
            "What the purpose is in the words of Fides, such as `essential.service`; the Fides export needs"
            " it."
        ),
    )
    reason: Text | None = Field(
        None, description="The law, the contract, or the balancing test behind the legal basis."
    )
