#!/usr/bin/env bash
# crash-evidence.sh [FOLDER...]: fails if a process left a crash file behind in a folder (default: the
# checkout), printing the head of each.
#
# Tests crash workers on purpose, in folders of their own, which they remove. What lies in the
# checkout was not on purpose, and nobody may see it only months later.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- .
found=0
while IFS= read -r -d '' file; do
  case $(basename "$file") in
    # A source may be called core; only what the kernel wrote is one.
    core*) head -c 18 "$file" | od -An -tx1 | tr -d ' \n' | grep -q '^7f454c46.\{24\}0400' || continue ;;
  esac
  found=$((found + 1))
  echo "crash file $file ($(stat -c '%y, %s bytes' "$file")):" >&2
  case $(basename "$file") in
    core*) { command -v file >/dev/null && file "$file" || strings -n 8 "$file" | head -n 5; } >&2 ;;
    *) head -n 30 "$file" | sed 's/^/  /' >&2 ;;
  esac
done < <(find "$@" -xdev \( -name .git -o -name .venvs \) -prune -o -type f \
  \( -name 'hs_err_pid*' -o -name 'replay_pid*' -o -name core -o -name 'core.[0-9]*' \) -print0)
[ $found -eq 0 ] && exit 0
echo "expected no crash file, found $found: find the cause, then delete them" >&2
exit 1
