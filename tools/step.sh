#!/usr/bin/env bash
# Runs a step quietly: its name and time on one line; its output only when it fails.
set -u
name=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
started=$(date +%s)
printf '%s ... ' "$name"
if "$@" >"$log" 2>&1; then
  printf 'done (%ss)\n' $(($(date +%s) - started))
else
  status=$?
  printf 'failed\n\n' >&2
  tail -n 25 "$log" >&2
  exit $status
fi
