"""Learners in a process of their own: a class with `update`, `act`, `save` and `load`, and `serve`.

The harness owns data, batches, seeds, evaluation and the number of updates; this package speaks
its protocol (LEARNER-PROTOCOL.md) and needs NumPy and pyzmq only.
"""

from cfcql_learner.learner import Episodes, Learner, Refused, Task, Transitions
from cfcql_learner.server import serve

__version__ = "1.0"

__all__ = ["Episodes", "Learner", "Refused", "Task", "Transitions", "serve"]
