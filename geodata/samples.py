"""The samples that ship with the package: 80 claims, a report of ten, a week of events."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def sample_claims_path() -> Path:
    """Give the table of 80 claims about Afghanistan and its neighbours, in CSV.

    Facts compiled for this project; the texts are paraphrases, each with outlet, date and URL.

    Examples
    --------
    >>> sample_claims_path().name
    'sample_claims.csv'
    """
    return Path(str(files("geodata") / "data" / "sample_claims.csv"))


def sample_report_path() -> Path:
    """Give the ten claims of one article in the report form, in YAML, as its reader wrote them.

    Examples
    --------
    >>> sample_report_path().name
    'sample_report.yaml'
    """
    return Path(str(files("geodata") / "data" / "sample_report.yaml"))


def sample_events_path() -> Path:
    """Give a week of events as UCDP GED published them, in CSV: Syria, 1 to 7 April 2017.

    All 160 events that begin in that week, with all their columns; version 19.1, CC BY 4.0,
    to be cited as Sundberg & Melander 2013 and Högbladh 2019.

    Examples
    --------
    >>> from geodata import read_claims
    >>> claims = read_claims(sample_events_path())
    >>> len(claims), claims["origin_id"].nunique()
    (189, 160)
    """
    return Path(str(files("geodata") / "data" / "sample_events.csv"))


def sample_claims() -> pd.DataFrame:
    """Read the table of 80 claims, typed as `read_claims` returns them.

    Examples
    --------
    >>> claims = sample_claims()
    >>> len(claims), claims["origin_id"].nunique()
    (80, 64)
    """
    from geodata.check import read_claims  # noqa: PLC0415 - who asks for a path needs no pandas

    return read_claims(sample_claims_path())
