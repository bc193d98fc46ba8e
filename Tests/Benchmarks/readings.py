#!/usr/bin/env python3
"""How near a model's readings of a score are to how people play it, note by note.

    python3 Tests/Benchmarks/readings.py WOODSHED PROJECT SCORES EXPRESSION [--streams 32] [--mass 1] [--count 4]
    [--notes 400] [--only WORD...] [--temperature 1] [--model base] [--keep FOLDER]

SCORES is a folder of TSV files, one a performance, with every note of the score and when, how long and how hard it was
played; EXPRESSION is the script that compares a rendering with such files. Both are brought by whoever measures. Pieces
that two or more people play are read, of each the first --notes notes (0: all of them), in the tempo that is the
median of its players', by --count readings. Printed, for each piece and then the mean over pieces: r of each reading
alone with each player, averaged; then the same of people among each other, and what is missing or added.
--streams 1 plays on under the masks alone, without competition.
"""
import argparse
import collections
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = ["velocity", "tempo", "articulation", "velocitySpread", "tempoSpread"]


def pieces(folder):
    """The performances of each piece that two or more people play."""
    found = collections.defaultdict(list)
    for path in sorted(Path(folder).glob("*.tsv")):
        collection, composer, piece, *_ = path.stem.split("--")
        found[f"{composer}--{piece}"].append(path)
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def cut(paths, notes, folder):
    """Writes the first notes of each performance, up to the same moment of the score."""
    rows = [path.read_text().splitlines() for path in paths]
    onsets = sorted(float(row.split("\t")[0]) for row in rows[0][1:])
    last = onsets[min(notes or len(onsets), len(onsets)) - 1]
    files = []
    for path, lines in zip(paths, rows):
        file = folder / path.name
        kept = [line for line in lines[1:] if float(line.split("\t")[0]) <= last]
        file.write_text("\n".join([lines[0], *kept]) + "\n")
        files.append(str(file))
    return files


def beats_per_minute(files):
    """The median tempo of the players, between the first and the last note that they play."""
    tempos = []
    for file in files:
        played = [row.split("\t") for row in Path(file).read_text().splitlines()[1:]]
        played = sorted((float(row[0]), float(row[6])) for row in played if row[6] and not row[5])
        (first, start), (last, end) = played[0], played[-1]
        if end > start:
            tempos.append(60 * (last - first) / (end - start))
    return statistics.median(tempos)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("woodshed")
    parser.add_argument("project")
    parser.add_argument("scores")
    parser.add_argument("expression")
    parser.add_argument("--streams", type=int, default=32)
    parser.add_argument("--mass", type=float, default=1)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--notes", type=int, default=400)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--temperature", type=float, default=1)
    parser.add_argument("--model", default="base")
    parser.add_argument("--keep", help="a folder for the readings")
    given = parser.parse_args()

    def woodshed(*words):
        command = [given.woodshed, *words, "--project", given.project]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def expression(*words):
        command = [sys.executable, given.expression, *words]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout

    results, people = [], []
    for name, paths in pieces(given.scores).items():
        if given.only and not any(word in name for word in given.only):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            files = cut(paths, given.notes, folder)
            score = str(folder / "score.mid")
            expression("--score", files[0], score, f"{beats_per_minute(files):.1f}")
            start = time.time()
            report = json.loads(woodshed(
                "perform", score, "--count", str(given.count), "--streams", str(given.streams),
                "--mass-exponent", str(given.mass), "--temperature", str(given.temperature),
                "--model", given.model, "--seed", "1", "--format", "json"))
            seconds = time.time() - start
            rows = []
            for take in report["takes"]:
                out = Path(given.keep or scratch) / f"{name}-{take['number']}.mid"
                woodshed("export", str(take["number"]), "--to", str(out))
                rows.append(json.loads(expression(str(out), *files)))
            mean = {word: statistics.mean(row[word] for row in rows) for word in rows[0]}
            mean["effective"] = statistics.mean(take.get("effectiveStreams", 1) for take in report["takes"])
            among = json.loads(expression("--humans", *files))
            results.append(mean)
            people.append(among)
            print(f"{name:50}", " ".join(f"{mean[word]:6.3f}" for word in WORDS),
                  f"| people {among['velocity']:.3f} {among['tempo']:.3f} {among['articulation']:.3f}",
                  f"| pitch alone {mean['pitchAlone']:.3f}",
                  f"| {mean['effective']:.1f} streams counted, {seconds:.0f} s,",
                  f"missing {mean['missing']:.0f}, added {mean['added']:.0f}", flush=True)

    def over(rows, word):
        return statistics.mean(row[word] for row in rows)

    print(json.dumps({
        "pieces": len(results), "streams": given.streams, "mass": given.mass, "temperature": given.temperature,
        **{word: round(over(results, word), 3) for word in [*WORDS, "pitchAlone", "missing", "added"]},
        "people": {word: round(over(people, word), 3) for word in WORDS[:3]},
    }))


if __name__ == "__main__":
    main()
