.PHONY: help demo assets test test-fast coverage benchmark screenshots lint format release bench stop clean

PYTHON ?= $(or $(shell command -v python3.11),python3)
FRAPPE ?=
ARGS ?=
DEV = @$(PYTHON) -m dev
RELEASE = $(if $(FRAPPE),--release $(FRAPPE))

help:  ## List the targets
	@sed -nE 's/^([a-z-]+):  ## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

demo:  ## Set everything up, do the main job, leave the desk running (FRAPPE=version-15: official release)
	$(DEV) demo $(RELEASE)

assets:  ## Bundle scripts and styles that have changed, for a desk that runs: reload it then (FRAPPE as above)
	$(DEV) assets $(RELEASE)

test:  ## Check style and run all tests (ARGS="-k quote": some of them; FRAPPE as above)
	$(DEV) test $(RELEASE) $(ARGS)

test-fast:  ## Check style and run the tests that need no bench
	$(DEV) test-fast $(ARGS)

coverage:  ## Run all tests and tell which lines and branches no test runs (ARGS as above)
	$(DEV) test $(RELEASE) --cov $(ARGS)

benchmark:  ## Compare what the app costs with the bare framework (ARGS="board": one of tests/benchmarks)
	$(DEV) benchmark $(RELEASE) $(ARGS)

screenshots:  ## Take the pictures of docs/tour.md anew from the demo
	$(DEV) screenshots

lint:  ## Check style and format, and look for faults by reading (ruff, pyright, prettier, eslint, Semgrep, bandit)
	$(DEV) lint

format:  ## Format all Python and JavaScript files
	$(DEV) format

release:  ## Check that this commit can be released as its version, tag it, and print what is new (nothing is sent)
	$(DEV) release

bench:  ## Run the bench command (ARGS="--site demo.localhost console")
	@cd .bench && ./env/bin/bench $(ARGS)

stop:  ## Stop the servers that were started
	$(DEV) stop $(RELEASE)

clean:  ## Stop them, and remove all that was generated
	$(DEV) clean $(RELEASE)
