"""Value, its ends, modifier and unit of each claim, and whether they agree.

The value's cell may hold words ("over 1,000"), which then are the modifier.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final, TypeAlias

import pandas as pd

from geodata import schema
from geodata.rules.intervals import claim_intervals
from geodata.text.actors import unit_families
from geodata.text.modifiers import modifier_of
from geodata.text.quantities import is_loose, parse_quantities, vague_quantity
from geodata.text.quoting import quoted
from geodata.validate.columns import read_codes
from geodata.validate.decimal_commas import refuse_ambiguous_commas
from geodata.validate.faults import Faults

Ends: TypeAlias = tuple[pd.Series, pd.Series]

# A bound may have one end of its own: how far it is loosened.
_LOWER: Final = ("over", "at_least")
_BOUNDS: Final = (*_LOWER, "up_to")
# Two words before or after the number, or a sign: else nothing is read once more.
_SEVERAL_WORDS: Final = re.compile(r"\S \S+ \S|[^\w\s.,]")
_RANGED: Final = ("between", "about")


def read_figures(
    given: pd.DataFrame, faults: Faults, *, files: pd.Series, semicolons: Collection[str] = ()
) -> dict[str, pd.Series]:
    """Read the columns of a claim's figure.

    Parameters
    ----------
    given
        ``value``, ``value_low``, ``value_high``, ``modifier`` and ``unit`` as texts.
    faults
        Takes what is wrong.
    files, semicolons
        The file of each row; and those whose columns are separated by semicolons.

    Returns
    -------
    dict
        Those columns typed, ``unit_family``, and the interval ``low``, ``high``.
    """
    cells = {column: parse_quantities(given[column]) for column in schema.NUMBER_COLUMNS}
    cells["value"] = _surely(cells["value"], given["value"], faults)
    bad = _note_unreadable(given, cells, faults)
    read = {name: given[name].where(cell["error"].isna()) for name, cell in cells.items()}
    bad |= refuse_ambiguous_commas(pd.DataFrame(read), files, semicolons, faults)
    value = cells["value"]["value"]
    low, high = _ends(cells, given, faults)
    column = read_codes(given["modifier"], "modifier", schema.MODIFIERS, faults, also=modifier_of)
    modifier = _modifier(cells["value"]["modifier"], column, given, faults)
    bad |= given["modifier"].notna() & column.isna()
    modifier = _default_modifier(modifier, value, low, high, given)
    low, high = _loosen(given["value"], value, (low, high), modifier, faults)
    figures = pd.DataFrame(
        {"value": value, "value_low": low, "value_high": high, "modifier": modifier}
    )
    _check(figures, given, bad, faults)
    unit = given["unit"]
    has_figure = figures[list(schema.NUMBER_COLUMNS)].notna().any(axis="columns")
    faults.warning(
        has_figure & unit.isna(),
        "unit",
        "a figure without a unit is compared with nothing: say what is counted, such as fighters",
    )
    return {
        **{str(name): figures[name] for name in figures.columns},
        **{str(name): ends for name, ends in claim_intervals(figures).items()},
        "unit": unit,
        "unit_family": unit_families(unit),
    }


def _surely(cell: pd.DataFrame, given: pd.Series, faults: Faults) -> pd.DataFrame:
    """Read vague numbers as what they surely leave, with a warning that says so."""
    texts = given[cell["error"].notna()].dropna().unique()
    floors = {text: vague.value for text in texts if (vague := vague_quantity(text))}
    if not floors:
        return cell
    rows = given.isin(list(floors))
    faults.warning(
        rows,
        "value",
        lambda text: (
            f"{quoted(text)} is a vague number: read as 'at least {floors[text]:,.0f}', which is "
            "what it surely leaves; keep the words in `text` or `quote`"
        ),
    )
    read = cell.assign(
        value=cell["value"].where(~rows, given.map(floors).astype("float64")),
        modifier=cell["modifier"].mask(rows, "at_least"),
        error=cell["error"].mask(rows),
    )
    read["suggestions"] = [
        () if vague else found for vague, found in zip(rows, cell["suggestions"], strict=True)
    ]
    return read


def _loosen(
    given: pd.Series, value: pd.Series, ends: Ends, modifier: pd.Series, faults: Faults
) -> Ends:
    """Give a bound that is itself "about" ("at least about 500") its tolerance, as one end."""
    low, high = ends
    texts = given[modifier.isin(_BOUNDS) & low.isna() & high.isna()].dropna().unique()
    loose = [text for text in texts if _SEVERAL_WORDS.search(text) and is_loose(text)]
    if not loose:
        return low, high
    rows = given.isin(loose) & value.notna()
    below, above = rows & (modifier != "up_to"), rows & (modifier == "up_to")
    share = schema.ABOUT_TOLERANCE
    low = low.mask(below, (value * (1 - share)).round(6))
    high = high.mask(above, (value * (1 + share)).round(6))
    said = low.where(below, high).map("{:,.6g}".format, na_action="ignore")
    faults.warning(
        rows,
        "value",
        given.map(quoted, na_action="ignore")
        + " bounds a number that is itself about: its end is kept at "
        + said.astype("str")
        + f", {share:.0%} looser, in "
        + modifier.where(rows, "").map({"up_to": "value_high"}).fillna("value_low"),
    )
    return low, high


def _note_unreadable(
    given: pd.DataFrame, cells: Mapping[str, pd.DataFrame], faults: Faults
) -> pd.Series:
    """Note cells that are no numbers; returns the rows that have one."""
    bad = pd.Series(data=False, index=given.index)
    for column, cell in cells.items():
        wrong = cell["error"].notna()
        messages = dict(zip(given.loc[wrong, column], cell.loc[wrong, "error"], strict=True))
        meant = dict(zip(given.loc[wrong, column], cell.loc[wrong, "suggestions"], strict=True))
        faults.error(wrong, column, messages.__getitem__, suggest=meant.__getitem__)
        bad |= wrong
        if column != "value":
            worded = cell["modifier"].notna() & (cell["modifier"] != "exact")
            faults.error(
                worded,
                column,
                lambda text: (
                    f"{quoted(text)} holds more than the end of a range: write it into `value`, "
                    "or the bare number here"
                ),
            )
            bad |= worded
    return bad


def _ends(cells: Mapping[str, pd.DataFrame], given: pd.DataFrame, faults: Faults) -> Ends:
    """Return the ends of the range, from the value's cell or from their own columns."""
    cell = cells["value"]
    low, high = cells["value_low"]["value"], cells["value_high"]["value"]
    ranged = cell["value_low"].notna()
    other = (low.notna() & (low != cell["value_low"])) | (
        high.notna() & (high != cell["value_high"])
    )
    faults.error(
        ranged & other,
        "value",
        lambda text: (
            f"{quoted(text)} is a range, and value_low and value_high give another: "
            "keep one of them"
        ),
        values=given["value"],
    )
    return cell["value_low"].where(ranged, low), cell["value_high"].where(ranged, high)


