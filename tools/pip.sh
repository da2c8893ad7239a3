#!/usr/bin/env bash
# Installs pinned, hash-checked Python packages.
set -u
free=$(df -Pk . | awk 'NR==2 {print $4}')
if [ "$free" -lt 2000000 ]; then
  echo "error: less than 2 GB of disk are free here ($((free / 1024)) MB); Rapport needs about 1.5 GB to build." >&2
  exit 1
fi
"$(dirname "$0")/step.sh" "Installing Python packages ($2)" \
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$2" || {
  echo "error: the Python packages could not be installed. Is the package index reachable (pip config list)?" >&2
  exit 1
}
