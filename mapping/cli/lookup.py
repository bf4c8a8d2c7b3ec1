"""What names of places resolve to, told to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geodata.errors import PlaceError
from geodata.places.gazetteer import Gazetteer
from mapping.cli.console import complain, say, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geodata.places.gazetteer import Match


def explain_names(names: Sequence[str], *, country: str | None) -> bool:
    """Print what each name resolves to, and why; whether all of them do.

    What is unknown, or means several places, goes to standard error with suggestions.
    """
    gazetteer = Gazetteer.builtin()
    known = True
    for name in names:
        try:
            match = gazetteer.resolve(name, country=country)
        except PlaceError as error:
            complain(f"{visible(name)}: {error}")
            known = False
        else:
            _explain(name, match, gazetteer)
    return known


def _explain(name: str, match: Match, gazetteer: Gazetteer) -> None:
    told = ", ".join(
        f"{place} {gazetteer.names(place)[0]} ({gazetteer.country_of(place)})"
        for place in match.place_ids
    )
    say(f"{name}: {told}")
    say(f"  {match.how}: {match.reason}")
    if match.warning:
        complain(f"{visible(name)}: warning: {match.warning}")
