"""Addresses of cryptocurrencies: the examples of their standards, and the same with one letter changed."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from auditkit.detection.contents import contained
from auditkit.detection.found import found
from auditkit.detection.recognizers import FAMILIES
from auditkit.detection.recognizers.wallets import keccak_256, private_key, wallet

ADDRESSES = {
    "Bitcoin, to a key": "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "Bitcoin, to a script": "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    "Bitcoin, BIP 173": "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    "Bitcoin, BIP 350": "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    "Litecoin": "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1",
    "Litecoin, to a script": "MQMcJhpWHYVeQArcZR3sBgyPZxxRtnH441",
    "Litecoin, segwit": "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9",
    "XRP Ledger": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
    "Tron": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    "Dogecoin": "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
    "Monero": (
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
    ),
    "Bitcoin Cash": "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
    "Stellar": "GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H",
    "Ethereum, EIP-55": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "Ethereum, EIP-55 again": "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "Cardano": "addr1vpu5vlrf4xkxv2qpwngf6cjhtw542ayty80v8dyr49rf5eg0yu80w",
}


def held(*cells: str) -> dict[str, int]:
    from auditkit.detection.column import ColumnState
    from auditkit.detection.view import View

    return dict(contained(View("t", "c", ColumnState.of(0, pa.array(cells))), None).counts)


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_is_found_and_a_changed_one_is_not(name):
    address = ADDRESSES[name]
    assert wallet(address)
    assert held(address, f"paid to {address}, thanks") == {"CRYPTO": 2}
    rng = random.Random(name)
    for _ in range(10):
        at = rng.randrange(len(address) - 8, len(address))
        other = rng.choice([c for c in "acdefghjkmnpqrstuvwxyz234567" if c.lower() != address[at].lower()])
        changed = address[:at] + (other.upper() if address[at].isupper() else other) + address[at + 1 :]
        assert not wallet(changed) or name.startswith("Ethereum"), changed
    assert held(address[:-2]) == {} or "Ethereum" in name


def test_an_ethereum_address_of_one_case_has_no_checksum_and_one_of_mixed_case_has():
    mixed = ADDRESSES["Ethereum, EIP-55"]
    assert wallet(mixed.lower())
    swapped = mixed[:2] + "".join(c.swapcase() for c in mixed[2:])
    assert held(mixed.lower(), mixed, swapped) == {"CRYPTO": 2}
    assert held(mixed + "ab") == {}


def test_bech32_and_bech32m_are_not_interchangeable():
    assert not wallet(
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4"
    )  # BIP 350: version 1 needs bech32m
    assert not wallet("BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R")
    assert not wallet("bc1qw508D6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")  # mixed case


def test_private_keys_are_secrets():
    wif = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    xprv = (
        "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33"
        "yuGBxrMPHi"
    )
    assert held(wif, xprv) == {"SECRET": 2}
    assert not private_key(wif[:-1] + "K")
    assert held(wif[:-1] + "K") == {}


def test_random_base58_is_no_address():
    rng = random.Random(1)
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    texts = [rng.choice("13LMTDr") + "".join(rng.choices(alphabet, k=33)) for _ in range(3000)]
    assert not any(map(wallet, texts))


def test_keccak_is_the_one_before_sha_3():
    assert keccak_256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak_256(b"a" * 200) != keccak_256(b"a" * 201)


def test_ordinary_words_do_not_open_the_gate():
    values = pa.array(
        [
            "Theodore Roosevelt",
            "responsibilities",
            "Donaudampfschifffahrtsgesellschaft",
            "LaTeX",
            "10 Downing St",
        ],
        pa.large_string(),
    )
    assert "CRYPTO" not in found(values, np.ones(5, np.int64), FAMILIES).entities
