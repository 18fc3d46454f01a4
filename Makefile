# Goals of brgsa. `make demo` and `make test` are all a newcomer needs.

SWIFT ?= swift
PYTHON ?= python3
STRICT_IMPORTS := --explicit-target-dependency-import-check error
# The program hides its crashes (CCrash) and container images are stripped, so nobody would read debugging data, which
# costs a quarter of the build.
RELEASE := -c release -Xswiftc -gnone $(STRICT_IMPORTS)
PACKAGES := libopenblas-dev libnifti-dev libmicrohttpd-dev libsqlite3-dev libpq-dev nettle-dev zlib1g-dev dcm2niix
# Only tests need a database server. They start one of their own.
TEST_PACKAGES := postgresql-15
BENCH_MODEL ?= .build/bench-model
SECONDS ?= 60
TARGETS ?= head volume gzip form json safetensors tokens report zip dicom frame inference archive documents configuration
FUZZ_BUILD := .build-fuzz
# Inputs of a few kilobytes reach every state; the sanitizer's own memory counts into the limit.
FUZZ_FLAGS := -timeout=10 -rss_limit_mb=2048 -max_len=8192 -detect_leaks=0 -print_final_stats=1
DEMO_MODEL ?= Models/phantom
DEMO_SAMPLES ?= Models/phantom/samples

SCHEMATHESIS := $(HOME)/.cache/brgsa-schemathesis/bin/st
PROOFS ?= canaries schema_cases slow_clients overload stop_cycles kill_cycles job_cycles soak
SANITIZERS ?= address thread

PAGE := $(HOME)/.cache/brgsa-page/bin/python
SCREENSHOTS ?=

.PHONY: help deps build demo test test-slow hostile fuzz proof soak sanitize format lint bench clean

help:
	@echo "make demo    build, start the service, diagnose the sample volumes, stop"
	@echo "make test    build and run all tests"
	@echo "make test-slow drive the page with Debian's Chromium; pictures of it with SCREENSHOTS=folder"
	@echo "make hostile run the hostile inputs' own tests against the real service"
	@echo "make fuzz    feed each parser mutated input for SECONDS=60, or only some: TARGETS='head form'"
	@echo "make proof   put the service under load and faults, an hour; or only some: PROOFS='soak slow_clients'"
	@echo "make soak    half an hour of mixed load"
	@echo "make sanitize run the tests and the service under the address and the thread sanitizer"
	@echo "make build   build the release program .build/release/brgsa"
	@echo "make deps    install the Debian packages that are missing"
	@echo "make lint    check format, forbidden calls, links and plain English"
	@echo "make format  format all Swift code"
	@echo "make bench   time every stage at the published size (random weights)"
	@echo "make clean   remove what was built"

# Only what is missing is installed, so that a second run needs no network. curl, openssl and NumPy may come from anywhere.
test test-slow hostile sanitize: WANTED := $(PACKAGES) $(TEST_PACKAGES)
deps:
	@missing=""; for package in $(or $(WANTED),$(PACKAGES)); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	command -v curl >/dev/null || missing="$$missing curl"; \
	command -v openssl >/dev/null || missing="$$missing openssl"; \
	$(PYTHON) -c 'import numpy' 2>/dev/null || missing="$$missing python3-numpy"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then elevate=""; else elevate="sudo"; fi; \
	  echo "installing$$missing"; \
	  $$elevate apt-get update -qq && $$elevate env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing; \
	fi

build: deps
	$(SWIFT) build $(RELEASE) --product brgsa

demo: build
	PYTHON="$(PYTHON)" Models/demo.sh .build/release/brgsa $(DEMO_MODEL) $(DEMO_SAMPLES)

# Few tests at a time: all at once take half as long again, because they wait for each other's services and memory.
test: export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 6
test: deps
	$(SWIFT) build --build-tests $(STRICT_IMPORTS)
	$(PYTHON) Tests/Lint/check_numbers.py
	$(PYTHON) Tests/Lint/check_targets.py
	SWIFT="$(SWIFT)" Tests/run.sh
	$(PYTHON) -m unittest discover -s Models/tests
	$(PYTHON) -m unittest discover -s Docker/orthanc
	$(PYTHON) -m unittest discover -s Tests/Lint

