/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-sync-server-private.h"

#include <stdlib.h>
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "store/moked-entity-store.h"
#include "sync/moked-change-log-epoch.h"
#include "sync/moked-tombstone.h"

/* The reading half of the service's side of the protocol: where a business's log stands, what changed
 * since a cursor, and whole tables for a desktop that starts empty. docs/sync.md has the messages. */

#define PULL_CHANGES 2000
#define SNAPSHOT_ROWS 8000

static const MokedMigration migrations[] = {
  { 1,
    "CREATE TABLE sync_client (business_id TEXT NOT NULL, client TEXT NOT NULL, last_n BIGINT NOT NULL, "
    "PRIMARY KEY (business_id, client))"
    "\n;\n"
    "CREATE TABLE mutation (business_id TEXT NOT NULL, id TEXT NOT NULL, client TEXT NOT NULL, n BIGINT NOT NULL, "
    "user_id TEXT, label TEXT, status TEXT NOT NULL, code TEXT, detail TEXT, made_at BIGINT, received_at BIGINT NOT NULL, "
    "PRIMARY KEY (business_id, id))",
    NULL },
  { 2, "ALTER TABLE mutation ADD COLUMN conflicts TEXT", NULL },
  { 3,
    "CREATE TABLE sync_recovered (business_id TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL, "
    "version BIGINT NOT NULL, PRIMARY KEY (business_id, entity, entity_id))",
    NULL },
  { 4, "ALTER TABLE mutation ADD COLUMN question TEXT", NULL },
  { 5,
    "CREATE TABLE tombstone_purge (business_id TEXT PRIMARY KEY, scanned BIGINT NOT NULL, floor BIGINT NOT NULL)",
    NULL },
  { 0 },
};

const MokedSchemaPart moked_sync_server_schema = { "sync-server", NULL, migrations, NULL };

/**
 * moked_sync_server_new:
 * @schema: the records that travel; static
 * @commands: (array zero-terminated=1): the features' tables of commands; static
 * @scope_func: (nullable): tells what a user may see; %NULL where all see everything
 *
 * Returns: (transfer full): the service's side of the sync protocol. It keeps no state: everything is in
 *   the session's database.
 */
MokedSyncServer *
moked_sync_server_new (const MokedSchema         *schema,
                       const MokedCommand *const *commands,
                       MokedSyncScopeFunc         scope_func)
{
  MokedSyncServer *self = g_new0 (MokedSyncServer, 1);

  self->schema = schema;
  self->commands = commands;
  self->scope_func = scope_func;
  return self;
}

void
moked_sync_server_free (MokedSyncServer *self)
{
  g_free (self);
}

char *
moked_sync_server_write (yyjson_mut_doc *doc,
                         GError        **error)
{
  char *malloced = yyjson_mut_write (doc, YYJSON_WRITE_NOFLAG, NULL);
  char *text = g_strdup (malloced);

  free (malloced);
  if (text == NULL)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_CORRUPT, "A record cannot be written as JSON");
  return text;
}

/* Reads what a user may see now; @out_scope is NULL where all see everything. */
gboolean
moked_sync_server_read_scope (MokedSyncServer *self,
                              MokedSession    *session,
                              const char      *user_id,
                              MokedSyncScope **out_scope,
                              GError         **error)
{
  *out_scope = self->scope_func != NULL ? self->scope_func (session, user_id, error) : NULL;
  return *out_scope != NULL || self->scope_func == NULL;
}

/* What a desktop has was listed for the rights of @reader->scope: with others it must be listed again. */
static gboolean
check_reader (MokedSyncServer       *self,
              MokedSession          *session,
              const MokedSyncReader *reader,
              MokedSyncScope       **out_scope,
              GError               **error)
{
  const char *key = reader->scope != NULL ? reader->scope : moked_sync_scope_get_key (NULL);

  if (!moked_sync_server_read_scope (self, session, reader->user_id, out_scope, error))
    return FALSE;
  if (strcmp (moked_sync_scope_get_key (*out_scope), key) == 0)
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_GONE, "The user's rights are others now; list everything again");
  return FALSE;
}

static gboolean
add_head (MokedSession   *session,
          yyjson_mut_doc *doc,
          yyjson_mut_val *object,
          gint64         *out_head,
          char          **out_epoch,
          GError        **error)
{
  g_autofree char *epoch = NULL;
  gint64 head = moked_change_log_get_head (session, &epoch, error);

  if (head < 0)
    return FALSE;
  yyjson_mut_obj_add_strcpy (doc, object, "epoch", epoch != NULL ? epoch : "");
  yyjson_mut_obj_add_sint (doc, object, "head", head);
  *out_head = head;
  if (out_epoch != NULL)
    *out_epoch = g_steal_pointer (&epoch);
  return TRUE;
}

