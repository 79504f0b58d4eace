# `make help` lists the targets. You need only Python 3.11+, make and git.

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

SEEDS ?=
FAULTS ?=
KEEP ?=
MODE ?=
EXECUTOR ?=
PORT ?= 0
MINUTES ?= 10
NAME ?=
CLAIM ?=
N ?= 10000
FROM ?= 0
ONLY ?=
QUICK ?=
OLDEST := 3.3.0
PIN = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra postgres --extra statsd --group build

SEEDS_OPTION = $(if $(SEEDS),--seeds "$(SEEDS)")
MODE_OPTION = $(if $(MODE),--mode $(MODE))
EXECUTOR_OPTION = $(if $(EXECUTOR),--executor $(EXECUTOR))

# uv's cache is in the home folder, or in build/ if the home folder is not writable.
ifneq ($(shell test -w "$$HOME" && echo yes),yes)
export UV_CACHE_DIR ?= $(CURDIR)/build/cache/uv
endif

.DEFAULT_GOAL := help
.PHONY: help demo up down stack stack-down sandbox new-reason lint check test test-airflow test-without-airflow test-long test-oldest fuzz simulate faults gallery gallery-baselines screenshots bench bench-packet measure-messages requirements

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "SEEDS=DIR   other seeds (demo, up, sandbox)        FAULTS=5  makes every 5th Stripe request fail (demo)"
	@echo "KEEP=1      leave Airflow running (demo)           MODE=...  shadow, stage or submit (demo, up)"
	@echo "PORT=N      the Stripe sandbox's port (sandbox)    PYTHON=... which Python makes $(VENV)"
	@echo "EXECUTOR=celery  two Celery workers, two schedulers and a Redis on this machine (demo, up)"
	@echo "MINUTES=10  how long to look for failures (fuzz)   N=10000   histories, from seed FROM=0 on (simulate)"
	@echo "QUICK=1     fewer disputes (bench)"
	@echo "ONLY=...    the faults to cause, by name; add --few for fewer disputes each (faults)"

demo: $(STAMP) ## answer the sandbox's disputes with a real Airflow, end to end, and check how each ends
	@$(BIN)/python -m demo run $(SEEDS_OPTION) $(MODE_OPTION) $(EXECUTOR_OPTION) $(if $(FAULTS),--faults $(FAULTS)) $(if $(filter-out 0,$(KEEP)),--keep)

up: $(STAMP) ## the same, left running for you to look at
	@$(BIN)/python -m demo up $(SEEDS_OPTION) $(MODE_OPTION) $(EXECUTOR_OPTION)

# The environment that started it also stops it: changed requirements do not force an installation first.
down: ## stop what is running
	@if [ -e $(STAMP) ]; then $(BIN)/python -m demo down; else echo "Nothing was installed here."; fi

stack: ## up with Celery: two workers, two schedulers and a Redis, all on this machine
	@$(MAKE) --no-print-directory up EXECUTOR=celery

stack-down: down ## stop it

sandbox: $(STAMP) ## only the Stripe sandbox and an S3; prints one line of JSON with addresses and keys
	@$(BIN)/python -m sandbox --port $(PORT) $(SEEDS_OPTION)

new-reason: $(STAMP) ## NAME=reason CLAIM=claim: create a DAG, and a playbook and template for a claim (docs/adding-a-reason.md)
	@$(BIN)/python -m disputes new-reason $(NAME) $(if $(CLAIM),--claim $(CLAIM))

lint: $(STAMP) ## linter, types, import rules, declared imports, playbooks and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy plugins include dags
	$(BIN)/lint-imports
	$(BIN)/deptry plugins include dags
	$(BIN)/python -m disputes claims >/dev/null

check: lint ## lint, and every test except the slow ones
	$(BIN)/pytest -m "not e2e and not slow" -n 2 --dist worksteal

test: $(STAMP) ## lint, and all tests, with coverage
	@$(MAKE) --no-print-directory --jobs 2 test-airflow test-without-airflow
	$(BIN)/python -m tests.coverage_floors build/coverage.json

