# setup   makes .venv with what `slipway` needs          demo    a whole platform on this machine (PORT=8080)
# test    installs what the tests need and runs them     check   formatter, linter, types, catalog
# bench   what the README says of speed, as ratios

PYTHON ?= python3
PORT ?= 8080
UV = .venv/bin/uv pip
UV_LOCK = requirements-uv.lock

# Imports are half of every start; a shell that forbids bytecode would pay for them anew in each process.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup setup-dev demo test check bench browser

setup: .venv/setup.stamp
setup-dev: .venv/setup-dev.stamp

demo: setup
	@.venv/bin/slipway local up --port $(PORT)

test: setup-dev browser
	.venv/bin/python -m pytest -n auto

check: setup-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/slipway catalog validate
	.venv/bin/slipway catalog lock --check
	.venv/bin/slipway catalog validate --catalog service_catalog/examples

bench: setup-dev
	.venv/bin/python -m benchmarks

# pip needs a minute for what uv does in seconds, so pip installs uv and nothing else. A pip of .venv's own would cost
# 5 seconds more, so the one beside $(PYTHON) does it where there is one.
PIP = --quiet --disable-pip-version-check --no-compile --require-hashes -r $(UV_LOCK)
.venv/bin/uv: $(UV_LOCK)
	@echo "making .venv (once)"
	@$(PYTHON) -m venv --without-pip .venv && $(PYTHON) -m pip --python .venv/bin/python install $(PIP) 2>/dev/null \
	|| { $(PYTHON) -m venv .venv && .venv/bin/pip install $(PIP); }
	@touch $@

.venv/setup.stamp: requirements.lock pyproject.toml .venv/bin/uv
	@rm -f .venv/setup-dev.stamp
	@$(UV) sync --quiet --require-hashes requirements.lock $(UV_LOCK)
	@$(UV) install --quiet --no-deps -e .
	@touch $@

# The second stamp stands for the first as well: what the tests need includes what `slipway` needs.
.venv/setup-dev.stamp: requirements-dev.lock pyproject.toml .venv/bin/uv
	@$(UV) sync --quiet --require-hashes requirements-dev.lock $(UV_LOCK)
	@$(UV) install --quiet --no-deps -e .
	@touch .venv/setup.stamp $@

# The browser tests skip and say why where there is no Chromium and it may not be installed.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	     && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; } \
	|| echo "no Chromium here and it cannot be installed: the browser tests will skip"