/* A database that somebody put back without a word does not know it, until a desktop has seen more of the log than
 * there is. */
static gboolean
notice_restore (MokedSession *session,
                const char   *epoch,
                gint64        cursor,
                GError      **error)
{
  g_autofree char *found = NULL;
  gint64 head = moked_change_log_get_head (session, &found, error);

  if (head < 0)
    return FALSE;
  if (epoch == NULL || cursor <= head || g_strcmp0 (epoch, found) != 0)
    return TRUE;
  return moked_change_log_end_epoch (session, error);
}

/**
 * moked_sync_server_state:
 * @session: a business's session that may write: a new business's log begins here
 * @user_id: (nullable): whose device asks
 * @epoch: (nullable): the life of the log that the device has seen
 * @cursor: how far it has seen it
 *
 * Returns: (transfer full) (nullable): `{"epoch", "head", "ended": [{"epoch", "seq"}], "business", "user", "scope",
 *   "entities": […]}`
 */
char *
moked_sync_server_state (MokedSyncServer *self,
                         MokedSession    *session,
                         const char      *user_id,
                         const char      *epoch,
                         gint64           cursor,
                         GError         **error)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  yyjson_mut_val *entities = yyjson_mut_arr (doc);
  g_autoptr (MokedSyncScope) scope = NULL;
  gint64 head;

  yyjson_mut_doc_set_root (doc, root);
  if (!moked_sync_server_read_scope (self, session, user_id, &scope, error) ||
      !moked_change_log_ensure (session, error) || !notice_restore (session, epoch, cursor, error) ||
      !add_head (session, doc, root, &head, NULL, error) ||
      !moked_change_log_add_ends (session, doc, yyjson_mut_obj_add_arr (doc, root, "ended"), error))
    return NULL;
  yyjson_mut_obj_add_strcpy (doc, root, "business", moked_session_get_business (session));
  if (user_id != NULL)
    yyjson_mut_obj_add_strcpy (doc, root, "user", user_id);
  yyjson_mut_obj_add_strcpy (doc, root, "scope", moked_sync_scope_get_key (scope));
  for (guint p = 0; self->schema->parts[p] != NULL; p++)
    for (guint e = 0; self->schema->parts[p]->entities != NULL && self->schema->parts[p]->entities[e] != NULL; e++)
      yyjson_mut_arr_add_str (doc, entities, self->schema->parts[p]->entities[e]->name);
  yyjson_mut_obj_add_val (doc, root, "entities", entities);
  return moked_sync_server_write (doc, error);
}

/**
 * moked_sync_server_pull:
 * @session: a business's session
 * @reader: who asks, with which rights in mind
 * @epoch: the life of the log that @since belongs to
 * @since: the last change that the desktop has
 * @error: %MOKED_ERROR_GONE when @epoch is another life, or the rights are others, %MOKED_ERROR_EXPIRED when deletions
 *   since then are forgotten: the desktop must list everything again
 *
 * Returns: (transfer full) (nullable): `{"epoch", "head", "until", "rows": [{"entity", "row"}, {"entity", "remove"}]}`:
 *   every record touched in (since, until], as it is now, what came with it, and the ids of those that the user sees no
 *   more; `until` < `head` when there is more
 */
char *
moked_sync_server_pull (MokedSyncServer       *self,
                        MokedSession          *session,
                        const MokedSyncReader *reader,
                        const char            *epoch,
                        gint64                 since,
                        GError               **error)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  yyjson_mut_val *rows = yyjson_mut_arr (doc);
  g_autofree char *found_epoch = NULL;
  g_autoptr (MokedSyncScope) scope = NULL;
  gint64 head, until;

  yyjson_mut_doc_set_root (doc, root);
  if (!check_reader (self, session, reader, &scope, error) ||
      !add_head (session, doc, root, &head, &found_epoch, error))
    return NULL;
  if (since < 0)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, "‘since’ must be a number of the change log");
      return NULL;
    }
  if (since > head || g_strcmp0 (epoch, found_epoch) != 0)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_GONE, "The change log began anew; list everything again");
      return NULL;
    }
  if (!moked_tombstone_check (session, since, error))
    return NULL;
  until = MIN (head, since + PULL_CHANGES);
  if (!moked_sync_feed_add (self, scope, session, since, &until, doc, rows, error))
    return NULL;
  yyjson_mut_obj_add_sint (doc, root, "until", until);
  yyjson_mut_obj_add_val (doc, root, "rows", rows);
  return moked_sync_server_write (doc, error);
}

