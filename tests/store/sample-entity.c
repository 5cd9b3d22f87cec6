/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample-entity.h"

#include "sync/moked-change-log.h"

static const MokedEnumValue colours[] = {
  { SAMPLE_RED, "red", "Red" },
  { SAMPLE_GREEN, "green", "Green" },
  { 0 },
};

static const MokedField fields[] = {
  MOKED_TEXT (Sample, title, "Title", 40, MOKED_FIELD_REQUIRED),
  MOKED_SET (Sample, tags, "Tags", 0, MOKED_FIELD_NONE),
  MOKED_REF (Sample, owner_id, NULL, MOKED_FIELD_OWNER),
  MOKED_INT (Sample, amount, "Amount", MOKED_FIELD_NONE),
  MOKED_BOOL (Sample, urgent, NULL, MOKED_FIELD_NONE),
  MOKED_TIME (Sample, due_at, NULL, MOKED_FIELD_NONE),
  MOKED_ENUM (Sample, colour, NULL, colours, MOKED_FIELD_SERVICE),
  MOKED_TEXT (Sample, title_lower, NULL, 0, MOKED_FIELD_DERIVED),
};

static void
refresh (MokedEntity *entity)
{
  Sample *self = (Sample *) entity;

  g_free (self->title_lower);
  self->title_lower = self->title != NULL ? g_utf8_strdown (self->title, -1) : NULL;
}

const MokedEntityInfo sample_info = { "sample", sample_get_type, fields, G_N_ELEMENTS (fields), NULL, refresh };

MOKED_DEFINE_ENTITY (Sample, sample, &sample_info)

static const MokedEntityInfo *const entities[] = { &sample_info, NULL };

static const MokedMigration migrations[] = {
  { 1, "CREATE INDEX sample_by_title ON sample (business_id, title)",
    "CREATE TABLE sample_dirty (row_id INTEGER PRIMARY KEY)"
    "\n;\n"
    "CREATE VIRTUAL TABLE sample_search USING fts5 (title_lower, content='', contentless_delete=1, tokenize='trigram')"
    "\n;\n"
    "CREATE TRIGGER sample_inserted AFTER INSERT ON sample BEGIN "
    "INSERT INTO sample_dirty VALUES (new.row_id) ON CONFLICT DO NOTHING; END"
    "\n;\n"
    "CREATE TRIGGER sample_updated AFTER UPDATE ON sample BEGIN "
    "INSERT INTO sample_dirty VALUES (new.row_id) ON CONFLICT DO NOTHING; END",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm"
    "\n;\n"
    "CREATE INDEX sample_search ON sample USING gin (title_lower gin_trgm_ops)" },
  { 0 },
};

static const MokedIndex indexes[] = {
  { "sample", "sample_dirty",
    "INSERT OR REPLACE INTO sample_search (rowid, title_lower) SELECT row_id, title_lower FROM sample "
    "WHERE row_id IN (SELECT row_id FROM sample_dirty WHERE row_id <= $1)" },
  { 0 },
};

static const MokedSchemaPart sample_part = { "sample", entities, migrations, indexes };
static const MokedSchemaPart *const parts[] = { &sample_part, &moked_change_log_schema, NULL };

const MokedSchema sample_schema = { parts };

Sample *
sample_new (const char *id,
            const char *title)
{
  Sample *self = (Sample *) moked_entity_new (&sample_info, id);

  self->title = g_strdup (title);
  return self;
}
