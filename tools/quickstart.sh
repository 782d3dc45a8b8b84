#!/usr/bin/env bash
# The main job, small: collect data, run the comparison, write the report.
set -eu
cd "$(dirname "$0")/.."
data=data/quickstart/simple_spread-random
if [ ! -f "$data/card.json" ]; then
    ./cfcql data collect mpe/simple_spread --policy uniform --kind random \
        --transitions 100000 --seed 0 --out "$data"
fi
./cfcql run experiments/quickstart.yaml --out runs/quickstart
./cfcql report runs/quickstart --out runs/quickstart/report
echo "report: $PWD/runs/quickstart/report/report.html"
