"""A Slurm of one node, in a folder of its own, that ends with whoever started it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel"]
START_SECONDS = 60

CONFIGURATION = """\
ClusterName=cfcql
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MaxArraySize=1001
MaxJobCount=10000
ReturnToService=2
SlurmdParameters=config_overrides
JobRequeue=1
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=65536 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class ClusterError(Exception):
    """There is no Slurm here, or it does not do what it should."""


@dataclass
class Cluster:
    """Daemons of one node; commands of Slurm find them by ``SLURM_CONF``."""

    folder: Path
    host: str = field(default_factory=lambda: socket.gethostname().split(".")[0])
    daemons: list[subprocess.Popen] = field(default_factory=list)

    def start(self, cpus: int) -> None:
        """Start it and wait until its node takes jobs."""
        self._require_programs()
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        configuration = self.folder / "slurm.conf"
        configuration.write_text(
            CONFIGURATION.format(
                host=self.host,
                folder=self.folder,
                cpus=cpus,
                controller_port=_free_port(),
                node_port=_free_port(),
            )
        )
        os.environ["SLURM_CONF"] = str(configuration)
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        munge = ["munged", "--foreground", "--force", f"--key-file={key}"]
        names = {"socket": "socket", "log-file": "log", "pid-file": "pid", "seed-file": "seed"}
        munge += [f"--{option}={self.folder}/munge.{end}" for option, end in names.items()]
        self._daemon(munge)
        self._daemon(["slurmctld", "-D", "-f", str(configuration)])
        self._daemon(["slurmd", "-D", "-f", str(configuration), "-N", self.host])
        self._await_node()

    def _require_programs(self) -> None:
        if os.geteuid() != 0:
            raise ClusterError("slurmd wants to be root")
        missing = [name for name in PROGRAMS if shutil.which(name) is None]
        if missing:
            raise ClusterError(
                f"no {', '.join(missing)}; apt-get install slurmctld slurmd slurm-client munge"
            )

    def _daemon(self, command: list[str]) -> None:
        output = (self.folder / f"{command[0]}.out").open("wb")
        self.daemons.append(
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        )
        output.close()

    def _await_node(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if any(daemon.poll() is not None for daemon in self.daemons):
                break
            if self.node_state().startswith("IDLE"):
                return
            time.sleep(0.5)
        raise ClusterError(f"its daemons do not start: {self._last_words()}")

    def _last_words(self) -> str:
        lines = []
        for log in sorted(self.folder.glob("*.log")) + sorted(self.folder.glob("*.out")):
            lines += [f"{log.name}: {line}" for line in log.read_text().splitlines()[-2:]]
        return "; ".join(lines)

    def node_state(self) -> str:
        """In Slurm's words, ``IDLE``; empty while nobody answers."""
        shown = _said("scontrol", "--oneliner", "show", "node", self.host)
        return shown.partition(" State=")[2].partition(" ")[0]

    def set_node(self, state: str) -> None:
        """Take the node away or give it back."""
        reason = ["Reason=test"] if state == "DOWN" else []
        subprocess.run(
            ["scontrol", "update", f"NodeName={self.host}", f"State={state}", *reason], check=True
        )

    def queue(self) -> list[str]:
        """A line per task: id, state, restarts are in ``scontrol``."""
        return _said("squeue", "--noheader", "--array", "--format=%i %T %r").splitlines()

    def cancel_all(self) -> None:
        """Cancel every job and wait until the queue is empty."""
        subprocess.run(["scancel", "--user=root"], check=True)
        self.await_queue(lambda lines: not lines, seconds=180)

    def await_queue(self, reached, seconds: float) -> None:
        """Wait until the queue is as wanted."""
        end = time.monotonic() + seconds
        while not reached(self.queue()):
            if time.monotonic() > end:
                raise ClusterError(f"the queue stays at {self.queue()[:5]}")
            time.sleep(1)

    def stop(self) -> None:
        """End the daemons, the last one first; jobs end before."""
        if len(self.daemons) > 1:
            with contextlib.suppress(ClusterError, subprocess.CalledProcessError):
                self.cancel_all()
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(timeout=30)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


def _said(*command: str) -> str:
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout if answer.returncode == 0 else ""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
