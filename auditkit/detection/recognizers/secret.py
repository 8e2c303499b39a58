"""Keys, tokens, connection strings and password hashes, by the prefixes that their issuers gave them.

Randomness alone is no evidence. The prefixes are those that the issuers document and that gitleaks and
detect-secrets look for. Each row has a gate, which must be rare in prose, and the whole form.
"""

from __future__ import annotations

import re

from auditkit.detection.shapes import Family, Shape, joined_gates

_ISSUED: tuple[tuple[str, str, str], ...] = (
    ("Amazon Web Services", r"\bAKIA|\bASIA|\bABIA|\bACCA", r"\bA(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}\b"),
    ("GitHub", r"\bgh[pousr]_[A-Za-z0-9]", r"\bgh[pousr]_[A-Za-z0-9]{36}"),
    ("GitHub, fine-grained", r"\bgithub_pat_", r"\bgithub_pat_[A-Za-z0-9_]{22}"),
    (
        "GitLab",
        r"\bgl[a-z]{2,5}-[A-Za-z0-9_]",
        r"\bgl(?:pat|dt|rt|ft|ptt|cbt|imt|oas|soat|agent)-[A-Za-z0-9_\-]{20}",
    ),
    (
        "Slack",
        r"\bxox[a-z]-|\bxapp-[0-9]",
        r"\bxox[abceoprs](?:\.xox[bp])?-[A-Za-z0-9\-]{10}|\bxapp-[0-9]-[A-Z0-9]+-[0-9]+-[a-z0-9]{16}",
    ),
    (
        "Slack webhook",
        r"\bhooks\.slack",
        r"\bhooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{20}",
    ),
    (
        "Stripe",
        r"\b[sr]k_(?:live|test|prod)_|\bwhsec_",
        r"\b[sr]k_(?:live|test|prod)_[0-9a-zA-Z]{16}|\bwhsec_[A-Za-z0-9+/]{24}",
    ),
    (
        "OpenAI, Anthropic and others",
        r"\bsk-[A-Za-z0-9]",
        r"\bsk-(?:proj-|ant-|svcacct-|admin-|or-)?[A-Za-z0-9_\-]{20}",
    ),
    (
        "Google",
        r"\bAIza|\bya29\.|\bGOCSPX-",
        r"\bAIza[A-Za-z0-9_\-]{35}|\bya29\.[A-Za-z0-9_\-]{20}|\bGOCSPX-[A-Za-z0-9_\-]{28}",
    ),
    ("Twilio", r"\bSK[0-9a-f]{4}", r"\bSK[0-9a-f]{32}\b"),
    ("SendGrid", r"\bSG\.[A-Za-z0-9_\-]", r"\bSG\.[A-Za-z0-9_\-]{16,32}\.[A-Za-z0-9_\-]{16,64}"),
    ("Mailgun", r"\bkey-[0-9a-f]{4}", r"\bkey-[0-9a-f]{32}\b"),
    ("Mailchimp", "[0-9a-f]-us[0-9]", r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    ("Brevo", r"\bxkeysib-", r"\bxkeysib-[a-f0-9]{64}"),
    ("npm", r"\bnpm_[A-Za-z0-9]", r"\bnpm_[A-Za-z0-9]{36}"),
    ("PyPI", r"\bpypi-Ag", r"\bpypi-Ag[A-Za-z0-9_\-]{50}"),
    ("RubyGems", r"\brubygems_", r"\brubygems_[a-f0-9]{48}"),
    ("Docker", r"\bdckr_", r"\bdckr_(?:pat|oat)_[A-Za-z0-9_\-]{20}"),
    ("Hugging Face", r"\bhf_[A-Za-z]", r"\bhf_[A-Za-z]{34}"),
    ("Shopify", r"\bshp(?:at|ca|pa|ss|ua)_", r"\bshp(?:at|ca|pa|ss|ua)_[a-fA-F0-9]{32}"),
    ("DigitalOcean", r"\bdo[opr]_v1_", r"\bdo[opr]_v1_[a-f0-9]{64}"),
    ("Databricks", r"\bdapi[0-9a-f]", r"\bdapi[0-9a-f]{32}"),
    ("Grafana", r"\bglsa_|\bglc_eyJ", r"\bglsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|\bglc_eyJ[A-Za-z0-9+/=]{20}"),
    ("Telegram", r"[0-9]:AA[A-Za-z0-9_\-]", r"\b[0-9]{8,10}:AA[A-Za-z0-9_\-]{33}"),
    (
        "Discord",
        r"\b[MNO][DTjz][AEIMQUYcgk][w-z0-5][MNO][DTjz]|/api/webhooks/",
        r"\b[MNO][A-Za-z0-9_\-]{23,27}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,38}"
        r"|discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_\-]{40}",
    ),
    (
        "HashiCorp",
        r"\bhv[sb]\.[A-Za-z0-9]|\.atlasv1\.",
        r"\bhv[sb]\.[A-Za-z0-9_\-]{24}|\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-]{60}",
    ),
    ("Square", r"\bsq0[a-z]{3}-", r"\bsq0(?:atp|csp|idp)-[A-Za-z0-9_\-]{22}"),
    ("Facebook", r"\bEAA[A-Z][A-Za-z0-9]", r"\bEAA[A-Z][A-Za-z0-9]{80}"),
    ("Atlassian", r"\bAT(?:ATT|CTT)3", r"\bAT(?:ATT|CTT)3[A-Za-z0-9_\-=]{40}"),
    (
        "Linear, Notion, Figma",
        r"\blin_api_|\bntn_[0-9]|\bfigd_",
        r"\blin_api_[A-Za-z0-9]{40}|\bntn_[0-9]{11}[A-Za-z0-9]{35}|\bfigd_[A-Za-z0-9_\-]{40}",
    ),
    ("New Relic, Postman", r"\bNRAK-|\bPMAK-", r"\bNRAK-[A-Z0-9]{27}|\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    ("Alibaba", r"\bLTAI[A-Za-z0-9]", r"\bLTAI[A-Za-z0-9]{16,24}\b"),
    ("age", r"\bAGE-SECRET-KEY", r"\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}"),
    (
        "Azure storage, service bus",
        r"\bAccount[Kk]ey=|\bSharedAccessKey=",
        r"\b(?:Account[Kk]ey|SharedAccessKey)=[A-Za-z0-9+/=]{40}",
    ),
    ("Azure shared access signature", r"[?&]sig=[A-Za-z0-9%+/]", r"[?&]sig=[A-Za-z0-9%+/\-_]{40,}"),
    ("Azure application", r"[0-9]Q~[A-Za-z0-9_~.]", r"\b[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.\-]{31,34}"),
    (
        "JSON web token",
        r"\beyJ[A-Za-z0-9]",
        r"\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8}",
    ),
    (
        "private key",
        r"\bPRIVATE KEY|\bPuTTY-User",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-[0-9]",
    ),
    ("one-time password", r"\botpauth", r"\botpauth://(?:totp|hotp)/[^\s]*"),
    ("URL with a password", r"://[^\s:@/]+:[^\s@/]", r"\b[a-z][a-z0-9+.\-]+://[^\s:@/]+:[^\s:@/]+@[^\s/]*"),
    (
        "connection string",
        r"(?i:password|pwd)=",
        r"(?i:(?:\b|_)(?:password|pwd)=)[^;&\s\"'*<>$%{}]{4,}(?:[;&\s\"']|$)",
    ),
    (
        "authorization header",
        r"\b[Aa]uthorization[\\\"': =]",
        r"\b[Aa]uthorization(?:[\\\"']*\s*,\s*[\\\"']+(?i:v|val|value))?"
        r"[\\\"']*\s*[:=]\s*[\\\"']*(?i:bearer|basic|token) +[A-Za-z0-9+/=._~\-]{16}",
    ),
)
"""Marked by an issuer: the issuer, the gate, and the form."""

_KEY = (
    r"(?i:passw(?:or)?d|pwd|passwort|kennwort|passphrase|secret"
    r"|api[_\-]?key|(?:access|auth|refresh)[_\-]?token|(?:secret|access|private)[_\-]?key)"
)
_ANNOUNCED: tuple[tuple[str, str, str], ...] = (
    (
        "JSON",
        r"[\"'][A-Za-z_\-]*"
        r"(?i:passwor[dt]|passwd|pwd|kennwort|passphrase|secret|[iset][_\-]?key|[sh][_\-]?token)\\?[\"']\s*[:,]",
        rf"[\"'][A-Za-z_\-]*{_KEY}\\?[\"']\s*(?::|,\s*\\?[\"'](?i:v|val|value)\\?[\"']\s*:)"
        r"\s*\\?[\"'][^\s\"'\\*<>${}%]{4,}\\?[\"']",
    ),
    (
        "query",
        r"_(?i:key|token|secret|api-?key)=|\b(?i:api-?key|passwd|secret)=",
        r"(?:\b|_)(?i:api[_\-]?key|passwd|secret|(?:access|auth|refresh)_token|client_secret"
        r"|(?:secret|access|private)_key)=[A-Za-z0-9+/._~\-]{6,}",
    ),
)
"""Announced by the key before it, without a mark of its own: where, the gate, and the form."""

_MASK = r"[\[<(]?(?:redacted|filtered|masked|removed|hidden)[\])>]?|x+|\.+|-+|_+|•+|\*+"

_NO_VALUE = (
    r"(?i)[\"'=](?:null|none|true|false|undefined|string|text|required|missing|invalid|incorrect"
    rf"|expired|optional|unset|empty|password|secret|{_MASK})\\?[\"']?$"
)
"""What stands behind such a key instead of a secret."""

_HASHED: tuple[tuple[str, str, str], ...] = (
    ("bcrypt", r"\$2[abxy]?\$", r"\$2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{53}"),
    ("argon2", r"\$argon2i?d?\$", r"\$argon2(?:id|i|d)\$v=[0-9]+\$[^\s]{10}"),
    (
        "PBKDF2 of passlib, Django and Werkzeug",
        r"\bpbkdf2",
        r"\$?\bpbkdf2[_\-:][a-z0-9\-]+[$:][0-9]+\$[^\s]{10}",
    ),
    (
        "crypt: MD5, SHA-256, SHA-512, yescrypt, scrypt, and Apache's",
        r"\$(?:[1567]|g?y|apr1)\$",
        r"\$(?:[1567]|g?y|apr1)\$[^\s$]+\$(?:[^\s$]+\$)?[./A-Za-z0-9]{20}",
    ),
    (
        "scrypt of passlib, Django and Werkzeug",
        r"\bscrypt[:$]",
        r"\bscrypt:[0-9]+:[0-9]+:[0-9]+\$[^\s]{10}|\bscrypt\$[^\s]{20}",
    ),
    (
        "phpass: WordPress, Drupal, phpBB",
        r"\$(?:[PHS]|wp)\$",
        r"\$[PHS]\$[./A-Za-z0-9]{31}|\$wp\$2y\$[0-9]{2}\$[./A-Za-z0-9]{53}",
    ),
    (
        "salted digests of Django",
        r"\b(?:sha1|md5)\$[A-Za-z0-9]",
        r"\b(?:sha1|md5)\$[A-Za-z0-9]+\$[0-9a-f]{32,40}\b",
    ),
    (
        "LDAP",
        r"\{(?:S?SHA|S?MD5|CRYPT|PBKDF2|ARGON2)[0-9A-Z\-]*\}",
        r"\{(?:S?SHA[0-9\-]*|S?MD5|CRYPT|PBKDF2[A-Z0-9\-]*|ARGON2)\}[./A-Za-z0-9+$=]{13}",
    ),
    (
        "PostgreSQL",
        r"\bSCRAM-SHA-|\bmd5[0-9a-f]{4}",
        r"\bSCRAM-SHA-(?:1|256|512)\$[0-9]+:[A-Za-z0-9+/=]+\$|\bmd5[0-9a-f]{32}\b",
    ),
    ("MySQL", r"\*[0-9A-F]{4}|\$A\$005\$", r"(?:^|[\s'\",;:=])\*[0-9A-F]{40}\b|\$A\$005\$"),
)
"""Hashed passwords: the scheme, the gate, and the form."""


def is_mask(text: str) -> bool:
    """Return whether a text stands in the place of a secret that somebody has taken out.

    >>> is_mask("[REDACTED]"), is_mask("********"), is_mask("x7Kq0p")
    (True, True, False)
    """
    return re.fullmatch(_MASK, text, re.IGNORECASE) is not None


def _family(entity: str, rows: tuple[tuple[str, str, str], ...], reject: str | None = None) -> Family:
    form = "|".join(form for _, _, form in rows)
    return Family(
        joined_gates(gate for _, gate, _ in rows),
        (Shape(entity, f"(?P<v>{form})", chance=0.0001, score=0.9, reject=reject),),
    )


ISSUED = _family("SECRET", _ISSUED)
"""Secrets with the mark of their issuer."""

FAMILIES = (ISSUED, _family("SECRET", _ANNOUNCED, _NO_VALUE), _family("PASSWORD", _HASHED))
