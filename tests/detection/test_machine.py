"""Columns that machines write hold nothing personal, but one leaked value among them is found."""

from __future__ import annotations

import datetime as dt
import random
from functools import cache

import pandas as pd
import pyarrow as pa
import pytest
from schwifty import IBAN

from auditkit.detection import profile_batch

ROWS = 3000
PLANTED = {
    "CREDIT_CARD": "4111 1111 1111 1111",
    "IBAN_CODE": "DE89 3704 0044 0532 0130 00",
    "EMAIL_ADDRESS": "jane.doe@example.org",
    "PHONE_NUMBER": "+41 44 668 18 00",
}


def stamp(pattern):
    return lambda rng: dt.datetime.fromtimestamp(rng.uniform(1.3e9, 1.7e9), dt.UTC).strftime(pattern)


def form(text):
    sets = {
        "#": "0123456789",
        "@": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "x": "0123456789abcdef",
        "*": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    }
    return lambda rng: "".join(rng.choice(sets.get(c, c)) for c in text)


def parts(pattern, *bounds):
    return lambda rng: pattern.format(*(rng.randrange(*bound) for bound in bounds))


OCTET = (0, 256)
KINDS = {
    **{
        text: form(text)
        for text in (
            "xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx",
            "50:xx:xx:xx:xx:xx:xx:xx",
            "10.#.#.0/24",
            "0x.######",
            "AB-####-###",
            "###-####-###",
            "##.###.###",
            "@@######@",
            "@@@@@####@",
            "########@",
            "####-####-####-####",
            "#### #### #### ####",
            "##-#######",
            "####.##.####",
            "###.###.###-##",
            "*****************",
            "756.####.####.##",
            "00##########",
            "00########",
            "4539############",
            "35#############",
            "icon_@@2x.png",
            "lib@#.##.#-rc.next",
            "git@git.example.net:@@@.git",
            "noreply+xxxxxxxx@example.net",
            "##########",
            "xx xx xx xx xx xx xx xx",
            "arn:aws:ec2:eu-west-1:############:i-xxxxxxxx",
            "<20200301093707.xxxxxxxxxxxxxxxx@mail.example.net>",
            "0.####, 0.####",
            "+####.####",
        )
    },
    **{
        pattern: stamp(pattern)
        for pattern in (
            "%Y-%m-%d %H:%M:%S.%f",
            "%Y-%m-%dT%H:%M:%S.%fZ",
            "INFO %Y-%m-%d %H:%M:%S.%f done",
            "%H:%M:%S.%f",
            "%M:%S.%f",
            "%H %M %S %f",
            "%Y %m %d %H %M %S",
            "%d %m %y %H %M",
            "%d.%m.%y %H.%M",
            "%y%m%d %H%M%S",
            "%d%m%y%H%M",
            "%y-%m-%d-%H-%M-%S",
            "%s",
        )
    },
    "version": parts("{}.{}.{}.{}", (1, 20), (0, 20), OCTET, OCTET),
    "in text": parts("app {}.{}.{}.{} ready", (1, 20), (0, 20), OCTET, OCTET),
    "browser": parts("{}.0.0.0", (80, 130)),
    "agent": parts("Mozilla/5.0 (X11) Chrome/{}.0.0.{} Safari/537.36", (80, 130), OCTET),
    "amount": lambda rng: f"{rng.uniform(1, 1e7):,.2f}".replace(",", " "),
    "dots": lambda rng: f"{rng.randrange(10**10):,}".replace(",", "."),
    "pair": lambda rng: f"{rng.uniform(0, 2000):.2f}, {rng.uniform(0, 1000):.2f}",
    "tens": parts("{}0", (10**8, 10**9)),
}
ALIKE = {"####-####-####-####": {"CREDIT_CARD"}, "#### #### #### ####": {"CREDIT_CARD"}}
"""Columns whose values are written as the planted one: among thousands of them it cannot be recognised."""


def judged(values, name="c1"):
    return profile_batch(
        "t", pa.RecordBatch.from_pandas(pd.DataFrame({name: pd.Series(values, dtype="str")}))
    ).columns[0]


@cache
def made(kind):
    rng = random.Random(kind)
    return tuple(KINDS[kind](rng) for _ in range(ROWS))


@pytest.mark.parametrize("kind", KINDS)
def test_what_machines_write_is_nothing_personal(kind):
    verdict = judged(made(kind))
    assert dict(verdict.contains) == {}
    assert verdict.verdict == "none" or verdict.entity == "FREE_TEXT"


@pytest.mark.parametrize("kind", KINDS)
def test_one_planted_value_of_each_kind_is_found(kind):
    values = [*made(kind)]
    values[7::700] = [*PLANTED.values(), values[7]]
    held = judged(values).contains
    expected = {entity: 1 for entity in PLANTED if entity not in ALIKE.get(kind, ())}
    assert dict(held) == expected


def test_numbers_in_turn_pass_a_check_in_ten():
    for first, length in (
        (10**8, 9),
        (1_600_000_000, 10),
        (4_000_000_000_000_000, 16),
        (202_000_000_000, 12),
    ):
        verdict = judged([str(first + i) for i in range(ROWS)])
        assert (verdict.verdict, dict(verdict.contains)) == ("none", {}), length


def test_a_card_among_numbers_of_goods_is_found():
    def ean(body):
        return body + str(-sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(body)) % 10)

    rng = random.Random(4)
    goods = [ean(f"40{rng.randrange(10**10):010d}") for _ in range(300)]
    assert dict(judged(goods).contains) == {}
    assert dict(judged([*goods, "4111111111111111"]).contains) == {"CREDIT_CARD": 1}


@pytest.mark.parametrize("country", ["DE", "BE", "GB", "FR", "NL", "IT", "AT", "ES", "NO", "PL", "MT"])
def test_an_account_is_found_in_all_its_writings_and_in_no_longer_token(country):
    account = str(IBAN.random(country_code=country, random=random.Random(1)))
    apart = [account[i : i + 4] for i in range(0, len(account), 4)]
    for text in (account, account.lower(), " ".join(apart), " ".join(apart).lower(), "-".join(apart)):
        for cell in (text, f"pay {text} by Friday", f"to {text}, as agreed", f"IBAN:{text}"):
            assert (
                dict(judged([cell]).contains) == {"IBAN_CODE": 1} or judged([cell]).entity == "IBAN_CODE"
            ), cell
    for cell in (
        f"a1-{account}",
        f"{account}-b2",
        f"{'-'.join(apart)}-c3d4e5f60718",
        account[:4] + "Z" * (len(account) - 4),
    ):
        assert judged([cell]).contains == {}, cell


def test_times_and_amounts_are_no_telephone_numbers():
    assert judged(["ask 030 12345678 tomorrow, please, and not before, as it was told"]).contains == {
        "PHONE_NUMBER": 1
    }
    assert judged(["tel:030 12345678 is the number that you all should ask for now"]).contains == {
        "PHONE_NUMBER": 1
    }
    assert judged(["it took until 09:37:07.663632 and then it was done for all of us"]).contains == {}
    texts = [
        f"call 0171 {5550000 + i} about the order of the day that was late, or later" for i in range(400)
    ]
    assert judged(texts).contains == {"PHONE_NUMBER": 400}
