#!/usr/bin/env python3
"""Runs woodshed and PyTorch in short turns on this machine, prints both beside each other and keeps the figures
in results/.

usage: compare.py [--turns N] [--seconds S] [--only TASK...] [--instructions ISA] [--keep]
       Run it with a Python that has torch, on an idle machine.

For each task the two take turns of S seconds for a figure. Each side has its best batch shape and its best
precision, by the medians of its turns; the ratio is the median of those within a turn, so that an hour in which
others slow the machine down slows both. --instructions AVX2 keeps both from using newer ones.
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
PRECISIONS = ["float32", "bfloat16"]
STREAMS = [1, 8, 32]
# Lanes and steps.
SHAPES = {"train": [(8, 128), (16, 128), (32, 128), (64, 128), (64, 256)],
          "evaluate": [(16, 128), (64, 128), (128, 128)]}
# What is compared: the figures that each may take its best of, by (what, lanes, steps, precision).
ROWS = [
    ("train, float32, each at its best shape", lambda k: k[0] == "train" and k[3] == "float32"),
    ("train, float32, 16 lanes of 128", lambda k: k[:4] == ("train", 16, 128, "float32")),
    ("train, bfloat16", lambda k: k[0] == "train" and k[3] == "bfloat16"),
    ("sample 1 stream", lambda k: k[:2] == ("sample", 1)),
    ("sample 8 streams", lambda k: k[:2] == ("sample", 8)),
    ("sample 32 streams", lambda k: k[:2] == ("sample", 32)),
    ("evaluate, float32", lambda k: k[0] == "evaluate" and k[3] == "float32"),
    ("evaluate", lambda k: k[0] == "evaluate"),
]


class Woodshed:
    """Figures of `woodshed benchmark`. The network is the peer's: told nothing beside the events."""

    def __init__(self, seconds):
        self.seconds = seconds

    def turn(self, task, precision, shapes):
        """{(what, lanes, steps, precision): events/s}, in 8 bits too where it samples best in them."""
        command = [root / ".build/release/woodshed", "benchmark", "--plain", "--format", "json",
                   "--only", task, "--seconds", str(self.seconds)]
        # Its own choice is bfloat16 where there is such a thing.
        command += ["--precision", "float32"] if precision == "float32" else []
        for lanes, steps in shapes if task == "train" else []:
            command += ["--shape", f"{lanes}x{steps}"]
        report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        self.engine = f"oneDNN {report['engine']['version']}, {report['engine']['instructions']}"
        return {(f["task"], f["lanes"], f["steps"], f["precision"]): f["rate"]["median"]
                for f in report["figures"]}


