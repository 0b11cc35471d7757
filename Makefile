# Commands of Gatehouse: `make run` runs it, `make test` tests it. Both install what they need.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	2>/dev/null && { command -v $$p; break; }; done)
BIN := .venv/bin

.DEFAULT_GOAL := help
# Images of containers set it, and each process would compile all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run test test-slow test-after e2e-large check lint types imports templates migrations deploy contract old-sdks typescript-sdk docs audit sbom hostile bench load faults hosts abuse mail-lab screenshots lock clean

help: ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.installed: requirements.lock
	@if [ -z "$(PYTHON)" ]; then echo "Gatehouse needs Python 3.11, 3.12 or 3.13 with venv; none was found." >&2; exit 1; fi
	@$(PYTHON) -m venv .venv || { echo "Could not build .venv: install Python's venv (Debian: python3-venv)." >&2; exit 1; }
	@echo "installing what requirements.lock names into .venv (once)"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

.venv/.browser: .venv/.installed scripts/ensure-chromium
	@scripts/ensure-chromium && touch $@ || true

run: .venv/.installed .venv/.browser ## Run Gatehouse until Ctrl-C (PORT, GATEHOUSE_HOME, …: docs/settings.md)
	@exec $(BIN)/python manage.py run

# What `test` runs; CI adds tests that take long.
TESTS := -n 2 -m "not slow"

test: .venv/.installed .venv/.browser ## Run the tests, on SQLite and an embedded Redis
	@MAKEFLAGS= $(BIN)/python -m pytest $(TESTS) --durations=10

test-slow: .venv/.installed .venv/.browser ## Run the tests that take long: what is killed, and every screen in every look
	@$(BIN)/python -m pytest -n 2 -m slow

test-after: .venv/.installed .venv/.browser ## Run the contract and the browser's journeys on a gateway that serves nothing deprecated
	@GATEWAY_DEPRECATED=0 $(BIN)/python -m pytest tests/stack/test_after_journey.py tests/stack/test_job_journey.py \
		tests/stack/test_release_journey.py tests/stack/test_investigate_journey.py tests/stack/test_workbench_journey.py \
		tests/stack/test_review_journey.py tests/contract/test_four_backends.py

e2e-large: .venv/.installed .venv/.browser ## Walk the analyst's day by keys with 100,000 messages (MESSAGES=…)
	@GATEHOUSE_E2E_MESSAGES=$${MESSAGES:-100000} $(BIN)/python -m pytest tests/stack/test_investigate_journey.py tests/stack/test_workbench_journey.py tests/stack/test_report_journey.py -s --timeout 3000

check: test lint types imports templates migrations deploy ## All that CI checks

lint: .venv/.installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .

types: .venv/.installed
	@GATEHOUSE_HOME=$$(mktemp -d) $(BIN)/mypy api_client disk_space file_types gateway dashboard investigate policy_patterns settings_admin

imports: .venv/.installed
	@said=$$($(BIN)/lint-imports --no-cache 2>&1) || { echo "$$said"; exit 1; }; echo "$$said" | tail -n 14

templates: .venv/.installed
	@$(BIN)/djlint templates --lint --quiet

migrations: .venv/.installed
	@GATEHOUSE_HOME=$$(mktemp -d) $(BIN)/python -W error manage.py makemigrations --check --dry-run

deploy: .venv/.installed
	@GATEHOUSE_HOME=$$(mktemp -d) GATEHOUSE_TLS=1 SECRET_KEY=$$(head -c 40 /dev/urandom | base64 | tr -d '\n') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

contract: .venv/.installed ## Look longer for answers outside the OpenAPI (EXAMPLES=100, OPENAPI=FILE for another one)
	@EXAMPLES=$${EXAMPLES:-100} $${OPENAPI:+OPENAPI=$$OPENAPI} $(BIN)/python -m pytest -n 2 tests/contract/test_schemathesis.py --timeout 3000

OLD_SDKS := 5.0.0 5.6.0

old-sdks: .venv/.installed $(OLD_SDKS:%=.artifacts/sdk-%/.installed) ## Call every method of earlier official SDKs, strictly; the newest without what is deprecated
	@for version in $(OLD_SDKS); do echo "SDK $$version" && \
		OLD_SDK=.artifacts/sdk-$$version PYTHONPATH=.artifacts/sdk-$$version $(BIN)/python -m pytest tests/contract/old_sdks.py \
		|| exit 1; done
	@echo "SDK of requirements.lock, nothing deprecated" && GATEWAY_DEPRECATED=0 $(BIN)/python -m pytest tests/contract/test_official_sdk*.py

.artifacts/sdk-%/.installed: tests/contract/old_sdks.lock | .venv/.installed
	@rm -rf $(@D) && mkdir -p $(@D) && grep '^cloudflare==$* ' $< > $(@D)/requirements.txt
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --no-deps \
		--target $(@D) --requirement $(@D)/requirements.txt
	@touch $@

