# The only entry to building, testing and running. `make help` lists the targets.

CARGO       ?= cargo
DENY_VERSION = 0.20.2
PROJECT     ?= fixtures/example/programmes.toml
OUT         ?= runs/example
PROFILE     ?= release
FOLDER       = $(if $(filter dev,$(PROFILE)),debug,$(PROFILE))
SIZE        ?= city
ROUNDS      ?= 3
# 1: a kernel and a worker of `make spark-example` are killed.
FAULTS      ?= 0

.DEFAULT_GOAL := help
.PHONY: help run run-programmes rollup rollup-example spark-example windows-example dist pictures test cases-accept check fmt fmt-check lint deny deny-tool bench bench-cases bench-desk bench-sizes peers fuzz clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  %-12s %s\n", $$1, $$2 }'

run: ## build and run the shipped example, then say where the results are
	$(CARGO) build --profile $(PROFILE) --locked
	@$${CARGO_TARGET_DIR:-target}/$(FOLDER)/bidui run $(PROJECT) --out $(OUT); status=$$?; \
	if [ $$status -gt 1 ]; then exit $$status; fi; \
	echo; echo "Results: $(OUT)  (start with 01_*.xlsx, 02_*.xlsx and the two forms; links.csv and run.json are for programs)"

run-programmes: ## build and run the example of lists and programmes
	$(MAKE) run PROJECT=fixtures/programmes/project.toml OUT=runs/programmes

rollup: ## build and run the province's example, then say where the results are
	$(CARGO) build --profile $(PROFILE) --locked
	@$${CARGO_TARGET_DIR:-target}/$(FOLDER)/bidui rollup fixtures/rollup-example/province.toml --out runs/rollup-example; status=$$?; \
	if [ $$status -gt 1 ]; then exit $$status; fi; \
	echo; echo "Results: runs/rollup-example  (what was planted: fixtures/rollup-example/planted.csv)"

rollup-example: ## make the province's example anew
	rm -rf fixtures/rollup-example/returned fixtures/rollup-example/previous
	$(CARGO) run --locked --example returns -- --out fixtures/rollup-example --seed 7

spark-example: ## link the shipped example on a Spark cluster of this machine (Java 17; PySpark comes from PyPI)
	$(CARGO) build --profile $(PROFILE) --locked
	@FAULTS=$(FAULTS) deploy/spark/example.sh $${CARGO_TARGET_DIR:-target}/$(FOLDER)/bidui

windows-example: ## build bidui.exe and run the shipped example under Wine (mingw-w64, Wine)
	$(CARGO) build --profile $(PROFILE) --locked
	@deploy/windows/example.sh $${CARGO_TARGET_DIR:-target}/$(FOLDER)/bidui

dist: ## a zip for Windows and a .deb, in target/dist (ONLY=deb|zip)
	@CARGO="$(CARGO)" deploy/dist/make.sh

pictures: ## make the pictures of the manual anew (Chromium, LibreOffice, pdftoppm, pngquant)
	CARGO="$(CARGO)" docs/手册/图/make.sh

test: ## run all tests
	$(CARGO) test --locked --workspace

cases-accept: ## write the expectations of fixtures/cases anew; read every change before it is committed
	BIDUI_ACCEPT=1 $(CARGO) test --locked --test suite cases::stories
	git diff --stat -- fixtures/cases

check: fmt-check lint test deny ## everything a change has to pass

fmt: ## format the code
	$(CARGO) fmt --all

fmt-check: ## fail where the code is not formatted
	$(CARGO) fmt --all --check

lint: ## clippy, warnings are errors
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

deny: deny-tool ## licences, sources and banned crates of all dependencies
	$(CARGO) deny --locked --workspace check bans licenses sources

# Without optimisation the tool is built in a fraction of the time and is fast enough here.
deny-tool:
	@$(CARGO) deny --version >/dev/null 2>&1 || \
	CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_LTO=off \
	CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 CARGO_PROFILE_RELEASE_STRIP=debuginfo \
	$(CARGO) install --locked --no-default-features cargo-deny --version $(DENY_VERSION)

bench: ## time whole runs on generated data beside the floor (SIZE=city|province, ROUNDS=3)
	$(CARGO) build --release --locked --bins --example floor --example generate
	@SIZE=$(SIZE) ROUNDS=$(ROUNDS) benches/run.sh

SIZES ?= 1 2 5 10

bench-sizes: ## whole runs on one to ten million persons, and how cost grows (SIZES="1 2 5 10" million)
	$(CARGO) build --release --locked --bin bidui --example generate
	@SIZES="$(SIZES)" benches/sizes.sh

bench-desk: ## the review page with 5,000 questions: first paint, answers a minute, a kill, 100,000 rulings (PART=pages|answers|kill|ledger)
	$(CARGO) build --release --locked --bins --example generate
	$(CARGO) bench --locked --bench desk -- $(PART)

CITY ?= target/city-of-questions

bench-cases: ## two hundred questions of a generated city by keys in Chromium: the machine's times, the keys
	$(CARGO) build --release --locked --bin bidui
	rm -rf $(CITY)
	python3 fixtures/second-generator/generate.py $(CITY) --people 60000 --rows 30000 --seed 5 --hard
	BIDUI_PROGRAM="$$PWD/target/release/bidui" BIDUI_CITY="$$PWD/$(CITY)" $(CARGO) test --locked --test suite -- --ignored --exact --nocapture timed::two_hundred_questions_by_keys

peers: ## link the same tables with other record linkers too (SIZE=city|province; needs PyPI)
	$(CARGO) build --release --locked --bins --example clean_tables --example generate
	@SIZE=$(SIZE) benches/peers/run.sh

SECONDS_OF_FUZZING ?= 60
TARGETS ?=
fuzz: ## mutate every format, cells and settings (SECONDS_OF_FUZZING=60 a target, TARGETS="package biff …")
	CARGO="$(CARGO)" fuzz/run.sh $(SECONDS_OF_FUZZING) $(TARGETS)

clean: ## remove what was built
	$(CARGO) clean
