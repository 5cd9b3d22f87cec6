/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"
#include "store/moked-session.h"

G_BEGIN_DECLS

typedef struct _MokedMigration MokedMigration;
typedef struct _MokedSchemaPart MokedSchemaPart;
typedef struct _MokedSchema MokedSchema;

/**
 * MokedMigration:
 * @version: 1, 2, 3… within its part; each runs once, in order
 * @sql: (nullable): statements separated by `;`
 * @sqlite_only: (nullable): further statements for SQLite, such as FTS5 tables
 */
struct _MokedMigration
{
  guint       version;
  const char *sql;
  const char *sqlite_only;
};

/**
 * MokedSchemaPart:
 * @name: the folder that owns it
 * @entities: (nullable) (array zero-terminated=1): tables and columns come from their fields
 * @migrations: (nullable): ended by a zero version; indexes, tables that are no entity, data
 */
struct _MokedSchemaPart
{
  const char                    *name;
  const MokedEntityInfo *const  *entities;
  const MokedMigration          *migrations;
};

struct _MokedSchema
{
  const MokedSchemaPart *const *parts;
};

const MokedEntityInfo *moked_schema_find_entity (const MokedSchema *self,
                                                 const char        *name);
gboolean               moked_schema_is_current  (const MokedSchema *self,
                                                 MokedSession      *session,
                                                 gboolean          *out_new,
                                                 GError           **error);
gboolean               moked_schema_migrate     (const MokedSchema *self,
                                                 MokedSession      *session,
                                                 gboolean           sqlite,
                                                 GError           **error);

G_END_DECLS
