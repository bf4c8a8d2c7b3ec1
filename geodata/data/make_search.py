"""Which names of the built-in places a search needs, as a column of ``names.parquet``.

``make_names.py`` calls it; run by itself, it writes the column anew, the rest as it was:
``python -m geodata.data.make_search``. The column ``search`` numbers the names of a place, the
most useful first, as `geodata.places.gazetteer.search` orders them: below 0 what only adds a word
such as "province"; 0 for a name that is found by the others.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.places.gazetteer.search import search_order

HERE = Path(__file__).parent
COLUMNS = ["place_id", "name", "lang", "how", "key", "kind"]


def search_ranks(table: pd.DataFrame, titles: dict[str, str]) -> pd.Series:
    """Rank the names of each place by how much a search needs them."""
    ranks = pd.Series(0, index=table.index, dtype="int16")
    spelled = table[(table["how"] != "code") & table["place_id"].isin(titles)]
    spelled = spelled.drop_duplicates(["place_id", "name"])
    for place, names in spelled.groupby("place_id")["name"]:
        at = dict(zip(names, names.index, strict=True))
        for number, (name, is_form) in enumerate(search_order(titles[str(place)], at), start=1):
            ranks[at[name]] = -number if is_form else number
    return ranks


def write_names(table: pd.DataFrame, titles: dict[str, str]) -> None:
    """Write the table of names; ``titles`` are the places' own."""
    table = table[COLUMNS].reset_index(drop=True)
    table.assign(search=search_ranks(table, titles)).to_parquet(
        HERE / "names.parquet", index=False, compression="zstd", compression_level=19
    )


def main() -> None:
    """Write the column of the names that are there."""
    levels = (pd.read_parquet(HERE / f"admin{level}.parquet", columns=["place_id", "name"])
              for level in (0, 1))  # fmt: skip
    titles = dict(pd.concat(levels).itertuples(index=False, name=None))
    write_names(pd.read_parquet(HERE / "names.parquet"), titles)


if __name__ == "__main__":
    main()
