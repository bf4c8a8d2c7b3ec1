"""Who speaks: the names of sources, folded so that each source is one."""

from __future__ import annotations

import pandas as pd


def source_key(sources: pd.Series) -> pd.Series:
    """Fold names of sources so that case and spacing make no second source.

    >>> source_key(pd.Series(["United  Nations", "UNITED NATIONS"])).nunique()
    1
    """
    distinct = sources.dropna().unique()
    folded = {name: " ".join(str(name).split()).casefold() for name in distinct}
    return sources.map(folded)
