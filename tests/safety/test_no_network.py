"""Importing, loading and predicting reach for no network."""

import subprocess
import sys

# Imported libraries might keep a socket open: everything happens in a fresh process, and every way
# of connecting is blocked before the first import.
SCRIPT = """
import socket, sys

def blocked(*arguments, **settings):
    sys.stderr.write(f"connects to {arguments[1:]}")
    sys.stderr.flush()
    import os
    os._exit(3)

socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = blocked
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = blocked
"""
USE = """
import spacy, spacy_rnn, spacy_rnn.cli.app
for factory in ("rnn_ner", "rnn_textcat", "rnn_textcat_multilabel", "rnn_summarizer"):
    spacy.blank("en").add_pipe(factory)
for load in (spacy.load, spacy_rnn.safe_load):
    docs = list(load(sys.argv[1]).pipe(["I saw Anna in Paris", ""], batch_size=1))
    assert docs[0].cats and docs[0]._.summary is not None
"""
CALLS = 'import urllib.request; urllib.request.urlopen("http://127.0.0.1:9")'


def run(use, *arguments):
    return subprocess.run(
        [sys.executable, "-c", SCRIPT + use, *map(str, arguments)],
        capture_output=True,
        text=True,
    )


def test_importing_blank_pipelines_loading_and_predicting_open_no_connection(sealed):
    result = run(USE, sealed)
    assert result.returncode == 0, result.stderr


def test_a_connection_would_be_seen():
    result = run(CALLS)
    assert result.returncode == 3 and "connects to" in result.stderr
