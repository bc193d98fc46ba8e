-- Wide: how far apart the hands are. The standard deviation of the keys, in semitones, so that a
-- few notes at the ends of the keyboard count more than many in the middle.
--
--     woodshed gauge try Templates/gauges/wide.sql
--
-- It begins as if 20 notes a fifth apart had been played: so silence, or two notes at the ends, do not win.
-- A query sees note(start, end, pitch, velocity), times in seconds, and gives one number.
SELECT sqrt(
    (coalesce(sum((pitch - middle) * (pitch - middle)), 0) + 20 * 49.0) / (count(*) + 20))
FROM note, (SELECT avg(pitch) AS middle FROM note);
