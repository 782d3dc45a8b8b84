"""Environment workers of the cfcql harness: one process per environment, ZeroMQ in front.

The contract with the harness is ``env-bridges/PROTOCOL.md``. Importing this package needs nothing
but the standard library; environments import what they need when they are made.
"""

__version__ = "0.1.0"
