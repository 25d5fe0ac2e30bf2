# Everything from a fresh clone with Python 3.11+, make and pip; see README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
UV := uv==0.13.9
# Tests mostly wait. A module stays whole: each brings a system of its own.
SIDE_BY_SIDE := -n 3 --dist loadfile --no-loadscope-reorder
# What is compiled is kept: each process of the tests would compile everything anew.
test long: export PYTHONDONTWRITEBYTECODE :=
test long: export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/pycache

.PHONY: bench bench-catalog bench-console bench-latency bench-quota chaos chaos-long demo test long screenshots up
.DELETE_ON_ERROR:

demo: $(INSTALLED)
	@$(BIN)/ml-connector demo

up: $(INSTALLED)
	@exec $(BIN)/ml-connector up --sandbox

test: $(INSTALLED)
	@begun=$$(date +%s); \
	set -ex; \
	$(BIN)/ruff check; \
	$(BIN)/ruff format --check; \
	$(BIN)/mypy; \
	$(BIN)/lint-imports; \
	$(BIN)/pytest $(SIDE_BY_SIDE); \
	{ set +x; } 2>/dev/null; \
	echo "all checks passed in $$(( $$(date +%s) - begun )) s"

# The proofs that take minutes; `make test` has a smaller version of each: every lost answer and killed worker at every
# write of orders (and of the catalog), restarts amid 40 orders, a backlog, an outage of each system, the demonstration that
# does not tie, a real quota window, tokens of a real minute, buyers of every suite, two dozen cases of chaos and a dozen with a
# clock off; and bad input drawn twenty times as often.
long: $(INSTALLED)
	@$(BIN)/pytest -m long -s --durations=0
	@$(BIN)/pytest --hypothesis-profile=long --timeout=3600 -k "bad or fuzz" --durations=0

# Lost answers and accidents at every write call, then both sides are compared; CHAOS="--seed 7 --cases 300" chooses.
CHAOS := --cases 96
chaos: $(INSTALLED)
	@$(BIN)/python -m benchmarks.chaos $(CHAOS)

# The whole matrix, in as many goes as you like: the same command goes on where it was stopped.
chaos-long: $(INSTALLED)
	@$(BIN)/python -m benchmarks.chaos --seed 20261125

# What orders cost, as ratios to their floors (docs/scale.md); figures go to var/bench. The store's quota is tried with
# 240 orders in windows of half their length; bench-quota takes 2,000 and the real ones: half an hour that mostly waits.
bench: $(INSTALLED)
	@$(BIN)/python -m benchmarks.orders

bench-quota: $(INSTALLED)
	@$(BIN)/python -m benchmarks.orders quota --whole

# How long each page of the console takes with a million records in the trail (docs/scale.md), with its queries' plans.
bench-console: $(INSTALLED)
	@$(BIN)/python -m benchmarks.console

# What the catalog costs, and whether orders feel it (docs/scale.md); figures go to var/bench.
ITEMS ?= 10000 100000
bench-catalog: $(INSTALLED)
	@$(BIN)/python -m benchmarks.catalog --items $(ITEMS)

bench-latency: $(INSTALLED)
	@$(BIN)/python -m benchmarks.latency

# Pictures of the console's main pages, with Debian's chromium, for the README and docs/console.md.
screenshots: $(INSTALLED)
	@$(BIN)/python -m tests.browser.screenshots

# One install at a time in a clone: the Makefile is the lock, and the second finds the work of the first.
# uv installs in seconds; where it cannot (no wheel, an index of pip's own settings), pip does the same.
$(INSTALLED): requirements.txt requirements-dev.txt pyproject.toml
	@exec 9<Makefile; $(PYTHON) -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'; \
	sum=$$(cat $^ | cksum); \
	if [ "$$(cat $@ 2>/dev/null)" = "$$sum" ]; then touch $@; exit 0; fi; \
	set -e; \
	echo "installing into $(VENV) ..."; \
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11")'; \
	$(PYTHON) -m venv --clear $(VENV); \
	pip="$(BIN)/python -m pip --quiet --disable-pip-version-check"; \
	uv="$(BIN)/uv --quiet pip install --system-certs --python $(BIN)/python"; \
	{ $$pip install $(UV) && $$uv --requirement requirements-dev.txt; } 2>/dev/null \
		|| $$pip install --requirement requirements-dev.txt; \
	$$pip install --no-deps --editable .; \
	echo "$$sum" >$@
