#!/usr/bin/env python3
"""What each command costs on libraries of 200, 2,000 and 20,000 takes: 20, 200 and 2,000 hours of playing.

    python3 Tests/Benchmarks/library_size.py .build/release/woodshed [--sizes 200,2000,20000] [--folder /tmp/sizes]

A take is six minutes of made-up playing, 5,000 messages, brought in with `woodshed import` as a file of its own, no
two the same. The library grows from size to size. Prints, for each size, the median wall time of five runs and the
most memory that a run had; for what takes minutes one run. Needs 12 GB in the folder for 20,000 takes.
"""

import argparse
import os
import pathlib
import random
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time

SECONDS, MESSAGES = 360, 5000
PATTERNS = 50


def pattern(seed):
    """A take's track as bytes, and where in it the velocities of its first three notes are."""
    draw = random.Random(seed)
    events, pitch = [], 60
    notes = (MESSAGES - 400) // 2
    for index in range(notes):
        start = SECONDS * 1000 * index // notes + draw.randint(0, 120)
        pitch = min(100, max(30, pitch + draw.randint(-7, 7)))
        events += [(start, 0x90, pitch, draw.randint(20, 110)), (start + draw.randint(60, 700), 0x80, pitch, 64)]
    for index in range(200):
        start = SECONDS * 5 * index
        events += [(start, 0xB0, 64, 127), (start + draw.randint(500, 1500), 0xB0, 64, 0)]
    events.sort(key=lambda event: event[0])
    track, last, places = bytearray(), 0, []
    for tick, *message in events:
        delta, last = tick - last, tick
        groups = [delta & 0x7F]
        while delta := delta >> 7:
            groups.insert(0, delta & 0x7F | 0x80)
        track += bytes(groups) + bytes(message)
        if message[0] == 0x90 and len(places) < 3:
            places.append(len(track) - 1)
    return track + b"\x00\xff\x2f\x00", places


def write(folder, first, last):
    """Files number `first` up to `last`, a thousand in a folder; returns the folders."""
    patterns = [pattern(seed) for seed in range(PATTERNS)]
    folders = []
    for number in range(first, last):
        track, places = patterns[number % PATTERNS]
        track = bytearray(track)
        for place, digit in zip(places, (number % 100, number // 100 % 100, number // 10_000)):
            track[place] = 10 + digit
        home = folder / f"{number // 1000:03}"
        if home not in folders:
            home.mkdir(parents=True, exist_ok=True)
            folders.append(home)
        (home / f"practice-{number:05}.mid").write_bytes(
            b"MThd" + struct.pack(">IHHH", 6, 0, 1, 500) + b"MTrk" + struct.pack(">I", len(track)) + track)
    return folders


class Costs:
    """Runs commands and notes what they cost."""

    def __init__(self, program, project):
        self.program, self.project, self.rows = program, project, []

    def once(self, words, stop_after=None):
        """Seconds and MiB of one run; with `stop_after` it is killed five seconds after that word is in what it says."""
        start = time.monotonic()
        errors = tempfile.TemporaryFile()
        child = subprocess.Popen([self.program, *words, "--project", self.project], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=errors)
        while stop_after:
            time.sleep(0.2)
            errors.seek(0)
            ended = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
            if ended or stop_after in errors.read().decode():
                time.sleep(5)
                child.send_signal(signal.SIGKILL)
                break
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode and not stop_after:
            errors.seek(0)
            sys.exit(f"{' '.join(words)}: {errors.read().decode()[-500:]}")
        return time.monotonic() - start, usage.ru_maxrss / 1024

    def add(self, name, words, runs=5, before=None, **more):
        found = []
        for _ in range(runs):
            if before:
                before()
            found.append(self.once(words, **more))
        seconds, memory = statistics.median(run[0] for run in found), max(run[1] for run in found)
        self.rows.append((name, seconds, memory))
        print(f"  {name:40} {seconds * 1000:9.0f} ms {memory:7.0f} MiB", flush=True)


def measure(program, folder, project, first, last):
    costs = Costs(program, project)
    folders = write(folder / "midi", first, last)
    costs.add(f"import, each of {last - first} files more", ["import", *map(str, folders)], runs=1)
    name, seconds, memory = costs.rows[0]
    costs.rows[0] = ("import, a file more of many", seconds / (last - first), memory)
    for home in folders:
        shutil.rmtree(home)
    one = folder / "one"
    count = iter(range(10))

    def other():
        shutil.rmtree(one, ignore_errors=True)
        write(one, 900_000 + last * 10 + (number := next(count)), 900_000 + last * 10 + number + 1)

    costs.add("import, a single file", ["import", str(one)], before=other)
    out = folder / "out"
    gone = lambda: shutil.rmtree(out, ignore_errors=True)
    for words in (["takes"], ["takes", "--limit", "0"], ["takes", "--format", "json"], ["takes", "--search", f"{last - 7:05}"],
                  ["takes", "--origin", "generated"], ["show", str(last // 2)], ["rounds"], 
                  ["plot", "practice", "--to", str(out / "practice.svg")], ["keep", str(last // 2)], ["export", str(last // 2), "--to", str(out)], ["tune", "--dry-run"]):
        costs.add(" ".join(word for word in words if not word.startswith("/")).replace(" --to", ""), words, before=gone)
    costs.add("doctor", ["doctor"], runs=1)
    costs.add("backup", ["backup", str(folder / "backup.tar")], runs=1)
    (folder / "backup.tar").unlink(missing_ok=True)
    costs.add("tune, until it trains", ["tune"], runs=1, stop_after="pass 1")
    size = sum(path.stat().st_size for path in pathlib.Path(project).glob("library.sqlite*"))
    hours = last * SECONDS / 3600
    print(f"  the library: {size / 1e6:.0f} MB, {size / hours / 1e6:.2f} MB an hour, {size / last / MESSAGES:.1f} bytes a message")
    return costs.rows, size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--sizes", default="200,2000,20000")
    parser.add_argument("--folder", type=pathlib.Path)
    arguments = parser.parse_args()
    program = str(arguments.program.resolve())
    sizes = [int(size) for size in arguments.sizes.split(",")]
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = pathlib.Path(name)
        project = str(folder / "sizes")
        subprocess.run([program, "new", project], check=True, stdout=subprocess.DEVNULL)
        columns, first = [], 0
        for size in sizes:
            print(f"{size} takes, {size * SECONDS / 3600:.0f} hours, {size * MESSAGES / 1e6:.0f} million messages", flush=True)
            columns.append(measure(program, folder, project, first, size))
            first = size
        print("\n| | " + " | ".join(f"{size:,} takes" for size in sizes) + " |")
        print("|---" * (len(sizes) + 1) + "|")
        for place, (name, _, _) in enumerate(columns[0][0]):
            cells = [f"{rows[place][1] * 1000:,.0f} ms, {rows[place][2]:.0f} MiB" for rows, _ in columns]
            print(f"| {name} | " + " | ".join(cells) + " |")
        print("| library, MB an hour | " + " | ".join(
            f"{size / count / SECONDS * 3600 / 1e6:.2f}" for (_, size), count in zip(columns, sizes)) + " |")


if __name__ == "__main__":
    main()
