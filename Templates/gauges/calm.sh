#!/bin/sh
# Calm: how soft and unhurried the playing is. From the notes a second (fewer is calmer, but never below
# two, so that silence does not win) and the mean velocity.
#
#     woodshed gauge try Templates/gauges/calm.sh
#
# A line is {"id":7,"seconds":12.0,"new":2.0,"notes":[[start,end,pitch,velocity],...],"pedal":[]}. Split at
# brackets, every note is a field of four numbers. A bare number is an answer, too.

# mawk waits for more to read unless it is told that somebody waits for it.
case $(awk -W version 2>&1 </dev/null) in mawk*) set -- -W interactive ;; esac
exec awk "$@" -F '[][]+' '
{
  split($1, head, /[:,]/)
  seconds = head[4] > 1 ? head[4] : 1
  notes = 0
  velocities = 0
  for (field = 2; field < NF; field++) {
    if (split($field, note, ",") == 4 && note[1] != "") {
      notes++
      velocities += note[4]
    }
  }
  # As if eight more notes of middling loudness had been played.
  loudness = (velocities + 8 * 64) / (notes + 8)
  density = notes / seconds
  if (density < 2) density = 2 + (2 - density) * 4
  print -log(density) / log(2) - loudness / 24
  fflush()
}'
