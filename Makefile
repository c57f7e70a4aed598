# The house's commands. A fresh machine needs Python 3.11+, git and make, nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
STATIC := src/anlan/web/look/static/.stamp
MESSAGES := $(VENV)/.messages
JOBS ?= 2

.PHONY: help venv frontend messages demo serve check test test-slow pictures format pins clean

help:
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

venv: $(STAMP)  ## the Python environment in .venv, pinned with hashes

$(STAMP): requirements-dev.txt pyproject.toml
	@echo "Building $(VENV) (about a minute the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --require-hashes --requirement requirements-dev.txt | grep -v "already satisfied" || test $${PIPESTATUS[0]} = 0
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

frontend: venv  ## styles and scripts, built from frontend/
	@$(BIN)/python tools/frontend.py

messages: venv  ## the compiled translations
	@$(BIN)/python tools/messages.py compile

demo: venv frontend messages  ## a whole Anlan with places and cases made up, on http://127.0.0.1:8000
	@exec $(BIN)/anlan demo

serve: venv frontend messages  ## web, worker and journal on the database of ANLAN_HOME or ANLAN_DATABASE_URL
	@exec $(BIN)/anlan start

check: venv messages  ## everything that can be said without running: style, types, imports, migrations, words
	@$(BIN)/python tools/check.py

test: venv frontend messages  ## the quick tests, on a real PostgreSQL
	@$(BIN)/python -m pytest -n $(JOBS) -m "not slow"

test-slow: venv frontend messages  ## all rounds, hours, and every property on examples that no run had before
	@$(BIN)/python -m pytest -n $(JOBS) --hypothesis-profile=luck

pictures: venv frontend messages  ## the pictures of README.md, by walking the demo's tour in a browser
	@$(BIN)/python -m pytest tests/journeys/test_tour.py --pictures docs/pictures

format: venv  ## lay the code out
	@$(BIN)/ruff check --fix --quiet src tests tools; $(BIN)/ruff format --quiet src tests tools

pins:  ## compile requirements*.txt anew from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --group dev --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header --quiet --output-file requirements-dev.txt
	@uv pip compile pyproject.toml --constraint requirements-dev.txt --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header --quiet --output-file requirements.txt
	@! grep -n http requirements.txt requirements-dev.txt

clean:  ## what was built; never var/
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache src/anlan/web/look/static/anlan src/anlan/web/look/built.json node_modules
