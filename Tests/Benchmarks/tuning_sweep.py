#!/usr/bin/env python3
"""What each setting of `tune` is worth on a musician's playing, and what tuning is worth at all.

    python3 Tests/Benchmarks/tuning_sweep.py .build/release/woodshed PLAYER... made-up --kept results.json [--seeds 3] [--only WORD]

PLAYER is a folder with practice/ and heldout/, MIDI files of one musician; made-up is the pianist of `woodshed simulate`,
whose style nobody has and the base never heard. For each player, seed and setting a project
is made, so many minutes of practice (other files for each seed) are brought in and one round is tuned, which chooses
its best pass on a tenth of them; what counts is nats per event on heldout/, which no round has seen. All settings
are tried on an hour, or on the --minutes named; the defaults, and a network that knows nothing before, on 15 minutes,
an hour and everything.

What was measured is kept in the JSON file, one entry a run, and not measured again; the tables are printed from it.
Gains are against the base, with the error of their mean by 2,000 bootstrap draws of pieces and seeds.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

EVERYTHING = 10_000
MADE_UP = "made-up"
DEFAULT = "as it is"
NOTHING = "from nothing"
SETTINGS = {
    DEFAULT: {},
    "learningRate 3e-4": {"learningRate": 3e-4},
    "learningRate 5e-4": {"learningRate": 5e-4},
    "learningRate 2e-3": {"learningRate": 2e-3},
    "dropout 0.1": {"dropout": 0.1},
    "dropout 0.35": {"dropout": 0.35},
    "dropout 0.5": {"dropout": 0.5},
    "anchor 0": {"anchor": 0},
    "anchor 0.1": {"anchor": 0.1},
    "anchor 1": {"anchor": 1},
    "lowerRate 0.5": {"lowerRate": 0.5},
    "lowerRate 0.2": {"lowerRate": 0.2},
    "lowerRate 0, the top alone": {"lowerRate": 0},
    "averaging 0.99": {"averaging": 0.99},
    "averaging 0.998": {"averaging": 0.998},
    "lanes 4": {"lanes": 4},
    "lanes 16": {"lanes": 16},
    "steps 64": {"steps": 64},
    "steps 256": {"steps": 256},
    "longer steps, a mean": {"steps": 256, "averaging": 0.99},
    "passes 5": {"passes": 5},
    "passes 20": {"passes": 20},
    "no augmentation": {"augmentation": False},
    "no interpolation": {"interpolation": False},
    "patience 20": {"patience": 20},
}
# A network that begins from chance needs more passes, and nothing to be pulled back to.
SCRATCH = {"learningRate": 2e-3, "anchor": 0, "passes": 40, "dropout": 0.3, "averaging": 0.99}


class Bench:
    """A workbench of its own in a temporary folder, with a template that is the base and one that knows nothing."""

    def __init__(self, program, base, player):
        self.program = program
        self.folder = tempfile.TemporaryDirectory()
        self.home = pathlib.Path(self.folder.name)
        (self.home / "Templates").mkdir()
        (self.home / "Projects").mkdir()
        self.call("base", "adopt", str(base), "--template", "base")
        self.player = self.make_up() if player.name == MADE_UP else player
        untrained = self.home / "untrained.safetensors"
        file = self.files("practice")[0]
        self.call("base", "train", file, "--valid", file, "--checkpoint", str(self.home / "none.run"), "--to",
                  str(untrained), "--minutes", "0.01", "--learning-rate", "1e-7")
        self.call("base", "adopt", str(untrained), "--template", "untrained")

    def make_up(self):
        """The made-up pianist's folders: 36 pieces of six minutes to practise on, 12 of three minutes held out."""
        home = self.home / "made-up"
        for seed, part, minutes in ((1, "practice", 72), (2, "practice", 72), (3, "practice", 72), (4, "heldout", 36)):
            project = str(home / f"project-{seed}")
            self.call("simulate", project, "--rounds", "0", "--minutes", str(minutes), "--seed", str(seed), "--template", "base")
            self.call("export", "--origin", "played", "--project", project, "--to", str(home / part / str(seed)))
        return home

    def files(self, part):
        return sorted(map(str, (self.player / part).rglob("*.mid")))

    def call(self, *words):
        run = subprocess.run([self.program, *words], cwd=self.home, capture_output=True, text=True,
                             env=dict(os.environ, WOODSHED_HOME=str(self.home)))
        if run.returncode:
            raise SystemExit(f"{' '.join(words)}: {run.stderr.strip().splitlines()[-1:]}")
        return run.stdout

    def judge(self, *command):
        report = json.loads(self.call(*command, str(self.player / "heldout"), "--format", "json"))
        return [[file["events"], file["nllPerEvent"]] for file in report["files"]]

    def tune(self, template, settings, minutes, seed):
        """One round on so many minutes; what it gave on the held-out pieces, piece by piece."""
        project = self.home / "Projects" / "sweep"
        subprocess.run(["rm", "-rf", str(project)], check=True)
        self.call("new", "sweep", "--template", template)
        files = self.files("practice")
        random.Random(seed).shuffle(files)
        heard = 0
        for file in files:
            if heard >= minutes * 60:
                break
            imported = json.loads(self.call("import", file, "--project", "sweep", "--format", "json"))
            heard += imported["seconds"]
        lines = {"seed": seed, "varietyMinutes": 0.1, **settings}
        text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items())
        with (project / "project.toml").open("a") as file:
            file.write(text)
        start = time.monotonic()
        report = json.loads(self.call("tune", "--project", "sweep", "--format", "json"))
        wall = time.monotonic() - start
        pieces = self.judge("evaluate", "--model", str(report["round"]), "--project", "sweep")
        return {"pieces": pieces, "minutes": heard / 60, "wall": wall, "passes": report["passes"]}


