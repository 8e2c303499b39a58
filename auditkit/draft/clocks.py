"""When the retention period of a row may start: with the end of something, by the name of a column."""

from __future__ import annotations

from collections.abc import Collection
from unicodedata import combining, normalize

import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from auditkit.relations.names import singular, words

_ENDS = (
    # English, German, French
    "closed close closing ended end ending finished finish completed complete completion terminated"
    " termination cancelled canceled cancel cancellation resolved settled discharged archived left"
    " departed departure returned return"
    " ende beendet beendigung abgeschlossen abschluss geschlossen austritt austrittsdatum kundigung"
    " kundigungsdatum gekundigt vertragsende enddatum storniert stornierung erledigt ausgeschieden"
    " fin ferme fermeture cloture termine resilie resiliation sortie depart annule annulation"
    " archive".split(),
    "seen login signin logon active activity visit visited contacted".split(),
    "shipped delivered expired expires expire expiry expiration withdrawn revoked deactivated voided"
    " rejected churned deleted removed erased"
    " geliefert versandt abgelaufen ablauf ablaufdatum geloscht deaktiviert widerrufen"
    " livre expire supprime desactive".split(),
)
"""Words for the end of something, the likeliest start of a period first."""
_LAST = frozenset("last latest letzte letzter letztes zuletzt dernier derniere".split())
_LAST_OF = frozenset(
    "contact order sign access request used use purchase appointment"
    " kauf einkauf bestellung auftrag kontakt anmeldung login zugriff besuch aktivitat nutzung"
    " achat commande connexion visite acces".split()
)
"""Words that mean an end behind a word for the last."""
_EVENTS = (
    "created occurred happened logged posted submitted received sent issued placed ordered paid booked"
    " recorded added entered"
    " erstellt angelegt eingegangen eingang gesendet bestellt bezahlt gebucht erfasst bestelldatum"
    " kaufdatum rechnungsdatum auftragsdatum buchungsdatum"
    " cree envoye recu commande paye enregistre".split(),
    "date at on time datetime timestamp ts when day create"
    " datum zeit zeitpunkt zeitstempel tag jour heure horodatage".split(),
)
"""Words for the moment of something that is over at once."""
_NEVER = frozenset(
    "sync synced synchronised synchronized import imported export exported dunning retry retried next"
    " scheduled schedule reminder reminded due required planned expected estimated processed indexed"
    " fetched polled refreshed refresh migrated migration cached locked lock updated update modified"
    " modification changed change edited edit birth born dob birthday started starts start beginning"
    " begins begin began from effective valid reset verified verification confirmed confirmation trial"
    " current period checked check attempt attempts webhook token password otp code invitation invited"
    " invite renewal renews hire hired failed failing failure failures error errors"
    " geboren geburt geburtsdatum geburtstag geplant fallig falligkeit nachste nachster nachstes"
    " erinnerung beginn anfang eintritt eintrittsdatum einstellung vertragsbeginn gultig aktualisiert"
    " geandert anderung"
    " naissance prevu prochain prochaine echeance debut entree embauche modifie".split()
)
"""Words for what is no end: the work of a machine, plans, beginnings, and facts about something else."""
_NUMBERS = frozenset("at timestamp ts".split())
_MOMENTS = frozenset("on date time datetime datum zeit zeitpunkt".split()) | _NUMBERS
"""The last word of a column of text, or of numbers, that may hold a moment."""


def end_of(table: ir.Table | None, personal: Collection[str] = ()) -> str | None:
    """Return the column that is named like the end of a row's use, or None.

    Args:
        table: the rows; None where they cannot be read.
        personal: columns with personal data, which are no candidates: a date of birth starts no period.
    """
    ranked = [
        (rank, min([ends.index(part) for part in parts if part in ends], default=len(ends)), position, column)
        for position, (column, parts) in enumerate(_candidates(table, personal))
        for rank, ends in enumerate(_ENDS)
        if set(parts) & set(ends) or (rank == 1 and set(parts) & _LAST and set(parts) & _LAST_OF)
    ]
    return min(ranked)[3] if ranked else None


def event_of(table: ir.Table | None, name: str, personal: Collection[str] = ()) -> str | None:
    """Return the column with the moment of an event, which is over at once: `InvoiceDate`; or None.

    Args:
        table: the rows; None where they cannot be read.
        name: the name of the table.
        personal: columns with personal data, which are no candidates.
    """
    noun = set(singular(name).split("_"))
    ranked = [
        (not set(parts) & noun, rank, position, column)
        for position, (column, parts) in enumerate(_candidates(table, personal))
        for rank, events in enumerate(_EVENTS)
        if set(parts) & set(events)
    ]
    return min(ranked)[3] if ranked else None


def named_like_moments(table: ir.Table) -> list[str]:
    """Return the columns whose names and types may be those of a moment; their values may still differ."""
    return [column for column, _ in _candidates(table, ())]


def _candidates(table: ir.Table | None, personal: Collection[str]) -> list[tuple[str, list[str]]]:
    """Return the columns that may start a period, each with the words of its name."""
    schema = table.schema().items() if table is not None else ()
    named = [(column, _words(column), kind) for column, kind in schema if column not in personal]
    return [(column, parts) for column, parts, kind in named if _may_start(parts, kind)]


def _words(column: str) -> list[str]:
    """Return the words of a name, without accents."""
    plain = normalize("NFKD", column)
    return words("".join(letter for letter in plain if not combining(letter))).split("_")


def _may_start(parts: list[str], kind: dt.DataType) -> bool:
    if set(parts) & _NEVER:
        return False
    if kind.is_date() or kind.is_timestamp():
        return True
    return (kind.is_string() and parts[-1] in _MOMENTS) or (kind.is_integer() and parts[-1] in _NUMBERS)
