# Everything is installed into .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8061
.DEFAULT_GOAL := help
.PHONY: help install demo test lint lock clean

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

install: $(VENV)/installed  ## build .venv from the lock

$(VENV)/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

demo: install    ## crawl six practice portals on this machine and show the archive (PORT=8061)
	@PORT=$(PORT) $(BIN)/python -m tests.demo

test: install    ## the whole test suite
	$(BIN)/python -m pytest

lint: install    ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock:            ## make requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --extra office --group dev --generate-hashes --no-emit-index-url --quiet -o requirements.lock pyproject.toml

clean:           ## remove what make made: .venv, caches, the demo's archive; data/archive.db stays
	rm -rf $(VENV) data/demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
