#!/usr/bin/env python3
"""Runs `woodshed benchmark` and PyTorch in turns on this machine, prints both beside each other and keeps the
figures in results/.

usage: compare.py [--rounds N] [--only TASK...] [--keep]      run it with a Python that has torch, on an idle machine

Each side has its best batch shape and its best precision; the figure is the median of the rounds.
"""
import argparse
import collections
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
root = here.parent.parent
TASKS = ["train", "evaluate", "sample"]
SHAPES = ["8x128", "16x128", "32x128", "64x128", "128x128"]


def lines_of(command):
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=root,
                          env=os.environ | {"OMP_NUM_THREADS": str(os.cpu_count())}).stdout


def woodshed(tasks):
    """One round's figures: {(what, lanes, steps, precision): value}, and what they were computed with.

    The network is the peer's: told nothing beside the events.
    """
    figures = {}
    for precision in [[], ["--precision", "float32"]]:
        command = [root / ".build/release/woodshed", "benchmark", "--plain", "--format", "json", *precision]
        for shape in SHAPES if "train" in tasks else SHAPES[:1]:
            command += ["--shape", shape]
        report = json.loads(lines_of(command))
        figures |= {(f["task"], f["lanes"], f["steps"], f["precision"]): f["rate"]["median"]
                    for f in report["figures"] if f["task"] in tasks}
    return figures, f"oneDNN {report['engine']['version']}, {report['engine']['instructions']}"


def pytorch(tasks):
    figures = {}
    name = ""
    for text in lines_of([sys.executable, here / "pytorch_peer.py", *tasks]).splitlines():
        line = json.loads(text)
        name = line["peer"]
        figures[line["what"], line["lanes"], line["steps"], line["precision"]] = line["value"]
    return figures, name


def medians(rounds):
    values = collections.defaultdict(list)
    for figures in rounds:
        for key, value in figures.items():
            values[key].append(value)
    return {key: statistics.median(list_) for key, list_ in values.items()}


def best(figures, wanted):
    """The fastest of the figures that are `wanted`, with its key."""
    return max(((value, key) for key, value in figures.items() if wanted(key)), default=None)


def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


arguments = argparse.ArgumentParser()
arguments.add_argument("--rounds", type=int, default=3)
arguments.add_argument("--only", nargs="+", choices=TASKS, default=TASKS)
arguments.add_argument("--keep", action="store_true")
arguments = arguments.parse_args()

subprocess.run(["swift", "build", "-c", "release", "--product", "woodshed"], check=True, cwd=root,
               stdout=subprocess.DEVNULL)
ours, theirs = [], []
for number in range(arguments.rounds):
    figures, engine = woodshed(arguments.only)
    ours.append(figures)
    figures, peer = pytorch(arguments.only)
    theirs.append(figures)
    print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr)
ours, theirs = medians(ours), medians(theirs)

rows = []
for name, wanted in [
    ("train, float32, each at its best shape", lambda k: k[0] == "train" and k[3] == "float32"),
    ("train, float32, 16 lanes of 128", lambda k: k[:4] == ("train", 16, 128, "float32")),
    ("train, bfloat16", lambda k: k[0] == "train" and k[3] == "bfloat16"),
    ("sample 1 stream", lambda k: k[:2] == ("sample", 1)),
    ("sample 8 streams", lambda k: k[:2] == ("sample", 8)),
    ("sample 32 streams", lambda k: k[:2] == ("sample", 32)),
    ("evaluate", lambda k: k[0] == "evaluate"),
]:
    mine, other = best(ours, wanted), best(theirs, wanted)
    if mine and other:
        rows.append({"what": name, "woodshed": round(mine[0]), "peer": round(other[0]),
                     "ratio": round(mine[0] / other[0], 2)})

print(f"{processor()}, {os.cpu_count()} processors; woodshed on {engine}; {peer}; events/s")
for row in rows:
    print(f"  {row['what']:42}{row['woodshed']:>8}{row['peer']:>8}{row['ratio']:>7.2f}x")
if arguments.keep:
    today = datetime.date.today().isoformat()
    words = [today, engine.split(", ")[1].lower().replace(" ", "-")]
    words += arguments.only if arguments.only != TASKS else []
    file = here / "results" / f"{'-'.join(words)}.json"
    file.parent.mkdir(exist_ok=True)

    def listed(figures):
        return [dict(zip(("what", "lanes", "steps", "precision"), key), value=round(value, 1))
                for key, value in sorted(figures.items())]

    file.write_text(json.dumps(
        {"date": today, "processor": processor(), "processors": os.cpu_count(), "engine": engine, "peer": peer,
         "rounds": arguments.rounds, "table": rows, "woodshed": listed(ours), "pytorch": listed(theirs)},
        indent=1) + "\n")
    print(file.relative_to(root))
