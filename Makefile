# Everything is installed into .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8061
.DEFAULT_GOAL := help
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
UV_LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet
.PHONY: help install develop demo test lint lock clean

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

install: $(VENV)/installed  ## build .venv from the lock

$(VENV)/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements.lock
	@touch $@

develop: $(VENV)/developed  ## add the extras (office formats, OCR, PostgreSQL, operations, S3) and what tests and linters need

$(VENV)/developed: requirements-dev.lock $(VENV)/installed
	$(PIP) -r requirements-dev.lock
	@touch $@

demo: install    ## crawl six practice portals on this machine and show the archive (PORT=8061)
	@PORT=$(PORT) $(BIN)/python -m tests.demo

test: develop    ## the whole test suite
	$(BIN)/python -m pytest

lint: develop    ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock:            ## make all locks anew from pyproject.toml (needs uv)
	$(UV_LOCK) -o requirements.lock
	$(UV_LOCK) --extra office --extra postgresql --extra operations --extra s3 --extra exports --constraint requirements.lock -o requirements-deploy.lock
	$(UV_LOCK) --extra office --extra ocr --extra postgresql --extra operations --extra s3 --extra exports --group dev --constraint requirements.lock --constraint requirements-deploy.lock -o requirements-dev.lock

clean:           ## remove what make made: .venv, caches, the demo's archive; data/archive.db stays
	rm -rf $(VENV) data/demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
