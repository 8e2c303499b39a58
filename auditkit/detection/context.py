"""What the other columns and the table's name say about a column."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median

from auditkit.detection.fit import NAME_WORD, close
from auditkit.detection.header_words import is_telling, tokens
from auditkit.detection.view import View
from auditkit.lexicon import fold, words

Probabilities = Mapping[str, float]
"""What a column may hold: the probability of each entity."""

_OF_PEOPLE = "PERSON EMAIL_ADDRESS PHONE_NUMBER DATE_OF_BIRTH GENDER NATIONAL_ID MARITAL_STATUS AGE".split()
"""What tables about people hold."""

_COUNTED = (*_OF_PEOPLE, "STREET_ADDRESS")
"""What may stand anywhere in the table."""

IDENTIFYING = frozenset(
    "PERSON EMAIL_ADDRESS PHONE_NUMBER STREET_ADDRESS DATE_OF_BIRTH NATIONAL_ID TAX_ID PASSPORT"
    " DRIVER_LICENSE CREDIT_CARD IBAN_CODE BANK_ACCOUNT CRYPTO LICENSE_PLATE VIN IP_ADDRESS MAC_ADDRESS"
    " DEVICE_ID COOKIE_ID USERNAME PSEUDONYM PASSWORD".split()
)
"""What says whom a row is about."""

_OF_A_PERSON = frozenset(
    "GENDER AGE MARITAL_STATUS ETHNICITY RELIGION DISABILITY HEALTH SEXUAL_ORIENTATION".split()
)
_DESCRIBED = 3
"""What only people are, and how many of these together single out the person whom a row is about."""

_COUNTS_GROUPS = frozenset(
    "freq frequency frequencies count counts cnt n total totals population pop cases deaths births rate rates"
    " percent percentage pct share proportion mean median average anzahl haufigkeit effectif frecuencia"
    " cantidad applicants".split()
)
"""The names of columns that say how many people a row is about."""

HOUSE_NUMBER = "house number"
"""A part of an address that only the street beside it shows."""

_WIDE = 400
"""A table with more columns is a matrix: its columns are not compared with each other."""

_NAMED, _NAMED_PROBABILITY = 5, 0.95
"""How much a name must say that an entity is nearly certain for the other columns."""

_LOOKED_UP = 200
"""How many values of a column are looked for in e-mail addresses."""

_ECHOED, _ECHO, _ECHO_AT_MOST = 0.4, 1.5, 4.5
"""The least share of values that occur there, the log-odds of one, and of all."""

_NEAR_ZERO = 15.0
"""Few people live where both degrees are below this, and logarithms of most things are."""


@dataclass(frozen=True)
class Context:
    """What surrounds a column.

    Attributes:
        people: log-odds that the rows of the table are people.
        beside: log-odds by entity, from columns that often stand together: latitude and longitude, first and
            last name.
        echoed: log-odds that the column holds names, because the table's e-mail addresses have its words.
        nobody: no column of the table says whom a row is about.
        titled: the table's name, or what several of its columns say, tells that its rows are people.
        of_things: the table's name says that its rows are things, and no column that they are people.
        nameless: nobody chose a name for any column of the table.
    """

    people: float = 0.0
    beside: Mapping[str, float] = field(default_factory=dict)
    echoed: float = 0.0
    nobody: bool = False
    titled: bool = False
    nameless: bool = False
    of_things: bool = False


def contexts(views: Sequence[View], alone: Sequence[Probabilities]) -> list[Context]:
    """Return the context of every column of one table.

    Args:
        views: its columns.
        alone: what each may hold, looked at by itself.
    """
    if not views:
        return []
    held = [dict(probable) if len(views) <= _WIDE else {} for probable in alone]
    for view, probable in zip(views, held, strict=True):
        named = (entity for entity, score in view.header.says.items() if score >= _NAMED)
        probable |= {entity: max(probable.get(entity, 0.0), _NAMED_PROBABILITY) for entity in named}
    _take_back_unpaired_degrees(views, held)
    title = _title(views[0].table)
    described = _describes_people(views, held)
    nobody = sum(bool(view.filled) for view in views) > 1 and not _says_whom(held)
    nameless = not any(view.header.telling for view in views)
    echoes = _echoes(views, held)
    absent = {entity: sum(_absent(probable, entity) for probable in held) for entity in _COUNTED}
    around = [_Around(held, at, absent) for at in range(len(held))]
    return [
        Context(
            people := _people(beside, title),
            _beside(beside),
            echo,
            nobody,
            titled=title > 1 or described,
            nameless=nameless,
            of_things=title < 0 and people < 0,
        )
        for beside, echo in zip(around, echoes, strict=True)
    ]


def _says_whom(held: Sequence[Probabilities]) -> bool:
    """Return whether some column probably says whom a row is about."""
    identifying = (
        max((p for entity, p in probable.items() if entity in IDENTIFYING), default=0.0) for probable in held
    )
    return _any(identifying) >= 0.5


def _describes_people(views: Sequence[View], held: Sequence[Probabilities]) -> bool:
    """Return whether several columns say what only people are: then a row is a person, if nobody counts them.

    Statistics have a row for each group of people, and a column that counts these.
    """
    if any(_COUNTS_GROUPS.issuperset(view.header.tokens) for view in views):
        return False
    of_columns = [
        {e for e, p in probable.items() if p >= 0.5 and (e != "AGE" or e in view.header.says)}
        for view, probable in zip(views, held, strict=True)
    ]
    return len(_OF_A_PERSON & set().union(*of_columns)) >= _DESCRIBED


def _echoes(views: Sequence[View], held: Sequence[Probabilities]) -> list[float]:
    """Return for every column how much its words in the table's e-mail addresses speak for names.

    `anna` and `lindqvist` come with `anna.lindqvist@example.org`: no list of names is needed for that.
    Words for offices (`info`, `sales`) do no harm: they stand in no column of names.
    """
    mails = [at for at, probable in enumerate(held) if probable.get("EMAIL_ADDRESS", 0.0) >= 0.5]
    local = " ".join(fold(text.partition("@")[0]) for at in mails for text in views[at].texts[:_LOOKED_UP])
    return [0.0 if at in mails or not local else _echo(view, local) for at, view in enumerate(views)]


def _echo(view: View, local_parts: str) -> float:
    if not view.n or view.typical_length > 40 or view.letters < 0.8:
        return 0.0
    texts = view.folded[:_LOOKED_UP]
    found = [[word for word in NAME_WORD.findall(text) if len(word) > 2] for text in texts]
    share = sum(any(word in local_parts for word in words_) for words_ in found) / len(texts)
    return min(_ECHO * share * len(texts), _ECHO_AT_MOST) * share if share >= _ECHOED else 0.0


def _take_back_unpaired_degrees(views: Sequence[View], held: Sequence[dict[str, float]]) -> None:
    """Take back degrees that no name says and that are no pair.

    Three columns in a row are measurements. So are two with small numbers, or with numbers far apart.
    """
    runs = groupby(range(len(held)), key=lambda at: held[at].get("GEO_COORDINATES", 0.0) >= 0.5)
    for run in [list(run) for are_degrees, run in runs if are_degrees]:
        if any("GEO_COORDINATES" in views[at].header.says for at in run):
            continue
        small = all(median(map(abs, views[at].numbers or [0.0])) < _NEAR_ZERO for at in run)
        if len(run) > 2 or small or not any(close(views[at].numbers) for at in run):
            for at in run:
                del held[at]["GEO_COORDINATES"]


@dataclass(frozen=True)
class _Around:
    """The columns around one column.

    Attributes:
        held: what each column of the table may hold.
        at: which column it is.
        absent: for an entity, the logarithm of the probability that no column of the table holds it.
    """

    held: Sequence[Probabilities]
    at: int
    absent: Mapping[str, float]

    def others(self, entity: str) -> float:
        """Return the probability that any other column of the table holds an entity."""
        return 1.0 - math.exp(self.absent[entity] - _absent(self.held[self.at], entity))

    def near(self, entity: str, within: int = 1) -> float:
        """Return the probability that a column at most so many places away holds an entity."""
        first, end = max(0, self.at - within), min(len(self.held), self.at + within + 1)
        return _any(self.held[at].get(entity, 0.0) for at in range(first, end) if at != self.at)


def _people(around: _Around, title: float) -> float:
    """Return the log-odds that the rows of the table are people, from its name and the other columns."""
    found = sum(around.others(entity) for entity in _OF_PEOPLE)
    by_name = title if title > 0 or found < 1.5 else 0.4 * title
    return max(-2.5, min(3.5, by_name + 1.4 * found))


def _beside(around: _Around) -> dict[str, float]:
    """Return what the columns nearby say, for each entity that often comes with others."""
    near, others = around.near, around.others
    weights = {
        "PERSON": max(2.0 * near("PERSON"), others("PERSON")),
        "GENDER": others("PERSON"),
        "OCCUPATION": others("PERSON"),
        "AGE": max(3.0 * near("GENDER", 2), near("PERSON", 2)) - 4.0 * others("AGE"),
        "ETHNICITY": 2.5 * near("ETHNICITY", 2),
        "MARITAL_STATUS": 2.5 * near("MARITAL_STATUS", 2),
        "DATE_OF_BIRTH": max(near("GENDER", 2), 0.7 * near("PERSON", 2)) - 2.5 * near("DATE_OF_BIRTH"),
        "GEO_COORDINATES": 4.5 * near("GEO_COORDINATES"),
        "PHONE_NUMBER": max(
            1.5 * near("EMAIL_ADDRESS", 2),
            near("STREET_ADDRESS", 2),
            near("PERSON", 2),
        ),
        "STREET_ADDRESS": max(
            2.0 * near("POSTAL_CODE", 3),
            1.5 * near("LOCATION", 2),
            near("PHONE_NUMBER"),
            near("EMAIL_ADDRESS"),
            2.0 * near(HOUSE_NUMBER),
        ),
        HOUSE_NUMBER: 8.0 * near("STREET_ADDRESS"),
        "POSTAL_CODE": max(
            4.5 * near("STREET_ADDRESS", 4), 3.0 * near("LOCATION"), 2.0 * others("STREET_ADDRESS")
        ),
    }
    return {entity: weight for entity, weight in weights.items() if abs(weight) > 0.1}


def _absent(probable: Probabilities, entity: str) -> float:
    """Return the logarithm of the probability that a column does not hold an entity."""
    return math.log1p(-min(probable.get(entity, 0.0), 0.9999))


def _any(probabilities: Iterable[float]) -> float:
    """Return the probability that at least one is true."""
    return 1.0 - math.prod(1.0 - probability for probability in probabilities)


def _title(table: str) -> float:
    """Return what the table's name says about whether its rows are people.

    >>> _title("customers"), _title("airports"), _title("Sheet1"), _title("data")
    (1.5, -2.0, 0.0, 0.0)
    """
    if not is_telling(tokens(table)):
        return 0.0
    found = [
        form
        for name in tokens(table)
        if name not in words("meaningless")
        for form in (name, name.removesuffix("s"), name.removesuffix("es"))
    ]
    if any(word in words("people") for word in found):
        return 1.5
    return -2.0 if any(word in words("thing") for word in found) else 0.0
