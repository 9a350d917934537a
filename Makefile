.DEFAULT_GOAL := help
PY := .venv-test/bin

help: ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## The environment for work on advnet
	python3 -m venv .venv-test && $(PY)/pip install -q -c requirements.lock -e '.[test]'

demo: ## A ready instance with invented people, on http://127.0.0.1:8000
	$(PY)/advnet demo

test: ## Every test, on SQLite and PostgreSQL, with a real browser
	$(PY)/pytest

lint: ## Style and types
	$(PY)/ruff check . && $(PY)/ruff format --check . && $(PY)/mypy

format: ## Put the code into its form
	$(PY)/ruff check --fix . && $(PY)/ruff format .

messages: ## Take new texts of pages into the Japanese catalogue
	$(PY)/pybabel extract -F advnet/translations/babel.cfg -k _l -k lazy_gettext -k msgid --add-location=file --sort-by-file -o build/messages.pot . \
	&& $(PY)/pybabel update -N --ignore-obsolete -w 120 -i build/messages.pot -d advnet/translations -l ja

screenshots: ## Every page of the story, in both languages and widths, in build/screenshots
	ADVNET_SCREENSHOTS=build/screenshots $(PY)/pytest tests/journeys

bench: ## Benchmarks, each beside a peer in the same run (pip install 'advnet[bench]' for all of them)
	for bench in tests/benchmarks/bench_*.py; do printf '\n== %s, default size\n' $$bench; $(PY)/python $$bench || exit 1; done

elicitation: ## The tables and the picture of docs/elicitation.md, from the data in ../shared
	$(PY)/python tests/benchmarks/judgement.py ../shared/data/elicitation docs/elicitation.svg

soak: ## Ten minutes of search with everything happening to it at once
	PYTHONPATH=. $(PY)/python tests/benchmarks/soak.py

lock: ## Pin every dependency anew, from an empty environment
	rm -rf build/lock && python3 -m venv build/lock && build/lock/bin/pip install -q '.[test,production]' \
	&& build/lock/bin/pip freeze --exclude advnet | grep -v '^advnet' > requirements.lock

.PHONY: help setup demo test lint format messages screenshots bench elicitation soak lock
