"""Addresses and private keys of cryptocurrencies, by their checksums.

Addresses without a checksum are not looked for. Sources: base58check and WIF of Bitcoin, BIP 173 and 350
(bech32, bech32m), BIP 32 (extended keys), EIP-55 (Ethereum), the address format of Monero (keccak over 69
bytes), SEP-23 of Stellar (CRC-16), the base58 alphabet of the XRP Ledger, CashAddr of Bitcoin Cash.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from hashlib import sha256

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_MASK = (1 << 64) - 1
_LONGEST = 113
_MONERO_BLOCKS = {11: 8, 7: 5, 6: 4}


@lru_cache(maxsize=20_000)
def wallet(text: str) -> bool:
    """Return whether a text is an address whose checksum is right.

    An Ethereum address in small letters or in capitals alone has no checksum, and passes.

    >>> wallet("1BoatSLRHtKNngkdXEeobR76b53LETtpyT"), wallet("1BoatSLRHtKNngkdXEeobR76b53LETtpyU")
    (True, False)
    >>> wallet("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
    True
    >>> wallet("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed")
    False
    """
    if len(text) > _LONGEST:
        return False
    if text[:2] == "0x":
        return _eip55(text[2:])
    low = text.lower()
    if low.startswith(("bc1", "tb1", "ltc1", "addr1", "cosmos1", "bnb1")):
        return _bech32(text)
    if low.startswith("bitcoincash:"):
        return _cashaddr(low)
    if len(text) in (95, 106):
        return _monero(text)
    if len(text) == 56 and text[0] == "G":
        return _stellar(text)
    return _base58check(text, _RIPPLE if text[0] == "r" else _BASE58, 25)


def private_key(text: str) -> bool:
    """Return whether a text is a private key whose checksum is right.

    The key is in wallet import format, or an extended one.

    >>> private_key("5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ")
    True
    """
    sizes = (82,) if text[1:4] == "prv" else (37, 38)
    return any(_base58check(text, _BASE58, size) for size in sizes)


def _base58(text: str, alphabet: str, size: int) -> bytes | None:
    number = 0
    for c in text:
        if (digit := alphabet.find(c)) < 0:
            return None
        number = number * 58 + digit
    return number.to_bytes(size, "big") if number < 1 << 8 * size else None


def _base58check(text: str, alphabet: str, size: int) -> bool:
    raw = _base58(text, alphabet, size)
    if raw is None or sha256(sha256(raw[:-4]).digest()).digest()[:4] != raw[-4:]:
        return False
    # the first letter of the alphabet stands for each zero byte in front
    leading = len(text) - len(text.lstrip(alphabet[0]))
    return leading == len(raw) - len(raw.lstrip(b"\0"))


def _bech32(text: str) -> bool:
    if text not in (text.lower(), text.upper()):
        return False
    prefix, _, data = text.lower().rpartition("1")
    values = [_BECH32.find(c) for c in data]
    if min(values, default=-1) < 0 or len(values) < 7:
        return False
    state = 1
    for value in [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *values]:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= term if top >> bit & 1 else 0
    if prefix in ("bc", "tb", "ltc"):
        # a witness program: version 0 with bech32, versions 1 to 16 with bech32m
        return values[0] <= 16 and state == (1 if values[0] == 0 else 0x2BC830A3)
    return state == 1


def _cashaddr(text: str) -> bool:
    prefix, _, data = text.partition(":")
    values = [_BECH32.find(c) for c in data]
    if min(values, default=-1) < 0:
        return False
    state = 1
    for value in [*(ord(c) & 31 for c in prefix), 0, *values]:
        top = state >> 35
        state = (state & 0x07FFFFFFFF) << 5 ^ value
        for bit, term in enumerate((0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)):
            state ^= term if top >> bit & 1 else 0
    return state == 1


def _eip55(address: str) -> bool:
    if address in (address.lower(), address.upper()):
        return True
    digest = keccak_256(address.lower().encode()).hex()
    return all(
        not c.isalpha() or c.isupper() == (int(d, 16) > 7) for c, d in zip(address, digest, strict=False)
    )


def _monero(text: str) -> bool:
    raw = b""
    for at in range(0, len(text), 11):
        block = text[at : at + 11]
        part = _base58(block, _BASE58, _MONERO_BLOCKS[len(block)]) if len(block) in _MONERO_BLOCKS else None
        if part is None:
            return False
        raw += part
    return keccak_256(raw[:-4])[:4] == raw[-4:]


def _stellar(text: str) -> bool:
    try:
        raw = base64.b32decode(text)
    except binascii.Error:
        return False
    return binascii.crc_hqx(raw[:-2], 0).to_bytes(2, "little") == raw[-2:]


def _round_constants() -> list[int]:
    """Return the constant that each round adds, from a shift register."""
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            register = (register << 1 ^ (register >> 7) * 0x71) % 256
            constant |= (register >> 1 & 1) << (1 << j) - 1
        constants.append(constant)
    return constants


_ROUNDS = _round_constants()
_TURNS = (0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14)
_MOVES = tuple(
    (x + 5 * y, y + 5 * ((2 * x + 3 * y) % 5), x, _TURNS[x + 5 * y]) for y in range(5) for x in range(5)
)
_MIXES = tuple((i, i // 5 * 5 + (i + 1) % 5, i // 5 * 5 + (i + 2) % 5) for i in range(25))


def keccak_256(data: bytes) -> bytes:
    """Return the hash that Ethereum and Monero use: Keccak-256, whose padding differs from SHA-3.

    >>> keccak_256(b"").hex()[:16]
    'c5d2460186f7233c'
    """
    rate = 136
    padded = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % rate))
    padded[-1] |= 0x80
    state = [0] * 25
    for at in range(0, len(padded), rate):
        for i in range(rate // 8):
            state[i] ^= int.from_bytes(padded[at + 8 * i : at + 8 * i + 8], "little")
        state = _permuted(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _permuted(a: list[int]) -> list[int]:
    """Return a state after the 24 rounds of Keccak-f[1600]; lane (x, y) stands at x + 5 y."""
    b = [0] * 25
    for constant in _ROUNDS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ ((c[(x + 1) % 5] << 1 | c[(x + 1) % 5] >> 63) & _MASK) for x in range(5)]
        for source, target, x, turn in _MOVES:
            lane = a[source] ^ d[x]
            b[target] = (lane << turn | lane >> 64 - turn) & _MASK
        a = [b[i] ^ ~b[j] & b[k] for i, j, k in _MIXES]
        a[0] ^= constant
    return a
