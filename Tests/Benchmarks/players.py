#!/usr/bin/env python3
"""What a round is worth to players whom it has never been fitted to, and whether it says so.

    python3 Tests/Benchmarks/players.py .build/release/woodshed DATA --kept results.json [--only NAME...] [--set KEY=VALUE...] [--way] [--cross]
    [--require]

DATA holds base/ (index.csv, train, valid, test) and players/NAME/practice and heldout. For each player a project is
made, the practice is brought in, one round is tuned with the defaults, and the pieces that `tune` was never shown are
read by the base and by the round. Printed: the base, the round, the true gain with its error over pieces, and what
the round promised with its error; what was put to use counts, so that a round which stays a candidate gains nothing.
--way reads the same pieces at several shares of the way from the base to where the round's trainings led (it needs
numpy, and --work with the projects); --cross reads each player's pieces by everybody's round; --require fails when a round that was put to use is worse than
the base by more than 0.003.

Players: those with folders of their own, of whom the base has read nothing; Carreño again with pieces on both sides
(the second roll of two pieces set aside by hand, the first in the practice); pianists of base/ whose pieces are all
in valid and test; and 13 pianists of PiJAMA of whom the base has read other pieces. A third of a player's music, in
whole pieces, is never shown.

What was measured is kept in the JSON file, an entry a player, and not measured again.
"""
import argparse
import csv
import hashlib
import json
import os
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

UNREAD = {"hoehn": "Hoehn, Alfred", "broberg": "Broberg", "friedheim": "Friedheim, Arthur",
          "brzezinski": "Brzeziński, Franciszek"}
READ = {"hyman": "Dick Hyman", "mehldau": "Brad Mehldau", "corea": "Chick Corea", "hersch": "Fred Hersch",
        "bryant": "Ray Bryant", "peterson": "Oscar Peterson", "jarrett": "Keith Jarrett", "tatum": "Art Tatum",
        "ibrahim": "Abdullah Ibrahim", "pasqua": "Alan Pasqua", "zeitlin": "Denny Zeitlin",
        "hanna": "Roland Hanna", "williams": "Jessica Williams"}
# Nats per event that a round in use may be worse than the base.
WORST = 0.003
STRANGERS = ["parlan", "carreno", "carreno-both-sides", *UNREAD]


class Players:
    """The files of each player: practice, set aside by hand, and never shown."""

    def __init__(self, data):
        self.data = data
        with open(data / "base/index.csv") as file:
            self.rows = list(csv.DictReader(file))

    def files(self, name):
        folders = {"parlan": "dev-horace-parlan", "carreno": "alt-teresa-carreno",
                   "carreno-both-sides": "alt-teresa-carreno"}
        if name in folders:
            folder = self.data / "players" / folders[name]
            practice = sorted((folder / "practice").glob("*.mid"))
            aside = []
            if name == "carreno-both-sides":
                aside = [f for f in practice if "ballade-op-23-g-minor" in f.name or "nocturne-op-37-no-2" in f.name]
            return [f for f in practice if f not in aside], aside, sorted((folder / "heldout").glob("*.mid"))
        return self.split((UNREAD | READ)[name])

    def split(self, performer):
        """A third of the music, in whole pieces, drawn by the pieces' names alone, is never shown."""
        rows = [r for r in self.rows if r["performer"] == performer and r["split"] in ("valid", "test")]
        total = sum(float(r["seconds"]) for r in rows)
        groups = sorted({r["piece_group"] for r in rows}, key=lambda g: hashlib.md5(g.encode()).hexdigest())
        hidden, seconds = set(), 0.0
        for group in groups[:-1]:
            if seconds >= total / 3:
                break
            hidden.add(group)
            seconds += sum(float(r["seconds"]) for r in rows if r["piece_group"] == group)
        path = lambda r: self.data / "base" / r["path"]
        return ([path(r) for r in rows if r["piece_group"] not in hidden], [],
                [path(r) for r in rows if r["piece_group"] in hidden])


