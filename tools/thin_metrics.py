"""usage: thin_metrics.py METRICS.jsonl: a hundred lines of the metrics that figures need, or none.

Kept beside a result so that the values of figure 1 can be drawn again; the rest of a cell's metrics
would be most of its bytes.
"""

import json
import sys

NEEDED = ("round", "dataValue", "tdLoss", "conservativeLoss")
LINES = 100

with open(sys.argv[1], encoding="utf-8") as file:
    lines = [json.loads(line) for line in file if line.endswith("\n")]
lines = [line for line in lines if "round" in line and "dataValue" in line]
# The last line counts: it is the end of training.
step = max(1, -(-len(lines) // LINES))
for line in lines[len(lines) - 1 :: -step][::-1]:
    print(json.dumps({key: line[key] for key in NEEDED if key in line}))
