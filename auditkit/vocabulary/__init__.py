"""The closed lists: entities, data categories, sensitivities, legal bases.

Everything here is data. An entity is what a recogniser finds (`EMAIL_ADDRESS`; Presidio's name where Presidio
has one). A data category is what a policy declares (`user.contact.email`). Each entity has one line in one
table; a new entity is a new line.

Sources:
- The data categories and data uses are the keys of fideslang 3.1.4 (Ethyca,
  https://ethyca.github.io/fideslang/, taxonomy under CC BY 4.0).
- The `pd:` and `dpv:` terms are those of the W3C Data Privacy Vocabulary 2.3 (https://w3id.org/dpv/2.3/pd).
- The articles are those of Regulation (EU) 2016/679 (GDPR).
"""

from auditkit.vocabulary.categories import DATA_CATEGORIES, Sensitivity, is_ancestor, sensitivity
from auditkit.vocabulary.entities import ENTITIES, PRESENT, THROUGHOUT, Entity, entity
from auditkit.vocabulary.law import ARTICLE_9_CONDITIONS, LEGAL_BASES
from auditkit.vocabulary.spelling import did_you_mean
from auditkit.vocabulary.uses import DATA_USES

__all__ = [
    "ARTICLE_9_CONDITIONS", "DATA_CATEGORIES", "DATA_USES", "ENTITIES", "LEGAL_BASES", "PRESENT",
    "THROUGHOUT", "Entity",
    "Sensitivity", "did_you_mean", "entity", "is_ancestor", "sensitivity",
]  # fmt: skip
