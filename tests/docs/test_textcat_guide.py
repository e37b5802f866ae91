"""The snippets of the guide to text classification run, one after the other."""

import re
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "textcat.md"


def test_the_snippets_run_and_explain():
    names = {}
    for snippet in re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf8"), flags=re.S):
        exec(compile(snippet, GUIDE.name, "exec"), names)
    assert len(names["reasons"]) == 3 and "good" in names["html"]
    assert names["doc"]._.attention.shape == (3, 1) and "kind" in names["looks"]
