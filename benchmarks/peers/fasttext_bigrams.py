"""fastText's supervised classifier with word pairs."""

import tempfile
import time
from pathlib import Path
from typing import Dict, Tuple

import fasttext
import numpy
import scores
import spacy
import tasks

EPOCHS = (5, 25, 50)


def run(
    system: str, task: str, corpus: Path, seed: int, budget: float
) -> Tuple[Dict[str, float], float]:
    """Choose the number of epochs on dev. RETURNS: test scores, CPU seconds of training."""
    docs = {
        part: tasks.read_docs(corpus, part, spacy.blank("en")) for part in ("train", "dev", "test")
    }
    labels = sorted(docs["train"][0].cats)
    gold = {part: scores.cats_matrix(docs[part], labels) for part in docs}
    lines = {
        part: [" ".join(token.lower_ for token in doc if not token.is_space) for doc in docs[part]]
        for part in docs
    }
    loss = "softmax" if task == "textcat" else "ova"
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf8") as file:
        for doc, line in zip(docs["train"], lines["train"]):
            marks = [
                f"__label__{labels.index(label)}" for label, value in doc.cats.items() if value
            ]
            file.write(" ".join([*marks, line]) + "\n")
        file.flush()
        start = time.process_time()
        best, chosen = -1.0, None
        for epochs in EPOCHS:
            model = fasttext.train_supervised(
                file.name,
                epoch=epochs,
                lr=0.5,
                wordNgrams=2,
                dim=100,
                loss=loss,
                thread=1,
                seed=seed,
                verbose=0,
            )
            found = _predict(model, lines["dev"], len(labels))
            value = _dev_score(task, gold["dev"], found, labels)
            if value > best:
                best, chosen = value, (model, found)
            if time.process_time() - start > budget:
                break
        seconds = time.process_time() - start
    model, dev = chosen
    test = _predict(model, lines["test"], len(labels))
    if task == "textcat":
        return scores.exclusive(gold["test"], test, labels), seconds
    return scores.multilabel(gold["test"], test, scores.best_thresholds(gold["dev"], dev)), seconds


def _predict(model, lines, n_labels: int) -> numpy.ndarray:
    """RETURNS: (lines, labels), the probability of each label.

    The inner predict is called because the Python wrapper breaks with NumPy 2.
    """
    values = numpy.zeros((len(lines), n_labels))
    for row, line in enumerate(lines):
        for probability, mark in model.f.predict(line + "\n", n_labels, 0.0, "strict"):
            values[row, int(mark[len("__label__") :])] = probability
    return values


def _dev_score(task: str, gold, found, labels) -> float:
    if task == "textcat":
        return scores.exclusive(gold, found, labels)["accuracy"]
    return scores.multilabel(gold, found, scores.best_thresholds(gold, found))["macro_f_tuned"]
