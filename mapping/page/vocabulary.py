"""Texts as numbers in the list of their words, all columns of a table together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Words:
    """The words of texts, the most frequent first: their numbers need one byte.

    ``lengths`` holds how many words each text of a column has, ``codes`` all of them one after
    the other. Words are what stands between single spaces, so that texts read back as they were.
    """

    vocabulary: list[str]
    lengths: dict[str, NDArray[np.int64]]
    codes: dict[str, NDArray[np.int64]]

    @classmethod
    def of(cls, texts: Mapping[str, pa.Array]) -> Words:
        """Find the words of columns of texts, and their numbers.

        >>> words = Words.of({"text": as_texts(["to be or", None, "not to be"])})
        >>> words.vocabulary, words.lengths["text"].tolist(), words.codes["text"].tolist()
        (['to', 'be', 'or', 'not'], [3, 0, 3], [0, 1, 2, 3, 0, 1])
        """
        lists = {name: pc.split_pattern(column, " ") for name, column in texts.items()}
        flat = [found.flatten() for found in lists.values()]
        encoded = pa.chunked_array(flat, type=pa.large_string()).combine_chunks()
        encoded = encoded.dictionary_encode()
        codes = encoded.indices.to_numpy()
        counts = np.bincount(codes, minlength=len(encoded.dictionary))
        # Equal counts in order of appearance: the same claims give the same page.
        order = np.argsort(-counts, kind="stable")
        number = np.empty(len(order), dtype=np.int64)
        number[order] = np.arange(len(order))
        lengths = {
            name: pc.list_value_length(found).fill_null(0).to_numpy().astype(np.int64)
            for name, found in lists.items()
        }
        ends = np.cumsum([0, *map(len, flat)]).tolist()
        parts = {name: number[codes[ends[at] : ends[at + 1]]] for at, name in enumerate(lists)}
        return cls(encoded.dictionary.take(pa.array(order)).to_pylist(), lengths, parts)


def as_texts(values: Sequence[str | None] | NDArray[Any]) -> pa.Array:
    """Give texts as an array of Arrow, what is missing as null."""
    return pa.array(values, type=pa.large_string(), from_pandas=True)
