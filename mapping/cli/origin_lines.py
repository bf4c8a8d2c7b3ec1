"""What ``claimatlas check --origins`` proposes: as lines for people, as values for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def proposed_origins(claims: pd.DataFrame) -> list[dict[str, Any]]:
    """Propose which claims tell one statement, the likeliest first; see `geodata.suggest_origins`.

    >>> from geodata import sample_claims
    >>> claims = sample_claims()
    >>> len(proposed_origins(claims.assign(origin_id=claims["claim_id"])))
    8
    """
    from geodata.analysis import suggest_origins  # noqa: PLC0415 -- pandas; --help needs none

    found = suggest_origins(claims).sort_values(
        ["score", "origin_id"], ascending=[False, True], kind="stable"
    )
    return [
        {
            **{str(name): cell for name, cell in row.items()},
            "claim_ids": list(row["claim_ids"]),
            "reasons": list(row["reasons"]),
        }
        for row in found.to_dict("records")
    ]


def origin_line(proposal: dict[str, Any]) -> str:
    """Say a proposal in one line: claims, score and reasons.

    >>> origin_line({"claim_ids": ["a", "b"], "score": 0.95, "reasons": ["same figure"]})
    'one statement? a, b (score 0.95: same figure)'
    """
    claims, reasons = ", ".join(proposal["claim_ids"]), ", ".join(proposal["reasons"])
    return f"one statement? {claims} (score {proposal['score']:.2f}: {reasons})"
