"""Columns that machines write: identifiers, times, measurements, versions, numbers of goods, logs.

Each kind has the name that its column usually has, and what draws its values.
"""

from __future__ import annotations

import base64
import datetime as dt
import random
import re
import uuid
from collections.abc import Callable, Mapping

START, END = 1_262_304_000, 1_735_689_600
DIGITS, UPPER, LOWER = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
SETS = {
    "#": DIGITS,
    "@": UPPER,
    "~": LOWER,
    "x": "0123456789abcdef",
    "X": "0123456789ABCDEF",
    "*": DIGITS + UPPER,
    "?": DIGITS + UPPER + LOWER,
    "&": "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
}
"""What a character of a form stands for; `{12}` behind it says how often. Text in quotes stays as it is."""

Draw = Callable[[random.Random], object]


def form(text: str) -> Draw:
    """Return what draws values of a form."""
    parts = re.findall(r"'([^']*)'|(.)(?:\{(\d+)\})?", text)

    def draw(rng: random.Random) -> str:
        written = []
        for quoted, character, times in parts:
            count = int(times or 1)
            drawn = "".join(rng.choices(SETS[character], k=count)) if character in SETS else character * count
            written.append(quoted or drawn)
        return "".join(written)

    return draw


def moment(rng: random.Random) -> dt.datetime:
    """Return a moment, to the microsecond."""
    return dt.datetime.fromtimestamp(rng.uniform(START, END), dt.UTC)


def stamp(pattern: str) -> Draw:
    """Return what draws moments in a format of `strftime`."""
    return lambda rng: moment(rng).strftime(pattern)


def number(low: float, high: float, pattern: str = "{}") -> Draw:
    """Return what draws numbers, whole where the bounds are, written in a format."""
    whole = isinstance(low, int) and isinstance(high, int)
    return lambda rng: pattern.format(rng.randrange(low, high) if whole else rng.uniform(low, high))


def several(pattern: str, *draws: Draw) -> Draw:
    """Return what draws values made of others."""
    return lambda rng: pattern.format(*(draw(rng) for draw in draws))


def goods(length: int) -> Draw:
    """Return what draws numbers of goods with the check digit of GS1."""

    def draw(rng: random.Random) -> str:
        digits = [rng.randrange(10) for _ in range(length - 1)]
        total = sum(digit * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits)))
        return "".join(map(str, digits)) + str(-total % 10)

    return draw


def words(count: int) -> Draw:
    """Return what draws words of logs."""
    some = (
        "request cache miss flush worker queue batch commit retry timeout index shard node started stopped"
        " completed segment".split()
    )
    return lambda rng: " ".join(rng.choices(some, k=count))


