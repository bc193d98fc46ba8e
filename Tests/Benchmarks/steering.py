#!/usr/bin/env python3
"""Steered takes held against what was asked of them. Needs Python 3.9 and nothing else.

    swift build -c release
    Tests/Benchmarks/steering.py gauges
    Tests/Benchmarks/steering.py gauges --count 16 --seconds 30 --strengths 0.5 1 2

Makes a project from Templates/solo-piano in a temporary folder, and prints a table for each subcommand.

gauges: for each of Templates/gauges and each strength s, by how many spreads of unsteered takes the mean of the
steered ones is higher (asked: 0.8 s to 1.25 s, and at least 1.8 for 2), how many of their four-note figures are
different as a share of as many unsteered ones' (asked: 90 % or more), the largest share of its notes that a take has
in common with another of the same call (asked: a quarter or less), how many of 8 streams counted, and the events a
second beside those of the built-in gauge `density`, which costs nothing to ask (asked: 15 % or less fewer).
"""

import argparse
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
GAUGES = ["shimmer.py", "calm.sh", "wide.sql", "no-fifths.sql", "like-take.py:{reference}"]


class Bench:
    """A project in a temporary folder."""

    def __init__(self, program, folder, model):
        self.program = os.path.abspath(program)
        self.model = model
        self.project = pathlib.Path(folder) / "bench"
        self.environment = dict(os.environ, WOODSHED_HOME=str(CHECKOUT))
        self.run("new", str(self.project))

    def run(self, *words, format=False):
        words = [self.program, *words] + (["--format", "json"] if format else [])
        done = subprocess.run(
            words, capture_output=True, text=True, env=self.environment,
            cwd=self.project if self.project.exists() else None)
        if done.returncode:
            sys.exit(f"{' '.join(words)}: {done.stderr.strip().splitlines()[-1]}")
        return json.loads(done.stdout) if format else done.stdout

    def generate(self, count, seconds, seed, *words):
        return self.run(
            "generate", "--model", self.model, "--count", str(count), "--seconds", str(seconds), "--seed", str(seed),
            *words, format=True)

    def notes(self, report):
        """The notes of each take of a call: (start in ns, pitch, velocity)."""
        library = sqlite3.connect(f"file:{self.project}/library.sqlite?mode=ro", uri=True)
        return [
            library.execute(
                "SELECT startNanoseconds, pitch, velocity FROM note WHERE take = ? ORDER BY 1, 2",
                (take["number"],)).fetchall()
            for take in report["takes"]
        ]


def figures(takes, most):
    """The share of different four-note figures, by intervals and whether they take time, among the first."""
    seen = []
    for notes in takes:
        for four in zip(notes, notes[1:], notes[2:], notes[3:]):
            seen.append(tuple(
                (b[1] - a[1], b[0] - a[0] > 35_000_000) for a, b in zip(four, four[1:])))
    seen = seen[:most]
    return len(set(seen)) / max(1, len(seen)), len(seen)


def shared(takes):
    """The largest share of a take's notes that are in another, struck within 30 ms of the same moment."""
    most = 0.0
    for one in takes:
        for other in takes:
            if one is other or not one:
                continue
            places = {}
            for start, pitch, _ in other:
                places.setdefault(pitch, []).append(start)
            same = sum(
                any(abs(start - place) <= 30_000_000 for place in places.get(pitch, ()))
                for start, pitch, _ in one)
            most = max(most, same / len(one))
    return most


def gauges(bench, options):
    unsteered = bench.generate(options.count, options.seconds, 101)
    plain = bench.notes(unsteered)
    reference = unsteered["takes"][0]["number"]
    # The first call of each gauge measures it; the second one is timed.
    bench.generate(1, options.seconds, 1, "--toward", "density", "--strength", "0")
    free = bench.generate(
        options.count, options.seconds, 102, "--toward", "density", "--strength", "0")
    free_speed = free["events"] / free["wallSeconds"]
    between = shared(plain)
    print(f"{options.count} takes of {options.seconds:g} s; unsteered takes share at most "
          f"{100 * between:.0f} % of their notes")
    print(f"{'gauge':<16} {'s':>5} {'mean':>6} {'error':>6} {'figures':>8} {'shared':>7} "
          f"{'streams':>8} {'events/s':>9}")
    for name in options.gauges or GAUGES:
        path = str(CHECKOUT / "Templates/gauges" / name.format(reference=reference))
        bench.generate(1, options.seconds, 1, "--toward", path, "--strength", "0")
        for strength in options.strengths:
            report = bench.generate(
                options.count, options.seconds, options.seed, "--toward", path, "--strength",
                str(strength))
            values = [take["gauge"]["spreads"] for take in report["takes"]]
            takes = bench.notes(report)
            most = min(sum(max(0, len(notes) - 3) for notes in side) for side in (takes, plain))
            variety = figures(takes, most)[0] / max(1e-9, figures(plain, most)[0])
            error = statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0
            streams = statistics.mean(take["effectiveStreams"] for take in report["takes"])
            speed = report["events"] / report["wallSeconds"]
            print(f"{name.split(':')[0]:<16} {strength:>5g} {statistics.mean(values):>6.2f} "
                  f"{error:>6.2f} {100 * variety:>7.0f}% {100 * shared(takes):>6.0f}% "
                  f"{streams:>8.1f} {100 * speed / free_speed:>8.0f}%", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="See the beginning of the file.")
    parser.add_argument("--program", default=str(CHECKOUT / ".build/release/woodshed"))
    parser.add_argument("--model", default="base", help="base, or a .safetensors file")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("gauges", help="five gauges at several strengths")
    command.add_argument("--count", type=int, default=16, help="takes of each call")
    command.add_argument("--seconds", type=float, default=30)
    command.add_argument("--seed", type=int, default=7)
    command.add_argument("--strengths", type=float, nargs="+", default=[0.5, 1, 2])
    command.add_argument("--gauges", nargs="+", help="some of Templates/gauges")
    command.set_defaults(run=gauges)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options.run(Bench(options.program, folder, options.model), options)


if __name__ == "__main__":
    main()
