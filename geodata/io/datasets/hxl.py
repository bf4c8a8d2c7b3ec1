"""Tables with a row of HXL hashtags → claims, and the hashtags that stand for our columns.

The Humanitarian Exchange Language, standard 1.1 (hxlstandard.org): a row of tags such as
``#adm1+name`` stands between the header and the data, within the first 25 rows. A tag is
``#word`` and any number of ``+attribute``, in any order.

Claims are written with an attribute that names their column (`TAGS`), and such tags are
read back exactly, and stand for no other column. In other tables the tags of the core
vocabulary are read: ``#group`` or ``#org`` as the actor, ``#adm1`` or ``#loc`` as places,
``#country``, ``#geo+lat`` and ``#geo+lon``, ``#date``, ``#description``, ``#meta+source`` and
``#meta+url``, ``#affected+killed`` as fatalities: of an attack, with a warning, unless the
table has a kind of its own.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from geodata.io.datasets.base import FATALITIES, Claims, Converted, DataSet, Row, cells
from geodata.schema import CLAIM_COLUMNS, REQUIRED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

_LAST_TAG_ROW: Final = 25  # where the standard stops looking
_TAG: Final = re.compile(r"#[a-z][a-z0-9_]*(?:\+[a-z][a-z0-9_]*)*")
_SPACE: Final = re.compile(r"[\s_]*\+[\s_]*")
# Without the ends of lines among the blanks, which would cost the square of their number.
_SOME_TAG: Final = re.compile(r'(?:^|[,;\t|"\n])[^\S\n]*#[A-Za-z]')
_SEARCHED: Final = 1_000_000  # characters in which the row of tags is looked for

_WORDS: Final = {
    "actor": "#group", "kind": "#event", "text": "#description", "quote": "#description",
    "title": "#description", "places": "#loc", "country": "#country", "latitude": "#geo+lat",
    "longitude": "#geo+lon", "where_precision": "#geo", "value": "#indicator",
    "value_low": "#indicator", "value_high": "#indicator", "modifier": "#indicator",
    "unit": "#indicator", "stated": "#date", "reported": "#date", "as_of": "#date",
    "status_date": "#date",
}  # fmt: skip
TAGS: Final[Mapping[str, str]] = {
    column: f"{_WORDS.get(column, '#meta')}+{column}" for column in CLAIM_COLUMNS
}

# Tags of other tables, the first that is there counts: a word, and attributes that it needs.
_CORE: Final[Mapping[str, tuple[str, ...]]] = {
    "claim_id": ("#event+id", "#event+code", "#meta+id"),
    "actor": ("#group+name", "#group", "#org+name", "#org"),
    "kind": (),
    "text": ("#description", "#event+name", "#event+type", "#event"),
    "places": ("#adm1+name", "#adm1", "#loc+name", "#loc"),
    "country": ("#country+code", "#country+name", "#country"),
    "latitude": ("#geo+lat",),
    "longitude": ("#geo+lon",),
    "as_of": ("#date+occurred", "#date+start", "#date"),
    "reported": ("#date+reported", "#date+published"),
    "outlet": ("#meta+source",),
    "url": ("#meta+url",),
    "value": ("#affected+killed",),
}


def recognise(columns: Iterable[str]) -> DataSet | None:
    """Return the data set that a row of hashtags describes; ``None`` where it is none.

    >>> recognise(["#group+actor", "#description+text"]).name
    'HXL'
    >>> recognise(["actor", "#notes"]) is None
    True
    """
    names = [name for name in columns if name]
    if not names or not all(map(is_tag, names)):
        return None
    return DataSet("HXL", frozenset(names), frozenset(), convert)


def is_tag(name: str) -> bool:
    """Whether a cell is a hashtag.

    >>> is_tag("#adm1 +name"), is_tag("# 1")
    (True, False)
    """
    return bool(_TAG.fullmatch(_plain(name)))


def tag_row(text: str, separator: str) -> int | None:
    r"""Return which record of a table, counted from 1, is a row of hashtags.

    >>> tag_row("Who,Where\n#group,#adm1\nISKP,Kunduz\n", ",")
    2
    """
    start = text[:_SEARCHED]
    if not _SOME_TAG.search(start):
        return None
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
    try:
        return tag_record(reader)
    except csv.Error:
        return None


def tag_record(records: Iterable[Sequence[str]]) -> int | None:
    """Return which of some records, counted from 1, is a row of hashtags.

    >>> tag_record([["Who", "Where"], ["#group", "#adm1"], ["ISKP", "Kunduz"]])
    2
    """
    least = 1
    for number, record in zip(range(1, _LAST_TAG_ROW + 1), records, strict=False):
        filled = [cell for cell in record if cell.strip()]
        if len(filled) >= least and all(map(is_tag, filled)):
            return number
        if set(REQUIRED_COLUMNS) <= {cell.strip().casefold() for cell in filled}:
            least = len(filled)  # a claim may hold nothing but "#1": tags stand in each column
    return None


def convert(frame: pd.DataFrame) -> Converted:
    """Turn a table whose columns are hashtags into claims.

    Parameters
    ----------
    frame
        Columns named by hashtags, as texts, ``file`` and ``row``.

    Returns
    -------
    Converted
        ``frame``: a row for each row of the table.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"#group": ["ISKP"], "#description": ["Seen"], "#adm1": ["Kunduz"]})
    >>> convert(table.assign(file="hxl.csv", row=3)).frame.loc[0, "places"]
    'Kunduz'
    """
    claims = Claims(frame)
    named = [name for name in frame.columns if is_tag(str(name))]
    found = columns_of(named)
    if len(frame):
        _check(claims, found, named)
    fatalities = found.get("value") in frame.columns and "+value" not in _plain(found["value"])
    texts = {column: cells(frame, name) for column, name in found.items()}
    for position in range(len(frame)):
        row: Row = {column: column_texts[position] for column, column_texts in texts.items()}
        claims.add(position, _of_the_killed(claims, position, row) if fatalities else row)
    return claims.converted()


def _of_the_killed(claims: Claims, position: int, row: Row) -> Row:
    """Fill in what a figure of the killed leaves open; what the table says of itself stands."""
    if not row.get("value"):
        return row
    if not row.get("kind"):
        message = (
            "no kind: read as 'attack', since the row counts people killed, who may have died "
            "otherwise; write the kind that is meant (#event+kind)"
        )
        claims.warn(position, "kind", None, message)
    return {**row, "unit": row.get("unit") or FATALITIES, "kind": row.get("kind") or "attack"}


def columns_of(tags: Iterable[str]) -> dict[str, str]:
    """Return the tag that stands for each column of the claims table.

    >>> columns_of(["#geo+lat", "#loc+name", "#loc+places+list"])
    {'places': '#loc+places+list', 'latitude': '#geo+lat'}
    """
    parsed = {tag: frozenset(_plain(tag).split("+")) for tag in tags}
    owns = {column: frozenset(TAGS[column].split("+")) for column in CLAIM_COLUMNS}
    # "#date+status_date" is a date too: what names a column of ours stands for no other.
    shared = {tag: given for tag, given in parsed.items() if not _names_one(given, owns.values())}
    found: dict[str, str] = {}
    for column, own in owns.items():
        match = next((tag for tag, given in parsed.items() if own <= given), None)
        for spec in _CORE.get(column, ()) if match is None else ():
            free = (tag for tag, given in shared.items() if given.issuperset(spec.split("+")))
            match = next((tag for tag in free if tag not in found.values()), None)
            if match is not None:
                break
        if match is not None:
            found[column] = match
    return found


def _names_one(given: frozenset[str], owns: Iterable[frozenset[str]]) -> bool:
    return any(own <= given for own in owns)


def _plain(tag: str) -> str:
    return _SPACE.sub("+", tag.strip().casefold())


def _check(claims: Claims, found: Mapping[str, str], named: list[str]) -> None:
    lacking = [column for column in ("actor", "text") if column not in found]
    if lacking:
        wanted = {"actor": "#group or #org", "text": "#description"}
        claims.errors.append(
            claims.file_fault(
                f"no hashtag stands for {' and '.join(lacking)}: add "
                f"{' and '.join(wanted[column] for column in lacking)} to the row of tags"
            )
        )
    unread = [name for name in named if name not in found.values()]
    if unread:
        claims.warn(None, None, None, f"hashtags that are not read: {', '.join(unread)}")
