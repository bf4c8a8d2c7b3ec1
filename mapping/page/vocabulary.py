"""Texts as numbers in the list of their words, all columns of a table together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Words:
    """The words of texts, the most frequent first: their numbers need one byte.

    ``lengths`` holds how many words each text of a column has, ``codes`` all of them one after
    the other. Words are what stands between single spaces, so that texts read back as they were.
    """

    vocabulary: list[str]
    lengths: dict[str, NDArray[np.int64]]
    codes: dict[str, NDArray[np.int32]]

    @classmethod
    def of(cls, texts: Mapping[str, pa.Array]) -> Words:
        """Find the words of columns of texts, and their numbers.

        >>> from mapping.page.columns import as_texts
        >>> words = Words.of({"text": as_texts(["to be or", None, "not to be"])})
        >>> words.vocabulary, words.lengths["text"].tolist(), words.codes["text"].tolist()
        (['to', 'be', 'or', 'not'], [3, 0, 3], [0, 1, 2, 3, 0, 1])
        """
        known: dict[str, int] = {}
        lengths: dict[str, NDArray[np.int64]] = {}
        codes: dict[str, NDArray[np.int32]] = {}
        for name, column in texts.items():
            # By slices, since the words of a million texts at once fill the memory.
            slices = [column.slice(at, _SLICE) for at in range(0, len(column), _SLICE)]
            parts = [_encoded(part, known) for part in slices]
            lengths[name] = np.concatenate(
                [counts for counts, _ in parts] or [_NONE.astype(np.int64)]
            )
            codes[name] = np.concatenate([words for _, words in parts] or [_NONE])
        counts = sum(
            (np.bincount(words, minlength=len(known)) for words in codes.values()),
            np.zeros(len(known), dtype=np.int64),
        )
        # Equal counts in order of appearance: the same claims give the same page.
        order = np.argsort(-counts, kind="stable")
        number = np.empty(len(order), dtype=np.int32)
        number[order] = np.arange(len(order))
        words = list(known)
        vocabulary = [words[at] for at in order.tolist()]
        return cls(vocabulary, lengths, {name: number[held] for name, held in codes.items()})


_SLICE: Final = 100_000
_NONE: Final = np.empty(0, dtype=np.int32)


def _encoded(texts: pa.Array, known: dict[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Give the number of words of each text, and the numbers of all words as they are known."""
    lists = pc.split_pattern(texts, " ")
    words = lists.flatten().dictionary_encode()
    own = [known.setdefault(word, len(known)) for word in words.dictionary.to_pylist()]
    counts = pc.list_value_length(lists).fill_null(0).to_numpy().astype(np.int64)
    return counts, np.array(own, dtype=np.int32)[words.indices.to_numpy()]