class Woodshed:
    def __init__(self, program, work):
        self.program, self.work = program.resolve(), work

    def run(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments), "--format", "json"], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"cannot run {' '.join(map(str, arguments))[:200]}: {done.stderr.strip()[-400:]}")
        return json.loads(done.stdout)

    def project(self, name): return self.work / name

    def pieces(self, model, paths, project):
        """(nats, events) of each file."""
        report = self.run("evaluate", "--model", model, *paths, "--project", project)
        return {Path(f["path"]).name: (f["nllPerEvent"] * f["events"], f["events"]) for f in report["files"]}


def per_event(pieces): return sum(n for n, _ in pieces.values()) / max(1, sum(e for _, e in pieces.values()))


def gain(worse, better):
    """How much better, with a bootstrap error over pieces."""
    names = sorted(worse)
    value = per_event(worse) - per_event(better)
    draw = random.Random(1)
    values = []
    for _ in range(1000):
        chosen = [draw.choice(names) for _ in names]
        events = sum(worse[n][1] for n in chosen)
        values.append(sum(worse[n][0] - better[n][0] for n in chosen) / max(1, events))
    return value, statistics.stdev(values) if len(names) > 1 else None


def estimate(value): return (value["value"], value.get("standardError")) if value else (None, None)


def measure(shed, players, name, settings):
    practice, aside, hidden = players.files(name)
    project = shed.project(name)
    if not project.exists():
        shed.run("new", project)
        if settings:
            # Behind [tune], with which the file ends.
            with open(project / "project.toml", "a") as file:
                file.write("".join(f"{k} = {json.dumps(v)}\n" for k, v in settings.items()))
        shed.run("import", *practice, "--project", project)
        if aside:
            shed.run("import", "--held-out", *aside, "--project", project)
    start = time.monotonic()
    report = shed.run("tune", "--project", project)
    wall = time.monotonic() - start
    base, tuned = (shed.pieces(m, hidden, project) for m in ("base", report["round"]))
    promised = report.get("promised") or report.get("gain")
    return {"status": report["status"], "reason": report.get("reason"), "minutes": report["seconds"] / 60,
            "share": report.get("share"), "passes": report["passes"], "events": report["events"],
            "wall": wall, "base": per_event(base), "round": per_event(tuned), "true": gain(base, tuned),
            "promised": estimate(promised), "heldOut": estimate(report.get("gain")),
            "folds": report.get("folds"), "pieces": len(base)}


def text(value, sign="+"): return "" if value is None else f"{value:{sign}.3f}"


def table(kept, names):
    print(f"{'player':20}{'practice':>9}{'base':>7}{'round':>7}{'true':>8} ±     {'promised':>8} ±     "
          f"{'share':>6}{'passes':>7}{'s':>6}  status")
    for name in names:
        k = kept[name]
        (true, error), (promised, doubt) = k["true"], k["promised"]
        print(f"{name:20}{k['minutes']:8.0f}m{k['base']:7.3f}{k['round']:7.3f}{text(true):>8} {text(error, ''):5} "
              f"{text(promised):>8} {text(doubt, ''):5} {'' if k['share'] is None else format(k['share'], '.2f'):>6}"
              f"{k['passes']:7.1f}{k['wall']:6.0f}  {k['status']}")
    used = {n: kept[n]["true"][0] if kept[n]["status"] == "current" else 0.0 for n in names}
    for title, group in (("strangers", STRANGERS), ("not quite strangers", list(READ))):
        group = [n for n in group if n in used]
        if group:
            print(f"{title}: mean gain in use {statistics.mean(used[n] for n in group):+.4f}, "
                  f"of all rounds {statistics.mean(kept[n]['true'][0] for n in group):+.4f}, "
                  f"worst in use {min(used[n] for n in group):+.4f}")
    told = [(kept[n]["promised"], kept[n]["true"][0]) for n in names if kept[n]["promised"][0] is not None]
    if told:
        near = sum(abs(p - t) <= 2 * (d or 0) for (p, d), t in told)
        print(f"promised within two of its errors: {near} of {len(told)}; "
              f"bias {statistics.mean(p - t for (p, _), t in told):+.4f}")


