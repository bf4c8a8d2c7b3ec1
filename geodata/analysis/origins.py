"""Which claims look like tellings of one statement: proposals, never applied unasked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.similarity import BLOCK_COLUMNS, Bundle, Likeness, traits
from geodata.analysis.statements import check_claims_typed, check_options, published
from geodata.errors import ArgumentError
from geodata.rules.dating import is_number

SUGGESTION_COLUMNS: Final = ("origin_id", "claim_ids", "score", "reasons")

# Below this score a pair is not proposed.
MIN_SCORE: Final = 0.6
# A telling that lost its date may be told long after the statement was made.
ORIGIN_WINDOW_DAYS: Final = 2 * schema.WINDOW_DAYS

# Scores that lie no further apart say nothing of which is the better.
_TIE: Final = 0.02

# A claim is looked at with so many that come next in its block; blocks are sorted by date.
_NEIGHBOURS: Final = 25


def suggest_origins(
    claims: pd.DataFrame,
    *,
    as_of: str | date | None = None,
    window_days: int = ORIGIN_WINDOW_DAYS,
    tolerance: float = 0.0,
    min_score: float = MIN_SCORE,
) -> pd.DataFrame:
    """Propose which claims tell one statement, where their authors did not say so.

    Parameters
    ----------
    claims
        Typed claims, one row a claim. Those that share an ``origin_id`` stay together, and
        are never proposed for another origin that has several tellings already.
    as_of
        As `geodata.analysis` describes it; tellings without a date are compared.
    window_days
        A telling without its date was published at most so many days after the statement.
        Days that are known may lie apart as ``geodata.analysis.similarity`` says.
    tolerance
        By how much figures may differ, as a share of the larger; equal unless set.
    min_score
        The least score that is proposed, from 0 to 1.

    Returns
    -------
    DataFrame
        One row a proposed group, sorted by ``origin_id``, with a RangeIndex:

        - ``origin_id`` (str): the origin that some of the claims have already, else the id
          of the claim that was reported, then stated, first;
        - ``claim_ids`` (sorted tuple): all tellings of the group;
        - ``score`` (float64, up to 1): that of the weakest link by which the group holds;
        - ``reasons`` (tuple of texts): what speaks for it and against it, over all links.

    Raises
    ------
    ArgumentError
        If the claims are not typed, or an option makes no sense.

    Notes
    -----
    Two claims may tell one statement if they are of one source and actor, count the same,
    share a figure, speak of places of which one holds the other or some are shared, and of
    days that can be one. Each telling may lose something: a modifier, a province, its day.
    What was lost costs score. Two claims of one article, or of which one is a part of the
    other, are two statements, and so are claims of different speakers; where articles are not
    known by their ``url``, an outlet is taken to tell a statement once a day. Groups grow by
    their best links first, and never over such a pair, nor over two that share no figure or no
    place. Claims without a figure need the same places and much the same words. Events of
    one outlet, or known to the country only, are doubted: many are alike; so are events whose
    days are known and differ. Texts that take opposite sides ("no camps", "camps"; opened,
    closed) are two statements, or doubted where the figure is the same; the words that tell
    stand in ``data/opposites.csv``. Names are compared by their consonants, whatever their
    alphabet: Shoigu, Shoygu and Шойгу are one. A telling that fits claims of two groups about
    equally well goes to one of them, and the reasons name the other.

    The score is no probability. On 80 pairs that were written to be hard, 36 of them one
    statement, 0.6 proposes 37, 33 of them rightly (precision 0.89, recall 0.92), 0.8
    proposes 28 (0.93, 0.72) and 0.9 proposes 18 (1.00, 0.50); 0.3 proposes 45 (0.76, 0.94).

    Examples
    --------
    >>> from geodata import sample_claims
    >>> bare = sample_claims()
    >>> bare = bare.assign(origin_id=bare["claim_id"])
    >>> found = suggest_origins(bare).set_index("origin_id")
    >>> found.loc["intellinews-2024-06", "claim_ids"]
    ('intellinews-2024-06', 'kabulnow-2024-06-madrassas')
    """
    check_options(window_days=window_days, tolerance=tolerance)
    if not is_number(min_score) or not 0 <= min_score <= 1:
        message = f"min_score={min_score!r}: give a number from 0 to 1"
        raise ArgumentError(message)
    told = published(claims, as_of)
    table = traits(told, tolerance=tolerance)
    likeness = Likeness(table, window_days=window_days, tolerance=tolerance)
    links = [
        link
        for first, second in _pairs(likeness)
        if (link := _link(likeness, first, second, min_score)) is not None
    ]
    groups = _grow(links, likeness, told)
    _tell_ties(groups, links, told)
    return _assemble(groups, told)


def apply_origins(claims: pd.DataFrame, suggested: pd.DataFrame) -> pd.DataFrame:
    """Give claims the origins that were proposed, such as those that an analyst kept.

    Parameters
    ----------
    claims
        Typed claims, one row a claim.
    suggested
        Rows of what `suggest_origins` returned.

    Returns
    -------
    DataFrame
        The claims, their index kept, with the new ``origin_id``.

    Raises
    ------
    ArgumentError
        If the claims are not typed, or what is suggested is not what `suggest_origins` returns.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> claims = sample_claims()
    >>> bare = claims.assign(origin_id=claims["claim_id"])
    >>> apply_origins(bare, suggest_origins(bare))["origin_id"].nunique()
    64
    """
    check_claims_typed(claims)
    _check_suggested(suggested, ("origin_id", "claim_ids"))
    named = {
        claim: origin
        for origin, members in zip(suggested["origin_id"], suggested["claim_ids"], strict=True)
        for claim in members
    }
    pairs = zip(claims["claim_id"], claims["origin_id"], strict=True)
    origins = [named.get(claim, origin) for claim, origin in pairs]
    return claims.assign(origin_id=pd.Series(origins, index=claims.index, dtype="str"))


class _Link(NamedTuple):
    """Two claims, by position, that may be tellings of one statement."""

    score: float
    first: int
    second: int
    reasons: tuple[str, ...]


@dataclass
class _Group:
    """Claims, by position, that are taken for tellings of one statement."""

    members: list[int]
    origins: set[str]  # those among them that have several tellings already
    traits: Bundle
    score: float = 1.0
    reasons: dict[str, None] = field(default_factory=dict)

    def absorb(self, other: _Group, link: _Link) -> None:
        """Take in another group by a link."""
        self.members += other.members
        self.origins |= other.origins
        self.traits.absorb(other.traits)
        self.score = min(self.score, other.score, link.score)
        self.reasons |= other.reasons | dict.fromkeys(link.reasons)


def _pairs(likeness: Likeness) -> list[tuple[int, int]]:
    """Give the pairs of claims that share a block: a voice, an actor and a figure or places."""
    found: set[tuple[int, int]] = set()
    for column in BLOCK_COLUMNS:
        blocks = likeness.table[[column, "day"]].explode(column).dropna(subset=[column])
        blocks = blocks.assign(at=blocks.index, code=pd.factorize(blocks[column])[0])
        blocks = blocks.sort_values(["code", "day", "at"])
        codes, at = blocks["code"].to_numpy(), blocks["at"].to_numpy()
        for step in range(1, min(_NEIGHBOURS, len(at) - 1) + 1):
            same = codes[step:] == codes[:-step]
            if not same.any():
                break
            pairs = np.sort(np.column_stack([at[:-step][same], at[step:][same]]))
            found.update(map(tuple, pairs[likeness.near(pairs)].tolist()))
    return sorted(found)


def _link(likeness: Likeness, first: int, second: int, min_score: float) -> _Link | None:
    said = likeness.compare(first, second)
    if said is None or said.score < min_score:
        return None
    return _Link(said.score, first, second, said.reasons)


def _grow(links: list[_Link], likeness: Likeness, told: pd.DataFrame) -> list[_Group]:
    """Join claims by their best links first, never over a pair that cannot be one statement."""
    tellings: dict[str, list[int]] = {}
    for at, origin in enumerate(told["origin_id"]):
        tellings.setdefault(origin, []).append(at)
    groups: dict[int, _Group] = {}
    for origin, members in tellings.items():
        declared = {origin} if len(members) > 1 else set[str]()
        group = _Group(members, declared, likeness.bundle(members))
        groups.update(dict.fromkeys(members, group))
    for link in sorted(links, key=lambda link: (-link.score, link.first, link.second)):
        one, other = groups[link.first], groups[link.second]
        if one is other or (one.origins and other.origins):
            continue
        if likeness.bundles_apart(one.traits, other.traits):
            continue
        small, large = sorted((one, other), key=lambda group: len(group.members))
        groups.update(dict.fromkeys(small.members, large))
        large.absorb(small, link)
    kept = {id(group): group for group in groups.values() if group.reasons}
    return list(kept.values())


def _tell_ties(groups: list[_Group], links: list[_Link], told: pd.DataFrame) -> None:
    """Say of each telling which other claims, outside of its group, it fits as well."""
    names = told["claim_id"].tolist()
    group_of = {at: group for group in groups for at in group.members}
    best: dict[int, float] = {}  # that by which a claim holds to its own group
    loose: list[tuple[int, int, float]] = []
    for score, first, second, _ in links:
        for at, other in ((first, second), (second, first)):
            group = group_of.get(at)
            if group is not None and group is group_of.get(other):
                best[at] = max(best.get(at, 0.0), score)
            elif group is not None:
                loose.append((at, other, score))
    for at, other, score in loose:
        if score >= best.get(at, 2.0) - _TIE:
            group_of[at].reasons[f"{names[at]} fits {names[other]} as well"] = None


def _assemble(groups: list[_Group], told: pd.DataFrame) -> pd.DataFrame:
    order = told.sort_values(["reported_last", "stated_last", "claim_id"]).index
    rank = dict(zip(order, range(len(order)), strict=True))
    claims, origins = told["claim_id"].tolist(), told["origin_id"].tolist()
    rows = []
    for group in groups:
        counts = Counter(origins[at] for at in group.members)
        first = min(group.members, key=rank.__getitem__)
        shared = [origin for origin, count in counts.items() if count > 1]
        ids = tuple(sorted(claims[at] for at in group.members))
        origin = shared[0] if shared else origins[first]
        rows.append((origin, ids, round(group.score, 3), tuple(sorted(group.reasons))))
    found = pd.DataFrame(rows, columns=list(SUGGESTION_COLUMNS))
    dtypes = {"origin_id": "str", "claim_ids": "object", "score": "float64", "reasons": "object"}
    return found.astype(dtypes).sort_values("origin_id", ignore_index=True)


def score_suggestions(suggested: pd.DataFrame, claims: pd.DataFrame) -> dict[str, int]:
    """Hold proposals against origins that are known, those with several tellings.

    Parameters
    ----------
    suggested
        What `suggest_origins` returned for claims without origins.
    claims
        The same claims with their ``origin_id``.

    Returns
    -------
    dict
        ``real`` (origins with several tellings), ``exact`` (proposed with all and only their
        tellings), ``partial`` (at least two of their tellings proposed together, though not
        exactly), ``missed`` (the others), ``invented`` (proposed groups in which no two
        claims share an origin) and ``wrong`` (pairs proposed that are none).

    Raises
    ------
    ArgumentError
        As `apply_origins` does, and if other claims are proposed.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> claims = sample_claims()
    >>> bare = claims.assign(origin_id=claims["claim_id"])
    >>> score_suggestions(suggest_origins(bare), claims)["real"]
    8
    """
    check_claims_typed(claims)
    _check_suggested(suggested, ("claim_ids",))
    unknown = sorted(set().union(*suggested["claim_ids"]) - set(claims["claim_id"]))
    if unknown:
        message = f"suggested: {unknown[0]!r} is none of the claims; give those it was made from"
        raise ArgumentError(message)
    groups = claims.groupby("origin_id")["claim_id"].agg(frozenset)
    real = [group for group in groups if len(group) > 1]
    proposed = [frozenset(members) for members in suggested["claim_ids"]]
    exact = [group for group in real if group in proposed]
    partial = [
        group
        for group in real
        if group not in proposed and any(len(group & other) > 1 for other in proposed)
    ]
    origin = dict(zip(claims["claim_id"], claims["origin_id"], strict=True))
    pairs = [
        [origin[a] == origin[b] for a, b in combinations(sorted(group), 2)] for group in proposed
    ]
    return {
        "real": len(real),
        "exact": len(exact),
        "partial": len(partial),
        "missed": len(real) - len(exact) - len(partial),
        "invented": sum(not any(same) for same in pairs),
        "wrong": sum(same.count(False) for same in pairs),
    }


def _check_suggested(suggested: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """Raise `ArgumentError` unless a frame holds proposals; one read from a table holds texts."""
    if not isinstance(suggested, pd.DataFrame):
        message = f"suggested: {type(suggested).__name__} is no DataFrame; call suggest_origins"
        raise ArgumentError(message)
    missing = next((name for name in columns if name not in suggested), None)
    if missing is not None:
        message = f"suggested: no column {missing!r}; give rows of what suggest_origins returned"
        raise ArgumentError(message)
    for row, *origin, members in suggested[[*columns]].itertuples(name=None):
        valid = isinstance(members, tuple | list | set | frozenset)
        if not valid or not all(isinstance(name, str) for name in (*origin, *members)):
            message = (
                f"suggested: row {row!r} holds {(*origin, members)!r}: "
                "give an origin's id, and a tuple of ids of claims"
            )
            raise ArgumentError(message)
