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

controls: five values of each, asked against got (asked: a rank correlation of 0.9 or more).

dial: a round of the music given, and for each measure of style in which it and the base differ by over two errors
the rank correlation of its mean with the dial from 0 to 1 (asked: 0.9 or more).

around: whether the upper half of people's takes stays whole in accompaniments, how often what is drawn below it has the
pitch classes of the human other hand (asked: twice as often as below the same line with its pitches in disorder), by
how much what follows an infill is less likely than it was (asked: 0.1 nats an event at most), and how near the pitch
classes of variations are to the originals' (asked: a cosine of 0.85 or more).

touch: by how many nats a note a player's own loudness and times are likelier under a round of their practice than under
the base (asked: 0.05).
"""

import argparse
import json
import os
import pathlib
import random
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
        # More takes than the program measures a gauge by, so that the mean that is moved is known well.
        before = bench.run(
            "gauge", "try", path, "--model", bench.model, "--count", "256", "--seconds", str(options.seconds),
            format=True)["unsteered"]
        bench.generate(1, options.seconds, 1, "--toward", path, "--strength", "0")
        for strength in options.strengths:
            report = bench.generate(
                options.count, options.seconds, options.seed, "--toward", path, "--strength",
                str(strength))
            values = [
                (take["gauge"]["value"] - before["mean"]) / before["spread"] for take in report["takes"]]
            takes = bench.notes(report)
            most = min(sum(max(0, len(notes) - 3) for notes in side) for side in (takes, plain))
            variety = figures(takes, most)[0] / max(1e-9, figures(plain, most)[0])
            error = (statistics.variance(values) / len(values) + 1 / before["count"]) ** 0.5
            streams = statistics.mean(take["effectiveStreams"] for take in report["takes"])
            speed = report["events"] / report["wallSeconds"]
            print(f"{name.split(':')[0]:<16} {strength:>5g} {statistics.mean(values):>6.2f} "
                  f"{error:>6.2f} {100 * variety:>7.0f}% {100 * shared(takes):>6.0f}% "
                  f"{streams:>8.1f} {100 * speed / free_speed:>8.0f}%", flush=True)


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, start = [0.0] * len(values), 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in range(start, end + 1):
            ranks[order[place]] = (start + end) / 2
        start = end + 1
    return ranks


def correlation(a, b):
    (x, y) = (statistics.mean(a), statistics.mean(b))
    top = sum((p - x) * (q - y) for p, q in zip(a, b))
    under = (sum((p - x) ** 2 for p in a) * sum((q - y) ** 2 for q in b)) ** 0.5
    return top / under if under else 0.0


def spearman(a, b):
    return correlation(ranks(a), ranks(b))


ASKED = {
    "density": [2, 4, 7, 11, 16], "register": [45, 54, 62, 70, 80], "loudness": [30, 45, 60, 80, 100],
    "touch": [0.4, 0.7, 1, 1.6, 2.5],
}
SCALES = ["C D E G A", "C D E F G A B", "D E F# A B", "Eb F G Bb C", "C Eb F F# G Bb"]


def controls(bench, options):
    print(f"{options.count} takes of {options.seconds:g} s for each of five values")
    print(f"{'control':<10} {'Spearman':>9}  asked -> median got (of 8 streams counted)")
    for name, values in ASKED.items():
        asked, got, medians = [], [], []
        for value in values:
            report = bench.generate(options.count, options.seconds, 7, f"--{name}", str(value))
            these = [take["got"][name] for take in report["takes"] if take["got"].get(name) is not None]
            streams = statistics.mean(take["effectiveStreams"] for take in report["takes"])
            asked += [value] * len(these)
            got += these
            medians.append(f"{value:g} -> {statistics.median(these):.3g} ({streams:.1f})")
        print(f"{name:<10} {spearman(asked, got):>9.3f}  {', '.join(medians)}", flush=True)
    cosines, inside = [], []
    for scale in SCALES:
        report = bench.generate(options.count, options.seconds, 7, "--pitches", scale)
        names = {"C": 0, "D": 2, "Eb": 3, "E": 4, "F": 5, "F#": 6, "G": 7, "A": 9, "Bb": 10, "B": 11}
        wanted = [0.0] * 12
        for word in scale.split():
            wanted[names[word]] = 1 / len(scale.split())
        for take in report["takes"]:
            got = take["got"]["pitchClasses"]
            norm = (sum(g * g for g in got) * sum(w * w for w in wanted)) ** 0.5
            cosines.append(sum(g * w for g, w in zip(got, wanted)) / norm if norm else 0)
            inside.append(sum(g for g, w in zip(got, wanted) if w > 0))
    print(f"{'pitches':<10} cosine of asked and got: median {statistics.median(cosines):.3f}, least "
          f"{min(cosines):.3f}; share of notes within: least {min(inside):.3f}")


def dial(bench, options):
    """From the base to a round of the music in a folder."""
    bench.run("import", *options.music)
    bench.run("tune", *(["--minutes", str(options.minutes)] if options.minutes else []))
    bench.model = "1"
    measures = {}
    for place in options.places:
        report = bench.generate(options.count, options.seconds, 7, "--dial", str(place))
        for take in report["takes"]:
            shown = bench.run("show", str(take["number"]), format=True)
            for measure in shown["style"]["measures"]:
                if measure.get("unit") is not None:
                    measures.setdefault(measure["name"], []).append((place, measure["mean"]))
    print(f"{options.count} takes of {options.seconds:g} s at each place")
    print(f"{'measure':<20} {'base':>8} {'round':>8} {'errors':>7} {'Spearman of means':>18}")
    for name, pairs in measures.items():
        at = {place: [v for p, v in pairs if p == place] for place in options.places}
        (base, round) = (at[0], at[1])
        error = (statistics.variance(base) / len(base) + statistics.variance(round) / len(round)) ** 0.5
        difference = statistics.mean(round) - statistics.mean(base)
        means = [statistics.mean(at[place]) for place in options.places if 0 <= place <= 1]
        sign = 1 if difference > 0 else -1
        rho = spearman([p for p in options.places if 0 <= p <= 1], [sign * m for m in means])
        note = f"{rho:>18.2f}" if abs(difference) > 2 * error else f"{'not apart':>18}"
        print(f"{name:<20} {statistics.mean(base):>8.3f} {statistics.mean(round):>8.3f} "
              f"{abs(difference) / error if error else 0:>7.1f} {note}", flush=True)


def classes(notes):
    counts = [0.0] * 12
    for start, pitch, *_ in notes:
        counts[pitch % 12] += 1
    return counts


def cosine(a, b):
    norm = (sum(x * x for x in a) * sum(y * y for y in b)) ** 0.5
    return sum(x * y for x, y in zip(a, b)) / norm if norm else 0.0


def write(path, notes):
    """A Standard MIDI File of notes (start in ns, pitch, velocity, duration in ns)."""
    events = []
    for start, pitch, velocity, duration in notes:
        events.append((start, 1, bytes([0x90, pitch, velocity])))
        events.append((start + max(1_000_000, duration), 0, bytes([0x80, pitch, 64])))
    track, last = bytearray(), 0
    for time, _, message in sorted(events):
        # 1,000 ticks a second: 500 a quarter note at the 120 a minute of a file that says no tempo.
        ticks = time // 1_000_000
        delta, digits = ticks - last, []
        last = ticks
        while True:
            digits.append(delta & 127)
            delta >>= 7
            if not delta:
                break
        track += bytes([d | 128 for d in digits[:0:-1]] + digits[:1]) + message
    track += b"\0\xff\x2f\0"
    path.write_bytes(
        b"MThd\0\0\0\6\0\0\0\1" + (500).to_bytes(2, "big") + b"MTrk" + len(track).to_bytes(4, "big") + track)


def agreement(drawn, other):
    """How often two notes within a second of each other, one drawn and one of the other hand, have the same pitch
    class; and how many such pairs there are."""
    hits = pairs = 0
    for start, pitch, *_ in drawn:
        for time, key, *_ in other:
            if abs(time - start) <= 1e9:
                pairs += 1
                hits += (key - pitch) % 12 == 0
    return hits, pairs


def around(bench, options):
    """Give the upper half of people's takes and draw the lower one, fill in parts, vary the whole."""
    folder = bench.project.parent
    chance = random.Random(7)
    bench.run("import", *options.music)
    numbers = [take["number"] for take in bench.run("takes", format=True)["takes"]][:options.takes]

    def notes(number):
        library = sqlite3.connect(f"file:{bench.project}/library.sqlite?mode=ro", uri=True)
        return library.execute(
            "SELECT startNanoseconds, pitch, velocity, durationNanoseconds FROM note WHERE take = ? "
            "ORDER BY 1, 2", (number,)).fetchall()

    def imported(name, music):
        write(folder / name, music)
        bench.run("import", str(folder / name))
        return bench.run("takes", format=True)["takes"][0]["number"]

    def nats(name, music):
        write(folder / name, music)
        got = bench.run("evaluate", "--model", bench.model, str(folder / name), format=True)
        return got["nllPerEvent"] * got["events"], got["events"]

    def after(name, music, start, end):
        """Nats an event of what begins between two moments."""
        (whole, events) = nats(name, [n for n in music if n[0] < end])
        (before, fewer) = nats(name, [n for n in music if n[0] < start])
        return (whole - before) / max(1, events - fewer)

    kept, chroma, seams = [], [], []
    sums = {name: [0, 0] for name in ["the same moment", "other moments", "of a line in disorder", "people's own"]}

    def add(name, drawn, other):
        for place, value in enumerate(agreement(drawn, other)):
            sums[name][place] += value

    (first, last) = (5, 5 + options.seconds)
    part = ["--model", bench.model, "--count", str(options.count), "--seed", "7", "--from", f"{first:g}", "--to",
            f"{last:g}"]
    for place, number in enumerate(numbers):
        original = [n for n in notes(number) if n[0] < (last + 10) * 1e9]
        right = [n for n in original if n[1] >= 60]
        left = [n for n in original if n[1] < 60]
        inside = lambda some: [n for n in some if first * 1e9 <= n[0] < last * 1e9]
        if len(inside(right)) < 8 or len(inside(left)) < 8:
            continue
        pitches = [n[1] for n in right]
        chance.shuffle(pitches)
        lines = [right, [(n[0], pitch, n[2], n[3]) for n, pitch in zip(right, pitches)]]
        add("people's own", *[[n for k, n in enumerate(inside(left)) if k % 2 == side] for side in (0, 1)])
        for line, disorder in zip(lines, (False, True)):
            given = imported(f"line-{place}-{disorder}.mid", line)
            had = set((s, p) for s, p, *_ in notes(given))
            for take in bench.run("accompany", str(given), "--with", "left", *part, format=True)["takes"]:
                played = notes(take["number"])
                kept.append(len(had & set((s, p) for s, p, *_ in played)) / len(had))
                drawn = [n for n in played if (n[0], n[1]) not in had]
                # The line was moved to begin at once.
                drawn = [(n[0] + right[0][0], *n[1:]) for n in drawn]
                add("of a line in disorder" if disorder else "the same moment", drawn, left)
                if not disorder:
                    half = options.seconds * 5e8
                    add("other moments", [
                        (first * 1e9 + (n[0] - first * 1e9 + half) % (2 * half), n[1]) for n in drawn], left)
        whole = imported(f"whole-{place}.mid", original)
        there = notes(whole)
        unseamed = after("seam.mid", there, last * 1e9, (last + 4) * 1e9)
        for take in bench.run("infill", str(whole), *part, format=True)["takes"]:
            seams.append(after("seam.mid", notes(take["number"]), last * 1e9, (last + 4) * 1e9) - unseamed)
        for take in bench.run("vary", str(whole), *part, format=True)["takes"]:
            chroma.append(cosine(classes(inside(there)), classes(inside(notes(take["number"])))))
    if not kept:
        sys.exit("none of the takes has eight notes in each half of the keyboard there")
    print(f"accompany, {len(kept)} takes: kept {100 * min(kept):.1f} % of the line's notes at least")
    print("how often a drawn note and one of people's other hand within a second have the same pitch class:")
    for name, (hits, pairs) in sums.items():
        print(f"  {name:<22} {hits / max(1, pairs):.3f} ({pairs} pairs)")
    print(f"infill: nats an event of the 4 s after it, more than without: mean {statistics.mean(seams):.3f} "
          f"± {statistics.stdev(seams) / len(seams) ** 0.5:.3f}, median {statistics.median(seams):.3f}")
    print(f"vary: cosine of the pitch classes with the original's: median {statistics.median(chroma):.3f}, least "
          f"{min(chroma):.3f}")


