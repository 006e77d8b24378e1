# Beforehand: `make run` serves it on this computer, `make test` proves it. Needs Python 3.11 or newer and make.

PY ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
V := .venv
PYTHON := $(V)/bin/python
PORT ?= 8000
PYTEST ?= -n 2 --dist worksteal
ON_POSTGRESQL := -m "not browser"
INSTALL = if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(PYTHON) --require-hashes -r $<; \
	else $(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r $<; fi

.PHONY: setup dev run test test-nobrowser check axe crawl lighthouse bench browser format docs lock screenshots
.DELETE_ON_ERROR:

setup: $(V)/.runtime  ## only .venv with the pinned runtime requirements

dev: $(V)/.dev  ## .venv with the tools of a contributor

run: $(V)/.runtime  ## serve on http://127.0.0.1:8000 (PORT=8001 for another port); keeps all data
	@$(PYTHON) -m screening.serve --port $(PORT)

test: $(V)/.dev browser  ## the whole suite on SQLite, then on PostgreSQL what uses a database
	$(PYTHON) -m pytest $(PYTEST)
	TEST_DATABASE=postgresql $(PYTHON) -m pytest $(PYTEST) $(ON_POSTGRESQL)

test-nobrowser: $(V)/.dev  ## the same without the journeys in a real browser
	$(PYTHON) -m pytest $(PYTEST) -m "not browser"
	TEST_DATABASE=postgresql $(PYTHON) -m pytest $(PYTEST) $(ON_POSTGRESQL)

check: $(V)/.dev  ## lint, types, templates, architecture, migrations, docs
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(V)/bin/lint-imports --no-cache --no-logo
	$(V)/bin/djangofmt --check templates
	$(PYTHON) -m djlint --lint --quiet templates
	$(PYTHON) manage.py check
	DJANGO_SETTINGS_MODULE=tests.settings $(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) docs/questionnaire_file.py --check
	$(PYTHON) docs/generate.py --check
	$(PYTHON) locale/catalogue.py --check
	$(PYTHON) -m pytest -q -p no:cacheprovider tests/test_architecture.py tests/test_docs.py

axe: $(V)/.dev browser  ## all of axe’s rules on every page, patients’ in both languages, on a phone, zoomed, dark, forced colours, printed
	EVERY_WAY=1 $(PYTHON) -m pytest -q $(PYTEST) tests/journeys/test_every_page.py tests/journeys/test_every_desk_page.py tests/journeys/test_accounts.py

crawl: $(V)/.dev  ## 2,000 patients fill in the form through its HTML alone, half of them in Spanish (JOURNEYS=500 for fewer)
	JOURNEYS=$${JOURNEYS:-2000} $(PYTHON) -m pytest -q $(PYTEST) tests/patient/test_crawl.py

lighthouse: $(V)/.dev  ## Lighthouse on the start page, a question and the result (needs node and npm; on a quiet computer)
	$(PYTHON) -m benchmarks.lighthouse

bench: $(V)/.dev  ## how fast one patient is judged, a file of patients, and the desk at 200,000 submissions
	$(PYTHON) -m benchmarks.rules
	$(PYTHON) -m benchmarks.queue

format: $(V)/.dev  ## write code and the questionnaire the way `make check` wants it
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
	$(PYTHON) docs/questionnaire_file.py
	$(V)/bin/djangofmt templates

docs: $(V)/.dev  ## write the generated docs anew
	$(PYTHON) docs/generate.py

screenshots: $(V)/.dev browser  ## take the README's pictures anew
	$(PYTHON) docs/screenshots.py

lock:  ## write the pinned requirements anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes -o requirements.txt requirements.in
	uv pip compile -q --universal --python-version 3.11 --generate-hashes -o requirements-dev.txt requirements-dev.in

$(PYTHON):
	@test -n "$(PY)" || { echo "Python 3.11 or newer is needed and was not found: https://www.python.org/downloads/" >&2; exit 1; }
	@$(PY) -m venv $(V) >/dev/null 2>&1 || { rm -rf $(V); \
		echo "$(PY) cannot make a virtual environment here: is the folder writable, the disk full? On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(V)/.runtime: requirements.txt | $(PYTHON)
	@$(INSTALL) || { echo "The packages could not be installed: is the network up, the disk full? Then run it again" >&2; exit 1; }
	@touch $@

$(V)/.dev: requirements-dev.txt | $(PYTHON)
	@$(INSTALL) || { echo "The packages could not be installed: is the network up, the disk full? Then run it again" >&2; exit 1; }
	@touch $@ $(V)/.runtime

APT = DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends
# A Chromium: one that is here, else Debian's, else playwright's.
browser: $(V)/.dev
	@$(PYTHON) -m tests.browser >/dev/null 2>&1 && exit 0; \
	if [ "$$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release; then \
		apt-get -o DPkg::Lock::Timeout=300 update -qq; \
		{ $(APT) chromium-headless-shell || $(APT) chromium; } >/dev/null; \
	else $(V)/bin/playwright install --only-shell chromium; fi >&2; \
	$(PYTHON) -m tests.browser >/dev/null 2>&1 && exit 0; \
	echo "No browser starts here: install Chrome or Chromium (Debian: apt-get install chromium-headless-shell), or run make test-nobrowser" >&2; exit 1
