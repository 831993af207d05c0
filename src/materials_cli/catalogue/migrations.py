"""The migrations of the catalogue's schema. A migration that has been released never changes.

Migration N takes a catalogue from version N - 1 to version N. There are columns for what is filtered or joined; everything
else that Drive states about a file is one JSON object, item.remote. Times are RFC 3339 in UTC, so that they sort as text.
"""

# A section's place contains the number of its item (item << 20 | position in it), so that a search can be narrowed to some
# items without looking up every matching section. Terms are indexed ready-made, so the tokenizer has only to split them at
# spaces: "ascii" keeps every non-ASCII character, whichever Unicode version this SQLite supports.
_VERSION_1 = """
    CREATE TABLE item (
        number INTEGER PRIMARY KEY,
        collection TEXT NOT NULL,
        id TEXT NOT NULL,
        path TEXT NOT NULL,
        state TEXT NOT NULL,
        media_type TEXT NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        md5 TEXT,
        first_seen TEXT NOT NULL,
        fetched TEXT NOT NULL,
        withdrawn TEXT,
        verified INTEGER NOT NULL,
        remote TEXT NOT NULL,
        title TEXT,
        unit TEXT,
        sections INTEGER NOT NULL DEFAULT 0,
        note TEXT,
        properties TEXT NOT NULL DEFAULT '{}',
        text_of TEXT,
        extractor INTEGER,
        modified TEXT AS (json_extract(remote, '$.modified')) VIRTUAL,
        drive_id TEXT AS (json_extract(remote, '$.drive_id')) VIRTUAL,
        name TEXT AS (json_extract(remote, '$.name')) VIRTUAL,
        UNIQUE (collection, id)
    ) STRICT;
    CREATE INDEX item_path ON item (path);
    CREATE TABLE version (
        collection TEXT NOT NULL,
        item TEXT NOT NULL,
        path TEXT NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        md5 TEXT,
        modified TEXT,
        fetched TEXT NOT NULL,
        retired TEXT NOT NULL
    ) STRICT;
    CREATE INDEX version_item ON version (collection, item);
    CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        collection TEXT NOT NULL,
        started TEXT NOT NULL,
        ended TEXT,
        status INTEGER,
        counts TEXT NOT NULL DEFAULT '{}',
        bytes INTEGER NOT NULL DEFAULT 0,
        unchanged INTEGER NOT NULL DEFAULT 0,
        notices TEXT NOT NULL DEFAULT '[]',
        failures TEXT NOT NULL DEFAULT '[]'
    ) STRICT;
    CREATE INDEX run_collection ON run (collection);
    CREATE TABLE section (
        place INTEGER PRIMARY KEY,
        number INTEGER NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        notes TEXT NOT NULL,
        hidden INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE VIRTUAL TABLE words USING fts5 (title, body, notes, content = '', tokenize = 'ascii');
    CREATE VIRTUAL TABLE names USING fts5 (name, folders, about, content = '', tokenize = 'ascii');
"""

# An item is withdrawn when it was missing from two listings; `missed` is the time of the first.
_VERSION_2 = "ALTER TABLE item ADD COLUMN missed TEXT;"

# section.ocr marks recognised text; item.ocr is the languages in which the item's pictures were recognised.
_VERSION_3 = """
    ALTER TABLE section ADD COLUMN ocr INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE item ADD COLUMN ocr TEXT NOT NULL DEFAULT '';
"""

# Events are append-only: the triggers forbid changing them, by "INSERT OR REPLACE" too.
_VERSION_4 = """
    CREATE TABLE event (
        number INTEGER PRIMARY KEY,
        run INTEGER REFERENCES run (id),
        time TEXT NOT NULL,
        type TEXT NOT NULL,
        collection TEXT NOT NULL,
        item TEXT,
        outcome TEXT NOT NULL,
        detail TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT;
    CREATE INDEX event_item ON event (item);
    CREATE INDEX event_run ON event (run);
    CREATE TRIGGER event_is_added BEFORE INSERT ON event
    WHEN NEW.number <= (SELECT max(number) FROM event)
    BEGIN SELECT RAISE (ABORT, 'an event is only added after the last'); END;
    CREATE TRIGGER event_is_kept BEFORE DELETE ON event
    BEGIN SELECT RAISE (ABORT, 'an event is never deleted'); END;
    CREATE TRIGGER event_is_final BEFORE UPDATE ON event
    BEGIN SELECT RAISE (ABORT, 'an event is never changed'); END;
    CREATE TRIGGER run_is_kept BEFORE DELETE ON run
    BEGIN SELECT RAISE (ABORT, 'a run is never deleted'); END;
    CREATE TRIGGER run_is_final BEFORE UPDATE ON run WHEN OLD.ended IS NOT NULL
    BEGIN SELECT RAISE (ABORT, 'a run that has ended is never changed'); END;
"""

# Notes are messages, stored as JSON; the sentences of earlier versions stay as they are.
_VERSION_5 = "UPDATE item SET note = json_quote(note) WHERE note IS NOT NULL;"

# Whatever changes an item ends the time in which the manifest is current (export/manifest.py).
_VERSION_6 = """
    CREATE TRIGGER item_is_added AFTER INSERT ON item
    BEGIN DELETE FROM setting WHERE name = 'manifest_current'; END;
    CREATE TRIGGER item_is_changed AFTER UPDATE ON item
    BEGIN DELETE FROM setting WHERE name = 'manifest_current'; END;
    CREATE TRIGGER item_is_deleted AFTER DELETE ON item
    BEGIN DELETE FROM setting WHERE name = 'manifest_current'; END;
"""

# See sightings.py.
_VERSION_7 = """
    CREATE TABLE sighting (
        collection TEXT NOT NULL,
        item TEXT NOT NULL,
        day TEXT NOT NULL,
        asked TEXT NOT NULL,
        size INTEGER,
        PRIMARY KEY (collection, item)
    ) STRICT, WITHOUT ROWID;
"""

# What Drive has in place of an item's bytes while the guard has not decided, or holds it back (sync/guard.py), and such bytes
# when Drive has others again: they never were in the mirror.
_VERSION_8 = """
    ALTER TABLE item ADD COLUMN replacement TEXT;
    ALTER TABLE version ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
"""

# What an item is (describe/), derived and corrected; word_count, languages and text_digest are of its text. corrections:
# those in metadata/. retrieved: how its bytes came. verified_at: when they were last compared with their checksum.
_VERSION_9 = """
    ALTER TABLE item ADD COLUMN word_count INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE item ADD COLUMN languages TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE item ADD COLUMN text_digest TEXT;
    ALTER TABLE item ADD COLUMN described TEXT;
    ALTER TABLE item ADD COLUMN corrections TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE item ADD COLUMN retrieved TEXT;
    ALTER TABLE item ADD COLUMN verified_at TEXT;
"""

# See verifications.py.
_VERSION_10 = """
    CREATE TABLE verification (
        collection TEXT NOT NULL,
        item TEXT NOT NULL,
        time TEXT NOT NULL,
        PRIMARY KEY (collection, item)
    ) STRICT, WITHOUT ROWID;
"""

# See sources.py.
_VERSION_11 = """
    CREATE TABLE source (
        collection TEXT PRIMARY KEY,
        told TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
"""

MIGRATIONS: tuple[str, ...] = (
    _VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4, _VERSION_5, _VERSION_6, _VERSION_7, _VERSION_8, _VERSION_9,
    _VERSION_10, _VERSION_11,
)  # fmt: skip
