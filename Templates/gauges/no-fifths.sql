-- No fifths: how seldom two keys a fifth or an octave and a fifth apart are struck within a second of each
-- other, among all pairs that are. From -1, fifths only, to 0, none.
--
--     woodshed generate --toward Templates/gauges/no-fifths.sql
--
-- It begins as if 50 pairs with the usual share of fifths had been played, one in ten: so silence does not win.
WITH pair AS (
  SELECT (abs(b.pitch - a.pitch) IN (7, 19)) AS fifth
  FROM note AS a JOIN note AS b ON b.start BETWEEN a.start AND a.start + 1
    AND b.rowid > a.rowid AND b.pitch <> a.pitch
)
SELECT -(coalesce(sum(fifth), 0) + 5.0) / (count(*) + 50) FROM pair;
