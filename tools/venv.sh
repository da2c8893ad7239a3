#!/usr/bin/env bash
# Creates the virtual environment with the newest interpreter that works (3.11 to 3.13).
set -u
target=$1
for candidate in python3.13 python3.12 python3.11 python3; do
  if "$candidate" -c 'import sys, venv, ensurepip, ssl, sqlite3; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
    >/dev/null 2>&1; then
    exec "$(dirname "$0")/step.sh" "Creating the virtual environment ($("$candidate" -V 2>&1))" "$candidate" -m venv "$target"
  fi
done
echo "error: Rapport needs Python 3.11, 3.12 or 3.13 with venv; none was found on the PATH." >&2
exit 1
