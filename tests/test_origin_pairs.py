"""Pairs of statements that are one or two, and how well proposals tell them apart."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from geodata import check_claims, suggest_origins
from geodata.analysis.origins import MIN_SCORE
from mapping.cli import app

PAIRS = Path(__file__).parent / "data" / "origin_pairs.csv"
# Published in the documentation (notebooks/site/rules.md, section 4).
PUBLISHED = {  # score from: proposed, right
    0.3: (45, 34),
    0.5: (38, 33),
    0.6: (37, 33),
    0.7: (37, 33),
    0.8: (28, 26),
    0.9: (18, 18),
}


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    """The score of each pair, 0 where it is not proposed at all, and its label."""
    table = pd.read_csv(PAIRS, dtype="str", keep_default_na=False)
    named = table.assign(claim_id=[f"c{at}" for at in range(len(table))])
    claims = check_claims(named.drop(columns=["pair", "label", "why"])).claims
    assert len(claims) == len(table)
    found = []
    for (_, label, why), rows in named.groupby(["pair", "label", "why"], sort=False):
        pair = claims[claims["claim_id"].isin(rows["claim_id"])]
        assert len(pair) == 2
        suggested = suggest_origins(pair, as_of="2026-01-01", min_score=0.0)
        score = 0.0 if suggested.empty else suggested["score"].iat[0]
        found.append((label == "same", why, score))
    return pd.DataFrame(found, columns=["same", "why", "score"])


def test_precision_and_recall_are_those_that_are_published(scores: pd.DataFrame) -> None:
    assert len(scores) >= 60
    page = (Path(__file__).parents[1] / "notebooks/site/rules.md").read_text(encoding="utf-8")
    assert f"On {len(scores)} pairs" in page
    assert f"{scores['same'].sum()} are one statement" in page
    for threshold, published in PUBLISHED.items():
        proposed = scores[scores["score"] >= threshold]
        right = int(proposed["same"].sum())
        assert (len(proposed), right) == published
        precision, recall = right / len(proposed), right / scores["same"].sum()
        assert f"| {threshold} | {len(proposed)} | {precision:.2f} | {recall:.2f} |" in page


@pytest.mark.parametrize("why", [
    "no camps against camps", "negation in Russian", "negation in Persian",
    "negation in Arabic", "negation in French", "opened against closed",
    "two bombs of two days", "two bombs, days of statement differ",
    "bomb of Monday and of Tuesday", "Mohammad Rahimi and Mohammad Karimi",
])  # fmt: skip
def test_opposites_other_days_and_other_names_are_not_proposed(
    why: str, scores: pd.DataFrame
) -> None:
    assert scores.set_index("why")["score"][why] < MIN_SCORE


@pytest.mark.parametrize("why", [
    "Shoygu for Shoigu", "Shoigu in Cyrillic, no affiliation", "Schoigu in German",
    "Choïgou in French", "surname in Persian letters", "no camps told twice",
])  # fmt: skip
def test_spellings_of_one_name_are_found(why: str, scores: pd.DataFrame) -> None:
    assert scores.set_index("why")["score"][why] >= MIN_SCORE


def test_a_higher_score_proposes_fewer(scores: pd.DataFrame) -> None:
    counts = [int((scores["score"] >= least).sum()) for least in (0.3, 0.5, 0.8, 0.9)]
    assert counts == sorted(set(counts), reverse=True)


def test_a_telling_that_fits_two_statements_says_so() -> None:
    base = {
        "actor": "ISKP", "kind": "strength", "text": "Up to 4,000 fighters", "value": "up to 4,000",
        "unit": "fighters", "affiliation": "CSTO", "country": "AFG", "stated": "2023-02-14",
    }  # fmt: skip
    rows = [
        {**base, "claim_id": name, "places": places, "outlet": name}
        for name, places in (("a", "Kunduz"), ("b", "Badakhshan"), ("c", ""))
    ]
    found = suggest_origins(check_claims(pd.DataFrame(rows)).claims, as_of="2024-01-01")
    assert len(found) == 1
    reasons = found["reasons"].tolist()[0]
    assert any("c fits" in reason and "as well" in reason for reason in reasons)


FILE = """claim_id,actor,kind,text,country,value,unit,affiliation,speaker,outlet,stated
a,ISKP,strength,Over 23000,AFG,"over 23,000",militants,,Sergei Shoigu,TASS,2024-08-28
b,ISKP,strength,Over 23000,AFG,"over 23,000",militants,,Sergey Shoygu,RIA,2024-08-28
c,ISKP,strength,Some 500,AFG,about 500,militants,UN,,UN,2024-08-28
"""


def test_the_command_line_proposes(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(FILE, encoding="utf-8")
    runner = CliRunner()
    plain = runner.invoke(app, ["check", str(path)])
    assert plain.exit_code == 0
    assert "one statement?" not in plain.stdout
    text = runner.invoke(app, ["check", str(path), "--origins"])
    assert text.exit_code == 0
    lines = [line for line in text.stdout.splitlines() if line.startswith("one statement?")]
    assert len(lines) == 1
    assert "a, b (score 1.00: " in lines[0]
    assert "same figure" in lines[0]
    made = runner.invoke(app, ["check", str(path), "--origins", "--format", "json"])
    (proposal,) = json.loads(made.stdout)["origins"]
    assert proposal["claim_ids"] == ["a", "b"]
    assert set(proposal) == {"origin_id", "claim_ids", "score", "reasons"}
    assert "origins" not in json.loads(
        runner.invoke(app, ["check", str(path), "--format", "json"]).stdout
    )


def test_proposals_leave_the_exit_status(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(FILE + "d,,presence,Seen,AFG,,,,,,\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["check", str(path), "--origins"]).exit_code == 1
    gone = CliRunner().invoke(app, ["check", "no.csv", "--origins", "--format", "json"])
    assert json.loads(gone.stdout)["origins"] == []
