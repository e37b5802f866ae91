"""The tables of results in the README and the guides are those that the script makes."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The tables of each page.
PAGES = {"README.md": 1, "docs/guides/ner.md": 4, "docs/guides/summarization.md": 1}


def test_pages_are_fresh(script, tmp_path):
    for page in PAGES:
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / page, tmp_path / page)
    results = ROOT / "benchmarks" / "results"
    assert script("document_results", results, tmp_path).exit_code == 0
    for page, tables in PAGES.items():
        made, kept = ((root / page).read_text("utf8") for root in (tmp_path, ROOT))
        assert made == kept, "run: python scripts/document_results.py"
        assert len(re.findall(r"<!-- results: \w+ -->\n\|", made)) == tables
