#!/usr/bin/env bash
# Everything that can be known without running the application. Stops at the first thing that is wrong.
set -eu
cd "$(dirname "$0")/.."
step=tools/step.sh
"$step" "Format" ruff format --check .
"$step" "Lint" ruff check .
"$step" "Types" mypy layers/core/python layers/inference/python functions infra models sandbox tools benchmarks
"$step" "Imports" lint-imports
"$step" "OpenAPI is up to date" python -m tools.openapi --check
"$step" "Features document is up to date" python -m models.features.document --check
"$step" "Document templates are up to date" python -m tools.templates --check
if [ -d console/node_modules ]; then
  "$step" "Console: types and lint" bash -c 'cd console && npm run --silent lint'
fi
