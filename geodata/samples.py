"""The samples that ship with the package: a table of 80 claims, and a report of ten."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def sample_claims_path() -> Path:
    """Give the table of 80 claims about Afghanistan and its neighbours, in CSV.

    Facts compiled for this project; the texts are paraphrases, each with outlet, date and URL.

    >>> sample_claims_path().name
    'sample_claims.csv'
    """
    return Path(str(files("geodata") / "data" / "sample_claims.csv"))


def sample_report_path() -> Path:
    """Give the ten claims of one article in the report form, in YAML, as its reader wrote them.

    >>> sample_report_path().name
    'sample_report.yaml'
    """
    return Path(str(files("geodata") / "data" / "sample_report.yaml"))


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
