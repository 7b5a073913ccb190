# Needs python3 (3.11 or newer, with venv) and make; everything else comes from the locks.

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE := # compiled modules make the second start quick

.DEFAULT_GOAL := help
.NOTPARALLEL: # the targets share one environment; `check` runs its parts side by side itself
.PHONY: help port run test test-fast fast check bench schema law matrix documents portal docs lock clean

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

##@ Use

run: port .venv/run.stamp ## serve the demonstration at http://127.0.0.1:8000 (PORT, DATABASE_URL, DATA_DIR)
	@exec $(BIN)/xeploai serve --demonstration

##@ Work

ifdef T
test: .venv/dev.stamp # one file or folder, one node id, or the tests whose names hold a word
	@case "$$T" in \
	  *::*) $(BIN)/pytest -q "$$T" ;; \
	  */*|*.py) $(BIN)/pytest -q $$T ;; \
	  *) $(BIN)/pytest -q -k "$$T" ;; \
	esac
else
test: .venv/dev.stamp tests/npm/node_modules/.stamp portal/node_modules/.stamp .venv-clients/.stamp .venv-docs/.stamp ## every test, on a real PostgreSQL; rules and authz covered whole; T=FILE, T=NODE or T=WORD: some of them
	@bash scripts/debian
	@$(BIN)/pytest -q tests/rules tests/authz \
	  --cov=rules --cov=authz --cov-branch --cov-fail-under=100 --cov-report=term:skip-covered
	@$(BIN)/pytest -q -n 2 --dist loadfile --ignore tests/rules --ignore tests/authz
endif

test-fast: .venv/dev.stamp ## the tests that need no root, browser, proxy or Node; says what it leaves out
	@$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow"

fast: test-fast ## the same, shorter to type

check: .venv/dev.stamp .venv-clients/.stamp .venv-docs/.stamp ## format, lint, types, contracts; every committed file is as the house has it
	@BIN=$(BIN) bash scripts/check

bench: .venv/dev.stamp ## the benchmarks, printed
	@for each in tests/bench/bench_*.py; do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

##@ Print

schema: .venv/run.stamp ## the graph (SDL)
	@$(BIN)/xeploai schema

law: .venv/run.stamp ## every point of the law, and who computes or decides it
	@$(BIN)/xeploai law

matrix: .venv/run.stamp ## who may do what, by which clause
	@$(BIN)/xeploai matrix

##@ Renew

documents: .venv/run.stamp ## write these three, the lists of decisions and errors, the pages of judgements and the hashes of db/guard.py
	@for each in schema law matrix; do $(BIN)/xeploai $$each --write || exit 1; done
	@for each in decisions errors guard judgements; do $(BIN)/python scripts/$$each.py --write || exit 1; done

portal: portal/node_modules/.stamp ## build the page at / from its sources (needs Node)
	@npm run --silent --prefix portal build

docs: .venv/run.stamp .venv-docs/.stamp ## build the documentation site into site/
	@bash scripts/build-site

LOCKING := -q --upgrade --generate-hashes --universal --python-version 3.11 \
  --no-emit-index-url --no-annotate --no-header

lock: .venv/dev.stamp ## resolve the dependencies anew (needs Node)
	@$(BIN)/uv pip compile $(LOCKING) pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile $(LOCKING) --constraint requirements.lock --extra dev pyproject.toml \
	  -o requirements-dev.lock
	@$(BIN)/uv pip compile $(LOCKING) tests/clients/requirements.in -o tests/clients/requirements.lock
	@$(BIN)/uv pip compile $(LOCKING) docs/requirements.in -o docs/requirements.lock
	@for each in tests/npm portal deploy/gateway; do bash scripts/npm-lock $$each || exit 1; done
	@$(MAKE) portal # it is of its lock, too

clean: ## forget the environment (never the data)
	rm -rf .venv .venv-clients .venv-docs .mypy_cache .pytest_cache .ruff_cache

# The environment. A stamp holds what its step was made from, byte by byte: times alone (those of a
# checkout, say) begin no step again. A step that fails leaves none.

define unless-made
@cat $^ | cmp -s - $@ || { rm -f $@; $(1) && cat $^ > $@; }
@touch $@
endef

port: # before anything is installed: a port in use is told at once
	@bash scripts/port "$(PYTHON)"

.venv/made.stamp:
	@bash scripts/environment "$(PYTHON)"
	@$(BIN)/python -VV > $@

.venv/run.stamp: requirements.lock pyproject.toml .venv/made.stamp
	$(call unless-made,bash scripts/install requirements.lock)

.venv/dev.stamp: requirements-dev.lock pyproject.toml .venv/made.stamp
	$(call unless-made,bash scripts/install requirements-dev.lock)
	@cat requirements.lock pyproject.toml .venv/made.stamp > .venv/run.stamp # it holds the other lock

%/node_modules/.stamp: %/package-lock.json
	@bash scripts/debian
	$(call unless-made,bash scripts/node-packages $*)

.venv-clients/.stamp: tests/clients/requirements.lock .venv/made.stamp
	$(call unless-made,bash scripts/isolated .venv-clients $<)

.venv-docs/.stamp: docs/requirements.lock .venv/made.stamp
	$(call unless-made,bash scripts/isolated .venv-docs $<)
