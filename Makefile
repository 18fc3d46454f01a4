# Goals of brgsa. `make demo` and `make test` are all a newcomer needs.

SWIFT ?= swift
PYTHON ?= python3
STRICT_IMPORTS := --explicit-target-dependency-import-check error
PACKAGES := libopenblas-dev libnifti-dev libmicrohttpd-dev libsqlite3-dev zlib1g-dev
BENCH_MODEL ?= .build/bench-model
DEMO_MODEL ?= Models/phantom
DEMO_SAMPLES ?= Models/phantom/samples

.PHONY: help deps build demo test hostile format lint bench clean

help:
	@echo "make demo    build, start the service, diagnose the sample volumes, stop"
	@echo "make test    build and run all tests"
	@echo "make hostile run the hostile inputs' own tests against the real service"
	@echo "make build   build the release program .build/release/brgsa"
	@echo "make deps    install the Debian packages that are missing"
	@echo "make lint    check format, imports and forbidden words"
	@echo "make format  format all Swift code"
	@echo "make bench   time every stage at the published size (random weights)"
	@echo "make clean   remove what was built"

# Only what is missing is installed, so that a second run needs no network. curl and NumPy may come from anywhere.
deps:
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	command -v curl >/dev/null || missing="$$missing curl"; \
	$(PYTHON) -c 'import numpy' 2>/dev/null || missing="$$missing python3-numpy"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then elevate=""; else elevate="sudo"; fi; \
	  echo "installing$$missing"; \
	  $$elevate apt-get update -qq && $$elevate env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing; \
	fi

build: deps
	$(SWIFT) build -c release --product brgsa $(STRICT_IMPORTS)

demo: build
	PYTHON="$(PYTHON)" Models/demo.sh .build/release/brgsa $(DEMO_MODEL) $(DEMO_SAMPLES)

test: deps
	$(SWIFT) build --build-tests $(STRICT_IMPORTS)
	$(SWIFT) test --skip-build
	$(PYTHON) -m unittest discover -s Models/tests

# Rows of hostile inputs that wait for real deadlines or load the machine.
hostile: deps
	$(SWIFT) build --build-tests $(STRICT_IMPORTS)
	BRGSA_HOSTILE=1 $(SWIFT) test --skip-build --filter EndToEndTests.Hostile

format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift
	@! grep -rnE 'fatalError\(|try!|as!|\bTODO\b|\bFIXME\b' --include='*.swift' Sources

bench: build $(BENCH_MODEL)
	.build/release/brgsa bench --model $(BENCH_MODEL)

$(BENCH_MODEL):
	$(PYTHON) Models/random_model.py --out $@

clean:
	rm -rf .build