test-airflow: $(STAMP)
	$(BIN)/pytest -m "e2e and not long"

# A real Airflow is idle part of the time: everything else runs beside it at low priority, and the tests print when done.
test-without-airflow: $(STAMP)
	@nice -n 19 $(MAKE) --no-print-directory lint
	@mkdir -p build
	@{ nice -n 19 $(MAKE) --no-print-directory test-oldest && \
		nice -n 19 $(BIN)/python -m slipcover -m pytest -m "not e2e" -n 2 --dist worksteal; } > build/test-without-airflow.txt 2>&1; \
		ended=$$?; cat build/test-without-airflow.txt; exit $$ended

test-long: $(STAMP) ## every row of docs/clicks.md and some faults, with a real Airflow; takes many minutes
	$(BIN)/pytest -m long

test-oldest: $(STAMP) ## the tests of the Airflow side with the oldest Airflow that is supported
	$(PYTHON) -m venv --clear build/oldest
	$(BIN)/uv pip install --quiet --python build/oldest/bin/python apache-airflow==$(OLDEST) --editable . --group demo --group test
	build/oldest/bin/pytest -m "not e2e and not slow" -n 2 --dist worksteal -p no:cacheprovider tests/unit/dags tests/unit/representment

simulate: $(STAMP) ## N histories of the real operators with faults, clicks and kills at every call, from seed FROM on
	@$(BIN)/python -m tests.simulation -n $(N) --from $(FROM)

fuzz: $(STAMP) ## property tests with fresh seeds and many examples, for MINUTES
	@end=$$(( $$(date +%s) + 60 * $(MINUTES) )); while [ $$(date +%s) -lt $$end ]; do \
		$(BIN)/pytest -q -n 2 -m "hypothesis and not e2e" --hypothesis-profile=fuzz --timeout 1800 || exit 1; done

faults: $(STAMP) ## kills, outages and wrong clicks in a real Airflow; a table in build/faults counts what was sent twice, lost or changed
	@$(BIN)/python -m tests.faults $(ONLY)

gallery: $(STAMP) ## every letter as PDF and PNG in build/gallery/index.html; renders only what changed
	@$(BIN)/python -m tests.gallery

gallery-baselines: $(STAMP) ## replace the images that the tests compare letters with
	@$(BIN)/python -m tests.gallery.baselines

screenshots: $(STAMP) ## the desk's pages as pictures in docs/screenshots, from the demo's data; needs Debian's chromium
	@$(BIN)/python -m tests.integration.desk.screenshots

bench: $(STAMP) ## a plain script, the usual kind of DAG and ours side by side; writes build/bench and docs/performance.md
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --target build/bench/packages --require-hashes -r requirements/bench.txt
	$(BIN)/python -m tests.bench $(if $(QUICK),--quick)

bench-packet: $(STAMP) ## how long making a packet takes, against bare pikepdf, Pillow and Typst calls in the same run
	@$(BIN)/python -m tests.bench.bench_packet

measure-messages: $(STAMP) ## count the admissions and harmless messages that rules/admissions.yaml finds
	@$(BIN)/python -m tests.bench.messages

requirements: $(STAMP) ## pin the dependencies of pyproject.toml with hashes: for production, for each executor, and for development
	$(PIN) pyproject.toml -o requirements.txt
	$(PIN) -c requirements.txt --extra celery pyproject.toml -o requirements/celery.txt
	$(PIN) -c requirements.txt --extra kubernetes pyproject.toml -o requirements/kubernetes.txt
	$(PIN) -c requirements/celery.txt --extra celery --group demo pyproject.toml -o requirements/demo.txt
	$(PIN) -c requirements/demo.txt --extra celery --group demo --group test pyproject.toml -o requirements/develop.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes -c requirements/develop.txt --group bench -o requirements/bench.txt

$(STAMP): requirements/develop.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { \
		echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
			"Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install --python $(BIN)/python --require-hashes --compile-bytecode -r requirements/develop.txt
	$(BIN)/uv pip install --python $(BIN)/python --no-deps --editable .
	@touch $@
