# make serve: answer questions on http://127.0.0.1:8000 · make test: run the tests · make check, make docs, make api-check,
# make regression: what CI runs beside them · CONTRIBUTING.md has the rest

PYTHON ?= $(or $(shell command -v python3.11),python3)
# An index with another build of torch than the default one. README.md says how to choose a CPU-only or a CUDA build.
TORCH_INDEX ?=

BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install serve test public-documents public-documents-if-changed check api-check regression regression-if-changed gate baseline lock screenshots sample weights docs coverage hooks pythons clean

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=/path/to/it")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-compile $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) torch==2.13.0
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@# On all cores, unlike pip, and without the packages' tests; a file that can't be compiled is nobody's here.
	$(BIN)/python -m compileall -qq -j 0 -x '/tests?/' .venv/lib || true
	touch $@

serve: install
	$(BIN)/citewell serve --sample corpus/sample

# Files and folders to test; all, if left out.
TESTS ?=

# Two processes, each with one thread for its models: most of a test's work is done by one core, and three were no faster on
# two cores. Each takes up to 4 GiB of memory; PROCESSES=1 makes do with less. The files come in the order of
# tests/conftest.py, the longest first.
PROCESSES ?= 2
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder
test: install
	$(PYTEST) -m "not public_documents" $(TESTS)

# Those tests that read the public documents, which are none of the repository's (docs/research/sets.md). A stamp notes
# the files that they passed with.
DOCUMENTS_STAMP := tests/fixtures/public-documents.sha256
READING := corpus retrieval migrations app/*.py app/answering eval/gold tests/corpus tests/retrieval tests/eval/gold tests/e2e/test_guides.py requirements.lock

public-documents: install
	$(PYTEST) -m public_documents
	$(BIN)/python -m tools.unchanged --write $(DOCUMENTS_STAMP) $(READING)

public-documents-if-changed: install
	$(BIN)/python -m tools.unchanged $(DOCUMENTS_STAMP) $(READING) || $(MAKE) public-documents

# The tests of the four rooms whose branch coverage is measured, in CI; below 90 % it fails. make test TESTS="tests/e2e
# tests/eval" runs the others.
coverage: install
	rm -f .coverage .coverage.*
	$(PYTEST) --cov --cov-report=term \
		$(or $(TESTS),tests/accel tests/app tests/corpus tests/retrieval)

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

# What its figures depend on. make baseline notes these files with the figures, so that nobody measures the same twice.
MEASURED := accel app/*.py app/answering corpus retrieval eval/gold eval/runs eval/scoring eval/decide config.yaml requirements.lock

regression-if-changed: install
	$(BIN)/python -m tools.unchanged eval/baselines/inputs.sha256 $(MEASURED) || $(MAKE) regression

# What older instructions call it.
gate: regression

# What make regression has measured becomes what later runs are held against.
baseline:
	$(BIN)/citewell eval baseline build/written eval/baselines/written
	$(BIN)/citewell eval baseline build/quoted eval/baselines/quoted
	$(BIN)/python -m tools.unchanged --write eval/baselines/inputs.sha256 $(MEASURED)

# The pictures of the documentation, taken by the browser tests: the chat page, and the report of what make regression has run, quoted as by default.
screenshots: install
	mkdir -p docs/images
	TESTS_NO_SKIP=1 TESTS_SCREENSHOTS=docs/images TESTS_REPORT_RUN=build/quoted $(BIN)/python -m pytest tests/e2e/test_page.py tests/e2e/test_report.py

# The binary documents of the sample corpus, from their sources.
sample: install
	$(BIN)/python -m tools.make_sample

# The versions in requirements.lock, with the hashes of all their files: those of before where they still fit pyproject.toml,
# or the newest ones with UPGRADE=1. They fit each Python from 3.11 on. Run the tests before committing the result.
UPGRADE ?=
lock:
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet uv
	.venv-lock/bin/uv pip compile pyproject.toml --quiet --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --no-emit-package torch $(if $(UPGRADE),--upgrade) --output-file requirements.lock
	rm -rf .venv-lock

# The weights of the packaged models, as they are installed, against the hashes in NOTICE.
weights: install
	cd .venv/lib/python3.*/site-packages && sed -n 's/^ *file  *\([^,]*\),.*/\1/p; s/^ *SHA-256  *//p' $(CURDIR)/NOTICE \
		| paste - - | awk '{ print $$2 "  " $$1 }' | $(or $(shell command -v sha256sum),shasum -a 256) --check

# The quick tests with other Pythons, where they are installed.
pythons:
	tools/try_pythons.sh

# Have git run .pre-commit-config.yaml before each commit.
hooks: install
	$(BIN)/pre-commit install

# The documentation as a site, in site/; fails where a link leads nowhere.
docs: install
	$(BIN)/mkdocs build --strict

clean:
	rm -rf .venv build site *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