TYPESCRIPT_SDK := .artifacts/typescript-sdk

typescript-sdk: .venv/.installed $(TYPESCRIPT_SDK)/.installed ## Call every method of the official TypeScript SDK, over HTTP (needs Node and npm)
	@TYPESCRIPT_SDK=$(TYPESCRIPT_SDK) $(BIN)/python -m pytest tests/contract/typescript_sdk.py

$(TYPESCRIPT_SDK)/.installed: tests/contract/typescript/package.json tests/contract/typescript/package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null || \
		{ echo "This needs Node 18 or newer and npm (Debian: nodejs, npm)." >&2; exit 1; }
	@rm -rf $(@D) && mkdir -p $(@D) && cp $^ tests/contract/typescript/.npmrc $(@D)
	@cd $(@D) && npm ci --silent
	@touch $@

docs: .venv/.installed ## Write docs/api.md and docs/roles.md from the code
	@$(BIN)/python -m tests.contract.documentation
	@$(BIN)/python manage.py document_roles

AUDIT_TOOLS := .artifacts/audit-tools

audit: $(AUDIT_TOOLS)/.installed ## Look up known vulnerabilities of what requirements.lock names
	@$(AUDIT_TOOLS)/bin/python scripts/audit.py requirements.lock

sbom: .venv/.installed $(AUDIT_TOOLS)/.installed ## Write what Gatehouse is made of into .artifacts/sbom.json (CycloneDX)
	@$(AUDIT_TOOLS)/bin/python scripts/sbom.py requirements.lock $(BIN)/python .artifacts/sbom.json

$(AUDIT_TOOLS)/.installed: scripts/audit-tools.lock | .venv/.installed
	@rm -rf $(@D) && mkdir -p $(@D) && $(BIN)/python -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

hostile: .venv/.installed .venv/.browser ## Draw hostile bodies beside a canary that nobody may call (BODIES=5000, SEED=1)
	@$(BIN)/python -m tests.renderer --bodies $${BODIES:-5000} --seed $${SEED:-1}

bench: .venv/.installed .venv/.browser ## Measure against the floor, as ratios; mail at 20 a second, searches beside notmuch (MINUTES=1, SIZES, POSTGRES)
	@$(BIN)/python -m tests.benchmarks
	@$(BIN)/python -m tests.benchmarks.mail_flow --minutes $${MINUTES:-1}
	@$(BIN)/python -m tests.benchmarks.searches --sizes $${SIZES:-10000,100000} $${POSTGRES:+--postgres $$POSTGRES}

load: .venv/.installed .venv/.browser ## Put a stack under load: analysts, mail, a large job, a replay, digests (MINUTES=5, ANALYSTS=50, RATE=20, MESSAGES, JOB)
	@$(BIN)/python -m tests.load --minutes $${MINUTES:-5} --analysts $${ANALYSTS:-50} --rate $${RATE:-20} \
		--messages $${MESSAGES:-100000} --job $${JOB:-100000} $${DATABASE_URL:+--servers}

faults: .venv/.installed ## Kill processes while the API fails, and next hops of mail (ROUNDS=100, SIZE=3000, MAIL_ROUNDS=20, MAIL_SIZE=2000, SEED)
	@$(BIN)/python -m tests.faults --rounds $${ROUNDS:-100} --size $${SIZE:-3000} $${SEED:+--seed $$SEED}
	@$(BIN)/python -m tests.faults.mail --rounds $${MAIL_ROUNDS:-20} --size $${MAIL_SIZE:-2000} $${SEED:+--seed $$SEED}

hosts: .venv/.installed .venv/.browser ## Run on seven hosts in network namespaces and lose two of them in a job (CLEAN=300, HELD=1200; needs root)
	@$(BIN)/python -m tests.hosts --clean $${CLEAN:-300} --held $${HELD:-1200}

abuse: .venv/.installed .venv/.browser ## Abuse a stack on loopback while an analyst works (MINUTES=5, WITHOUT=previews,disk)
	@$(BIN)/python -m tests.abuse --minutes $${MINUTES:-5} --without "$${WITHOUT:-}"

mail-lab: .venv/.installed .venv/.browser ## Run between a real Postfix and Dovecot (MAIL=FOLDER sends a folder of mail the whole way)
	@scripts/ensure-mail-servers
	@exec $(BIN)/python -m tests.mail_servers $${MAIL:+--mail "$$MAIL"}

screenshots: .venv/.installed .venv/.browser ## Take the pictures of docs/screenshots anew
	@$(BIN)/python -m tests.screenshots

lock: .venv/.installed ## Write requirements.lock and scripts/audit-tools.lock anew from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --group dev --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml \
		--output-file requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --group audit --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--output-file scripts/audit-tools.lock

clean: ## Remove the virtual environment and caches, not the state in var
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
