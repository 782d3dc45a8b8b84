"""The table of our data beside the published ones is that of the cards."""

from pathlib import Path

import published_counts

ROOT = Path(__file__).resolve().parents[2]


def test_the_kept_table_is_the_one_that_the_cards_give():
    text = (ROOT / "results" / "datasets" / "README.md").read_text(encoding="utf-8")
    assert published_counts.written(text, ROOT) == text, (
        "run: python tools/published_counts.py --write"
    )


def test_every_card_of_a_published_task_and_kind_is_in_it():
    rows = list(published_counts.lines(ROOT))
    assert any(
        "`simple_spread/random` | omar, mpe/simple_spread | 1 000 000" in row for row in rows
    )
    assert any("`smax-2s3z/mixed` | cfcql, smac/2s3z" in row for row in rows)
    assert not any("omiga" in row for row in rows)
    assert not any("equal_line" in row for row in rows)


def test_a_line_has_both_numbers_and_their_distance_in_published_deviations():
    card = {
        "transitions": 1_234_567,
        "episodes": 4,
        "returns": {"mean": 7.0, "std": 2.0},
    }
    row = {
        "source": "omar",
        "environment": "mpe/x",
        "mean_return": "5.0000",
        "std_return": "8.0000",
        "transitions": "1000",
        "episodes": "4",
    }
    assert published_counts.line("x/random", card, row) == (
        "| `x/random` | omar, mpe/x | 1 234 567 | 1 000 | 4 | 4 |"
        " 7.00 ± 1.73 | 5.00 ± 8.00 | 0.25 |\n"
    )
