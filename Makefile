# Every command of the project. Each does one thing by a script of scripts/, where the how and why stand.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run dev build test trial lint fmt bench assets setup clean

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: ## set up what is missing, build, make demo data on first start, serve http://127.0.0.1:3000
	@scripts/run.sh

dev: ## the same, rebuilding, restarting and reloading the open page at every change
	@scripts/run.sh watch

build: ## the optimised build, into dist/
	@scripts/build.sh

test: ## every check: format, clippy, Rust tests and browser tests on SQLite and PostgreSQL
	@scripts/test.sh

trial: ## the long, hostile trials of docs/THREATS.md, or some of them: make trial ROWS="D1 D5"
	@scripts/trial.sh $(ROWS)

lint: setup ## format, clippy with warnings denied, imports, what documents name, types of the browser tests
	@scripts/lint.sh

fmt: ## format the Rust code
	@cargo fmt --all

bench: build ## measure the release build against a bare page, on both databases
	@MINICRM_BIN=$(CURDIR)/dist/minicrm scripts/with-postgres.sh node bench/run.mjs

assets: ## icons, fonts and style parts, from the npm packages
	@scripts/setup.sh

setup: ## the tools and files that the build needs
	@scripts/setup.sh

clean: ## remove what was built; data/ and the tools in ~/.cache/minicrm stay
	@rm -rf target dist dist.new public/icons.svg public/fonts style/basecoat.css
