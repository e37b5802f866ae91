"""TF-IDF of words and word pairs with logistic regression (scikit-learn)."""

import time
from pathlib import Path
from typing import Dict, Tuple

import scores
import spacy
import tasks
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

STRENGTHS = (1.0, 4.0, 16.0, 64.0)


def run(
    system: str, task: str, corpus: Path, seed: int, budget: float
) -> Tuple[Dict[str, float], float]:
    """Choose the regularization on dev. RETURNS: test scores, CPU seconds of training."""
    docs = {
        part: tasks.read_docs(corpus, part, spacy.blank("en")) for part in ("train", "dev", "test")
    }
    labels = sorted(docs["train"][0].cats)
    gold = {part: scores.cats_matrix(docs[part], labels) for part in docs}
    start = time.process_time()
    # The same tokens as everybody: spaCy's, lower-cased.
    words = {part: [[token.lower_ for token in doc] for doc in docs[part]] for part in docs}
    vectorizer = TfidfVectorizer(analyzer=_words_and_pairs, min_df=2, sublinear_tf=True)
    features = {"train": vectorizer.fit_transform(words["train"])}
    for part in ("dev", "test"):
        features[part] = vectorizer.transform(words[part])
    best, chosen = -1.0, None
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, max_iter=300, random_state=seed)
        if task == "textcat":
            model.fit(features["train"], gold["train"].argmax(axis=1))
        else:
            model = OneVsRestClassifier(model).fit(features["train"], gold["train"])
        value = _dev_score(task, gold["dev"], model.predict_proba(features["dev"]))
        if value > best:
            best, chosen = value, model
        if time.process_time() - start > budget:
            break
    seconds = time.process_time() - start
    found = {part: chosen.predict_proba(features[part]) for part in ("dev", "test")}
    if task == "textcat":
        return scores.exclusive(gold["test"], found["test"], labels), seconds
    thresholds = scores.best_thresholds(gold["dev"], found["dev"])
    return scores.multilabel(gold["test"], found["test"], thresholds), seconds


def _words_and_pairs(words):
    return [*words, *map(" ".join, zip(words, words[1:]))]


def _dev_score(task: str, gold, found) -> float:
    if task == "textcat":
        return (gold.argmax(axis=1) == found.argmax(axis=1)).mean()
    return scores.multilabel(gold, found, scores.best_thresholds(gold, found))["macro_f_tuned"]