def mean(pieces):
    return sum(events * nll for events, nll in pieces) / sum(events for events, _ in pieces)


def gain(base, runs):
    """Nats per event that runs have over the base, and the error of that by bootstrap over pieces and seeds."""
    draw = random.Random(1)

    def of(places, chosen):
        return statistics.mean(
            mean([base[place] for place in places]) - mean([run["pieces"][place] for place in places]) for run in chosen)

    places = range(len(base))
    draws = [of(draw.choices(places, k=len(base)), draw.choices(runs, k=len(runs))) for _ in range(2000)]
    return of(places, runs), statistics.stdev(draws)


def tables(kept):
    for player, base in kept["base"].items():
        print(f"\n{player}: the base {mean(base):.3f} nats per event on {len(base)} held-out pieces\n")
        print("| playing | tuned | gain | from nothing | gain | passes | wall |")
        print("|---|---|---|---|---|---|---|")
        for minutes in (15, 60, EVERYTHING):
            tuned, scratch = (
                [run for run in kept["runs"] if (run["player"], run["setting"], run["asked"]) == (player, setting, minutes)]
                for setting in (DEFAULT, NOTHING))
            if not tuned:
                continue
            cells = [f"{statistics.mean(run['minutes'] for run in tuned):.0f} min"]
            for runs in (tuned, scratch):
                value, error = gain(base, runs) if runs else (0, 0)
                cells += [f"{mean(base) - value:.3f}", f"{value:+.3f} ± {error:.3f}"] if runs else ["", ""]
            cells.append(f"{statistics.mean(run['passes'] for run in tuned):.1f}")
            cells.append(f"{statistics.median(run['wall'] for run in tuned):.0f} s")
            print("| " + " | ".join(cells) + " |")
        for minutes in sorted({run["asked"] for run in kept["runs"] if run["setting"] in SETTINGS}):
            settings(kept, player, base, minutes)


def settings(kept, player, base, minutes):
    """The table of all settings that were tried on so many minutes of this player's, where there is more than one."""
    asked = [run for run in kept["runs"] if (run["player"], run["asked"]) == (player, minutes)]
    default = {run["seed"]: run for run in asked if run["setting"] == DEFAULT}
    rows = {setting: [run for run in asked if run["setting"] == setting and run["seed"] in default] for setting in SETTINGS}
    if sum(map(bool, rows.values())) < 2:
        return
    amount = f"{statistics.mean(run['minutes'] for run in default.values()):.0f} min"
    print(f"\n| {amount}, with | gain | against the defaults, same seeds | passes | seeds |")
    print("|---|---|---|---|---|")
    for setting, runs in rows.items():
        if not runs:
            continue
        value, error = gain(base, runs)
        more = [mean(default[run["seed"]]["pieces"]) - mean(run["pieces"]) for run in runs]
        spread = f" ± {statistics.stdev(more) / len(more) ** 0.5:.4f}" if len(more) > 1 else ""
        passes = statistics.mean(run["passes"] for run in runs)
        print(f"| {setting} | {value:+.4f} ± {error:.4f} | {statistics.mean(more):+.4f}{spread} | {passes:.1f} | {len(runs)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("players", nargs="+", type=pathlib.Path)
    parser.add_argument("--kept", type=pathlib.Path, required=True)
    parser.add_argument("--base", type=pathlib.Path, help="weights to start from; else the template solo-piano's")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--minutes", type=int, nargs="+", default=[60], help="how much playing each setting is tried on")
    parser.add_argument("--only", nargs="+", default=[], help="settings whose name has one of these words; 'amounts' for "
                        "the defaults and 'from nothing' for a network that knows nothing on each amount of playing")
    arguments = parser.parse_args()
    base = (arguments.base
            or pathlib.Path(__file__).resolve().parents[2] / "Templates/solo-piano/base.safetensors").resolve()
    kept = json.loads(arguments.kept.read_text()) if arguments.kept.exists() else {"base": {}, "runs": []}
    done = {(run["player"], run["setting"], run["asked"], run["seed"]) for run in kept["runs"]}
    only = arguments.only
    for player in arguments.players:
        bench = Bench(str(arguments.program.resolve()), base, player.resolve())
        if player.name not in kept["base"]:
            kept["base"][player.name] = bench.judge("base", "evaluate", "--model", str(base))
        for seed in range(1, arguments.seeds + 1):
            work = [(name, minutes, settings) for minutes in arguments.minutes for name, settings in SETTINGS.items()
                    if not only or any(word in name for word in only)]
            for word, name, settings in (("amounts", DEFAULT, {}), (NOTHING, NOTHING, SCRATCH)):
                if not only or word in only:
                    work += [(name, minutes, settings) for minutes in (15, 60, EVERYTHING)]
            for name, minutes, settings in work:
                if (player.name, name, minutes, seed) in done:
                    continue
                template = "untrained" if name == NOTHING else "base"
                run = bench.tune(template, settings, minutes, seed)
                kept["runs"].append({"player": player.name, "setting": name, "asked": minutes, "seed": seed, **run})
                done.add((player.name, name, minutes, seed))
                arguments.kept.write_text(json.dumps(kept, indent=1))
                print(f"{player.name}, {name}, {run['minutes']:.0f} min, seed {seed}: {mean(run['pieces']):.4f} "
                      f"in {run['wall']:.0f} s", flush=True)
    tables(kept)


if __name__ == "__main__":
    main()
