"""Addresses of machines, and the many other things written with dots and colons."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from auditkit.detection import analyzer, profile_batch
from auditkit.detection.column import ColumnState
from auditkit.detection.contents import contained
from auditkit.detection.view import View


def held(*cells: str) -> dict[str, int]:
    return dict(contained(View("t", "c", ColumnState.of(0, pa.array(cells))), None).counts)


def values(cell: str) -> list[str]:
    state = ColumnState.of(0, pa.array([cell]))
    return state.found["IP_ADDRESS"].values.texts() if "IP_ADDRESS" in state.found else []


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("192.168.1.20:8080", "192.168.1.20"),
        ("10.1.2.7/24", "10.1.2.7"),
        ("from 172.16.0.9.", "172.16.0.9"),
        ("8.8.4.4", "8.8.4.4"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::7/64", "2001:db8::7"),
        ("192.0.2.64/27 is the network of 192.0.2.70", "192.0.2.70"),
        ("fe80::1ff:fe23:4567:890a%eth0", "fe80::1ff:fe23:4567:890a"),
        ("::ffff:192.0.2.128", "192.0.2.128"),
        ("64:ff9b::192.0.2.33", "192.0.2.33"),
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
        ("fails since version 2.0.1.3 on 198.51.100.4", "198.51.100.4"),
    ],
)
def test_an_address_is_found(cell, value):
    assert values(cell) == [value]
    assert held(cell) == {"IP_ADDRESS": 1}


@pytest.mark.parametrize(
    "cell",
    [
        "1.2.3",
        "v1.2.3.4",
        "version 1.2.3.4",
        "Release: 10.0.19.41",
        "firmware 4.1.2.7",
        "1.3.6.1.4.1.311.21.20",
        "300.1.2.3",
        "1.2.3.456",
        "01.02.2020",
        "0.0.0.0",
        "127.0.0.1",
        "255.255.255.0",
        "12:30:45",
        "std::vector",
        "a::b",
        "::",
        "1:2:3:4:5:6:7::8:9",
        "3.14.15.",
        "aa:bb:cc:dd:ee:ff:00:11:22:33",
        "50:06:0b:00:00:c2:62:0a",
        "10.1.2.0/24",
        "172.16.0.0/12",
        "192.0.2.64/27",
        "2001:db8::/32",
        "118.0.0.0",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/118.0.0.7 Safari/537.36 Edg/118.0.114.5",
    ],
)
def test_what_only_looks_like_an_address_is_not_found(cell):
    assert "IP_ADDRESS" not in held(cell)


@given(
    st.integers(1, 2**32 - 1)
    .map(IPv4Address)
    .filter(lambda a: not a.is_loopback and a.packed[0] not in (0, 255) and any(a.packed[1:]))
)
def test_every_address_of_version_4_is_found(address):
    assert values(f"from {address} at noon") == [str(address)]


@given(
    st.integers(2**16 + 1, 2**128 - 1)
    .map(IPv6Address)
    .filter(lambda a: any(c.isdigit() for c in str(a)) and a.ipv4_mapped is None)
)
def test_every_address_of_version_6_is_found_in_all_its_forms(address):
    for text in (str(address), address.exploded, str(address).upper()):
        assert text in values(text), text


def test_columns():
    addresses = [f"10.{i}.{i * 7 % 256}.{i * 13 % 250 + 1}" for i in range(1, 60)]
    versions = [f"{i % 4}.{i % 7}.{i % 11}.{i}" for i in range(1, 30)] + ["2.1.0.30"] * 30
    batch = pa.RecordBatch.from_pydict({"client": addresses, "built": versions, "app_version": versions})
    client, built, named = profile_batch("log", batch).columns
    assert (client.entity, client.verdict, client.matches) == ("IP_ADDRESS", "certain", 59)
    assert (built.entity, named.entity) == (None, None)
    assert dict(built.contains) == {}


def test_machine_identifiers():
    assert held("00:1B:44:11:3A:B7", "00-1B-44-11-3A-B7", "001B.4411.3AB7") == {"MAC_ADDRESS": 3}
    assert held("GA1.2.1234567890.1600000000", "fb.1.1600000000000.1234567890") == {"COOKIE_ID": 2}
    sims = [f"89445001021983048{i}{luhn.calc_check_digit(f'89445001021983048{i}')}" for i in range(5)]
    assert held(*sims) == {"DEVICE_ID": 5}
    assert held(*(sim[:-1] + str((int(sim[-1]) + 1) % 10) for sim in sims)) == {}
    phones = [f"35{i}154203237{i}8" for i in range(10, 30)]
    valid = [phone[:14] + luhn.calc_check_digit(phone[:14]) for phone in phones]
    assert held(*valid) == {"DEVICE_ID": 20}
    assert held(*(phone[:-1] + str((int(phone[-1]) + 1) % 10) for phone in valid)) == {}


def test_a_version_in_text_is_no_address():
    engine = analyzer()
    assert [
        r.entity_type
        for r in engine.analyze("Version 1.2.3.4 is out", language="en", entities=["IP_ADDRESS"])
    ] == []
    (address,) = engine.analyze("Login from 203.0.113.7 today", language="en", entities=["IP_ADDRESS"])
    assert (address.start, address.end) == (11, 22)
