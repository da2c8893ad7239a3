#!/usr/bin/env bash
# Every test, cheapest first. The deployed local stack starts once and serves end-to-end and browser tests; nothing runs
# beside it, because on two cores what times out then is not what is broken.
set -u
cd "$(dirname "$0")/.."
status=0
run() { "$@" || status=1; }
tools/chromium.sh
run tools/check.sh
run tools/step.sh "Console unit tests" bash -c 'cd console && npm test --silent'
for target in local aws; do
  run tools/step.sh "Building the layers ($target)" python -m tools.build "$target"
done
run python -m pytest -n 2 --dist loadscope tests/unit tests/contract tests/property tests/infra
run python -m pytest -p no:randomly tests/e2e tests/browser
exit $status
