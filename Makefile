.PHONY: help demo test test-fast stop clean format
PYTHON ?= python3
RELEASE = $(if $(FRAPPE),--release $(FRAPPE))

help:  ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo:  ## Set everything up, do the main job, leave the desk running (FRAPPE=version-15: official release)
	@$(PYTHON) -m dev demo $(RELEASE)

test:  ## Run all tests (ARGS="-k quote" for some)
	@$(PYTHON) -m dev test $(RELEASE) $(ARGS)

test-fast:  ## Run the tests that need no bench
	@$(PYTHON) -m dev test-fast $(ARGS)

stop:  ## Stop every server that was started
	@$(PYTHON) -m dev stop $(RELEASE)

clean:  ## Stop, and remove the bench folder
	@$(PYTHON) -m dev clean $(RELEASE)

format:  ## Format all Python files
	@.bench/env/bin/ruff format . && .bench/env/bin/ruff check --fix .