def touch(bench, options):
    """How much likelier a player's own loudness and times are under a round of theirs than under the base."""
    practice, heldout = options.music[:-1], options.music[-1]
    bench.run("import", *practice)
    bench.run("tune", *(["--minutes", str(options.minutes)] if options.minutes else []))
    kinds = [
        {kind["kind"]: kind["nllPerNote"] for kind in
         bench.run("evaluate", "--model", model, heldout, format=True)["kinds"]}
        for model in ("base", "1")
    ]
    print("nats a note      base    round   likelier by")
    for kind in kinds[0]:
        print(f"{kind:<12} {kinds[0][kind]:>8.3f} {kinds[1][kind]:>8.3f} {kinds[0][kind] - kinds[1][kind]:>9.3f}")


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
    command = commands.add_parser("controls", help="five values of each control")
    command.add_argument("--count", type=int, default=8, help="takes of each value")
    command.add_argument("--seconds", type=float, default=30)
    command.set_defaults(run=controls)
    command = commands.add_parser("dial", help="from the base to a round, and what moves")
    command.add_argument("music", nargs="+", help="the music that the round is tuned on")
    command.add_argument("--minutes", type=float, help="at most so long a training")
    command.add_argument("--count", type=int, default=64, help="takes at each place")
    command.add_argument("--seconds", type=float, default=30)
    command.add_argument("--places", type=float, nargs="+", default=[0, 0.25, 0.5, 0.75, 1, 1.5])
    command.set_defaults(run=dial)
    command = commands.add_parser("around", help="accompany, infill and vary people's takes")
    command.add_argument("music", nargs="+")
    command.add_argument("--takes", type=int, default=4, help="how many of them")
    command.add_argument("--count", type=int, default=4)
    command.add_argument("--seconds", type=float, default=20)
    command.set_defaults(run=around)
    command = commands.add_parser("touch", help="what a round carries of a player's loudness and times")
    command.add_argument("music", nargs="+", help="the music that the round is tuned on, and last what it is judged by")
    command.add_argument("--minutes", type=float, help="at most so long a training")
    command.set_defaults(run=touch)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options.run(Bench(options.program, folder, options.model), options)


if __name__ == "__main__":
    main()
