#!/usr/bin/env python3
"""Like a take: how near the playing is to one take, by nine measures of style.

    woodshed generate --toward Templates/gauges/like-take.py:12

What stands behind the colon, a take or a MIDI file, comes as the first line, with "reference": true. Of it
and of each piece of music this counts nine things (pitch classes, register, intervals, velocities, times
between notes, lengths of notes, length over time to the next, notes a second, notes at once), each as shares
of a few bins. The gauge is minus the mean of how much the shares differ, from -1, nothing in common, to 0. It
begins as if 16 notes of something else had been played: so silence does not win.
"""

import json
import math
import sys


def doubling(value, low, bins):
    """The bin of a time or ratio, half a doubling wide."""
    return max(0, min(bins - 1, int((math.log2(max(value, 0.001)) - low) * 2)))


def measures(notes):
    """Shares of bins for each of the nine measures."""
    counts = [{} for _ in range(9)]

    def add(measure, value):
        counts[measure][value] = counts[measure].get(value, 0) + 1

    notes = sorted(notes)
    seconds = [0] * (int(notes[-1][0]) + 1 if notes else 0)
    for index, (start, end, pitch, velocity) in enumerate(notes):
        length = max(0.01, end - start)
        add(0, pitch % 12)
        add(1, pitch // 4)
        add(3, velocity // 8)
        add(5, doubling(length, -7, 20))
        seconds[int(start)] += 1
        if index + 1 < len(notes):
            following = notes[index + 1]
            time = max(0.01, following[0] - start)
            add(2, max(-12, min(12, following[2] - pitch)))
            add(4, doubling(time, -7, 20))
            add(6, doubling(length / time, -4, 16))
        # What still sounds when this note begins.
        add(8, sum(1 for other in notes[max(0, index - 12) : index] if other[1] > start))
    for onsets in seconds:
        add(7, min(20, onsets // 2))
    return [
        {bin: count / sum(measure.values()) for bin, count in measure.items()} for measure in counts
    ]


def distance(one, other):
    """Half the sum of the differences of all shares, 0 to 1, in the mean over the measures."""
    total = 0.0
    for a, b in zip(one, other):
        total += sum(abs(a.get(bin, 0) - b.get(bin, 0)) for bin in a.keys() | b.keys()) / 2
    return total / len(one)


reference = None
for line in sys.stdin:
    music = json.loads(line)
    notes = music["notes"]
    if music.get("reference"):
        reference = measures(notes)
        print(0, flush=True)
        continue
    if reference is None:
        sys.exit("say which take to be like, behind a colon: like-take.py:12")
    print(-(distance(measures(notes), reference) * len(notes) + 16) / (len(notes) + 16), flush=True)
