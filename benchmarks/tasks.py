"""What each task's corpora look like and how a trained pipeline is tested on them."""

from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import scores
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Corpus, Example

from spacy_rnn.annotations import declare_target

ATTRS = {"summarize": "summary", "translate": "translation"}


def read_docs(corpus: Path, part: str, nlp: Language) -> List[Doc]:
    """RETURNS: the Docs of one part of a corpus."""
    return list(DocBin().from_disk(corpus / f"{part}.spacy").get_docs(nlp.vocab))


def targets(doc: Doc, attr: str) -> Sequence[str]:
    """RETURNS: every reference of a source Doc."""
    if not Doc.has_extension(attr):
        Doc.set_extension(attr, default=None)
    return doc.user_data.get("references") or [doc._.get(attr)]


def test(task: str, nlp: Language, corpus: Path) -> Dict[str, float]:
    """Score a pipeline on the test part; dev only serves to choose multilabel thresholds."""
    return _TESTS[task](task, nlp, corpus)


def _test_ner(task: str, nlp: Language, corpus: Path) -> Dict[str, float]:
    examples = _read_entities(nlp, corpus)
    ner = nlp.get_pipe("ner")
    own = ner.score(examples)
    confidence = {name: 100 * own[name] for name in ("ents_ece", "ents_auc") if name in own}
    if confidence:
        confidence["ents_ece_by_chance"] = scores.calibrated_error(examples)
        # So that the pipeline's own threshold leaves out none of these.
        ner.cfg["threshold"] = min(scores.CONFIDENCES)
        confidence.update(scores.surer(_read_entities(nlp, corpus)))
    return {**scores.ner(examples, read_docs(corpus, "train", nlp)), **confidence}


def _read_entities(nlp: Language, corpus: Path) -> List[Example]:
    examples = list(Corpus(corpus / "test.spacy")(nlp))
    for example, doc in zip(examples, nlp.pipe([example.predicted for example in examples])):
        example.predicted = doc
    return examples


def _test_textcat(task: str, nlp: Language, corpus: Path) -> Dict[str, float]:
    gold, found = {}, {}
    for part in ("dev", "test"):
        docs = read_docs(corpus, part, nlp)
        labels = sorted(docs[0].cats)
        gold[part] = scores.cats_matrix(docs, labels)
        found[part] = scores.cats_matrix(nlp.pipe([doc.text for doc in docs]), labels)
    if task == "textcat":
        return scores.exclusive(gold["test"], found["test"], labels)
    thresholds = scores.best_thresholds(gold["dev"], found["dev"])
    own = nlp.get_pipe("textcat").cfg["threshold"]
    return scores.multilabel(gold["test"], found["test"], thresholds, own)


def _test_pairs(task: str, nlp: Language, corpus: Path) -> Dict[str, float]:
    golds = read_docs(corpus, "test", nlp)
    references = [targets(gold, ATTRS[task]) for gold in golds]
    sources = [gold.text for gold in golds]
    docs, copied = _write(nlp, sources)
    found = [doc._.get(ATTRS[task]) or "" for doc in docs]
    if task == "translate":
        first = [options[0] for options in references]
        return {**scores.translations(found, first, sources), "copied": copied}
    return {**scores.summaries(found, references, sources), "copied": copied}


def _write(nlp: Language, sources: List[str]) -> Tuple[List[Doc], float]:
    """RETURNS: Docs that were written about, and the percentage of copied words."""
    # Imported here, as others test with this module and need no torch.
    from spacy_rnn.pipeline.summarizer.component import Summarizer
    from spacy_rnn.pipeline.summarizer.origins import copied_share

    declare_target("origins")
    for _, pipe in nlp.pipeline:
        if isinstance(pipe, Summarizer):
            pipe.origins_attr = "origins"
    docs = list(nlp.pipe(sources))
    return docs, 100 * copied_share(docs, "origins")


_TESTS = {
    "ner": _test_ner,
    "textcat": _test_textcat,
    "textcat_multilabel": _test_textcat,
    "summarize": _test_pairs,
    "translate": _test_pairs,
}
