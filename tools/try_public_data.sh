#!/usr/bin/env bash
# Real files of other projects through the commands that users have: each is imported, verified and
# trained on for 50 steps by two algorithms of its branch.
#   tools/try_public_data.sh [FOLDER [OUT]]   FOLDER: ../shared/data/public, OUT: a new folder
# The files are no part of the product; without FOLDER nothing is done, by name. Exit 1 if one fails.
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)
folder=$(realpath -m "${1:-$home/../shared/data/public}")
if [ ! -d "$folder" ]; then
    echo "left out: no $folder with files of other projects"
    exit 0
fi
out=$(realpath -m "${2:-$(mktemp -d)}")
failed=0

# What nothing is published for must be said.
settings() {
    if [ "$1" = cfcql ]; then echo '{alpha: 1, lambda: {mode: uniform}}'; else echo '{}'; fi
}

# FILE ENV KIND FIRST SECOND: "ok" or "FAILED", and what the commands print.
try() {
    local file=$1 env=$2 kind=$3 first=$4 second=$5 name
    name=$(basename "${file%.h5}")
    mkdir -p "$out/$name"
    cat > "$out/$name/experiment.yaml" << EXPERIMENT
name: $name
environments: [$env]
datasets: [$out/$name/data]
algorithms:
  $first: $(settings "$first")
  $second: $(settings "$second")
seeds: [0]
track: equal
budget: {gradientSteps: 50, batch: 32}
evaluation: none
EXPERIMENT
    if "$home/cfcql" data import "$folder/$file" --env "$env" --kind "$kind" \
        --out "$out/$name/data" &&
        "$home/cfcql" data verify "$out/$name/data" --allow-repeated &&
        "$home/cfcql" run "$out/$name/experiment.yaml" --out "$out/$name/run" > "$out/$name/log.txt" 2>&1; then
        grep -E '^done .* (critic|actor)' "$out/$name/log.txt"
        echo "ok: $name, 50 steps of $first and $second"
    else
        tail -n 3 "$out/$name/log.txt" 2> /dev/null || true
        echo "FAILED: $name"
        failed=1
    fi
}

try odis-3m-medium-part_0.h5 smac/3m medium cfcql bc
try odis-cn-2-expert-part_0.h5 odis/cn-2 expert cfcql icql
try alberdice-bridge-optimal alberdice/bridge expert cfcql bc
try alberdice-mmdp-02 alberdice/mmdp expert implicit-q-learning maicq
exit "$failed"