static MokedCursor *
query_page (MokedSession          *session,
            MokedSyncScope        *scope,
            const MokedEntityInfo *info,
            const char            *before_id,
            GError               **error)
{
  g_autofree char *columns = moked_entity_store_dup_columns (info, "e");
  g_autofree char *condition = moked_sync_scope_dup_condition (scope, info, "e", "$3");
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s e WHERE e.business_id = $1 AND e.id < $2 "
                                          "AND e.deleted_at IS NULL%s%s ORDER BY e.id DESC LIMIT %d",
                                          columns, info->name, condition != NULL ? " AND " : "",
                                          condition != NULL ? condition : "", SNAPSHOT_ROWS);

  if (condition == NULL)
    return moked_session_query (session, error, sql, "t", before_id);
  return moked_session_query (session, error, sql, "tt", before_id, moked_sync_scope_get_user_id (scope));
}

/**
 * moked_sync_server_snapshot:
 * @session: a business's session
 * @reader: who asks, with which rights in mind
 * @entity: the kind of record
 * @before_id: (nullable): where the last page ended; %NULL for the first
 * @error: %MOKED_ERROR_GONE when the rights are others
 *
 * Returns: (transfer full) (nullable): `{"epoch", "entity", "rows": […], "next"}`: living records, newest first
 *   (their ids begin with the time); `next` is the @before_id of the following page, absent at the end
 */
char *
moked_sync_server_snapshot (MokedSyncServer       *self,
                            MokedSession          *session,
                            const MokedSyncReader *reader,
                            const char            *entity,
                            const char            *before_id,
                            GError               **error)
{
  const MokedEntityInfo *info = moked_schema_find_entity (self->schema, entity);
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  yyjson_mut_val *rows = yyjson_mut_arr (doc);
  g_autofree char *last = NULL, *epoch = NULL;
  g_autoptr (MokedSyncScope) scope = NULL;
  g_autoptr (MokedCursor) cursor = NULL;
  g_autoptr (GError) local_error = NULL;
  guint n = 0;

  if (info == NULL)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "There is no kind of record ‘%s’", entity);
      return NULL;
    }
  if (!check_reader (self, session, reader, &scope, error) || moked_change_log_get_head (session, &epoch, error) < 0 ||
      (cursor = query_page (session, scope, info, before_id != NULL ? before_id : "~", error)) == NULL)
    return NULL;
  for (; moked_cursor_next (cursor, &local_error); n++)
    {
      g_autoptr (MokedEntity) row = moked_entity_store_read (info, cursor, 0);

      g_set_str (&last, moked_entity_get_id (row));
      yyjson_mut_arr_append (rows, moked_entity_to_json (row, doc));
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "epoch", epoch);
  yyjson_mut_obj_add_str (doc, root, "entity", info->name);
  yyjson_mut_obj_add_val (doc, root, "rows", rows);
  if (n == SNAPSHOT_ROWS)
    yyjson_mut_obj_add_strcpy (doc, root, "next", last);
  return moked_sync_server_write (doc, error);
}

static gint64
get_number (GHashTable *values,
            const char *name)
{
  const char *text = g_hash_table_lookup (values, name);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

/**
 * moked_sync_server_answer:
 * @session: a business's session; one that may write for `/api/sync/state`
 * @user_id: (nullable): whose device asks
 * @path: path and query of a question, beginning with `/api/sync/`
 *
 * For a transport in the same process.
 *
 * Returns: (transfer full) (nullable): the answer to a `GET`
 */
char *
moked_sync_server_answer (MokedSyncServer *self,
                          MokedSession    *session,
                          const char      *user_id,
                          const char      *path,
                          GError         **error)
{
  const char *query = strchr (path, '?');
  g_autoptr (GHashTable) values =
      g_uri_parse_params (query != NULL ? query + 1 : "", -1, "&", G_URI_PARAMS_NONE, NULL);
  const MokedSyncReader reader = { user_id, g_hash_table_lookup (values, "scope") };

  if (g_str_has_prefix (path, "/api/sync/state"))
    return moked_sync_server_state (self, session, user_id, g_hash_table_lookup (values, "epoch"),
                                    get_number (values, "cursor"), error);
  if (g_str_has_prefix (path, "/api/sync/pull"))
    return moked_sync_server_pull (self, session, &reader, g_hash_table_lookup (values, "epoch"),
                                   get_number (values, "since"), error);
  return moked_sync_server_snapshot (self, session, &reader, g_hash_table_lookup (values, "entity"),
                                     g_hash_table_lookup (values, "before"), error);
}
