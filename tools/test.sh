#!/usr/bin/env bash
# Every test. End-to-end and browser tests share one deployed local stack and mostly wait for it, so that everything
# else runs beside them, at the lowest priority: it takes what the stack leaves over and does not slow it down.
set -u
cd "$(dirname "$0")/.."
status=0
run() { "$@" || status=1; }
tools/chromium.sh
run tools/step.sh "Building the layers (local)" python -m tools.build local

log=$(mktemp)
set -m # in a process group of its own, where Ctrl-C does not reach it: the trap tells it once, and it stops the stack
python -m pytest -p no:randomly tests/e2e tests/browser >"$log" 2>&1 &
stack=$!
set +m
trap 'rm -f "$log"' EXIT
trap 'kill -INT $stack 2>/dev/null; wait $stack; exit 130' INT TERM

renice -n 19 -p $$ >/dev/null 2>&1 # where there is none, they share
run tools/check.sh
run tools/step.sh "Console unit tests" bash -c 'cd console && npm test --silent'
run tools/step.sh "Building the layers (aws)" python -m tools.build aws
run python -m pytest -n 2 --dist loadscope tests/unit tests/contract tests/property tests/infra

tail -n +1 -f "$log" & # what it has said meanwhile, and what it says from here on
shown=$!
wait $stack || status=1
sleep 1 # the last lines
kill $shown
exit $status
