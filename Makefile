# Goals of brgsa. `make demo` and `make test` are all a newcomer needs.

SWIFT ?= swift
PYTHON ?= python3
STRICT_IMPORTS := --explicit-target-dependency-import-check error
PACKAGES := libopenblas-dev libnifti-dev libmicrohttpd-dev libsqlite3-dev zlib1g-dev
DEMO_MODEL ?= Tests/Fixtures/tiny-model

.PHONY: help deps build demo test format lint bench clean

help:
	@echo "make demo    build, start the service, diagnose a sample volume, stop"
	@echo "make test    build and run all tests"
	@echo "make build   build the release program .build/release/brgsa"
	@echo "make deps    install the Debian packages that are missing"
	@echo "make lint    check format, imports and forbidden words"
	@echo "make format  format all Swift code"
	@echo "make bench   time one base-size volume (random weights)"
	@echo "make clean   remove what was built"

# Only what is missing is installed, so that a second run needs no network.
deps:
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then elevate=""; else elevate="sudo"; fi; \
	  $$elevate apt-get update -qq && $$elevate env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing; \
	fi

build: deps
	$(SWIFT) build -c release --product brgsa $(STRICT_IMPORTS)

demo: build
	Models/demo.sh .build/release/brgsa $(DEMO_MODEL)

test: deps
	$(SWIFT) build --build-tests $(STRICT_IMPORTS)
	$(SWIFT) test --skip-build
	$(PYTHON) -c 'import numpy' 2>/dev/null || $(MAKE) --no-print-directory .build/venv/bin/python3
	@if $(PYTHON) -c 'import numpy' 2>/dev/null; then python=$(PYTHON); else python=.build/venv/bin/python3; fi; \
	$$python -m unittest discover -s Models/tests

.build/venv/bin/python3:
	$(PYTHON) -m venv .build/venv
	.build/venv/bin/pip install --quiet numpy

format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift
	@! grep -rnE 'fatalError\(|try!|as!|\bTODO\b|\bFIXME\b' --include='*.swift' Sources

bench: build
	@echo "brgsa bench comes with the work on speed; until then:"
	@test -n "$(MODEL)" && test -n "$(VOLUME)" || { echo "usage: make bench MODEL=dir VOLUME=ct.nii.gz"; exit 64; }
	/usr/bin/time -v .build/release/brgsa diagnose --json -p "pleural effusion" --model "$(MODEL)" "$(VOLUME)"

clean:
	rm -rf .build
