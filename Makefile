# Every target does its own set-up in .venv. Another interpreter: make PYTHON=python3.12 test
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: train test test-all test-torch conformance lint bench gpu audit clean

train: $(READY)
	$(BIN)/python -m spacy project run train

test: $(READY)
	$(BIN)/python -m pytest

test-all: $(READY)
	$(BIN)/python -m pytest -m ""

# What is compiled, once more as it is where there is no compiler.
test-torch: $(READY)
	SPACY_RNN_NATIVE=0 $(BIN)/python -m pytest tests/nn tests/layers tests/models

# spaCy's own tests, on our encoders and on our factories.
conformance: $(READY)
	$(BIN)/python -m tests.conformance.redirect encoders
	$(BIN)/python -m tests.conformance.redirect factories

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# What only a GPU can tell: its tests, and then the benchmark. make gpu CUDA=cuda13x for CUDA 13.
CUDA ?= cuda12x
gpu: $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[$(CUDA)]'
	$(BIN)/python -m pytest -m "gpu and not slow" tests/gpu; tests=$$?; \
	$(BIN)/python benchmarks/gpu.py && exit $$tests

# A quiet machine and ten minutes: see benchmarks/speed.py.
bench: $(READY)
	$(BIN)/python benchmarks/speed.py

# Known weaknesses of what is installed. Asks the network.
audit: $(READY)
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --skip-editable

clean:
	rm -rf .venv corpus training metrics packages project.lock

$(READY): setup.cfg setup.py $(wildcard spacy_rnn/native/src/*) pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "spacy-rnn needs Python 3.10 or newer; name one with: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@
