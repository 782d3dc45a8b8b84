"""Cuts golden files to their first updates, for the copies that the tests of a fresh clone use.

Usage: python tools/cut_golden.py SOURCE.h5 TARGET.h5 [--updates N] [--drop PATTERN]

Keeps every attribute and array of the first N updates (all by default), lowers the attribute
`steps`, and compresses again. Arrays whose path matches the regular expression PATTERN are left
out; all gradients of a network go together, because a gradient that is computed but not stored is
a failure. Needs h5py.
"""

import argparse
import json
import re

import h5py


def cut(source: str, target: str, updates: int | None, drop: str | None) -> None:
    """Copies the first `updates` updates of a golden file, None all, but what `drop` matches."""
    with h5py.File(source, "r") as old, h5py.File(target, "w", libver=("v110", "v110")) as new:
        steps = int(old.attrs["steps"])
        kept = steps if updates is None else min(updates, steps)
        for name, value in old.attrs.items():
            new.attrs[name] = value
        new.attrs["steps"] = kept
        config = json.loads(old.attrs["config"])
        if "schedule" in config:
            config["schedule"] = config["schedule"][:kept]
            new.attrs["config"] = json.dumps(config, sort_keys=True)
        wanted = {"init"} | {f"step{index}" for index in range(kept)}

        def copy(path: str, item: h5py.HLObject) -> None:
            if not isinstance(item, h5py.Dataset) or path.split("/")[0] not in wanted:
                return
            if drop and re.search(drop, path):
                return
            options = {}
            if item.size >= 512:  # one chunk each: an index of many costs more than it saves
                options = {"compression": "gzip", "compression_opts": 9, "shuffle": True}
                options["chunks"] = item.shape
            new.create_dataset(path, data=item[()], **options)

        old.visititems(copy)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--updates", type=int)
    parser.add_argument("--drop")
    arguments = parser.parse_args()
    cut(arguments.source, arguments.target, arguments.updates, arguments.drop)


if __name__ == "__main__":
    main()
