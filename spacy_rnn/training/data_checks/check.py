"""All checks that a config's components call for."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

from spacy import util
from spacy.language import Language
from thinc.api import Config

from .categories import check_categories
from .entities import check_entities
from .findings import Corpora, Finding
from .targets import check_targets
from .texts import check_texts

Check = Callable[[Language, Corpora, Dict[str, Any]], List[Finding]]

# By factory. The settings are those of the component's config.
CHECKS: Dict[str, Check] = {
    "ner": lambda nlp, corpora, _: check_entities(corpora),
    "rnn_ner": lambda nlp, corpora, settings: check_entities(
        corpora, settings["spans_key"] if settings["annotates"] == "spans" else ""
    ),
    **dict.fromkeys(
        ("textcat", "rnn_textcat"), lambda nlp, corpora, _: check_categories(corpora, True)
    ),
    **dict.fromkeys(
        ("textcat_multilabel", "rnn_textcat_multilabel"),
        lambda nlp, corpora, _: check_categories(corpora, False),
    ),
    "rnn_summarizer": lambda nlp, corpora, settings: check_targets(
        nlp, corpora, settings["attr"], settings["vocabulary_size"], settings["max_length"]
    ),
}


def check_data(config: Config) -> Dict[str, List[Finding]]:
    """Read the corpora of a config and look at them.

    RETURNS: findings by component; under "texts" what concerns all.
    RAISES: ValueError, OSError or ConfigValidationError if the corpora cannot be read.
    """
    nlp = util.load_model_from_config(config, auto_fill=True)
    filled = nlp.config.interpolate()
    names = [filled["training"][f"{part}_corpus"] for part in ("train", "dev")]
    readers = util.resolve_dot_names(filled, names)
    corpora = Corpora(*(list(read(nlp)) for read in readers))
    findings = {"texts": check_texts(corpora, filled)}
    for name in nlp.pipe_names:
        check = CHECKS.get(nlp.get_pipe_meta(name).factory)
        if check:
            findings[name] = check(nlp, corpora, filled["components"][name])
    return findings
