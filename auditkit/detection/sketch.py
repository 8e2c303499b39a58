"""A sample of the distinct values of a column that adds up: bottom-k sampling.

The distinct values with the smallest hashes are kept, each with how often it occurs. Which values are kept
depends on nothing but the set of values. So sketches of the parts of a column add up to the sketch of the
whole, whatever the parts and their order (Cohen and Kaplan 2007; Thorup 2013).
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

_SEED = 0x9E3779B97F4A7C15
"""A fixed number, so that the same input gives the same sample."""

_M1, _M2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_STEP = 8
_LONG = 1024
"""A value with more bytes is hashed by itself: the steps that all values take together would not pay."""


def _mixed(h: Hashes) -> Hashes:
    """Return hashes in which every bit depends on every other: the last step of MurmurHash3.

    MurmurHash3 is by Appleby, and in the public domain.
    """
    h = (h ^ (h >> np.uint64(33))) * _M1
    h = (h ^ (h >> np.uint64(33))) * _M2
    return h ^ (h >> np.uint64(33))


def hash64(values: pa.LargeBinaryArray) -> Hashes:
    """Return a 64-bit hash of every value, the same in every process.

    The values are read in steps of 8 bytes, all values at once.
    """
    if not len(values):
        return np.empty(0, np.uint64)
    data, starts, lengths = bytes_of(values)
    hashes = np.full(len(values), _SEED, np.uint64) ^ (lengths.astype(np.uint64) * _M2)
    short = lengths <= _LONG
    _hash_short(hashes, data, starts, np.where(short, lengths, 0))
    for i in np.flatnonzero(~short):
        raw = data[int(starts[i]) : int(starts[i] + lengths[i])].tobytes()
        hashes[i] = np.frombuffer(hashlib.blake2b(raw, digest_size=_STEP).digest(), np.uint64)[0]
    return _mixed(hashes)


def bytes_of(
    values: pa.LargeBinaryArray,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the bytes of all values in one run, and where each value begins, and how long it is."""
    _, offsets_buffer, data_buffer = values.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int64)[values.offset : values.offset + len(values) + 1]
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer is not None else np.empty(0, np.uint8)
    return data[int(offsets[0]) : int(offsets[-1])], offsets[:-1] - offsets[0], np.diff(offsets)


def _hash_short(
    hashes: Hashes,
    data: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
) -> None:
    """Hash values step by step, in place; values of length 0 stay as they are."""
    # a radix sort, on numbers as small as these
    order = np.argsort(_LONG - lengths.astype(np.int16), kind="stable")
    padded = np.concatenate([data, np.zeros(_STEP, np.uint8)])
    words = np.ndarray((len(padded) - _STEP + 1,), "<u8", padded, strides=(1,))
    masks = np.array([(1 << (8 * i)) - 1 for i in range(_STEP)] + [(1 << 64) - 1], np.uint64)
    ordered, at, so_far = lengths[order], starts[order], hashes[order]
    for step in range(0, int(ordered[0]), _STEP):
        # the values that are longer than what was read
        active = int(np.searchsorted(-ordered, -step, side="left"))
        word = words[at[:active] + step] & masks[np.minimum(ordered[:active] - step, _STEP)]
        so_far[:active] = _mixed(so_far[:active] ^ word) + np.uint64(_SEED)
    hashes[order] = so_far


def binary(values: pa.Array) -> pa.LargeBinaryArray:
    """Return text as bytes, without a check: text that is no UTF-8 must not stop a run."""
    is_large = pa.types.is_large_string(values.type) or pa.types.is_large_binary(values.type)
    large = values if is_large else values.cast(pa.large_binary())
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
        return cls(capacity, np.empty(0, np.uint64), np.empty(0, np.int64), pa.nulls(0, pa.large_binary()))

    @classmethod
    def of(cls, values: pa.Array, counts: Counts, capacity: int, hashes: Hashes | None = None) -> Sketch:
        """Return the sketch of values.

        Args:
            values: the values, which may repeat.
            counts: how often each occurs.
            capacity: how many distinct values are kept.
            hashes: the hash of each value, where it is known.
        """
        raw = binary(values)
        return cls._reduced(capacity, hash64(raw) if hashes is None else hashes, counts, raw)

    @classmethod
    def _reduced(cls, capacity: int, hashes: Hashes, counts: Counts, values: pa.LargeBinaryArray) -> Sketch:
        """Return the sketch of values with their hashes.

        Sorting the smallest hashes is enough, unless these are few values that repeat.
        """
        if len(hashes) > 4 * capacity:
            near = np.flatnonzero(hashes <= np.partition(hashes, 2 * capacity)[2 * capacity])
            if len(near) < len(hashes):
                smallest = cls._sorted(capacity, hashes[near], counts[near], values.take(pa.array(near)))
                if smallest.full:
                    return smallest
        return cls._sorted(capacity, hashes, counts, values)

    @classmethod
    def _sorted(cls, capacity: int, hashes: Hashes, counts: Counts, values: pa.LargeBinaryArray) -> Sketch:
        order = np.argsort(hashes, kind="stable")
        if not len(order):
            return cls(capacity, hashes, counts.astype(np.int64), values)
        ordered = hashes[order]
        first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        totals = np.add.reduceat(counts[order], first)
        kept = first[:capacity]
        texts = values.take(pa.array(order[kept]))
        if int(pc.max(pc.binary_length(texts)).as_py()) > VALUE_BYTES:
            texts = pc.binary_slice(texts, 0, VALUE_BYTES)
        return cls(capacity, ordered[kept], totals[:capacity].astype(np.int64), texts)

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
        """The number of distinct values: exact below the capacity, else an estimate.

        The estimate rests on the largest hash that is kept (Beyer et al. 2007).
        """
        if not self.full:
            return len(self)
        return max(len(self), round((len(self) - 1) / (int(self.hashes[-1]) + 1) * 2**64))

    def texts(self, limit: int | None = None) -> list[str]:
        """Return the values, decoded; bytes that are no UTF-8 are replaced.

        With a limit it is a random choice of them.
        """
        raw: Sequence[bytes] = (self.values if limit is None else self.values.slice(0, limit)).to_pylist()
        return [value.decode("utf-8", "replace") for value in raw]