def cross(shed, players, names):
    """Whose round predicts whose pieces best."""
    own = 0
    for name in names:
        _, _, hidden = players.files(name)
        mine = shed.pieces(1, hidden, shed.project(name))
        rivals = {other: gain(mine, shed.pieces(1, hidden, shed.project(other))) for other in names if other != name}
        rivals["base"] = gain(mine, shed.pieces("base", hidden, shed.project(name)))
        better = {o: g for o, g in rivals.items() if g[0] > 2 * (g[1] or 0)}
        own += not better
        print(f"{name:20}", "own" if not better else
              "better: " + ", ".join(f"{o} {g[0]:+.3f} ± {text(g[1], '')}" for o, g in better.items()), flush=True)
    print(f"nobody's round predicts them better than their own: {own} of {len(names)}")


def tensors(path):
    """The metadata and the tensors of a safetensors file, in 32 bits."""
    import numpy
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    metadata, kinds = header.pop("__metadata__", {}), {"F16": numpy.float16, "F32": numpy.float32}
    return metadata, {name: numpy.frombuffer(data[8 + size:][slice(*t["data_offsets"])], kinds[t["dtype"]])
                      .astype(numpy.float32).reshape(t["shape"]) for name, t in header.items()}


def write(path, metadata, values):
    header, place = {"__metadata__": metadata}, 0
    for name, value in values.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [place, place + value.nbytes]}
        place += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(v.tobytes() for v in values.values()))


def along(shed, players, name, kept):
    """The true gain at shares of the way: the round lies at one of them, on a straight line from the base."""
    project = shed.project(name)
    _, _, hidden = players.files(name)
    (_, base), (metadata, tuned) = (tensors(project / "models" / f) for f in ("base.safetensors", "round-1.safetensors"))
    begin = shed.pieces("base", hidden, project)
    file = shed.work / "along.safetensors"
    cells = []
    for share in (0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.2):
        part = share / kept[name]["share"]
        write(file, metadata, {n: base[n] + part * (tuned[n] - base[n]) for n in base})
        cells.append(f"{share:.2f} {gain(begin, shed.pieces(file, hidden, project))[0]:+.4f}")
    file.unlink()
    print(f"{name:20}", "  ".join(cells), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("woodshed", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--kept", type=Path, required=True)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="settings of tune")
    parser.add_argument("--work", type=Path, help="where the projects are kept")
    parser.add_argument("--way", action="store_true")
    parser.add_argument("--cross", action="store_true")
    parser.add_argument("--require", action="store_true")
    options = parser.parse_args()
    players = Players(options.data)
    names = options.only or [*STRANGERS, *READ]
    kept = json.loads(options.kept.read_text()) if options.kept.exists() else {}
    settings = {k: json.loads(v) for k, v in (s.split("=", 1) for s in options.set)}
    with tempfile.TemporaryDirectory() as temporary:
        shed = Woodshed(options.woodshed, options.work or Path(temporary))
        shed.work.mkdir(parents=True, exist_ok=True)
        for name in names:
            if name not in kept:
                kept[name] = measure(shed, players, name, settings)
                options.kept.write_text(json.dumps(kept, indent=1))
                print(name, "done", f"{kept[name]['wall']:.0f} s", file=sys.stderr, flush=True)
        table(kept, names)
        for name in names if options.way else []:
            along(shed, players, name, kept)
        if options.cross:
            cross(shed, players, names)
        worse = [n for n in names if kept[n]["status"] == "current" and kept[n]["true"][0] < -WORST]
        if options.require and worse:
            sys.exit(f"cannot pass: worse than the base and put to use: {', '.join(worse)}")


if __name__ == "__main__":
    main()