_UUID = form("x{8}-x{4}-4x{3}-ax{3}-x{12}")
IDENTIFIERS: Mapping[str, tuple[str, Draw]] = {
    "UUID 1": ("request_id", form("x{8}-x{4}-1x{3}-ax{3}-x{12}")),
    "UUID 4": ("job_id", lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4))),
    "UUID 7": ("event_id", form("'01'8x{5}-x{4}-7x{3}-bx{3}-x{12}")),
    "UUID, no hyphens": ("trace_id", form("x{32}")),
    "UUID, capitals": ("object_guid", form("X{8}-X{4}-4X{3}-9X{3}-X{12}")),
    "UUID, URN": ("resource", several("urn:uuid:{}", _UUID)),
    "ULID": ("ulid", form("01&{24}")),
    "KSUID": ("ksuid", form("?{27}")),
    "nanoid": ("nanoid", form("?{21}")),
    "CUID": ("cuid", form("c'l'x{23}")),
    "snowflake": ("snowflake_id", number(10**17, 10**18)),
    "object id": ("document_id", form("x{24}")),
    "MD5": ("md5", form("x{32}")),
    "SHA-1": ("sha1", form("x{40}")),
    "SHA-1, capitals": ("digest", form("X{40}")),
    "SHA-256": ("checksum", form("x{64}")),
    "base64": ("nonce", lambda rng: base64.b64encode(rng.randbytes(24)).decode()),
    "commit": ("commit", form("x{7}")),
    "hex dump": ("hexdump", form(" ".join(["xx"] * 16))),
    "hex dump, offset": ("hexdump", form("x{8}: " + " ".join(["x{4}"] * 8))),
    "eight bytes": ("wwn", form("50" + ":xx" * 7)),
    "six pairs": ("serial", form("-".join(["**"] * 6))),
    "container": ("container_id", form("x{12}")),
    "container, prefix": ("digest", form("'sha256:'x{64}")),
    "pod": ("pod_name", form("'billing'-x{10}-~{5}")),
    "ARN": ("arn", form("'arn:aws:ec2:eu-west-1:'#{12}':instance/i-'x{17}")),
    "S3 key": ("s3_key", several("logs/{}/{}.gz", stamp("%Y/%m/%d"), form("#{12}_?{16}"))),
    "Message-ID": (
        "message_id",
        several("<{}.{}@mail-{}.example.net>", stamp("%Y%m%d%H%M%S"), form("X{12}"), number(1, 99)),
    ),
    "ETag": ("etag", form('"x{32}-#{2}"')),
    "trace": ("traceparent", form("00-x{32}-x{16}-01")),
    "host": ("hostname", form("'web-eu'##'.prod.example.net'")),
    "network": ("cidr", several("10.{}.{}.0/24", number(0, 256), number(0, 256))),
    "network 6": ("prefix", form("'2001:db8:'x{4}'::/48'")),
    "robot": ("sender", form("'noreply+'x{16}'@notifications.example.net'")),
    "remote": ("remote", form("'git@git.example.net:'~{6}/~{8}'.git'")),
    "asset": ("asset", several("icon_{}@2x.png", words(1))),
    "package": ("dependency", form("~{6}@#.##.#-'rc.next'")),
}
TIMES: Mapping[str, tuple[str, Draw]] = {
    **{
        pattern: ("created_at", stamp(pattern))
        for pattern in (
            "%Y-%m-%d %H:%M:%S.%f",
            "%Y-%m-%dT%H:%M:%S.%fZ",
            "%Y-%m-%dT%H:%M:%S.%f+00:00",
            "%Y-%m-%d %H:%M:%S,%f",
            "%d/%b/%Y:%H:%M:%S +0000",
            "%m/%d/%Y %I:%M:%S %p",
            "%d.%m.%Y %H:%M:%S.%f",
            "%Y%m%d%H%M%S",
            "%Y%m%dT%H%M%SZ",
            "%Y%m%d%H%M%S%f",
            "%Y-%m-%d-%H.%M.%S.%f",
            "%d-%b-%y %I.%M.%S.%f %p",
            "%H:%M:%S.%f",
            "%H.%M.%S.%f",
            "%H %M %S %f",
            "%Y-%m-%d_%H-%M-%S-%f",
            "%Y %m %d %H %M %S",
            "%d %m %y %H %M",
            "%d.%m.%y %H.%M",
            "%y%m%d %H%M%S",
            "%y%m%d%H%M",
            "%d%m%y%H%M%S",
            "%y-%m-%d-%H-%M-%S",
            "%M:%S.%f",
            "I%m%d %H:%M:%S.%f",
            "%G-W%V-%u",
        )
    },
    "epoch, s": ("created", number(START, END)),
    "epoch, s, text": ("created", number(START, END)),
    "epoch, ms": ("ts_ms", number(START * 10**3, END * 10**3)),
    "epoch, us": ("ts_us", number(START * 10**6, END * 10**6)),
    "epoch, ns": ("ts_ns", number(START * 10**9, END * 10**9)),
    "epoch, fraction": ("ts", number(float(START), float(END), "{:.6f}")),
    "duration": ("duration", form("# 'days' 0#:##:##.#{6}")),
    "cron": ("schedule", several("{} {} {} * *", number(0, 60), number(0, 24), number(1, 29))),
}
NUMBERS: Mapping[str, tuple[str, Draw]] = {
    **{f"{k} digits": ("order_number", number(10 ** (k - 1), 10**k)) for k in range(6, 21)},
    **{f"{k} digits, zeros before": ("batch_no", form(f"00#{{{k - 2}}}")) for k in (8, 10, 12, 14)},
    **{f"{p} decimals": ("measure", number(0.0, 1000.0, f"{{:.{p}f}}")) for p in (1, 2, 4, 6, 10)},
    "sign": ("reading", number(-1e4, 1e4, "{:+.4f}")),
    "scientific": ("p_value", number(0.0, 10.0, "{:.6e}")),
    "change": ("delta", number(-(10**9), 10**9, "{:+d}")),
    "dollars": ("price", number(1.0, 1e5, "${:,.2f}")),
    "spaces": ("amount", lambda rng: f"{rng.uniform(1, 1e7):,.2f}".replace(",", " ")),
    "dots": ("amount", lambda rng: f"{rng.randrange(1, 10**10):,}".replace(",", ".")),
    "interval": ("ci95", several("({}, {})", number(-5.0, 0.0, "{:.3f}"), number(0.0, 5.0, "{:.3f}"))),
    "pair": ("position", several("{}, {}", number(0.0, 2000.0, "{:.2f}"), number(0.0, 1000.0, "{:.2f}"))),
    "unit square": ("point", form("0.#{4}, 0.#{4}")),
    "dimensions": ("dimensions", form("#{2}x#{2}x#{2}")),
    "range": ("range", form("1#{2}-#{4}")),
    "colour": ("rgb", several("{},{},{}", *[number(0, 256)] * 3)),
    "row": ("counters", several(" ".join(["{}"] * 6), *[number(0, 10**5)] * 6)),
    "version": ("version", several("{}.{}.{}", *[number(0, 40)] * 3)),
    "version of four": (
        "file_version",
        several("{}.{}.{}.{}", number(1, 20), number(0, 20), number(0, 256), number(0, 256)),
    ),
    "OID": ("oid", several("{}.{}.{}.{}", *[number(1, 40)] * 4)),
    "browser": ("browser_version", several("{}.0.0.0", number(80, 130))),
    "product": ("token", several("Chrome/{}.0.0.{} Safari/537.36", number(80, 130), number(0, 250))),
    "build": ("build_number", several("{}.{}", stamp("%Y%m%d"), number(1, 40))),
}
GOODS: Mapping[str, tuple[str, Draw]] = {
    **{f"GS1, {k} digits": ("gtin", goods(k)) for k in (8, 12, 13, 14, 18)},
    **{
        text: ("part_number", form(text))
        for text in (
            "@@-#{4}-###",
            "#{3}-#{4}-###",
            "##.###.###",
            "@@######@",
            "@{5}#{4}@",
            "#{8}@",
            "@#{7}@",
            "#{3}-##-#{4}",
            "#{3}.#{3}.#{3}-##",
            "#{4}-#{4}-#{4}-#{4}",
            "#{4} #{4} #{4} #{4}",
            "@@## #{4} #{4} #{4} #{4}",
            "##-#{7}",
            "#{5}-#{3}-##",
            "#{4}-#{4}-##",
            "#{4}.##.#{4}",
            "##/#{4}/#{5}",
            "#{6}-#{4}",
            "##.###.###-#",
            "#{3}-#{3}-#{3}",
            "#{3} #{3} #{3}",
            "756.#{4}.#{4}.##",
            "*{17}",
            "*{20}",
            "#{5}.#{5}",
            "@@#{7}",
            "@{3}#{7}",
            "37#{13}",
            "4539#{12}",
            "35#{13}",
            "89#{17}",
            "DE#{20}",
            "BE## #{4} #{4} #{4}",
            "GB##@{4}#{14}",
            "9400#{18}",
            "1Z*{6}#{10}",
        )
    },
    "order": ("order_no", form("'ORD-'#{10}")),
    "order, mixed": ("order_no", lambda rng: rng.randrange(10**5, 10 ** rng.randrange(6, 19))),
    "invoice": ("invoice_no", several("INV-{}-{}", stamp("%Y"), form("#{6}"))),
    "invoice, slash": ("invoice_no", several("{}/{}", stamp("%Y"), form("#{6}"))),
    "invoice, dash": ("invoice_no", several("{}-{}", stamp("%Y"), form("#{5}"))),
    "label": ("barcode", form("(01)#{14}(17)#{6}(10)#{6}")),
    "day and number": ("lot", several("{}{}", stamp("%Y%m%d"), form("#{4}"))),
}
TEXTS: Mapping[str, tuple[str, Draw]] = {
    "log": (
        "message",
        several(
            "{} INFO {} took {} ms", stamp("%Y-%m-%d %H:%M:%S.%f"), words(3), number(0.0, 999.0, "{:.3f}")
        ),
    ),
    "log, ISO": (
        "message",
        several('{} level=info msg="{}" id={}', stamp("%Y-%m-%dT%H:%M:%S.%fZ"), words(3), form("x{16}")),
    ),
    "log, ids": ("message", several("{} for order {}", words(4), number(10**9, 10**15))),
    "access log": (
        "line",
        several(
            '[{}] "GET /{}/{}" 200 {}',
            stamp("%d/%b/%Y:%H:%M:%S"),
            words(1),
            number(0, 10**6),
            number(0.0, 5.0, "{:.3f}"),
        ),
    ),
    "collector": (
        "gc_log",
        several(
            "{}: [GC {}K->{}K, {} secs]",
            number(0.0, 1e5, "{:.3f}"),
            number(0, 10**6),
            number(0, 10**5),
            number(0.0, 1.0, "{:.7f}"),
        ),
    ),
    "SQL": (
        "statement",
        several(
            "SELECT {} FROM t WHERE id = {} AND ts > '{}'",
            words(1),
            number(10**8, 10**9),
            stamp("%Y-%m-%d %H:%M:%S.%f"),
        ),
    ),
    "JSON": (
        "payload",
        several(
            '{{"at": "{}", "cpu": {}, "n": {}}}',
            stamp("%Y-%m-%dT%H:%M:%S.%fZ"),
            number(0.0, 1.0, "{:.6f}"),
            number(10**9, 10**12),
        ),
    ),
    "XML": ("record", several('<row id="{}" t="{}"/>', number(10**8, 10**9), stamp("%Y-%m-%dT%H:%M:%S.%f"))),
    "path": ("path", several("/var/lib/{}/{}", words(1), form("#{4}/#{3}-#{4}/x{8}'.dat'"))),
    "agent": (
        "user_agent",
        several(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/{}.0.0.0 Safari/537.36",
            number(80, 130),
        ),
    ),
    "test": (
        "result",
        several(
            "t({}) = {}, p = {}", number(10, 300), number(-3.0, 3.0, "{:.3f}"), number(0.0, 1.0, "{:.4f}")
        ),
    ),
    "drive": ("path_d", several("M{} {} L{} {}", *[number(0.0, 500.0, "{:.3f}")] * 4)),
    "process": (
        "top",
        several(
            "{} root {} 0 {} {} S {}",
            number(1, 10**5),
            number(0, 40),
            number(0, 10**6),
            number(0, 10**5),
            number(0.0, 99.0, "{:.1f}"),
        ),
    ),
}
KINDS = {**IDENTIFIERS, **TIMES, **NUMBERS, **GOODS, **TEXTS}
