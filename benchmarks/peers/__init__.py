"""The systems we are compared with.

spaCy configs are named TASK-SYSTEM.cfg. Every other toolkit has a module with
`run(system, task, corpus, seed, budget)`, which trains on corpus/train.spacy, chooses on dev.spacy
and returns its test scores and the CPU seconds of training. SYSTEMS says which module runs what;
a toolkit that is not installed is left out.
"""

from typing import Dict, Tuple

# system: (module, tasks).
SYSTEMS: Dict[str, Tuple[str, Tuple[str, ...]]] = {
    "flair": ("peers.flair_tagger", ("ner",)),
    "tfidf-logreg": ("peers.tfidf", ("textcat", "textcat_multilabel")),
    "fasttext": ("peers.fasttext_bigrams", ("textcat", "textcat_multilabel")),
    "first-sentence": ("peers.lead", ("summarize",)),
    "first-10-words": ("peers.lead", ("summarize",)),
    "oracle-of-3-sentences": ("peers.lead", ("summarize",)),
    "opennmt": ("peers.opennmt_summarizer", ("summarize",)),
    "opennmt-as-released": ("peers.opennmt_summarizer", ("summarize",)),
    "joeynmt": ("peers.joeynmt_translator", ("translate",)),
}
