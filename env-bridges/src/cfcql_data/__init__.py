"""Converts data sets of other projects to those of the harness and back.

`cfcql data import` and `cfcql data export` start ``python -m cfcql_data`` in the virtual
environment of ``env-bridges/locks/data.txt`` and hand it a request as JSON; ``docs/datasets.md``
describes the layouts. Every reader gives whole episodes as `rows.Rows`, a piece of the source at a
time, so that memory does not grow with the data.
"""
