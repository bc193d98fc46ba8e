import GRDB

/// The schema of `library.sqlite` and its migrations; README.md describes the tables.
enum Schema {
  /// The `PRAGMA application_id` of a library: "wood" in ASCII.
  static let applicationID: Int32 = 0x776F_6F64

  /// The migrations, oldest first. A released migration is never changed: a change of the schema is a new
  /// migration at the end.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { db in
      try db.execute(sql: playing)
      try db.execute(sql: verdicts)
      try db.execute(sql: rounds)
      try db.execute(sql: rules(refusals))
    }
    migrator.registerMigration("v2") { db in try db.execute(sql: marks) }
    migrator.registerMigration("v3 blind pairs") { db in try db.execute(sql: blindPairs) }
    migrator.registerMigration("v4 seals") { db in
      try db.execute(sql: seals)
      try SealKind.sealAll(db)
    }
    migrator.registerMigration("v5 held-out takes") { db in try db.execute(sql: heldOut) }
    migrator.registerMigration("v6 deleted and released takes") { db in
      try db.execute(sql: takingBack)
    }
    migrator.registerMigration("v7 recipes") { db in try db.execute(sql: recipes) }
    return migrator
  }

  // MARK: - v1

  /// Sessions, takes, their events and notes.
  private static let playing = """
    CREATE TABLE session (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('recording', 'import', 'generation')),
      startedAt INTEGER NOT NULL,
      name TEXT NOT NULL,
      heldOutAt INTEGER CHECK (heldOutAt IS NULL OR kind <> 'generation'),
      startedAtUTC TEXT AS (datetime(startedAt / 1000000000, 'unixepoch')) VIRTUAL
    ) STRICT;

    CREATE TABLE take (
      id INTEGER PRIMARY KEY,
      session INTEGER NOT NULL REFERENCES session,
      origin TEXT NOT NULL CHECK (origin IN ('played', 'generated', 'mixed')),
      startedAt INTEGER NOT NULL,
      finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
      durationNanoseconds INTEGER NOT NULL CHECK (durationNanoseconds >= 0),
      pedalNanoseconds INTEGER NOT NULL
        CHECK (pedalNanoseconds BETWEEN 0 AND durationNanoseconds),
      eventCount INTEGER NOT NULL CHECK (eventCount >= 0),
      noteCount INTEGER NOT NULL CHECK (noteCount >= 0),
      digest TEXT CHECK (length(digest) = 64),
      sourcePath TEXT,
      sourceDigest TEXT CHECK (length(sourceDigest) = 64),
      sourceTrack INTEGER CHECK (sourceTrack >= 0),
      model TEXT,
      modelDigest TEXT CHECK (length(modelDigest) = 64),
      round INTEGER REFERENCES round,
      seed INTEGER,
      temperature REAL CHECK (temperature >= 0),
      topP REAL CHECK (topP > 0 AND topP <= 1),
      primerTake INTEGER REFERENCES take,
      primer TEXT,
      stream INTEGER CHECK (stream >= 0),
      startedAtUTC TEXT AS (datetime(startedAt / 1000000000, 'unixepoch')) VIRTUAL,
      seconds REAL AS (durationNanoseconds / 1e9) VIRTUAL,
      CHECK (finished = 0 OR digest IS NOT NULL),
      CHECK ((sourcePath IS NULL) = (sourceDigest IS NULL)),
      CHECK (sourcePath IS NOT NULL OR sourceTrack IS NULL),
      CHECK ((model IS NULL) = (seed IS NULL)),
      CHECK ((model IS NULL) = (temperature IS NULL)),
      CHECK ((model IS NULL) = (topP IS NULL)),
      CHECK ((model IS NULL) = (stream IS NULL)),
      CHECK (origin <> 'generated' OR model IS NOT NULL),
      CHECK (origin <> 'played' OR model IS NULL)
    ) STRICT;
    CREATE INDEX takeByStart ON take (startedAt, id);
    CREATE INDEX takeBySession ON take (session);
    CREATE INDEX takeByRound ON take (round) WHERE round IS NOT NULL;
    CREATE INDEX takeUnfinished ON take (id) WHERE finished = 0;
    CREATE UNIQUE INDEX takeBySource ON take (sourceDigest, ifnull(sourceTrack, 0))
      WHERE sourceDigest IS NOT NULL;

    CREATE TABLE eventChunk (
      id INTEGER PRIMARY KEY,
      take INTEGER NOT NULL REFERENCES take,
      sequence INTEGER NOT NULL CHECK (sequence >= 0),
      firstNanoseconds INTEGER NOT NULL CHECK (firstNanoseconds >= 0),
      eventCount INTEGER NOT NULL CHECK (eventCount > 0),
      events BLOB NOT NULL CHECK (length(events) > eventCount),
      UNIQUE (take, sequence)
    ) STRICT;

    CREATE TABLE note (
      take INTEGER NOT NULL REFERENCES take,
      sequence INTEGER NOT NULL,
      pitch INTEGER NOT NULL CHECK (pitch BETWEEN 0 AND 127),
      velocity INTEGER NOT NULL CHECK (velocity BETWEEN 1 AND 127),
      startNanoseconds INTEGER NOT NULL CHECK (startNanoseconds >= 0),
      durationNanoseconds INTEGER NOT NULL CHECK (durationNanoseconds >= 0),
      startSeconds REAL AS (startNanoseconds / 1e9) VIRTUAL,
      endSeconds REAL AS ((startNanoseconds + durationNanoseconds) / 1e9) VIRTUAL,
      PRIMARY KEY (take, sequence)
    ) STRICT, WITHOUT ROWID;
    """

  /// Verdicts, and views of those that are not undone.
  private static let verdicts = """
    CREATE TABLE verdict (
      id INTEGER PRIMARY KEY,
      take INTEGER NOT NULL REFERENCES take,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('keep', 'discard', 'rating', 'note', 'undo')),
      rating INTEGER CHECK (rating BETWEEN 1 AND 5),
      note TEXT,
      fromNanoseconds INTEGER CHECK (fromNanoseconds >= 0),
      toNanoseconds INTEGER CHECK (toNanoseconds > fromNanoseconds),
      round INTEGER REFERENCES round,
      undoes INTEGER UNIQUE REFERENCES verdict,
      atUTC TEXT AS (datetime(at / 1000000000, 'unixepoch')) VIRTUAL,
      CHECK ((kind = 'rating') = (rating IS NOT NULL)),
      CHECK ((kind = 'note') = (note IS NOT NULL)),
      CHECK ((kind = 'undo') = (undoes IS NOT NULL)),
      CHECK ((fromNanoseconds IS NULL) = (toNanoseconds IS NULL)),
      CHECK (fromNanoseconds IS NULL OR kind = 'keep')
    ) STRICT;
    CREATE INDEX verdictByTake ON verdict (take);

    CREATE VIEW standingVerdict AS
      SELECT * FROM verdict
      WHERE kind <> 'undo' AND id NOT IN (SELECT undoes FROM verdict WHERE undoes IS NOT NULL);

    CREATE VIEW currentVerdict AS
      WITH
        judged AS (
          SELECT take, kind, max(id) FROM standingVerdict
          WHERE kind IN ('keep', 'discard') GROUP BY take),
        rated AS (
          SELECT take, rating, max(id) FROM standingVerdict WHERE kind = 'rating' GROUP BY take),
        noted AS (
          SELECT take, note, max(id) FROM standingVerdict WHERE kind = 'note' GROUP BY take)
      SELECT spoken.take, judged.kind AS judgement, rated.rating, noted.note
      FROM (SELECT DISTINCT take FROM standingVerdict) AS spoken
        LEFT JOIN judged ON judged.take = spoken.take
        LEFT JOIN rated ON rated.take = spoken.take
        LEFT JOIN noted ON noted.take = spoken.take;
    """

  /// Rounds, their data lists, and the history of the round in use.
  private static let rounds = """
    CREATE TABLE round (
      id INTEGER PRIMARY KEY,
      parent INTEGER REFERENCES round,
      parentDigest TEXT CHECK (length(parentDigest) = 64),
      createdAt INTEGER NOT NULL,
      programVersion TEXT NOT NULL,
      seed INTEGER NOT NULL,
      settings TEXT NOT NULL CHECK (json_valid(settings)),
      status TEXT NOT NULL CHECK (status IN ('accepted', 'candidate', 'failed')),
      reason TEXT,
      numbers TEXT NOT NULL CHECK (json_valid(numbers)),
      weightsFile TEXT,
      weightsDigest TEXT CHECK (length(weightsDigest) = 64),
      createdAtUTC TEXT AS (datetime(createdAt / 1000000000, 'unixepoch')) VIRTUAL,
      CHECK (weightsFile IS NULL OR weightsDigest IS NOT NULL),
      CHECK (status = 'failed' OR weightsDigest IS NOT NULL)
    ) STRICT;

    CREATE TABLE roundTake (
      round INTEGER NOT NULL REFERENCES round,
      sequence INTEGER NOT NULL CHECK (sequence >= 0),
      take INTEGER NOT NULL REFERENCES take,
      role TEXT NOT NULL CHECK (role IN ('train', 'heldOut')),
      weight REAL NOT NULL CHECK (weight >= 0),
      fromNanoseconds INTEGER CHECK (fromNanoseconds >= 0),
      toNanoseconds INTEGER CHECK (toNanoseconds > fromNanoseconds),
      digest TEXT NOT NULL CHECK (length(digest) = 64),
      PRIMARY KEY (round, sequence),
      CHECK ((fromNanoseconds IS NULL) = (toNanoseconds IS NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX roundTakeByTake ON roundTake (take);

    CREATE TABLE roundUse (
      id INTEGER PRIMARY KEY,
      round INTEGER REFERENCES round,
      at INTEGER NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;

    CREATE VIEW currentRound AS
      SELECT round.* FROM roundUse JOIN round ON round.id = roundUse.round
      WHERE roundUse.id = (SELECT max(id) FROM roundUse);
    """

  // MARK: - v2

  /// Marked moments of takes; rows are only ever added.
  private static let marks = """
    CREATE TABLE mark (
      id INTEGER PRIMARY KEY,
      take INTEGER NOT NULL REFERENCES take,
      nanoseconds INTEGER NOT NULL CHECK (nanoseconds >= 0),
      kind TEXT NOT NULL CHECK (kind IN ('bookmark', 'unplugged', 'overrun', 'interrupted')),
      text TEXT,
      seconds REAL AS (nanoseconds / 1e9) VIRTUAL
    ) STRICT;
    CREATE INDEX markByTake ON mark (take);
    """

  // MARK: - v3

  /// Blind comparisons of two models' takes; rows are only ever added.
  private static let blindPairs = """
    CREATE TABLE blindPair (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      takeA INTEGER NOT NULL REFERENCES take,
      takeB INTEGER NOT NULL REFERENCES take,
      first TEXT NOT NULL CHECK (first IN ('a', 'b')),
      moreMe TEXT CHECK (moreMe IN ('a', 'b')),
      liked TEXT CHECK (liked IN ('a', 'b')),
      atUTC TEXT AS (datetime(at / 1000000000, 'unixepoch')) VIRTUAL,
      CHECK (takeA <> takeB)
    ) STRICT;
    CREATE TRIGGER blindPairGenerated BEFORE INSERT ON blindPair
      WHEN EXISTS (SELECT 1 FROM take
        WHERE id IN (NEW.takeA, NEW.takeB) AND origin <> 'generated')
    BEGIN SELECT RAISE(ABORT, 'a blind comparison is of takes that models played'); END;
    CREATE TRIGGER blindPairUpdated BEFORE UPDATE ON blindPair
    BEGIN SELECT RAISE(ABORT, 'blind comparisons are only ever added to'); END;
    CREATE TRIGGER blindPairDeleted BEFORE DELETE ON blindPair
    BEGIN SELECT RAISE(ABORT, 'blind comparisons are only ever added to'); END;
    """

  // MARK: - v4

  /// Checksums of stored rows, and digests of the model files that a project keeps beside its library.
  private static let seals = """
    CREATE TABLE seal (
      kind TEXT NOT NULL,
      row INTEGER NOT NULL,
      digest INTEGER NOT NULL,
      PRIMARY KEY (kind, row)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE modelFile (
      name TEXT PRIMARY KEY,
      digest TEXT NOT NULL CHECK (length(digest) = 64)
    ) STRICT, WITHOUT ROWID;
    """

  // MARK: - v5

  /// Held-out takes: those of the newest choice, and those in sessions that were held out since.
  private static let heldOut = """
    CREATE TABLE heldOut (
      id INTEGER PRIMARY KEY,
      choice INTEGER NOT NULL CHECK (choice > 0),
      take INTEGER NOT NULL REFERENCES take,
      at INTEGER NOT NULL,
      atUTC TEXT AS (datetime(at / 1000000000, 'unixepoch')) VIRTUAL,
      UNIQUE (choice, take)
    ) STRICT;
    CREATE VIEW heldOutTake AS
      SELECT take FROM heldOut WHERE choice = (SELECT max(choice) FROM heldOut)
      UNION
      SELECT take.id FROM session JOIN take ON take.session = session.id
      WHERE session.heldOutAt > (SELECT ifnull(max(at), -1) FROM heldOut);

    \(rules([
      (
        "heldOutPlayed", "INSERT ON heldOut",
        "(SELECT origin FROM take WHERE id = NEW.take) <> 'played'",
        "only played takes are set aside for judging"
      ),
      ("heldOutUpdated", "UPDATE ON heldOut", "true", "what was set aside is only ever added to"),
      ("heldOutDeleted", "DELETE ON heldOut", "true", "what was set aside is only ever added to"),
    ]))
    DROP TRIGGER takePrimerHeldOut;
    DROP TRIGGER roundTakeTrain;
    DROP TRIGGER roundTakeHeldOut;
    \(rules([
      (
        "takePrimerHeldOut", "INSERT ON take",
        "NEW.primerTake IN (SELECT take FROM heldOutTake)",
        "a held-out take is never a primer"
      ),
      (
        "roundTakeTrain", "INSERT ON roundTake",
        "NEW.role = 'train' AND NEW.take IN (SELECT take FROM heldOutTake)",
        "a held-out take is never trained on"
      ),
      (
        "roundTakeHeldOut", "INSERT ON roundTake",
        """
        NEW.role = 'heldOut' AND NOT EXISTS (
          SELECT 1 FROM take WHERE id = NEW.take AND origin = 'played'
            AND id IN (SELECT take FROM heldOutTake))
        """,
        "only played takes that are held out judge a round"
      ),
    ]))
    """

  // MARK: - v6

  /// What may be taken back: takes that were brought in for judging, and takes altogether; and up to where a
  /// primer goes. All of it is only ever added to, and goes with its take.
  private static let takingBack = """
    CREATE TABLE primerEnd (
      id INTEGER PRIMARY KEY,
      take INTEGER NOT NULL UNIQUE REFERENCES take,
      nanoseconds INTEGER NOT NULL CHECK (nanoseconds > 0),
      seconds REAL AS (nanoseconds / 1e9) VIRTUAL
    ) STRICT;

    CREATE TABLE released (
      id INTEGER PRIMARY KEY,
      take INTEGER NOT NULL UNIQUE REFERENCES take,
      at INTEGER NOT NULL,
      atUTC TEXT AS (datetime(at / 1000000000, 'unixepoch')) VIRTUAL
    ) STRICT;
    DROP VIEW heldOutTake;
    CREATE VIEW heldOutTake AS
      SELECT take FROM heldOut WHERE choice = (SELECT max(choice) FROM heldOut)
      UNION
      SELECT take.id FROM session JOIN take ON take.session = session.id
      WHERE session.heldOutAt > (SELECT ifnull(max(at), -1) FROM heldOut)
        AND take.id NOT IN (SELECT take FROM released);

    CREATE TABLE deletedTake (
      id INTEGER PRIMARY KEY,
      take INTEGER NOT NULL UNIQUE,
      at INTEGER NOT NULL,
      origin TEXT NOT NULL CHECK (origin IN ('played', 'generated', 'mixed')),
      startedAt INTEGER NOT NULL,
      durationNanoseconds INTEGER NOT NULL CHECK (durationNanoseconds >= 0),
      noteCount INTEGER NOT NULL CHECK (noteCount >= 0),
      digest TEXT NOT NULL CHECK (length(digest) = 64),
      sourceDigest TEXT CHECK (length(sourceDigest) = 64),
      copy TEXT NOT NULL,
      atUTC TEXT AS (datetime(at / 1000000000, 'unixepoch')) VIRTUAL
    ) STRICT;

    DROP TRIGGER eventChunkDeleted;
    DROP TRIGGER noteDeleted;
    DROP TRIGGER verdictDeleted;
    \(rules([
      (
        "primerEndOfPrimer", "INSERT ON primerEnd",
        "(SELECT primerTake FROM take WHERE id = NEW.take) IS NULL",
        "only a take that goes on from another has an end of that"
      ),
      ("primerEndUpdated", "UPDATE ON primerEnd", "true", "where a primer ends is never changed"),
      (
        "primerEndDeleted", "DELETE ON primerEnd", stays("take"),
        "where a primer ends is never changed"
      ),
      (
        "releasedImported", "INSERT ON released",
        """
        NOT EXISTS (
          SELECT 1 FROM take JOIN session ON session.id = take.session
          WHERE take.id = NEW.take
            AND session.heldOutAt > (SELECT ifnull(max(at), -1) FROM heldOut))
          OR NEW.take IN (SELECT take FROM released)
        """,
        "only what was brought in for judging can be released"
      ),
      (
        "releasedJudging", "INSERT ON released",
        "EXISTS (SELECT 1 FROM roundTake WHERE take = NEW.take AND role = 'heldOut')",
        "what a round was judged by stays set aside"
      ),
      ("releasedUpdated", "UPDATE ON released", "true", "what was released is only ever added to"),
      (
        "releasedDeleted", "DELETE ON released", stays("take"),
        "what was released is only ever added to"
      ),
      (
        "deletedTakeWhole", "INSERT ON deletedTake",
        "ifnull((SELECT finished FROM take WHERE id = NEW.take), 0) = 0",
        "only a finished take can be deleted"
      ),
      (
        "deletedTakeRests", "INSERT ON deletedTake",
        """
        NEW.take IN (SELECT take FROM roundTake) OR NEW.take IN (SELECT primerTake FROM take)
          OR NEW.take IN (SELECT takeA FROM blindPair UNION SELECT takeB FROM blindPair)
          OR NEW.take IN (SELECT take FROM heldOut)
        """,
        "a take that the record of something rests on is never deleted"
      ),
      ("deletedTakeUpdated", "UPDATE ON deletedTake", "true", "what was deleted stays on record"),
      ("deletedTakeDeleted", "DELETE ON deletedTake", "true", "what was deleted stays on record"),
      (
        "takeDeleted", "DELETE ON take", "OLD.finished = 1 AND \(stays("id"))",
        "a finished take goes only when that is put on record"
      ),
      (
        "eventChunkDeleted", "DELETE ON eventChunk",
        "(SELECT finished FROM take WHERE id = OLD.take) = 1 AND \(stays("take"))",
        "the events of a finished take are never removed"
      ),
      ("noteDeleted", "DELETE ON note", stays("take"), "stored notes are never removed"),
      ("verdictDeleted", "DELETE ON verdict", stays("take"), "verdicts are only ever added to"),
    ]))
    """

  // MARK: - v7

  /// How generated takes were made, in full: what was asked for besides a model, a seed and a primer. Only
  /// ever added to, and goes with its take.
  private static let recipes = """
    CREATE TABLE recipe (
      id INTEGER PRIMARY KEY,
      take INTEGER NOT NULL UNIQUE REFERENCES take,
      sourceTake INTEGER REFERENCES take,
      text TEXT NOT NULL CHECK (json_valid(text))
    ) STRICT;
    CREATE INDEX recipeBySource ON recipe (sourceTake) WHERE sourceTake IS NOT NULL;

    \(rules([
      (
        "recipeSourceHeldOut", "INSERT ON recipe",
        "NEW.sourceTake IN (SELECT take FROM heldOutTake)",
        "nothing is made from a held-out take"
      ),
      ("recipeUpdated", "UPDATE ON recipe", "true", "how a take was made is never changed"),
      (
        "recipeDeleted", "DELETE ON recipe", stays("take"), "how a take was made is never changed"
      ),
      (
        "deletedTakeSource", "INSERT ON deletedTake",
        "NEW.take IN (SELECT sourceTake FROM recipe)",
        "a take that the record of something rests on is never deleted"
      ),
    ]))
    """

  /// A condition: that the take that a row is of, in this column, was not deleted.
  private static func stays(_ take: String) -> String {
    "OLD.\(take) NOT IN (SELECT take FROM deletedTake)"
  }

  // MARK: - v1's rules

  /// A trigger that refuses a write: its name, the operation, the condition, and the message.
  private typealias Refusal = (name: String, on: String, when: String, saying: String)

  /// The triggers for rules that a CHECK on a single row cannot express.
  private static func rules(_ refusals: [Refusal]) -> String {
    refusals.map { name, event, condition, sentence in
      """
      CREATE TRIGGER \(name) BEFORE \(event) WHEN \(condition)
      BEGIN SELECT RAISE(ABORT, '\(sentence)'); END;
      """
    }.joined(separator: "\n")
  }

  private static let refusals: [Refusal] = [
    (
      "takeFinished", "UPDATE ON take", "OLD.finished = 1",
      "a finished take is never changed"
    ),
    (
      "eventChunkInserted", "INSERT ON eventChunk",
      "(SELECT finished FROM take WHERE id = NEW.take) = 1",
      "the events of a finished take are never changed"
    ),
    (
      "eventChunkUpdated", "UPDATE ON eventChunk", "true",
      "stored events are never changed"
    ),
    (
      "eventChunkDeleted", "DELETE ON eventChunk",
      "(SELECT finished FROM take WHERE id = OLD.take) = 1",
      "the events of a finished take are never removed"
    ),
    ("noteUpdated", "UPDATE ON note", "true", "stored notes are never changed"),
    ("noteDeleted", "DELETE ON note", "true", "stored notes are never removed"),
    (
      "takePrimerHeldOut", "INSERT ON take",
      """
      (SELECT heldOutAt FROM take AS primer JOIN session ON session.id = primer.session
        WHERE primer.id = NEW.primerTake) IS NOT NULL
      """,
      "a held-out take is never a primer"
    ),
    (
      "sessionHeldOutStays", "UPDATE OF heldOutAt ON session", "OLD.heldOutAt IS NOT NULL",
      "a held-out session stays held out"
    ),
    (
      "sessionHeldOutTrained", "UPDATE OF heldOutAt ON session",
      """
      EXISTS (SELECT 1 FROM roundTake JOIN take ON take.id = roundTake.take
        WHERE take.session = NEW.id AND roundTake.role = 'train')
      """,
      "a session that a round was trained on is never held out"
    ),
    ("verdictUpdated", "UPDATE ON verdict", "true", "verdicts are only ever added to"),
    ("verdictDeleted", "DELETE ON verdict", "true", "verdicts are only ever added to"),
    (
      "verdictUndoes", "INSERT ON verdict",
      """
      NEW.undoes IS NOT NULL AND NOT EXISTS (SELECT 1 FROM verdict
        WHERE id = NEW.undoes AND take = NEW.take AND kind <> 'undo')
      """,
      "an undo names a verdict on the same take that is not itself an undo"
    ),
    (
      "roundRecord",
      """
      UPDATE OF id, parent, parentDigest, createdAt, programVersion, seed, settings, status,
        reason, numbers, weightsDigest ON round
      """,
      "true", "the record of a round is never changed"
    ),
    ("roundDeleted", "DELETE ON round", "true", "the record of a round stays"),
    ("roundTakeUpdated", "UPDATE ON roundTake", "true", "the record of a round stays"),
    ("roundTakeDeleted", "DELETE ON roundTake", "true", "the record of a round stays"),
    (
      "roundTakeTrain", "INSERT ON roundTake",
      """
      NEW.role = 'train' AND (SELECT heldOutAt FROM take JOIN session ON session.id = take.session
        WHERE take.id = NEW.take) IS NOT NULL
      """,
      "a held-out take is never trained on"
    ),
    (
      "roundTakeHeldOut", "INSERT ON roundTake",
      """
      NEW.role = 'heldOut' AND NOT EXISTS (
        SELECT 1 FROM take JOIN session ON session.id = take.session
        WHERE take.id = NEW.take AND take.origin = 'played' AND session.heldOutAt IS NOT NULL)
      """,
      "only played takes of a held-out session judge a round"
    ),
    ("roundUseUpdated", "UPDATE ON roundUse", "true", "which round was in use is only added to"),
    ("roundUseDeleted", "DELETE ON roundUse", "true", "which round was in use is only added to"),
    (
      "roundUseReady", "INSERT ON roundUse",
      """
      NEW.round IS NOT NULL AND NOT EXISTS (SELECT 1 FROM round
        WHERE id = NEW.round AND weightsFile IS NOT NULL)
      """,
      "a round without weights cannot be used"
    ),
    (
      "roundWeightsInUse", "UPDATE OF weightsFile ON round",
      "NEW.weightsFile IS NULL AND OLD.id = (SELECT id FROM currentRound)",
      "the weights of the round in use are never removed"
    ),
  ]
}