def _modifier(cell: pd.Series, column: pd.Series, given: pd.DataFrame, faults: Faults) -> pd.Series:
    """Return the modifier of the words in the value's cell, or of its own column."""
    # A bare number leaves the word to the column; a range may be "about" there.
    ranged = cell.isin(_RANGED) & column.isin(_RANGED) & (cell == "between")
    open_ = cell.isna() | (cell == "exact") | ranged
    differ = ~open_ & column.notna() & (cell != column)
    said = [
        f"the value {quoted(value)} and the modifier {quoted(word)} say different things: keep one"
        for value, word in given.loc[differ, ["value", "modifier"]].itertuples(index=False)
    ]
    faults.error(
        differ, "modifier", pd.Series(said, index=given.index[differ]).reindex(given.index)
    )
    return column.where(open_ & column.notna(), cell)


def _default_modifier(
    modifier: pd.Series, value: pd.Series, low: pd.Series, high: pd.Series, given: pd.DataFrame
) -> pd.Series:
    """Both ends and no modifier make a range; with a value, a best estimate between them."""
    both = low.notna() & high.notna() & given["modifier"].isna()
    both &= modifier.isna() | (modifier == "exact")
    return modifier.mask(both & value.isna(), "between").mask(both & value.notna(), "about")


def _check(figures: pd.DataFrame, given: pd.DataFrame, bad: pd.Series, faults: Faults) -> None:
    """Note figures whose parts do not fit together; rows that are bad already are left out."""
    value, low, high, modifier = (
        figures[name] for name in ("value", "value_low", "value_high", "modifier")
    )
    ok = ~bad
    one_end = low.notna() ^ high.notna()
    one_end &= ~(modifier.isin(_LOWER) & high.isna() & (low <= value))
    one_end &= ~((modifier == "up_to") & low.isna() & (high >= value))
    both = low.notna() & high.notna()
    faults.error(
        ok & one_end,
        "value_low",
        "value_low and value_high belong together: give both, or write the number into `value` "
        "with the modifier at_least or up_to",
    )
    faults.error(
        ok & ~one_end & ~both & (modifier == "between"),
        "modifier",
        "'between' needs value_low and value_high: give both, or write a range such as "
        "4000-6000 into `value`",
    )
    faults.error(
        ok & both & ~modifier.isin(_RANGED) & ~((low == value) & (high == value)),
        "modifier",
        lambda word: (
            f"value_low and value_high do not go with {word!r}: use 'between' or 'about', or "
            "leave them empty"
        ),
    )
    faults.error(
        ok & (low > high), "value_low", "value_low is larger than value_high: swap the two"
    )
    faults.error(
        ok & ((value < low) | (value > high)) & ~(low > high),
        "value",
        lambda text: f"the value {text} lies outside value_low to value_high: check the three",
    )
    numbers = given[list(schema.NUMBER_COLUMNS)]
    faults.error(
        ok & given["modifier"].notna() & numbers.isna().all(axis="columns"),
        "modifier",
        lambda word: f"{word!r} qualifies no figure: give a value, or leave the modifier empty",
    )
