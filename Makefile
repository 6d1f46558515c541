# `make brief` and `make test` set up all they need in .venv; nothing else has to be installed but Python and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV = VIRTUAL_ENV=$(VENV) $(or $(shell command -v uv 2>/dev/null),$(BIN)/uv)
AS_OF ?= $(shell date +%F)
# Bytecode is kept even where the environment says otherwise, or each command would start a second later.
export PYTHONDONTWRITEBYTECODE =

.PHONY: brief test serve check lock clean

brief: $(VENV)/.ready
	$(BIN)/monazite brief examples/reports/*.txt --as-of $(AS_OF) -o brief.html

test: $(VENV)/.ready-dev
	$(BIN)/python -m pytest -n auto --dist loadfile

serve: $(VENV)/.ready-dev
	$(BIN)/monazite serve

check: $(VENV)/.ready-dev
	scripts/check

lock: $(VENV)/.uv
	$(UV) pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 --no-header -q -o locks/default.txt pyproject.toml --group build
	$(UV) pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 --no-header -q -o locks/dev.txt pyproject.toml --group build --group dev

$(VENV)/.uv:
	$(PYTHON) -m venv $(VENV)
	command -v uv >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt
	touch $@

$(VENV)/.ready: $(VENV)/.uv locks/default.txt pyproject.toml
	$(UV) pip install --quiet --compile-bytecode --require-hashes -r locks/default.txt
	$(UV) pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	$(BIN)/monazite shock nickel-ore-2014 --draws 2 --json > /dev/null  # compiles its kernel
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready locks/dev.txt
	$(UV) pip install --quiet --require-hashes -r locks/dev.txt
	touch $@

clean:
	rm -rf $(VENV) brief.html
