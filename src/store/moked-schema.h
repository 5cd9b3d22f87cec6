/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"
#include "store/moked-session.h"

G_BEGIN_DECLS

typedef struct _MokedMigration MokedMigration;
typedef struct _MokedIndex MokedIndex;
typedef struct _MokedSchemaPart MokedSchemaPart;
typedef struct _MokedSchema MokedSchema;

/**
 * MokedSchemaState:
 * @MOKED_SCHEMA_EMPTY: a new database
 * @MOKED_SCHEMA_OLD: must be migrated, after a backup
 * @MOKED_SCHEMA_CURRENT: nothing to do
 */
typedef enum
{
  MOKED_SCHEMA_EMPTY,
  MOKED_SCHEMA_OLD,
  MOKED_SCHEMA_CURRENT,
} MokedSchemaState;

/**
 * MokedMigration:
 * @version: 1, 2, 3… within its part; each runs once, in order
 * @sql: (nullable): statements, separated by lines that hold only `;`
 * @sqlite_only: (nullable): further statements for SQLite, such as FTS5 tables
 * @postgres_only: (nullable): further statements for PostgreSQL
 */
struct _MokedMigration
{
  guint       version;
  const char *sql;
  const char *sqlite_only;
  const char *postgres_only;
};

/**
 * MokedIndex:
 * @entity: the kind of record that it finds
 * @dirty: a table with one column `row_id` that triggers fill
 * @sql: statements (separated by lines that hold only `;`) that index the rows of @dirty
 *   whose `row_id <= $1`; the kernel empties @dirty
 *
 * The triggers must say `ON CONFLICT DO NOTHING`: SQLite overrides `OR IGNORE` inside a trigger by the
 * conflict clause of the statement that fired it, and records are written with one.
 *
 * A search index that is brought up to date in the background, off the path of the writes. SQLite alone needs it:
 * PostgreSQL's own index of trigrams (`gin_trgm_ops`) keeps a list of what is still to be indexed.
 */
struct _MokedIndex
{
  const char *entity;
  const char *dirty;
  const char *sql;
};

/**
 * MokedSchemaPart:
 * @name: the folder that owns it
 * @entities: (nullable) (array zero-terminated=1): tables and columns come from their fields
 * @migrations: (nullable): ended by a zero version; indexes, tables that are no entity, data
 * @indexes: (nullable): ended by a %NULL dirty table
 * @restored: (nullable): statements (separated by lines that hold only `;`) to run once in a database that is a copy
 *   of another time, before it is used
 * @restored_postgres: (nullable): the same for PostgreSQL, where it must be said otherwise
 * @derived_tables: (nullable) (array zero-terminated=1): what triggers make of other tables; no copy needs it
 * @secret_tables: (nullable) (array zero-terminated=1): what only this installation may have; no export has it
 */
struct _MokedSchemaPart
{
  const char                    *name;
  const MokedEntityInfo *const  *entities;
  const MokedMigration          *migrations;
  const MokedIndex              *indexes;
  const char                    *restored;
  const char                    *restored_postgres;
  const char *const             *derived_tables;
  const char *const             *secret_tables;
};

struct _MokedSchema
{
  const MokedSchemaPart *const *parts;
};

const MokedEntityInfo *moked_schema_find_entity (const MokedSchema *self,
                                                 const char        *name);
gboolean               moked_schema_get_state   (const MokedSchema *self,
                                                 MokedSession      *session,
                                                 MokedSchemaState  *out_state,
                                                 GError           **error);
gboolean               moked_schema_migrate     (const MokedSchema *self,
                                                 MokedSession      *session,
                                                 GError           **error);
gboolean               moked_schema_tell_restored (const MokedSchema *self,
                                                   MokedSession      *session,
                                                   GError           **error);
gboolean               moked_schema_index_step  (const MokedSchema *self,
                                                 MokedSession      *session,
                                                 guint              max_rows,
                                                 gboolean          *out_more,
                                                 GError           **error);
char                  *moked_schema_dup_fingerprint (const MokedSchema *self);

G_END_DECLS
