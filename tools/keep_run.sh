#!/usr/bin/env bash
# usage: tools/keep_run.sh RUN_DIR RESULTS_DIR
# Copies what results/ keeps of a run: configuration, cells, results, evaluations and, of metrics,
# what the report's figures of values need; without checkpoints and logs. The copy is a valid start
# for `cfcql run` and `cfcql report`.
set -eu
run=$1
kept=$2
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$kept"
cp "$run/experiment.yaml" "$run/plan.json" "$kept/"
for cell in "$run"/cells/*/; do
    [ -f "$cell/result.json" ] || { echo "cfcql: $cell has no result and is left out" >&2; continue; }
    name=$(basename "$cell")
    mkdir -p "$kept/cells/$name"
    for file in cell.json result.json evaluations.jsonl timing.jsonl; do
        cp "$cell/$file" "$kept/cells/$name/"
    done
    # Of an online run: the policies that data are collected with, and how they were chosen.
    for file in expert.safetensors medium.safetensors selection.json; do
        [ -f "$cell/policies/$file" ] || continue
        mkdir -p "$kept/cells/$name/policies"
        cp "$cell/policies/$file" "$kept/cells/$name/policies/"
    done
    if [ -f "$cell/medium-replay/card.json" ]; then
        mkdir -p "$kept/cells/$name/medium-replay"
        cp "$cell/medium-replay/card.json" "$kept/cells/$name/medium-replay/"
    fi
    if grep -q '"dataValue"' "$cell/metrics.jsonl" 2>/dev/null; then
        python3 "$tools/thin_metrics.py" "$cell/metrics.jsonl" >"$kept/cells/$name/metrics.jsonl"
    fi
done
