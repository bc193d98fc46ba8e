#!/usr/bin/env python3
"""Holds woodshed's tokens against note-seq's, over a folder of MIDI files.

    python3 -m venv venv && venv/bin/pip install note-seq==0.0.5 setuptools
    venv/bin/python compare_with_note_seq.py .build/release/woodshed FOLDER [--jobs 2] [--every 10]
    venv/bin/python compare_with_note_seq.py --tokens FILE

The first form reports files whose tokens are equal, different, or were not compared: those in which
a key is struck again before its note-off, or a note has zero length, since pretty_midi pairs those
wrongly or drops them. note-seq gives each channel of each track a pedal of its own, woodshed one
pedal to all: a file that differs is compared once more with all channels made one, and counted
apart when it is equal then. Exit status 1 if any file differs. `--every N` takes every Nth file.

The second prints note-seq's tokens of one file; the goldens of EncodingTests come from it.
"""
import argparse
import collections
import contextlib
import io
import itertools
import logging
import multiprocessing
import pathlib
import subprocess
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import mido  # noqa: E402
import note_seq  # noqa: E402
import pretty_midi  # noqa: E402
from note_seq import performance_lib, sequences_lib  # noqa: E402

FIRST = {1: 0, 2: 128, 3: 256, 4: 356}  # note-on, note-off, time-shift, velocity
LOWEST = {1: 0, 2: 0, 3: 1, 4: 1}


def reason_to_skip(midi):
    """Why pretty_midi cannot be trusted with a file, whose times are ticks from the beginning."""
    events = [
        (event.time, track, event)
        for track, events in enumerate(midi.tracks)
        for event in events
        if event.type in ("note_on", "note_off")
    ]
    events.sort(key=lambda item: item[:2])
    down = {}
    for tick, _, event in events:
        if event.type == "note_on" and event.velocity > 0:
            if event.note in down:
                return "struck again"
            down[event.note] = tick
        elif down.pop(event.note, None) == tick:
            return "zero length"
    return None


def expected(path, one_pedal=False):
    """note-seq's tokens, without leading shifts; or None, and why not."""
    midi = mido.MidiFile(file=io.BytesIO(pathlib.Path(path).read_bytes()))
    piece = pretty_midi.PrettyMIDI(mido_object=midi)  # makes the times of `midi` absolute
    reason = reason_to_skip(midi)
    if reason:
        return None, reason
    sequence = note_seq.midi_to_note_sequence(piece)
    if one_pedal:
        for event in itertools.chain(sequence.notes, sequence.control_changes):
            event.instrument = 0
    sequence = sequences_lib.apply_sustain_control_changes(sequence)
    sequence = sequences_lib.quantize_note_sequence_absolute(sequence, 100)
    performance = performance_lib.Performance(quantized_sequence=sequence, num_velocity_bins=32)
    tokens = [
        FIRST[event.event_type] + event.event_value - LOWEST[event.event_type]
        for event in performance
    ]
    while tokens and 256 <= tokens[0] < 356:
        tokens.pop(0)
    return tokens, None


def compare(job):
    """The path, its outcome, and a remark."""
    woodshed, path = job
    try:
        tokens, reason = expected(path)
    except Exception as error:  # pretty_midi and note-seq raise a great many kinds
        return path, "skipped", f"note-seq: {error}"
    if reason:
        return path, "skipped", reason
    run = subprocess.run([woodshed, "tokens", str(path)], capture_output=True, text=True)
    if run.returncode != 0:
        return path, "different", run.stderr.strip()
    found = [int(line) for line in run.stdout.split()]
    if found == tokens:
        return path, "equal", ""
    tokens, _ = expected(path, one_pedal=True)
    if found == tokens:
        return path, "equal with one pedal", ""
    place = next((i for i, (a, b) in enumerate(zip(found, tokens)) if a != b), None)
    if place is None:
        return path, "different", f"{len(found)} tokens, note-seq has {len(tokens)}"
    return path, "different", (
        f"token {place}: {found[place:place + 6]}, note-seq has {tokens[place:place + 6]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("woodshed", nargs="?")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--tokens", metavar="FILE")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--every", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.tokens:
        tokens, reason = expected(arguments.tokens)
        print(reason if tokens is None else ", ".join(map(str, tokens)))
        return 0
    if not arguments.folder:
        parser.error("a woodshed and a folder, or --tokens FILE")

    paths = sorted(
        path for path in pathlib.Path(arguments.folder).rglob("*")
        if path.suffix.lower() in (".mid", ".midi"))[::arguments.every]
    counts = collections.Counter()
    reasons = collections.Counter()
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(multiprocessing.Pool(arguments.jobs))
        jobs = [(arguments.woodshed, path) for path in paths]
        for path, outcome, remark in pool.imap(compare, jobs):
            counts[outcome] += 1
            if outcome == "skipped":
                reasons[remark] += 1
            if outcome == "different":
                print(f"{path}: {remark}", flush=True)
    for reason, count in reasons.most_common():
        print(f"not compared, {reason}: {count}")
    outcomes = ("equal", "equal with one pedal", "different", "skipped")
    print(", ".join(f"{counts[outcome]} {outcome}" for outcome in outcomes))
    return 1 if counts["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
