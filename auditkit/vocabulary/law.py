"""What makes processing lawful under the GDPR."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LEGAL_BASES: Mapping[str, str] = MappingProxyType({
    "consent": "6(1)(a)",
    "contract": "6(1)(b)",
    "legal_obligation": "6(1)(c)",
    "vital_interests": "6(1)(d)",
    "public_task": "6(1)(e)",
    "legitimate_interests": "6(1)(f)",
})  # fmt: skip
"""The legal bases, each with its article (GDPR Art. 6(1))."""

ARTICLE_9_CONDITIONS: Mapping[str, str] = MappingProxyType({
    "explicit_consent": "9(2)(a)",
    "employment_and_social_security": "9(2)(b)",
    "vital_interests": "9(2)(c)",
    "not_for_profit_body": "9(2)(d)",
    "made_public_by_subject": "9(2)(e)",
    "legal_claims": "9(2)(f)",
    "substantial_public_interest": "9(2)(g)",
    "health_or_social_care": "9(2)(h)",
    "public_health": "9(2)(i)",
    "research_or_statistics": "9(2)(j)",
})  # fmt: skip
"""The conditions that allow special categories, each with its article (GDPR Art. 9(2))."""
