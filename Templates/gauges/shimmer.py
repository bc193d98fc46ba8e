#!/usr/bin/env python3
"""Shimmer: how much of the playing lies high and flickers.

A note gives its height, from 0 an octave above middle C to 1 two octaves and a half above it, and half as much
again where it returns to the key of the last note but one within half a second, as trills and tremolos
do. The gauge is the mean over the notes, as if twenty plain ones had been played first: so silence and a
single high note do not win.

    woodshed gauge try Templates/gauges/shimmer.py
    woodshed generate --toward Templates/gauges/shimmer.py

A gauge reads a line of JSON for each piece of music, with its notes as [start, end, pitch, velocity] in
seconds, and answers with a number each.
"""

import json
import sys


def shimmer(notes):
    total = 0.0
    for index, (start, _, pitch, _) in enumerate(notes):
        height = min(1.0, max(0.0, (pitch - 72) / 18))
        returns = (
            index >= 2
            and notes[index - 2][2] == pitch
            and 1 <= abs(notes[index - 1][2] - pitch) <= 12
            and start - notes[index - 2][0] < 0.5
        )
        total += height * (1.5 if returns else 1.0)
    return total / (len(notes) + 20)


for line in sys.stdin:
    music = json.loads(line)
    print(json.dumps({"id": music["id"], "score": shimmer(music["notes"])}), flush=True)
