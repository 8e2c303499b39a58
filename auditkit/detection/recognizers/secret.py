"""Keys, tokens and password hashes, by the prefixes their issuers gave them (as in gitleaks; entropy alone is no evidence)."""

from __future__ import annotations

from auditkit.detection.shapes import Family, Shape

_ISSUED = "|".join((
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{36}",
    r"\bgithub_pat_[A-Za-z0-9_]{22}",
    r"\bglpat-[A-Za-z0-9_\-]{20}",
    r"\bxox[abeoprs]-[A-Za-z0-9\-]{10}",
    r"\b[sr]k_(?:live|test)_[0-9a-zA-Z]{16}",
    r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_\-]{20}",
    r"\bAIza[A-Za-z0-9_\-]{35}",
    r"\bya29\.[A-Za-z0-9_\-]{20}",
    r"\bSG\.[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43}",
    r"\bnpm_[A-Za-z0-9]{36}",
    r"\bpypi-AgE[A-Za-z0-9_\-]{50}",
    r"\bhf_[A-Za-z]{34}",
    r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    r"\bdop_v1_[a-f0-9]{64}",
    r"\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY",
    r"\botpauth://",
    r"\b[a-z][a-z0-9+.\-]+://[^\s:@/]+:[^\s:@/]+@[^\s/]*",
    r"AccountKey=[A-Za-z0-9+/=]{40}",
    r"(?i:\b(?:password|pwd)=[^;\s]+;)",
))  # fmt: skip
_HASH = "|".join((
    r"\$2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{53}",
    r"\$argon2(?:id|i|d)\$v=[0-9]+\$[^\s]{10}",
    r"\$?pbkdf2[_\-:][a-z0-9]+[$:][0-9]+\$[^\s]{10}",
    r"\$(?:1|5|6|y|7)\$[^\s$]+\$[./A-Za-z0-9]{20}",
    r"\bscrypt:[0-9]+:[0-9]+:[0-9]+\$[^\s]{10}",
    r"\{S?SHA(?:256|512)?\}[A-Za-z0-9+/=]{20}",
))  # fmt: skip

FAMILIES = (
    Family(
        r"AKIA|ASIA|gh[pousr]_|github_pat|glpat-|xox[a-z]-|[sr]k_(?:live|test)|sk-|AIza|ya29|SG\.|npm_|pypi-|hf_|shp[a-z]{2}_|dop_v1|eyJ"
        r"|PRIVATE KEY"
        r"|otpauth|://[^\s:@/]+:|AccountKey=|(?i:password=|pwd=)",
        (Shape("SECRET", f"(?P<v>{_ISSUED})", chance=0.0001, score=0.9),),
    ),
    Family(r"\$[0-9a-z]|pbkdf2|scrypt:|SHA(?:256|512)?\}", (Shape("PASSWORD", f"(?P<v>{_HASH})", chance=0.0001, score=0.9),)),
)
