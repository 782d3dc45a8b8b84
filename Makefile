# Two commands for a fresh machine: make quickstart, make test. The rest is for people who work on
# the harness.

MAVEN ?= mvn
# Bridges.java finds interpreter and environments by the same variables and defaults; a test
# compares the two.
PYTHON := $(or $(PYTHON),$(CFCQL_PYTHON),python3)
VENVS := $(abspath $(or $(VENVS),$(CFCQL_VENVS),.venvs))
MAVEN_FLAGS ?= -B -ntp
PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD = 1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD
export CFCQL_PYTHON = $(PYTHON)
export CFCQL_VENVS = $(VENVS)

.PHONY: quickstart build harness fetched test leaks fuzz lint format sanitize second-device soak soak-brief signals signals-brief slurm-test perf mutants dist dist-test clean venv chromium doctor where

quickstart: harness
	./cfcql env install numpy
	tools/quickstart.sh

# With the network once; make test then needs none.
build: harness fetched

harness:
	rm -rf harness/cli/target/lib harness/cli/target/*.jar
	@tools/require.sh $(PYTHON) $(MAVEN)
	$(MAVEN) -q $(MAVEN_FLAGS) package -DskipTests

TEST_VENVS := $(patsubst %,$(VENVS)/%/.ready,data test mpe2-test smax mamujoco)

# One virtual environment per lock file, remade when its lock changes.
$(VENVS)/%/.ready: env-bridges/locks/%.txt
	$(PYTHON) tools/make_venv.py $(VENVS)/$* $<

$(VENVS)/lint/.ready: config/lint.txt
	$(PYTHON) tools/make_venv.py $(VENVS)/lint $<

# The packages of one lock file as files: the test of the guide to environments installs them, and
# needs no network.
$(VENVS)/wheels/.ready: env-bridges/locks/numpy.txt $(VENVS)/numpy/.ready
	rm -rf $(VENVS)/wheels
	$(VENVS)/numpy/bin/python -m pip download --quiet --disable-pip-version-check --require-hashes \
	  --no-deps -d $(VENVS)/wheels -r $<
	touch $@

venv: $(VENVS)/numpy/.ready

# What make test needs from elsewhere. Maven finds out by itself which plugins, agents and runners
# the tests take, while it runs one of them.
fetched: venv $(TEST_VENVS) $(VENVS)/wheels/.ready target/fetched
	@tools/install-chromium.sh || echo "cfcql: make test will ask for it again" >&2

target/fetched: pom.xml native/pom.xml baselines/pom.xml $(wildcard harness/*/pom.xml)
	$(MAVEN) -q $(MAVEN_FLAGS) -Pcoverage verify -Dtest=LibraryFileTest \
	  -Dsurefire.failIfNoSpecifiedTests=false -Djacoco.haltOnFailure=false
	@mkdir -p target && touch $@

where:
	@echo $(VENVS)
	@echo $(PYTHON)

chromium:
	tools/install-chromium.sh

test: venv $(TEST_VENVS) $(VENVS)/wheels/.ready chromium
	@tools/require.sh $(PYTHON) $(MAVEN)
	cd env-bridges && PYTHONPATH=src $(VENVS)/test/bin/python -m pytest -q --cov
	cd env-bridges && PYTHONPATH=src $(VENVS)/mpe2-test/bin/python -m pytest -q tests/test_mpe2.py
	cd env-bridges && PYTHONPATH=src $(VENVS)/smax/bin/python -m pytest -q tests/test_smax.py
	cd env-bridges && PYTHONPATH=src $(VENVS)/mamujoco/bin/python -m pytest -q tests/test_mamujoco.py
	$(VENVS)/test/bin/python -m pytest -q tools/tests
	$(MAVEN) $(MAVEN_FLAGS) -Pcoverage verify

# The leak gate in full length: native bytes after 100 and after 2 000 updates.
leaks: harness
	$(MAVEN) $(MAVEN_FLAGS) package -Dtest='*LeakGateTest' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dtest.arguments=-Dcfcql.leak.updates=2000

# Every reader against damaged files, for about ten minutes on two cores.
FUZZ_TRIES ?= 18000
fuzz: harness $(VENVS)/test/.ready
	$(MAVEN) $(MAVEN_FLAGS) package -Dtest='*FuzzTest' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dtest.arguments=-Djqwik.tries.default=$(FUZZ_TRIES)
	cd env-bridges && CFCQL_FUZZ_EXAMPLES=$$(($(FUZZ_TRIES) / 20)) PYTHONPATH=src \
	  $(VENVS)/test/bin/python -m pytest -q -k damaged tests

