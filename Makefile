# Everything a contributor or a build machine runs. Needs python3 (3.11 or newer), pip and make, nothing else:
# `make .venv` fetches a pinned uv with pip, and uv installs what uv.lock says.
# `make interop` also needs node and npm; `make browser` and `make screenshots` need Chromium, the former node and npm too.

PYTHON ?= python3
UV := .uv/bin/uv
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SECONDS ?= 600
WORKERS ?= 2

# Never another Python than the one on this machine, and never another version than the locked one.
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help .venv demo serve test check format openapi catalogues bench reliability interop browser screenshots fuzz clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[.a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv: $(READY)  ## make or renew the environment, and nothing else

$(UV): .ci/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Laurel needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; exit 1; }
	@rm -rf .uv
	@PIP_USER=0 PIP_ROOT_USER_ACTION=ignore $(PYTHON) -m pip install --quiet --disable-pip-version-check --target .uv --require-hashes --requirement .ci/uv.txt
	@echo '*' > .uv/.gitignore
	@touch $@

$(READY): $(UV) pyproject.toml uv.lock
	@$(UV) sync --frozen --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')"
	@touch $@

demo: $(READY)  ## a served, verified badge: key, database, issuer, achievements, completions, page
	@$(BIN)/laurel demo

serve: $(READY)  ## the server in development mode on http://localhost:8000
	@LAUREL_ENVIRONMENT="$${LAUREL_ENVIRONMENT:-development}" \
		LAUREL_MIGRATE_ON_START="$${LAUREL_MIGRATE_ON_START:-true}" \
		LAUREL_LOG_FORMAT="$${LAUREL_LOG_FORMAT:-console}" \
		$(BIN)/laurel serve

test: $(READY)  ## the whole test suite, on SQLite and PostgreSQL; WORKERS=0 for one process
	@$(BIN)/python -m pytest --numprocesses=$(WORKERS) $(ARGS)

check: $(READY)  ## format, lint, types, the house rules, the lock file
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(UV) lock --check --quiet || { echo "uv.lock does not fit pyproject.toml: run $(UV) lock" >&2; exit 1; }
	@$(BIN)/python -m pytest tests/house

format: $(READY)  ## write what `check` would ask of the formatter and the linter
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

openapi: $(READY)  ## renew openapi/openapi.json
	@$(BIN)/laurel openapi > openapi/openapi.json.new
	@mv openapi/openapi.json.new openapi/openapi.json

catalogues: $(READY)  ## renew app/language/catalogues with every sentence there is; translations stay
	@$(BIN)/python -m tests.house.catalogues

bench: $(READY)  ## what everything costs on this machine; ARGS=--quick for a look, ARGS=--scale for a million rows
	@$(BIN)/python bench/run.py $(ARGS)

reliability: $(READY)  ## kills, faults and floods for an hour or so; KILLS=1000 ISSUANCES=100000 and the like say how many
	@RELIABILITY=long nice $(BIN)/python -m pytest $(if $(findstring tests/,$(ARGS)),,tests/reliability) $(ARGS)

interop: $(READY)  ## our credentials in other vendors' libraries
	@command -v node > /dev/null && command -v npm > /dev/null || { echo "make interop needs node and npm" >&2; exit 1; }
	@$(BIN)/python -m pytest tests/interop

browser: $(READY)  ## the pages in Chromium: axe, keyboard, no JavaScript, paper; BROWSER=long for every pair of windows and colours
	@BROWSER=$${BROWSER:-whole} nice $(BIN)/python -m pytest tests/browser $(ARGS)

screenshots: $(READY)  ## every page in every state as pictures in var/screenshots; ARGS='--only WORD' for some
	@$(BIN)/python -m tests.browser.screenshots --out var/screenshots $(ARGS)

fuzz: $(READY)  ## search for input that breaks a parser; SECONDS=600 each, ARGS=names of targets
	@nice $(BIN)/python -m tests.hostile.fuzz --seconds $(SECONDS) $(ARGS)

clean:  ## remove what the targets above made, except data in var/
	rm -rf .venv .uv tests/interop/node_modules tests/browser/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
