"""Runs commands in turn and compares them: median wall time, CPU time and peak memory, as ratios within one run."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TARGET = ROOT / "target" / "bench"
MULEGUARD = str(ROOT / "target" / "release" / "muleguard")
BARE_READ = str(TARGET / "release" / "bare-read")
# Verdicts of muleguard and its peers; anything else is a failure, and no figure.
VERDICTS = (0, 1, 200)


def build():
    """Builds muleguard and the tools of this folder."""
    cargo = ["cargo", "build", "--release", "--locked", "--quiet"]
    subprocess.run(cargo, cwd=ROOT, check=True)
    subprocess.run(cargo, cwd=HERE, check=True, env={**os.environ, "CARGO_TARGET_DIR": str(TARGET)})


def once(command, folder):
    """Wall seconds, CPU seconds, peak memory in MB of one run."""
    measured = subprocess.run([TARGET / "release" / "measure", *command], cwd=folder, check=True, capture_output=True)
    code, wall, cpu, memory = measured.stdout.split()
    if int(code) not in VERDICTS:
        sys.exit(f"error: {command[0]} exited with {int(code)}: {' '.join(command)}")
    return float(wall), float(cpu), int(memory) / 1024


def compare(title, commands, folder=None, runs=9):
    """Prints a table in Markdown; the first command is the measure of all others."""
    for command in commands.values():
        once(command, folder)
    taken = {name: [] for name in commands}
    # In turn, so that a busy moment meets all of them.
    for _ in range(runs):
        for name, command in commands.items():
            taken[name].append(once(command, folder))
    first = taken[next(iter(commands))]
    print(f"\n{title}\n\n| | wall | ratio | CPU | ratio | memory |\n|---|---|---|---|---|---|", flush=True)
    for name, rows in taken.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*rows))
        by_wall = statistics.median(row[0] / base[0] for row, base in zip(rows, first))
        by_cpu = statistics.median(row[1] / max(base[1], 1e-6) for row, base in zip(rows, first))
        print(f"| {name} | {wall * 1000:.1f} ms | {by_wall:.2f} | {cpu * 1000:.1f} ms | {by_cpu:.2f} | {memory:.0f} MB |")
