"""Where the corpora come from, for the cards of what is trained on them."""

from . import ner, pairs, textcat

SOURCES = {
    "sample": "the sample corpus of spacy-rnn, made by scripts/make_sample.py, CC0 1.0",
    "wnut17": "WNUT-17, emerging entities in user text (Derczynski et al. 2017), CC-BY 4.0",
    "bc5cdr": "BC5CDR, chemicals and diseases in abstracts (Li et al. 2016), CC-BY 4.0",
    "ncbi_disease": "NCBI-disease, diseases in abstracts (Dogan et al. 2014), CC-BY 4.0",
    "broad_twitter": "Broad Twitter Corpus (Derczynski et al. 2016), CC-BY 4.0",
    "banking77": "Banking77, intents of bank customers (Casanueva et al. 2020), CC-BY 4.0",
    "banking77_10": "Banking77 (Casanueva et al. 2020), 10 texts of each intent, CC-BY 4.0",
    "clinc150": "CLINC150, intents and queries out of scope (Larson et al. 2019), CC-BY 3.0",
    "goemotions": "GoEmotions, emotions in comments (Demszky et al. 2020), CC-BY 4.0",
    "arxiv": "arXiv metadata, abstracts and titles of papers, CC0 1.0",
    "scitldr": "SciTLDR, summaries of papers (Cachola et al. 2020), Apache-2.0",
    "tatoeba": "Tatoeba, German sentences and English translations, CC-BY 2.0",
}
REAL = {
    "ner": ner.REAL,
    "textcat": textcat.REAL[False],
    "textcat_multilabel": textcat.REAL[True],
    "summarize": pairs.REAL["summary"],
    "translate": pairs.REAL["translation"],
}


def source_of(corpus: str, task: str) -> str:
    """What to say about a corpus; its name if nothing is known."""
    name = REAL.get(task, corpus) if corpus == "real" else corpus
    return SOURCES.get(name, name)
