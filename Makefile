# Two commands do all of the set-up: `make sandbox` and `make test`. What each does is in local/cli/.
SHELL := /bin/bash
STACK ?= sandbox-a
export STACK LOAD_SECONDS
# Node.js keeps what it made of each file: without it every process takes the types out of all its TypeScript again.
export NODE_COMPILE_CACHE ?= $(CURDIR)/node_modules/.cache/node

node := node_modules/.bin/node
# Marks that exactly this lock file is installed.
installed := node_modules/.installed
local := $(node) --disable-warning=ExperimentalWarning local/cli/main.ts

.PHONY: help sandbox prove destroy status align expired upgrade-check environments guard publish-artifact promote local-down env tools test faults check format plan-destroy
.DEFAULT_GOAL := help

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(installed): package.json local/package.json package-lock.json
	@# Not on the standard output, which `eval "$$(make env)"` runs.
	@echo "Installing the npm packages (usually 40 s)." >&2
	@npm ci --loglevel=error --no-fund --no-audit >&2
	@touch $@

sandbox: $(installed) ## Make STACK (sandbox-a) on the local platform, with development beside it
	@$(local) sandbox

prove: $(installed) ## Put podinfo in STACK under load (LOAD_SECONDS=60) and watch KEDA scale it
	@$(local) prove
plan-destroy: $(installed) ## Show what a destroy of STACK would do, and change nothing (ARGS=--json)
	@$(local) plan-destroy

destroy: $(installed) ## pulumi destroy of STACK, then ask AWS what is left
	@$(local) destroy

status: $(installed) ## Show what runs on the local platform
	@$(local) status

env: $(installed) ## Print the variables that lead pulumi, aws and kubectl to the local platform
	@$(local) env

align: $(installed) ## Versions of all stacks, and what an up would do about them (ARGS=--json)
	@$(local) align

expired: $(installed) ## Stacks past their expiry, with age and cost (ARGS="--destroy --parallel 2")
	@$(local) expired

upgrade-check: $(installed) ## What stands in the way of STACK's upgrade to a minor (TO=1.36, CHECKOUT=<folder>)
	@$(local) upgrade-check

environments: $(installed) ## What each environment runs of the platform, since when, and whether it is healthy
	@$(local) environments

guard: $(installed) ## Whether a change of a GitOps repository may go to main (CHECKOUT=../platform)
	@$(local) guard

publish-artifact: $(installed) ## Make a release of the platform, and watch staging take it (VERSION=0.0.2)
	@$(local) publish-artifact

promote: $(installed) ## Pull request: of sandbox STACK to main, or of what STACK=staging runs to production
	@$(local) promote

local-down: $(installed) ## Stop the local platform and forget what it held
	@$(local) down

tools: $(installed) ## Build or find the tools, and nothing else
	@$(local) tools

test: $(installed) ## Set up, then run every test (npm test: those that need no tool)
	@$(node) --disable-warning=ExperimentalWarning test/run.ts --all

faults: $(installed) ## Every case of a destroy that goes wrong (CASE=7 one of them, WAY=product one column)
	@$(node) --disable-warning=ExperimentalWarning test/faults/main.ts --case "$(CASE)" --way "$(WAY)" $(FAULTS)

check: $(installed) ## Format, lint and types
	@npm run --silent check

format: $(installed) ## Lay out every file
	@npm run --silent format
