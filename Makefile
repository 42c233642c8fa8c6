# Chat Infonavit. `make` lists the targets. Only Debian, Python 3.11 and make are needed.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench bench-nlu coverage-kb train screens clean

PYTHON ?= $(shell command -v /usr/bin/python3.11 || command -v python3.11 || command -v python3.12 || command -v python3)
BIN := .venv/bin
UV := $(BIN)/uv
export UV_PROJECT_ENVIRONMENT := .venv
export RASA_TELEMETRY_ENABLED := false

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

$(UV): deploy/bootstrap.sh
	@bash deploy/bootstrap.sh "$(PYTHON)"

.venv/.run: $(UV) pyproject.toml uv.lock
	@$(UV) sync --frozen --no-dev --inexact --python $(BIN)/python
	@touch $@

.venv/.dev: $(UV) pyproject.toml uv.lock
	@$(UV) sync --frozen --inexact --python $(BIN)/python
	@touch $@ .venv/.run

setup: .venv/.run ## install the locked environment into .venv

train: setup ## train the model, if something it depends on changed
	@$(BIN)/chat-infonavit train

run: setup ## start the assistant with demo data on http://localhost:8080
	@$(BIN)/chat-infonavit train
	@exec $(BIN)/chat-infonavit up --demo

test: .venv/.dev ## install what tests need and run them all
	@bash deploy/test-needs.sh
	@$(BIN)/chat-infonavit train
	@$(BIN)/pytest

lint: .venv/.dev ## ruff, mypy and import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/.dev ## measure what docs/figures.md reports (some minutes)
	@$(BIN)/chat-infonavit train
	@$(BIN)/python -m bench

bench-nlu: .venv/.dev ## measure and compare what docs/understanding.md reports (an hour at first)
	@$(BIN)/chat-infonavit train
	@$(BIN)/python -m bench nlu

coverage-kb: .venv/.dev ## what share of topics, steps and decisions the conversation tests play
	@$(BIN)/python -m bench.kb_coverage

screens: .venv/.dev ## screenshots of every state of the widget into var/screens
	@bash deploy/test-needs.sh
	@$(BIN)/chat-infonavit train
	@$(BIN)/python -m tests.connectors.screens

clean: ## remove the environment, the models and the local data
	rm -rf .venv models var .rasa