test-slow: build $(PAGE)
	@command -v chromedriver >/dev/null || { echo "missing: apt-get install chromium chromium-driver"; exit 69; }
	$(PAGE) Tests/Page/run.py --brgsa .build/release/brgsa $(if $(SCREENSHOTS),--screenshots $(SCREENSHOTS))

$(PAGE):
	$(PYTHON) -m venv $(dir $(PAGE))..
	$(dir $(PAGE))pip install --quiet selenium pyyaml
	$(dir $(PAGE))pip install --quiet --no-deps axe-playwright-python==0.1.8

# Rows of hostile inputs that wait for real deadlines or load the machine.
hostile: deps
	$(SWIFT) build --build-tests $(STRICT_IMPORTS)
	BRGSA_HOSTILE=1 SWIFT="$(SWIFT)" Tests/run.sh --filter EndToEndTests.Hostile

# Swift's own backtraces read memory that the address sanitizer guards; its report has one already.
# What is found stays in .build-fuzz. An input that fails belongs into Tests/FuzzCorpus, where `make test` replays it.
fuzz: deps
	BRGSA_FUZZ=1 $(SWIFT) build --scratch-path $(FUZZ_BUILD) --product brgsa-fuzz
	$(PYTHON) Tests/Fuzz/make_dictionaries.py $(FUZZ_BUILD)
	@for target in $(TARGETS); do \
	  found="$(FUZZ_BUILD)/found/$$target"; log="$(FUZZ_BUILD)/$$target.log"; mkdir -p "$$found"; \
	  if BRGSA_FUZZ_TARGET=$$target SWIFT_BACKTRACE=enable=no nice -n 19 $(FUZZ_BUILD)/debug/brgsa-fuzz $(FUZZ_FLAGS) -max_total_time=$(SECONDS) \
	    -dict="$(FUZZ_BUILD)/$$target.dict" -artifact_prefix="$(FUZZ_BUILD)/$$target-" "$$found" Tests/FuzzCorpus/$$target >"$$log" 2>&1; then \
	    echo "$$target: $$(sed -n 's/^stat::number_of_executed_units: *//p' "$$log") executions," \
	      "$$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$$log" | tail -n 1) edges, no crash"; \
	  else \
	    grep -aE 'Fatal error|ERROR|SUMMARY|Test unit written' "$$log"; echo "$$target failed: $$log"; exit 1; \
	  fi; \
	done

# Everything stays on loopback and comes to an end. Each script says with --help what it asks and what its bar is, and ends
# with one line of figures.
proof: build $(if $(filter schema_cases,$(PROOFS)),$(SCHEMATHESIS))
	@missed=""; for script in $(PROOFS); do \
	  echo "$$script"; $(PYTHON) Tests/Load/$$script.py || missed="$$missed $$script"; \
	done; \
	if [ -n "$$missed" ]; then echo "missed:$$missed"; exit 1; fi

soak:
	$(MAKE) proof PROOFS=soak

$(SCHEMATHESIS):
	$(PYTHON) -m venv $(dir $(SCHEMATHESIS))..
	$(dir $(SCHEMATHESIS))pip install --quiet schemathesis==4.32.5 numpy

sanitize: deps
	@for sanitizer in $(SANITIZERS); do Tests/Sanitizers/run $$sanitizer || exit 1; done

format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift
	@! grep -rnE 'fatalError\(|try!|as!|\bTODO\b|\bFIXME\b' --include='*.swift' Sources
	@! grep -rnE '\b(pread|pwrite|opendir|readdir|getline|fsync|statvfs|sendfile|strerror)\(' --include='*.swift' Sources \
	  | grep -v '^Sources/Files/'
	@! grep -rnE '\bfamily *(==|!=)|switch .*\bfamily\b' --include='*.swift' Sources
	$(PYTHON) Tests/Lint/check_links.py
	$(PYTHON) Tests/Lint/check_words.py
	$(PYTHON) Tests/Lint/check_sizes.py

bench: build $(BENCH_MODEL)
	.build/release/brgsa bench --model $(BENCH_MODEL)

$(BENCH_MODEL):
	$(PYTHON) Models/random_model.py --out $@

clean:
	rm -rf .build $(FUZZ_BUILD) .build-asan .build-tsan
