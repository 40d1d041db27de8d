PY ?= .venv/bin/python

.PHONY: run test check fuzz audit bench scale chaos pictures handbook nlp-train nlp-eval

run:            ## start everything; without LINE credentials with the sandbox
	$(PY) app.py

test:           ## the whole suite
	$(PY) -m pytest

check:          ## what must be clean before each commit
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	$(PY) -m pytest

fuzz:           ## the property tests of tests/fuzz for long (an hour or so)
	HYPOTHESIS_PROFILE=long $(PY) -m pytest tests/fuzz tests/nlp/test_any_text.py

audit:          ## known weaknesses, pins and licences of what is installed
	$(PY) .ci/audit.py

pictures:       ## docs/pictures, from the service that runs
	$(PY) -m docs.pictures.make_pictures http://127.0.0.1:1555

handbook:       ## docs/th/pictures, from a service of its own (PAGE="take-best registry": only those)
	$(PY) -m docs.th.make_pictures $(PAGE)

bench:          ## figures in ratios within one run
	$(PY) -m tests.bench

scale: var/scale.db  ## what a turn costs with a million cases (SQLite; --database URL for PostgreSQL)
	$(PY) -m tests.scale measure

var/scale.db:
	mkdir -p var
	$(PY) -m tests.scale generate

chaos:          ## kill -9, outages, full disks, wrong clocks, storms: an hour of trouble (MORE="--kills 100 --scenario kills")
	$(PY) -m tests.chaos $(MORE)

# DATA: the complaint file (month, labels, text); it is not part of the project
nlp-train:      ## rebuild nlp/data/weights.npz; needs requirements-train.txt
	OMP_NUM_THREADS=1 $(PY) -m nlp train $(DATA)

nlp-eval:       ## the figures of docs/model-card.md; needs requirements-train.txt
	OMP_NUM_THREADS=1 $(PY) -m nlp.benchmark $(DATA)
