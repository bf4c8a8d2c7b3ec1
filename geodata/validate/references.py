"""What claims say about each other: claim_id, origin_id, part_of, denies, supersedes.

Chains are followed without recursion: a table may hold 100,000 links in a row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from typing import Final

import pandas as pd
from rapidfuzz import fuzz, process

from geodata import schema
from geodata.text.actors import split_names
from geodata.text.quoting import quoted
from geodata.validate.faults import Faults

LONGEST_ID: Final = 200
_NEAR: Final = 80.0  # rapidfuzz ratio from which an id is worth suggesting
_MOST_LOOKED_UP: Final = 200  # distinct unknown ids: each is compared with all known ones
_SHOWN: Final = 4  # ids of a circle that a message shows
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def read_references(
    given: pd.DataFrame, faults: Faults, *, content: pd.DataFrame | None = None
) -> dict[str, pd.Series]:
    """Fill the ids, and check that what they refer to exists and goes in no circle.

    Parameters
    ----------
    given
        The claims as texts, of all files together.
    faults
        Takes what is wrong.
    content
        What ids are made of where there are none: the claims as texts, unless others are given.

    Returns
    -------
    dict
        ``claim_id`` and ``origin_id``, always filled.
    """
    claim_id = _claim_ids(given, faults, given if content is None else content)
    origin_id = _origins(claim_id, given["origin_id"], faults)
    origin_of = {name: name for name in origin_id.unique()}
    # A claim's own id comes last, so that it wins over an origin's shared name.
    origin_of |= _first_of(claim_id, origin_id)
    ids = pd.DataFrame({"claim_id": claim_id, "origin_id": origin_id})
    _check_part_of(given["part_of"], ids, origin_of, faults)
    _check_denies(given, ids, origin_of, faults)
    _check_supersedes(given["supersedes"], claim_id, faults)
    return {"claim_id": claim_id, "origin_id": origin_id}


def circles(links: Mapping[str, Collection[str]]) -> set[str]:
    """Return the nodes that lie on a circle of links, or between two circles.

    Examples
    --------
    >>> sorted(circles({"a": ["b"], "b": ["a"], "c": ["a"]}))
    ['a', 'b']
    """
    nodes = {*links, *(target for targets in links.values() for target in targets)}
    backward: dict[str, set[str]] = defaultdict(set)
    for node, targets in links.items():
        for target in targets:
            backward[target].add(node)
    forward = {node: set(targets) for node, targets in links.items()}
    return _not_dead_ends(_not_dead_ends(nodes, forward, backward), backward, forward)


def _not_dead_ends(
    nodes: set[str], onward: Mapping[str, set[str]], back: Mapping[str, set[str]]
) -> set[str]:
    """Take away, again and again, the nodes from which no link leads on."""
    left = set(nodes)
    ways = {node: len(onward.get(node, set()) & left) for node in left}
    ends = [node for node, count in ways.items() if not count]
    while ends:
        end = ends.pop()
        left.discard(end)
        for node in back.get(end, set()) & left:
            ways[node] -= 1
            if not ways[node]:
                ends.append(node)
    return left


def _listed(texts: pd.Series) -> list[str]:
    """Return the texts as a list: to iterate over an Arrow column is ten times as slow."""
    return list(texts.to_numpy(dtype=object))


def _first_of(keys: pd.Series, values: pd.Series) -> dict[str, str]:
    """Return the first value of each key."""
    return dict(zip(reversed(_listed(keys)), reversed(_listed(values)), strict=True))


def _claim_ids(given: pd.DataFrame, faults: Faults, content: pd.DataFrame) -> pd.Series:
    ids = given["claim_id"]
    faults.error(
        ids.str.contains(schema.LIST_SEPARATOR, regex=False).fillna(False).astype(bool)
        | ids.str.contains(_CONTROL).fillna(False).astype(bool)
        | (ids.str.len() > LONGEST_ID).fillna(False).astype(bool),
        "claim_id",
        lambda value: (
            f"{quoted(value)} is no id: leave out ';' and line breaks, and use at most "
            f"{LONGEST_ID} characters"
        ),
    )
    repeated = ids.notna() & ids.duplicated()
    first = faults.places(ids.notna() & ids.isin(ids[repeated]), ids)
    faults.error(
        repeated,
        "claim_id",
        lambda value: (
            f"{quoted(value)} is the id of the claim at {first[value]} already: give each claim "
            "an id of its own; what they share is the origin_id"
        ),
    )
    _note_repetitions(given, faults)
    return _made_ids(content, faults, given)


# What tells claims apart although they say the same: their own names, and marks of the coder.
_NAMES: Final = ("claim_id", "note", "tags", "read_on", "read_by")


def _note_repetitions(given: pd.DataFrame, faults: Faults) -> None:
    """Warn of claims with ids of their own that say the same in every cell, and count twice.

    Those that share an origin count once; rows without an id are told where theirs are made.
    """
    whole = given.index
    # Few rows share even these: 40 columns of all would take a second for 100,000 claims.
    given = given[given.duplicated(["text", "actor", "places", "value", "stated"], keep=False)]
    if given.empty:
        return
    said = given.drop(columns=[name for name in _NAMES if name in given]).fillna("")
    said["origin_id"] = given["origin_id"].where(given["origin_id"] != given["claim_id"]).fillna("")
    twin = said.duplicated() & (said["origin_id"] == "")
    twin &= ~(given["claim_id"].isna() & given.duplicated())
    if not twin.any():
        return
    codes = said.groupby(list(said.columns), sort=False, dropna=False).ngroup()
    twins = twin.reindex(whole, fill_value=False)
    first = faults.places(codes.isin(codes[twin]).reindex(whole, fill_value=False), codes)
    faults.warning(
        twins,
        "claim_id",
        "the row says the same as "
        + codes.map(first).astype("str").reindex(whole)
        + " in every cell, under another id, and both count: remove it, or give both an origin_id",
    )


def _made_ids(content: pd.DataFrame, faults: Faults, given: pd.DataFrame) -> pd.Series:
    """Make an id of the content where there is none: the same row has it in every build."""
    ids = content["claim_id"].copy()
    missing = ids.isna()
    if not missing.any():
        return ids
    taken = set(ids.dropna())
    made: list[str] = []
    last: dict[str, int] = {}  # the number that the last row of a stem took
    again: list[bool] = []
    columns = [name for name in content.columns if content[name].notna().any()] or ["text"]
    rows = zip(
        *(_listed(content.loc[missing, column].fillna("")) for column in columns), strict=True
    )
    for row in rows:
        cells = "\x1f".join(
            f"{column}={text}" for column, text in zip(columns, row, strict=True) if text
        )
        stem = f"c-{blake2b(cells.encode('utf-8', 'surrogatepass'), digest_size=6).hexdigest()}"
        again.append(stem in last)
        number = last.get(stem, 0) + 1
        name = stem if number == 1 else f"{stem}-{number}"
        while name in taken:
            number += 1
            name = f"{stem}-{number}"
        last[stem] = number
        taken.add(name)
        made.append(name)
    ids[missing] = made
    twin = pd.Series(again, index=ids.index[missing], dtype=bool).reindex(
        ids.index, fill_value=False
    )
    if twin.any() and content is not given:
        twin &= given.duplicated()  # rows may differ in what no id is made of
    faults.warning(
        twin,
        "claim_id",
        "the row repeats an earlier one in every cell, and counts as '"
        + ids
        + "': remove it, or give both an origin_id",
    )
    return ids


def _origins(claim_id: pd.Series, given: pd.Series, faults: Faults) -> pd.Series:
    """Follow origins to the first telling: what retells a retelling retells the first."""
    origin = given.fillna(claim_id)
    first_tellings = _first_of(claim_id, origin)
    final, lost = _ends_of_chains(origin.unique(), first_tellings)
    resolved = origin if all(map(str.__eq__, final, final.values())) else origin.map(final)
    faults.error(
        origin.isin(list(lost)),
        "origin_id",
        lambda value: (
            f"{quoted(value)} leads in a circle from one retelling to the next: name the first "
            "telling in all of them"
        ),
        values=origin,
    )
    faults.warning(
        (resolved != origin) & ~origin.isin(list(lost)),
        "origin_id",
        lambda value: (
            f"{quoted(value)} itself retells {quoted(final[value])}, which is taken as the origin"
        ),
        values=origin,
        suggest=lambda value: (final[value],),
    )
    return resolved.astype("str")


def _ends_of_chains(
    names: Iterable[str], onward: Mapping[str, str]
) -> tuple[dict[str, str], set[str]]:
    """Return where each chain ends, and the names whose chain runs in a circle."""
    final: dict[str, str] = {}
    lost: set[str] = set()
    for name in names:
        if onward.get(name, name) == name:
            final[name] = name
            continue
        path: dict[str, None] = {}
        at = name
        while at not in final and at not in path and onward.get(at, at) != at:
            path[at] = None
            at = onward[at]
        if at in path or at in lost:
            lost |= path.keys()
        # Every link of the way knows its end now: a chain is walked once.
        end = final.get(at, at)
        final |= dict.fromkeys([*path, at], end)
    return final, lost


def _check_part_of(
    part_of: pd.Series, ids: pd.DataFrame, origin_of: Mapping[str, str], faults: Faults
) -> None:
    if part_of.isna().all():
        return
    whole = part_of.map(origin_of)
    _note_unknown(part_of.notna() & whole.isna(), "part_of", origin_of, faults)
    own = part_of.notna() & ((whole == ids["origin_id"]) | (part_of == ids["claim_id"]))
    faults.error(
        own,
        "part_of",
        lambda value: (
            f"{quoted(value)} is this claim, or another telling of it: a claim is no part of "
            "itself; name the claim of the larger total"
        ),
    )
    links: dict[str, set[str]] = defaultdict(set)
    valid = whole.notna() & ~own
    for part, total in zip(
        _listed(ids.loc[valid, "origin_id"]), _listed(whole[valid]), strict=True
    ):
        links[part].add(total)
    _note_circles(ids["origin_id"], whole.where(valid), links, "part_of", faults)


def _check_denies(
    given: pd.DataFrame, ids: pd.DataFrame, origin_of: Mapping[str, str], faults: Faults
) -> None:
    denies = given["denies"]
    if denies.isna().all():
        return
    named = {cell: split_names(cell) for cell in denies.dropna().unique()}
    unknown = {
        cell: missing
        for cell, names in named.items()
        if (missing := [name for name in names if name not in origin_of])
    }
    near = _Near(origin_of)
    faults.error(
        denies.isin(list(unknown)),
        "denies",
        lambda cell: (
            f"no claim has the id {', '.join(map(quoted, unknown[cell][:_SHOWN]))}: name claims "
            "by their claim_id, with ';' between them"
        ),
        suggest=lambda cell: near.of(unknown[cell]),
    )
    denying = denies.notna()
    own = [
        claim_id in named[cell]
        for cell, claim_id in zip(
            _listed(denies[denying]), _listed(ids.loc[denying, "claim_id"]), strict=True
        )
    ]
    faults.error(
        pd.Series(own, index=denies.index[denying], dtype=bool).reindex(
            denies.index, fill_value=False
        ),
        "denies",
        "a claim cannot deny itself: name the claim that it denies",
    )
    faults.warning(
        denies.notna() & given["kind"].notna() & (given["kind"].str.casefold() != "denial"),
        "kind",
        "only a denial denies: make the kind 'denial', or leave `denies` empty",
    )


def _check_supersedes(supersedes: pd.Series, claim_id: pd.Series, faults: Faults) -> None:
    if supersedes.isna().all():
        return
    known = set(_listed(claim_id))
    unknown = supersedes.notna() & ~supersedes.isin(known)
    _note_unknown(unknown, "supersedes", known, faults)
    own = supersedes == claim_id
    faults.error(own, "supersedes", "a claim cannot supersede itself: name the claim it replaces")
    links: dict[str, set[str]] = defaultdict(set)
    valid = supersedes.notna() & ~unknown & ~own
    for newer, older in zip(_listed(claim_id[valid]), _listed(supersedes[valid]), strict=True):
        links[newer].add(older)
    _note_circles(claim_id, supersedes.where(valid), links, "supersedes", faults)


def _note_unknown(unknown: pd.Series, column: str, known: Collection[str], faults: Faults) -> None:
    near = _Near(known)
    faults.error(
        unknown,
        column,
        lambda value: f"no claim has the id {quoted(value)}: name a claim_id of these files",
        suggest=lambda value: near.of([value]),
    )


def _note_circles(
    nodes: pd.Series, targets: pd.Series, links: Mapping[str, set[str]], column: str, faults: Faults
) -> None:
    on_circle = circles(links)
    both = nodes.isin(on_circle) & targets.isin(on_circle)
    said = {
        target: (
            f"the link leads back here in a circle ({_path(target, links, on_circle)}): "
            "remove one of the links"
        )
        for target in targets[both].unique()
    }
    faults.error(both, column, targets.map(said))


def _path(start: str, links: Mapping[str, set[str]], on_circle: set[str]) -> str:
    names = [start]
    while len(names) <= _SHOWN:
        names.append(min(links[names[-1]] & on_circle))
        if names[-1] == start:
            return " → ".join(map(quoted, names))
    return " → ".join(map(quoted, names)) + " → …"


class _Near:
    """Finds known ids that are near to unknown ones, for a limited number of them."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self._looked_up = 0

    def of(self, unknown: Iterable[str]) -> tuple[str, ...]:
        found: list[str] = []
        for name in unknown:
            self._looked_up += 1
            if self._looked_up > _MOST_LOOKED_UP:
                break
            near = process.extract(
                name[:LONGEST_ID], self._known, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=2
            )
            found += [str(match[0]) for match in near]
        return tuple(dict.fromkeys(found))
