# Copydesk. `make demo` and `make test` are all a newcomer needs; `make help` lists the rest.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SERVE  ?= 1
PORT   ?= 8000
# Entry points and pins are fixed at install time, so the stamp carries their digest.
STAMP  := $(VENV)/.installed-$(shell cat pyproject.toml constraints.txt | cksum | cut -d' ' -f1)
MO     := locale/zh_Hans/LC_MESSAGES/django.mo

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check fix

help: ## list these targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) $(MO) ## install, prepare the embedded model, migrate; again at no cost
	@$(BIN)/python -m plugins.transformers.embedded
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py ensure_organization

demo: setup ## load the demo agencies, run the demo briefs, then serve (SERVE=0: do not serve)
	@$(BIN)/python manage.py demo
ifneq ($(SERVE),0)
	@$(BIN)/python manage.py serve --port $(PORT)
endif

serve: setup ## the site with its workers at 127.0.0.1, port 8000 (PORT=9000: there)
	@$(BIN)/python manage.py serve --port $(PORT)

test: $(STAMP) $(MO) ## the whole suite
	@$(BIN)/python -m plugins.transformers.embedded
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

check: $(STAMP) $(MO) ## lint, types, import contracts, system checks, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run

fix: $(STAMP) ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Copydesk needs Python 3.11 or newer")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "installing into $(VENV) (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[worker,ocr,dev]"
	@rm -f $(VENV)/.installed-* && touch $@

$(MO): locale/zh_Hans/LC_MESSAGES/django.po $(STAMP)
	@$(BIN)/pybabel --quiet compile -d locale -D django
