"""What code and pages cite is there, and a citation of what is not is found."""

from pathlib import Path

import pytest
from citations import Repository

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "docs/deviations.md": "| row | here |\n|---|---|\n| D-1 | this |\n| D-2 | that |\n",
    "docs/specification/algorithms.md": "## 1. Learner\n\n### 1.1 Batch\n\n### 1.12 Switches\n",
    "docs/specification/environments.md": "## 9. Bridge\n\n### 9.3 SPEC\n",
    "docs/architecture.md": "| 3 | `org.cfcql.nn` | layers |\n",
    "docs/golden-files.md": "## How to compare\n\n```\n## 7. An example\n```\n",
    "harness/core/src/main/java/org/cfcql/nn/Linear.java": "/** A layer (spec 1.1, D-2). */\n",
    "harness/core/src/main/java/org/cfcql/nn/package-info.java": "package org.cfcql.nn;\n",
}
CLEAN = """/**
 * A loss (Eq. 7; spec 1.1 and
 * 1.12, D-1), held to docs/golden-files.md (docs/golden-files.md, How to compare) and to
 * docs/specification/environments.md 9.3. Half of 0.5 (2.5) is none of these.
 */
"""
CLEAN_PAGE = """[One](../deviations.md),
[two](../golden-files.md#how-to-compare), `org.cfcql.nn.Linear`.
In (1.1), D-2 and [the web](https://example.org/absent); `clip` (0.5), at 2.5 of 3.9.
Called is `Linear.forward(x)` in a `PointerScope`.

| key | default | source |
|---|---|---|
| `a` | 0.5 | 1.12, 1.1 |
"""


def repository(root: Path, **more: str) -> Repository:
    for name, text in {**PAGES, **more}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf8")
    return Repository(root)


def test_everything_that_this_repository_cites_is_there():
    assert [str(offender) for offender in Repository(ROOT).offenders()] == []


def test_the_table_of_this_repository_has_its_seventy_five_rows():
    assert Repository(ROOT).rows == list(range(1, 76))


def test_citations_of_what_is_there_are_left_alone(tmp_path):
    page = (
        "[one](../deviations.md) [two](../golden-files.md#how-to-compare) `org.cfcql.nn.Linear`\n"
    )
    files = {
        "native/Loss.java": CLEAN,
        "docs/algorithms/bc.md": page
        + "In (1.1) and D-2.\n\n| key | source |\n|---|---|\n| a | 1.12 |\n",
    }
    assert repository(tmp_path, **files).offenders() == []


@pytest.mark.parametrize(
    ("name", "text", "line", "cited"),
    [
        ("native/Loss.java", "\n// As published (D-3).\n", 2, "D-3"),
        ("native/Loss.java", "/** A loss (spec 1.13). */", 1, "spec 1.13"),
        ("native/Loss.java", "/**\n * A loss (spec\n * 1.1, 2.3).\n */", 2, "spec 1.1, 2.3"),
        ("tools/run.py", "# docs/specification/environments.md 9.4", 1, None),
        ("tools/run.py", "# docs/golden-files.md, and spec/algorithms.md", 1, "spec/algorithms.md"),
        ("tools/run.py", '"""Made (docs/golden-files.md, An example)."""', 1, None),
        ("tools/run.py", "# docs/absent.md", 1, "docs/absent.md"),
        ("tools/run.py", "# One way only (design section 2).", 1, "design section 2"),
        ("tools/run.py", "# As the golden\n# README says.", 1, None),
        ("experiments/a.yaml", "# tools/absent.py makes the data", 1, "tools/absent.py"),
        ("docs/algorithms/bc.md", "\nIn (1.2).\n", 2, "(1.2"),
        ("docs/algorithms/bc.md", "| key | source |\n|---|---|\n| a | 1.2, D-1 |\n", 3, "1.2"),
        ("docs/a.md", "[link](absent.md)", 1, "absent.md"),
        ("docs/a.md", "[link](golden-files.md#absent)", 1, "golden-files.md#absent"),
        ("docs/a.md", "[link](golden-files.md#7-an-example)", 1, None),
        ("docs/a.md", "`org.cfcql.nn.Absent`", 1, "org.cfcql.nn.Absent"),
        ("docs/algorithms/bc.md", "The `LinearAbsent.forward(x)` of it", 1, "LinearAbsent"),
        ("docs/architecture.md", "", 1, "org.cfcql.nn"),
        ("docs/architecture.md", "`org.cfcql.nn` and `org.cfcql.absent`", 1, "org.cfcql.absent"),
        ("docs/deviations.md", "| D-1 | this |\n| D-1 | that |\n", 1, "[1, 1]"),
        ("docs/deviations.md", "| D-2 | that |\n", 1, "[2]"),
    ],
)
def test_a_citation_of_what_is_not_there_is_found(tmp_path, name, text, line, cited):
    found = repository(tmp_path, **{name: text}).offenders()
    here = [offender for offender in found if offender.file == name]
    assert [offender.line for offender in here] == [line]
    assert cited is None or here[0].cited.strip() == cited.strip()
    assert str(here[0]).startswith(f"{name}:{line}: expected ")