lint: $(VENVS)/test/.ready $(VENVS)/lint/.ready
	$(MAVEN) -q $(MAVEN_FLAGS) spotless:check checkstyle:check
	$(VENVS)/test/bin/ruff format --check env-bridges tools
	$(VENVS)/test/bin/ruff check env-bridges tools
	$(VENVS)/lint/bin/clang-format --dry-run --Werror $$(git ls-files '*.cpp' '*.h')

format: $(VENVS)/test/.ready $(VENVS)/lint/.ready
	$(MAVEN) -q $(MAVEN_FLAGS) spotless:apply
	$(VENVS)/test/bin/ruff format env-bridges tools
	$(VENVS)/test/bin/ruff check --fix env-bridges tools
	$(VENVS)/lint/bin/clang-format -i $$(git ls-files '*.cpp' '*.h')

# SHAPES random shapes of each kernel beside the fixed ones.
sanitize:
	tools/sanitize.sh $(SHAPES)

# Every learner, policy and golden file on a second type of device, which refuses tensors of the
# processor and counts what the host reads: what a machine without an accelerator can prove of one.
SECOND_DEVICE := target/second-device/libsecond.so
second-device: harness
	./cfcql doctor >/dev/null || true
	$(PYTHON) tools/second_device/build.py $(SECOND_DEVICE)
	CFCQL_SECOND_DEVICE=$(abspath $(SECOND_DEVICE)) $(MAVEN) $(MAVEN_FLAGS) package \
	  -Dtest='SecondDevice*Test' -Dsurefire.failIfNoSpecifiedTests=false

# Small matrices under faults, compared with undisturbed ones: SOAK_FAULTS of them have to strike,
# in at most SOAK_MINUTES (0: no limit); SOAK_SEED chooses which, whom and when.
SOAK_FAULTS ?= 40
SOAK_MINUTES ?= 0
SOAK_SEED ?= 1
soak: harness $(VENVS)/numpy/.ready
	$(PYTHON) tools/soak --faults $(SOAK_FAULTS) --minutes $(SOAK_MINUTES) --seed $(SOAK_SEED) \
	  --log soak.jsonl

# Its short form for CI: two small cells, ten faults of kinds that need no waiting; needs what make
# build and make venv made.
soak-brief:
	$(PYTHON) tools/soak --matrix brief --faults 10 --seed 1 \
	  --only KILL,SEGV,TERM,CONT,damaged,twice,late,data,record,full,only

# Signals at random moments of every command: SIGNALS of them, in at most SIGNALS_MINUTES (0: no
# limit); SIGNALS_SEED chooses which command, signal and moment.
SIGNALS ?= 200
SIGNALS_MINUTES ?= 0
SIGNALS_SEED ?= 1
signals: harness $(VENVS)/numpy/.ready
	$(PYTHON) tools/signals --count $(SIGNALS) --minutes $(SIGNALS_MINUTES) --seed $(SIGNALS_SEED)

# Its short form for CI: commands that need no run; needs what make build and make venv made.
signals-brief:
	$(PYTHON) tools/signals --count 10 --seed 1 --only perf,uniform,export

# Runs under a Slurm of one node (Debian: apt-get install slurmctld slurmd slurm-client munge; as
# root), about 25 minutes; says that it is skipped where there is none.
slurm-test: harness $(VENVS)/numpy/.ready
	$(PYTHON) tools/slurm --log target/slurm-test.txt

perf: harness
	./cfcql perf

# Plants the bugs of tools/mutants/list one at a time; SAMPLE=8 SEED=3 a few of them.
mutants: $(VENVS)/test/.ready
	$(MAVEN) -q $(MAVEN_FLAGS) test-compile dependency:build-classpath -DincludeScope=test \
	  '-Dmdep.outputFile=$${project.build.directory}/test.classpath'
	$(PYTHON) tools/mutants $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

# A tarball for machines without Maven, compiler or network, target/cfcql-VERSION-PLATFORM.tar.gz;
# TAG=1 marks the commit with the version.
dist: harness $(VENVS)/test/.ready
	$(VENVS)/test/bin/python tools/make_dist.py $(if $(TAG),--tag)

# Tries it as on such a machine: doctor, data, a small experiment, its report.
dist-test: dist
	$(PYTHON) tools/try_dist.py target/cfcql-*.tar.gz

doctor: harness
	./cfcql doctor

clean:
	$(MAVEN) -q $(MAVEN_FLAGS) clean
	rm -rf $(VENVS) .javacpp
