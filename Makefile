# make help lists what there is. Nothing is needed but Python >= 3.11, make and git.
.DEFAULT_GOAL := help
.PHONY: help run demo test faults check bench evaluate format messages lock clean
BIN := .venv/bin
PYTEST_ARGS ?= -n 2 --dist worksteal
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do \
		printf 'make %-8s %s\n' "$$name" "$$text"; done

run: ## the service with an invented demo, until Ctrl-C (PORT=8000; or give DATABASE_URL and REDIS_URL)
	@.ci/venv requirements.txt
	@exec $(BIN)/python manage.py run

demo: ## one wave from files to delivered messages, without a browser, on servers of its own
	@.ci/venv requirements.txt
	@FAMILYLINK_SENDING=send exec $(BIN)/python -m familylink.embedded with -- $(BIN)/python manage.py demo

test: ## the whole suite, on a PostgreSQL, a Valkey and a browser of its own
	@.ci/venv tests/requirements.txt
	@$(BIN)/python manage.py compile_translations
	@FAMILYLINK_CHROMIUM="$$($(BIN)/python -m tests.browser_setup)" && export FAMILYLINK_CHROMIUM && \
		exec $(BIN)/python -m pytest $(PYTEST_ARGS)

faults: ## kill, freeze, cut off and forge at full size; ends with a table; about an hour
	@.ci/venv tests/requirements.txt
	@FAULTS=full exec $(BIN)/python -m pytest -m fault -p no:randomly -n0 tests/faults tests/notifications

check: ## style, types, import directions, missing migrations
	@.ci/venv tests/requirements.txt
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m familylink.embedded with -- $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m familylink.embedded with -- $(BIN)/python manage.py makemigrations --check --dry-run

bench: ## how fast beside brute force, as JSON lines; a quarter of an hour, or SIZE=1000000 for the full size
	@.ci/venv tests/requirements.txt
	@$(BIN)/python -m tests.benchmarks.messages
	@$(BIN)/python -m tests.benchmarks.desk
	@$(BIN)/python -m tests.benchmarks.reviewing
	@$(BIN)/python -m tests.benchmarks.pages
	@$(BIN)/python -m tests.benchmarks.importing
	@$(BIN)/python -m tests.benchmarks.mirror
	@exec $(BIN)/python -m tests.benchmarks

CASES ?= tests/cases/dated tests/cases/undated
OUT ?= .evaluation
evaluate: ## recall and calibration on invented cases, tables and pictures (CASES="folder ...", OUT=folder)
	@.ci/venv requirements.txt
	@exec $(BIN)/python manage.py evaluate $(CASES) --out $(OUT)

format: ## put the style right
	@.ci/venv tests/requirements.txt
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

messages: ## bring the catalogues of translations up to date with the source; then translate what is empty
	@.ci/venv tests/requirements.txt
	$(BIN)/python -m tests.messages

lock: ## make the pins with hashes anew from requirements.in
	@.ci/venv tests/requirements.txt
	@[ -x $(BIN)/uv ] || $(BIN)/python -m pip install -q --require-hashes -r .ci/uv.txt
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) tests/requirements.in -o tests/requirements.txt
	echo uv | $(LOCK) --no-annotate - -o .ci/uv.txt

clean: ## remove the virtual environment and what was built; never the data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .evaluation
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name '*.mo' -delete
