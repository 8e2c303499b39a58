"""How precise the values of a column must be for their purpose, as a policy declares it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

EXACT, NETWORK, DECIMALS, CHARACTERS, STEPS = "exact", "network", "decimals", "characters", "steps"
TIMES = ("year", "month", "day", "hour", "minute", "second")
"""The parts of a date or time, from the least to the most precise."""
_PATTERN = (
    rf"^(?:({EXACT}|{NETWORK}|{'|'.join(TIMES)})|([0-6]) decimals?|([1-9]) characters?|steps of"
    r" ([1-9][0-9]{0,8}))$"
)


@dataclass(frozen=True)
class Precision:
    """How precise a value must be.

    Attributes:
        unit: one of the words above.
        number: how many decimals or characters, or the width of a step.

    >>> Precision.parse("3 decimals"), Precision.parse("year"), str(Precision.parse("steps of 1000"))
    (Precision(unit='decimals', number=3), Precision(unit='year', number=0), 'steps of 1000')
    """

    unit: str
    number: int = 0

    @classmethod
    def parse(cls, text: str) -> Precision:
        """Return the precision that a text declares.

        Raises:
            ValueError: the text is not a precision.
        """
        found = re.match(_PATTERN, text.strip())
        if found is None:
            raise ValueError(
                "expected the precision that is needed: exact, year, month, day, hour, minute, second,"
                " network (of an IP address), `3 decimals`, `4 characters` or `steps of 1000`"
            )
        word, *numbers = found.groups()
        for unit, number in zip((DECIMALS, CHARACTERS, STEPS), numbers, strict=True):
            if number is not None:
                return cls(unit, int(number))
        return cls(str(word))

    def __str__(self) -> str:
        match self.unit:
            case "steps":
                return f"steps of {self.number}"
            case "decimals" | "characters":
                return f"{self.number} {self.unit if self.number != 1 else self.unit[:-1]}"
            case word:
                return word


def _precision(value: object) -> Precision:
    return value if isinstance(value, Precision) else Precision.parse(str(value))


Needed = Annotated[
    Precision,
    PlainValidator(_precision),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "format": "precision", "pattern": _PATTERN}),
]
