"""Columns, code lists and the CRS: the only place where they stand.

A *claim* is one attributed statement, as one outlet tells it. The tables that
travel through the package are plain frames; this module says which columns
each of them has, and what may stand in a column.
"""

from __future__ import annotations

from typing import Final

CRS: Final = "EPSG:4326"

# --- the claims table, as people write it ------------------------------------

CLAIM_COLUMNS: Final = (
    "claim_id",
    "origin_id",
    "actor",
    "kind",
    "text",
    "quote",
    "lang",
    "places",
    "country",
    "latitude",
    "longitude",
    "where_precision",
    "extent",
    "value",
    "value_low",
    "value_high",
    "modifier",
    "unit",
    "part_of",
    "denies",
    "speaker",
    "speaker_role",
    "affiliation",
    "outlet",
    "title",
    "url",
    "archive_url",
    "stated",
    "reported",
    "as_of",
    "reliability",
    "credibility",
    "status",
    "status_date",
    "supersedes",
    "protect",
    "tags",
    "note",
)
REQUIRED_COLUMNS: Final = ("actor", "text")
NUMBER_COLUMNS: Final = ("value", "value_low", "value_high")
DATE_COLUMNS: Final = ("stated", "reported", "as_of", "status_date")
URL_COLUMNS: Final = ("url", "archive_url")

LIST_SEPARATOR: Final = ";"

# What `protect` says of a claim whose source must not be known, and what then leaves the
# machine in no form: who spoke, the words with their language, and the exact point. A column
# that says more about the source (such as a hash of its bytes) is added here, and only here.
PROTECTED: Final = "yes"
WITHHELD_COLUMNS: Final = (
    "speaker",
    "speaker_role",
    "quote",
    "lang",
    "latitude",
    "longitude",
)

# Where a raw row stands: the file as the user named it (a sheet reads
# ``FILE[Sheet]``) and the row as that format counts it.
PROVENANCE_COLUMNS: Final = ("file", "row")

# What validation adds to the columns above.
DERIVED_COLUMNS: Final = (
    "actor_ids",  # tuple of canonical actor names
    "place_ids",  # tuple of place ids, those of a region's members included
    "region_ids",  # tuple of region ids: soft edges
    "source",  # affiliation, else speaker, else outlet
    "unit_family",  # what units are comparable; the unit itself where none fits
    "low",  # interval of the claim's own figure, in `unit`
    "high",  # inf = open, NaN = no figure
    "stated_first",
    "stated_last",
    "reported_first",
    "reported_last",
    "as_of_first",
    "as_of_last",
    "status_date_first",
    "status_date_last",
)

# --- code lists --------------------------------------------------------------

STATES: Final = ("strength", "presence", "infrastructure", "control")
EVENTS: Final = ("attack", "movement", "trafficking")
SPEECH: Final = ("designation", "assessment", "denial")
KINDS: Final = STATES + EVENTS + SPEECH

# A place is shaded by the sources of these kinds only ...
SHADING_KINDS: Final = ("strength", "presence", "infrastructure", "control", "attack")
# An attack with this tag befell the actor: it does not say that the actor was there to attack.
TARGETED_TAG: Final = "actor-targeted"
# ... and only where the claim says that the actor is in every one of its places.
SHADING_EXTENTS: Final = ("each", "joint")

EXTENTS: Final = ("each", "joint", "within", "nationwide")
MODIFIERS: Final = ("exact", "about", "up_to", "over", "at_least", "between")
STATUSES: Final = ("current", "corrected", "retracted", "superseded")
ENDED_STATUSES: Final = ("retracted", "superseded")

# Admiralty code (NATO AJP-2.1): reliability of the source, credibility of the claim.
RELIABILITY: Final = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
CREDIBILITY: Final = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}

# UCDP GED ``where_prec``.
WHERE_PRECISION: Final = {
    1: "exact location",
    2: "near a place",
    3: "second-level unit",
    4: "first-level unit",
    5: "part of a country, or vague",
    6: "country",
    7: "sea or air",
}
POINT_PRECISIONS: Final = (1, 2, 3, 4)  # these put a point into its province
FIRST_LEVEL_PRECISION: Final = 4
COUNTRY_PRECISION: Final = 6
NO_PLACE_PRECISION: Final = 7

UNSPECIFIED_ACTOR: Final = "Unspecified armed groups"

# Figures are compared with this tolerance where one of them is "about".
ABOUT_TOLERANCE: Final = 0.10
# Whether several figures can all hold: as they stand, with those that are "about" widened
# by the tolerance, or not even so.
FITS: Final = ("as stated", "within tolerance", "clash")

# --- boundaries --------------------------------------------------------------

BOUNDARY_COLUMNS: Final = ("place_id", "name", "level", "country", "parent", "geometry")
LEVELS: Final = (0, 1, 2)

# --- age ---------------------------------------------------------------------

AGES: Final = ("fresh", "ageing", "stale", "undated")
FRESH_DAYS: Final = 365
STALE_DAYS: Final = 3 * 365
# Claims are compared only when what they are true of lies this close together.
WINDOW_DAYS: Final = 365
# Those that lie beyond it by up to this share of it are close in time: shown, but apart.
CLOSE_SHARE: Final = 0.25
