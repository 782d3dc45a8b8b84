#!/usr/bin/env bash
# Makes sure that a Chromium is there for the report's browser test; says what to do if it cannot.
set -u
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get -qq update &&
        DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install chromium >/dev/null
fi
command -v chromium >/dev/null && exit 0
echo "cfcql: expected a Chromium for the report's browser test, found none; install it (Debian: apt-get install chromium)" >&2
exit 3