class PyTorch:
    """A process that waits for turns."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.process = subprocess.Popen([sys.executable, here / "pytorch_peer.py"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        first = self.answer()
        self.name = first["peer"]
        self.precisions = first["precisions"]

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("cannot compare: PyTorch has ended")
        return json.loads(line)

    def turn(self, task, precision, shapes):
        figures = {}
        for lanes, steps in shapes:
            key = (task, lanes, steps, precision)
            print(json.dumps(dict(zip(("what", "lanes", "steps", "precision"), key), seconds=self.seconds)),
                  file=self.process.stdin, flush=True)
            figures[key] = self.answer()["value"]
        return figures


class Figures:
    """What one side did, turn by turn."""

    def __init__(self):
        self.values = collections.defaultdict(dict)

    def add(self, turn, figures):
        for key, value in figures.items():
            self.values[key][turn] = value

    def median(self, key):
        return statistics.median(self.values[key].values())

    def best(self, wanted, least_turns=1):
        """The fastest of those that are `wanted`, by its median."""
        keys = [k for k, turns in self.values.items() if wanted(k) and len(turns) >= least_turns]
        return max(keys, key=self.median, default=None)

    def listed(self):
        return [dict(zip(("what", "lanes", "steps", "precision"), key), median=round(self.median(key), 1),
                     turns=[round(value) for value in turns.values()])
                for key, turns in sorted(self.values.items())]


def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


arguments = argparse.ArgumentParser()
arguments.add_argument("--turns", type=int, default=7)
arguments.add_argument("--seconds", type=float, default=1)
arguments.add_argument("--only", nargs="+", choices=["train", "evaluate", "sample"],
                       default=["train", "evaluate", "sample"])
arguments.add_argument("--instructions", choices=["AVX2", "AVX512_CORE"])
arguments.add_argument("--keep", action="store_true")
arguments = arguments.parse_args()

os.environ["OMP_NUM_THREADS"] = str(os.cpu_count())
if arguments.instructions:
    # The last two are what PyTorch's own loops and its MKL heed.
    os.environ |= {"DNNL_MAX_CPU_ISA": arguments.instructions, "ONEDNN_MAX_CPU_ISA": arguments.instructions}
    os.environ |= {"ATEN_CPU_CAPABILITY": arguments.instructions.split("_")[0].lower(),
                   "MKL_ENABLE_INSTRUCTIONS": arguments.instructions.split("_")[0]}
subprocess.run(["swift", "build", "-c", "release", "--product", "woodshed"], check=True, cwd=root,
               stdout=subprocess.DEVNULL)
woodshed, peer = Woodshed(arguments.seconds), PyTorch(arguments.seconds)
ours, theirs = Figures(), Figures()
for task in arguments.only:
    shapes = [(streams, 1) for streams in STREAMS] if task == "sample" else SHAPES[task]
    mine = {precision: shapes for precision in PRECISIONS}
    others = dict(mine)
    for turn in range(arguments.turns):
        for precision in PRECISIONS:
            # What woodshed samples in is its own choice, also where there is no bfloat16.
            if precision in peer.precisions or task == "sample":
                ours.add(turn, woodshed.turn(task, precision, mine[precision]))
            if precision in peer.precisions:
                theirs.add(turn, peer.turn(task, precision, others[precision]))
            if turn == 1 and task != "sample" and precision in peer.precisions:
                # Two turns tell which shapes are worth more of them; 16 lanes of 128 have a row of their own.
                for figures, side in (ours, mine), (theirs, others):
                    best = figures.best(lambda k: k[0] == task and k[3] == precision)
                    side[precision] = sorted({best[1:3], (16, 128)})
        print(f"{task}: turn {turn + 1} of {arguments.turns}", file=sys.stderr)

rows = []
for name, wanted in ROWS:
    mine, other = ours.best(wanted, min(3, arguments.turns)), theirs.best(wanted, min(3, arguments.turns))
    if mine and other:
        ratios = [value / theirs.values[other][turn] for turn, value in ours.values[mine].items()
                  if turn in theirs.values[other]]
        rows.append({"what": name, "woodshed": round(ours.median(mine)), "peer": round(theirs.median(other)),
                     "ratio": round(statistics.median(ratios), 2), "lowest": round(min(ratios), 2),
                     "highest": round(max(ratios), 2)})

print(f"{processor()}, {os.cpu_count()} processors; woodshed on {woodshed.engine}; {peer.name}; events/s")
print(f"  {'':40}{'woodshed':>10}{'PyTorch':>10}{'ratio':>8}   in the turns")
for row in rows:
    print(f"  {row['what']:40}{row['woodshed']:>10,}{row['peer']:>10,}{row['ratio']:>7.2f}x"
          f"   {row['lowest']:.2f}–{row['highest']:.2f}")
if arguments.keep:
    today = datetime.date.today().isoformat()
    words = [today, woodshed.engine.split(", ")[1].lower().replace(" ", "-")]
    words += arguments.only if len(arguments.only) < 3 else []
    file = here / "results" / f"{'-'.join(words)}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(
        {"date": today, "processor": processor(), "processors": os.cpu_count(), "engine": woodshed.engine,
         "peer": peer.name, "turns": arguments.turns, "seconds": arguments.seconds, "table": rows,
         "woodshed": ours.listed(), "pytorch": theirs.listed()}, indent=1) + "\n")
    print(file.relative_to(root))
