#!/usr/bin/env bash
# usage: tools/require.sh PYTHON MAVEN
# Says in one line what a fresh machine lacks before anything is built.
set -u
python=$1
maven=$2
missing() {
    echo "cfcql: expected $1, found $2; install it (Debian: $3)" >&2
    exit 3
}
command -v "$maven" >/dev/null || missing "Maven" "none" "apt-get install maven"
command -v javac >/dev/null || [ -x "${JAVA_HOME:-/none}/bin/javac" ] ||
    missing "a JDK 17 or newer" "none" "apt-get install openjdk-17-jdk"
command -v "$python" >/dev/null || missing "Python 3.11 or newer" "none" "apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    missing "Python 3.11 or newer" "$("$python" --version 2>&1)" "apt-get install python3"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    missing "Python's venv module" "none" "apt-get install python3-venv"
command -v "${CXX:-g++}" >/dev/null ||
    echo "cfcql: no C++ compiler found; the slower LibTorch path will be used (Debian: apt-get install g++)" >&2
exit 0
