"""A program that uses torch, and then several processes.

answer PIPELINE fork|spawn: two processes say what one says.
kill PIPELINE TEXTS OUTPUT: `spacy rnn apply`, and one of its workers is killed.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time

import spacy

TEXTS = [f"Anna saw Bob {i} times in Paris" for i in range(20)]


def said(doc):
    cats = [round(value, 4) for value in doc.cats.values()]
    return [(e.start, e.label_) for e in doc.ents], doc._.summary, cats


def answer(folder, method):
    multiprocessing.set_start_method(method)
    nlp = spacy.load(folder)
    alone = [said(doc) for doc in nlp.pipe(TEXTS)]
    assert [said(doc) for doc in nlp.pipe(TEXTS, n_process=2, batch_size=2)] == alone


def kill(folder, texts, output):
    from spacy.cli._util import app

    import spacy_rnn.cli.app  # noqa: F401

    threading.Thread(target=kill_a_worker, daemon=True).start()
    app(["rnn", "apply", folder, texts, output, "-n", "2", "--batch-size", "2"])


def kill_a_worker():
    while not multiprocessing.active_children():
        time.sleep(0.01)
    worker = multiprocessing.active_children()[0]
    os.kill(worker.pid, signal.SIGKILL)
    print(f"killed {time.time()}", flush=True)


if __name__ == "__main__":
    {"answer": answer, "kill": kill}[sys.argv[1]](*sys.argv[2:])
