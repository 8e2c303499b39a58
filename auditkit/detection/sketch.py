"""A mergeable sample of the distinct values of a column: bottom-k sampling (Cohen and Kaplan 2007; Thorup
2013).

The distinct values with the smallest hashes are kept, each with how often it occurs. Which values are kept
depends on nothing but the set of values, so sketches of the parts of a column add up to the sketch of the
whole, whatever the parts and their order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]

VALUE_BYTES = 2048
"""A longer value is kept to this length; its hash is that of the whole value."""

_SEED = 0x9E3779B97F4A7C15  # fixed: the same input gives the same sample
_M1, _M2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_LONG = 1024  # above this a value is hashed by itself: a step of the vectorised loop for each 8 bytes would not pay


def _mixed(h: Hashes) -> Hashes:
    """Return the finaliser of MurmurHash3 (Appleby, public domain), which lets every bit reach every
    other.
    """
    h = (h ^ (h >> np.uint64(33))) * _M1
    h = (h ^ (h >> np.uint64(33))) * _M2
    return h ^ (h >> np.uint64(33))


def hash64(values: pa.LargeBinaryArray) -> Hashes:
    """Return a 64-bit hash of every value, the same in every process.

    The values are read in steps of 8 bytes, all values at once.
    """
    n = len(values)
    _, offsets_buffer, data_buffer = values.buffers()
    if n == 0:
        return np.empty(0, np.uint64)
    offsets = np.frombuffer(offsets_buffer, np.int64)[values.offset : values.offset + n + 1]
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer is not None else np.empty(0, np.uint8)
    starts, lengths = offsets[:-1], np.diff(offsets)
    h = np.full(n, _SEED, np.uint64) ^ (lengths.astype(np.uint64) * _M2)
    short = lengths <= _LONG
    order = np.argsort(
        _LONG - np.where(short, lengths, 0).astype(np.int16), kind="stable"
    )  # a radix sort, on numbers as small as these
    base = int(offsets[0])
    padded = np.concatenate([data[base : int(offsets[-1])], np.zeros(8, np.uint8)])
    words = np.ndarray((len(padded) - 7,), "<u8", padded, strides=(1,))
    keep = np.array([(1 << (8 * i)) - 1 for i in range(8)] + [(1 << 64) - 1], np.uint64)
    ordered, at, so_far = np.where(short, lengths, 0)[order], (starts - base)[order], h[order]
    for step in range(0, int(ordered[0]), 8):
        active = int(np.searchsorted(-ordered, -step, side="left"))  # the values longer than what was read
        word = words[at[:active] + step] & keep[np.minimum(ordered[:active] - step, 8)]
        so_far[:active] = _mixed(so_far[:active] ^ word) + np.uint64(_SEED)
    h[order] = so_far
    for i in np.flatnonzero(~short):
        raw = data[int(starts[i]) : int(starts[i] + lengths[i])].tobytes()
        h[i] = np.frombuffer(hashlib.blake2b(raw, digest_size=8).digest(), np.uint64)[0]
    return _mixed(h)


def binary(values: pa.Array) -> pa.LargeBinaryArray:
    """Return text as bytes without looking at it: text that is no UTF-8 must not stop a run."""
    large = (
        values
        if pa.types.is_large_string(values.type) or pa.types.is_large_binary(values.type)
        else values.cast(pa.large_binary())
    )
    if large.null_count:
        large = large.drop_null()
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(large), large.buffers(), 0, large.offset)


@dataclass(frozen=True, eq=False, repr=False)
class Sketch:
    """Up to `capacity` distinct values with their exact counts, ordered by hash."""

    capacity: int
    hashes: Hashes
    counts: Counts
    values: pa.LargeBinaryArray

    @classmethod
    def empty(cls, capacity: int) -> Sketch:
        """Return the sketch of no values: the identity of `+`."""
        return cls(capacity, np.empty(0, np.uint64), np.empty(0, np.int64), pa.array([], pa.large_binary()))

    @classmethod
    def of(cls, values: pa.Array, counts: Counts, capacity: int, hashes: Hashes | None = None) -> Sketch:
        """Return the sketch of values that occur so often; the values may repeat, and their hashes may be
        known.
        """
        raw = binary(values)
        return cls._reduced(capacity, hash64(raw) if hashes is None else hashes, counts, raw)

    @classmethod
    def _reduced(cls, capacity: int, hashes: Hashes, counts: Counts, values: pa.LargeBinaryArray) -> Sketch:
        if (
            len(hashes) > 4 * capacity
        ):  # sorting the smallest is enough, unless they are few values that repeat
            near = np.flatnonzero(hashes <= np.partition(hashes, 2 * capacity)[2 * capacity])
            if (
                len(near) < len(hashes)
                and (
                    few := cls._reduced(capacity, hashes[near], counts[near], values.take(pa.array(near)))
                ).full
            ):
                return few
        order = np.argsort(hashes, kind="stable")
        sorted_hashes = hashes[order]
        first = (
            np.flatnonzero(np.concatenate([[True], sorted_hashes[1:] != sorted_hashes[:-1]]))
            if len(order)
            else order
        )
        totals = np.add.reduceat(counts[order], first) if len(order) else counts
        kept = first[:capacity]
        taken = values.take(pa.array(order[kept]))
        if len(taken) and int(pc.max(pc.binary_length(taken)).as_py()) > VALUE_BYTES:
            taken = pc.binary_slice(taken, 0, VALUE_BYTES)
        return cls(capacity, sorted_hashes[kept], totals[:capacity].astype(np.int64), taken)

    def __add__(self, other: Sketch) -> Sketch:
        """Return the sketch of both columns, one after the other."""
        if not len(other):
            return self
        if not len(self):
            return other
        return self._reduced(
            self.capacity,
            np.concatenate([self.hashes, other.hashes]),
            np.concatenate([self.counts, other.counts]),
            pa.concat_arrays([self.values, other.values]),
        )

    def __len__(self) -> int:
        return len(self.hashes)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Sketch)
            and self.capacity == other.capacity
            and np.array_equal(self.hashes, other.hashes)
            and np.array_equal(self.counts, other.counts)
            and self.values.equals(other.values)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return how much it holds, and none of it."""
        return f"Sketch({len(self)} of {self.distinct} distinct values)"

    @property
    def full(self) -> bool:
        """Whether values may be missing: then counts over the sketch are estimates."""
        return len(self) >= self.capacity

    @cached_property
    def distinct(self) -> int:
        """The number of distinct values: exact below the capacity, else estimated from the largest hash kept
        (Beyer et al. 2007).
        """
        return (
            len(self)
            if not self.full
            else max(len(self), round((len(self) - 1) / (int(self.hashes[-1]) + 1) * 2**64))
        )

    def texts(self, limit: int | None = None) -> list[str]:
        """Return the values (a random choice of them, where limited), decoded; what is no UTF-8 is
        replaced.
        """
        raw: Sequence[bytes] = (self.values if limit is None else self.values.slice(0, limit)).to_pylist()
        return [value.decode("utf-8", "replace") for value in raw]
