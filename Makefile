# Everything a fresh machine needs is Python 3.11+ and make: each target makes .venv by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers

.PHONY: demo test lint types bench samples package

demo: $(VENV)/ready  ## judge a day of sample logs with an incident in it, and the account after it
	$(BIN)/trailguard scan examples/logs examples/config

test: $(VENV)/ready  ## run the tests
	$(BIN)/python -m pytest

lint: $(VENV)/ready  ## check format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/ready  ## check types
	$(BIN)/mypy

bench: $(VENV)/ready $(PEERS)/ready  ## print how fast it is, as ratios; write bench/results.json
	$(BIN)/python bench

samples: $(VENV)/ready  ## write examples/logs and examples/config again
	$(BIN)/python examples/make_logs.py

package:  ## install the wheel, and examples/acme-rules beside it, elsewhere; test that
	PYTHON=$(PYTHON) .ci/package

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

# What trailguard is compared with needs packages of its own. Where there is no way to them, `bench` goes without.
$(PEERS)/ready: bench/peers/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	-$(PEERS)/bin/python -m pip install --quiet --requirement $< && touch $@
