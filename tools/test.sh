#!/usr/bin/env bash
# Every test, cheapest first. End-to-end and browser tests mostly wait: they run side by side, each with a deployed
# local stack of its own, and the browser tests say what they found when both are through.
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

said=.build/browser-tests.log
set -m # a group of its own, which can be interrupted and cleans up
python -m pytest -p no:randomly tests/browser >"$said" 2>&1 &
browser=$!
set +m
trap 'kill -INT -- "-$browser"; wait "$browser"; exit 130' INT TERM
run python -m pytest -p no:randomly tests/e2e
wait "$browser" || status=1
cat "$said"
exit $status
