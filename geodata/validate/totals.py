"""Whether a part is larger than its whole: rule 4 keeps both, and one of them is wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geodata import schema
from geodata.text.quoting import quoted
from geodata.validate.faults import Faults


def part_exceeds_whole(
    given: pd.DataFrame, typed: Mapping[str, pd.Series], n_places: pd.Series, faults: Faults
) -> None:
    """Warn of parts whose low end lies above the high end of their whole.

    Parameters
    ----------
    given
        The claims as texts: ``part_of``.
    typed
        ``claim_id``, ``origin_id``, ``low``, ``high``, ``modifier``, ``extent`` and
        ``unit_family`` of the claims.
    n_places
        How many places each claim names.
    faults
        Takes the warnings.

    Notes
    -----
    A figure that holds in ``each`` of several places is counted as often for a part, and bounds
    no part as a whole. ``about`` loosens its figure by the usual tolerance. Units that share no
    word ("camps" of "fighters") are not compared. The figures of a whole are those of its
    canonical telling: the claim whose id is the origin's, else the first.
    """
    part = given["part_of"].notna() & typed["low"].notna()
    if not part.any():
        return
    names = ["claim_id", "origin_id", "low", "high", "modifier", "extent", "unit_family"]
    claims = pd.DataFrame({name: typed[name] for name in names})
    each = (claims["extent"] == "each") & (n_places > 1)
    about = claims["modifier"] == "about"
    play = pd.Series(np.where(about, schema.ABOUT_TOLERANCE, 0.0), index=claims.index)
    claims["least"] = claims["low"] * (1 - play) * np.where(each, n_places, 1)
    claims["most"] = (claims["high"] * (1 + play)).mask(each, np.inf)
    canonical = pd.concat([claims[claims["claim_id"] == claims["origin_id"]], claims])
    canonical = canonical.drop_duplicates("origin_id").set_index("origin_id")
    origins = {name: name for name in claims["origin_id"].unique()}
    origins |= dict(zip(claims["claim_id"], claims["origin_id"], strict=True))
    whole = given["part_of"].map(origins)
    most, unit = whole.map(canonical["most"]), whole.map(canonical["unit_family"])
    shared = [
        _share_words(one, other) for one, other in zip(claims["unit_family"], unit, strict=True)
    ]
    larger = part & (claims["least"] > most) & pd.Series(shared, index=claims.index)
    texts = [
        f"the part is at least {least:,.6g}, and the whole, {quoted(str(name))}, at most "
        f"{limit:,.6g}: check both figures, and that part_of names the right claim"
        for least, name, limit in zip(claims["least"], given["part_of"], most, strict=True)
    ]
    faults.warning(larger, "part_of", pd.Series(texts, index=claims.index))


def _share_words(one: object, other: object) -> bool:
    """Whether two units may count the same; one that is missing may.

    >>> _share_words("fighters", "fighters and family members"), _share_words("camps", "fighters")
    (True, False)
    """
    if not isinstance(one, str) or not isinstance(other, str):
        return True
    return not set(one.split()).isdisjoint(other.split())
