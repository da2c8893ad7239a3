#!/usr/bin/env bash
# The browser tests drive Debian's Chromium; installs it where that is allowed, else says what to do.
set -u
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  "$(dirname "$0")/step.sh" "Installing Chromium (once)" bash -c \
    'apt-get update -q && apt-get install -y -q --no-install-recommends chromium fonts-noto-cjk' && exit 0
fi
echo "warning: no Chromium here, so the browser tests will be skipped (apt-get install chromium)." >&2
