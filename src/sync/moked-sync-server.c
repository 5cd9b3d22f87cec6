/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-sync-server-private.h"

#include <stdlib.h>
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-json.h"
#include "sync/moked-change-log-epoch.h"
#include "sync/moked-sync-table.h"
#include "sync/moked-tombstone.h"

/* The reading half of the service's side of the protocol: where a business's log stands, what changed
 * since a cursor, and whole tables for a desktop that starts empty. docs/sync.md has the messages. */

#define PULL_CHANGES 10000
#define PULL_CHANGES_SEEN 2000
#define SNAPSHOT_ROWS 8000
#define FRONT_ROWS 200

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
  /* Its changes lie between the two seqs, so that no index of all changes is needed to find them. */
  { 6,
    "ALTER TABLE mutation ADD COLUMN action TEXT"
    "\n;\n"
    "ALTER TABLE mutation ADD COLUMN undoes TEXT"
    "\n;\n"
    "ALTER TABLE mutation ADD COLUMN first_seq BIGINT"
    "\n;\n"
    "ALTER TABLE mutation ADD COLUMN last_seq BIGINT"
    "\n;\n"
    "CREATE INDEX mutation_by_action ON mutation (business_id, action) WHERE action IS NOT NULL",
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
 * Returns: (transfer full): the service's side of the sync protocol. Everything is in the
 *   session's database, but for the last sums.
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
  moked_sync_server_init_sums (self);
  return self;
}

void
moked_sync_server_free (MokedSyncServer *self)
{
  moked_sync_server_clear_sums (self);
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
          GError        **error)
{
  g_autofree char *epoch = NULL;
  gint64 head = moked_change_log_get_head (session, &epoch, error);

  if (head < 0)
    return FALSE;
  yyjson_mut_obj_add_strcpy (doc, object, "epoch", epoch != NULL ? epoch : "");
  yyjson_mut_obj_add_sint (doc, object, "head", head);
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

  yyjson_mut_doc_set_root (doc, root);
  if (!moked_sync_server_read_scope (self, session, user_id, &scope, error) ||
      !moked_change_log_ensure (session, error) || !notice_restore (session, epoch, cursor, error) ||
      !add_head (session, doc, root, error) ||
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

static GString *
begin_answer (const char *epoch)
{
  GString *json = g_string_new ("{\"epoch\":");

  moked_sync_table_add_text (json, epoch != NULL ? epoch : "");
  return json;
}

static char *
pull_all (MokedSyncServer *self,
          MokedSession    *session,
          const char      *epoch,
          gint64           head,
          gint64           since,
          GError         **error)
{
  gint64 until = MIN (head, since + PULL_CHANGES);
  g_autoptr (GString) json = begin_answer (epoch);

  g_string_append_printf (json, ",\"head\":%" G_GINT64_FORMAT ",\"until\":%" G_GINT64_FORMAT, head, until);
  if (!moked_sync_changes_add (self, session, since, until, json, error))
    return NULL;
  g_string_append_c (json, '}');
  return g_string_free (g_steal_pointer (&json), FALSE);
}

/* For who does not see all each record is looked at. */
static char *
pull_seen (MokedSyncServer *self,
           MokedSession    *session,
           MokedSyncScope  *scope,
           const char      *epoch,
           gint64           head,
           gint64           since,
           GError         **error)
{
  gint64 until = MIN (head, since + PULL_CHANGES_SEEN);
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  yyjson_mut_val *rows = yyjson_mut_arr (doc);

  yyjson_mut_doc_set_root (doc, root);
  if (!moked_sync_feed_add (self, scope, session, since, &until, doc, rows, error))
    return NULL;
  yyjson_mut_obj_add_strcpy (doc, root, "epoch", epoch);
  yyjson_mut_obj_add_sint (doc, root, "head", head);
  yyjson_mut_obj_add_sint (doc, root, "until", until);
  yyjson_mut_obj_add_val (doc, root, "rows", rows);
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
 * Returns: (transfer full) (nullable): `{"epoch", "head", "until", "tables": [{"entity", "fields", "rows"}]}`:
 *   every record touched in (since, until], as it is now. For who does not see all, `"rows": [{"entity", "row"},
 *   {"entity", "remove"}]` instead: the same of what is seen, what came with it, and the ids of those that the user
 *   sees no more. `until` < `head` when there is more
 */
char *
moked_sync_server_pull (MokedSyncServer       *self,
                        MokedSession          *session,
                        const MokedSyncReader *reader,
                        const char            *epoch,
                        gint64                 since,
                        GError               **error)
{
  g_autofree char *found_epoch = NULL;
  g_autoptr (MokedSyncScope) scope = NULL;
  gint64 head = 0;

  if (!check_reader (self, session, reader, &scope, error) ||
      (head = moked_change_log_get_head (session, &found_epoch, error)) < 0)
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
  if (moked_sync_scope_is_narrow (scope))
    return pull_seen (self, session, scope, found_epoch, head, since, error);
  return pull_all (self, session, found_epoch, head, since, error);
}

/* @where and @tail of living records that are seen; @where may use $2. */
static MokedCursor *
query_seen (MokedSession          *session,
            MokedSyncScope        *scope,
            const MokedEntityInfo *info,
            const char            *where,
            const char            *tail,
            const char            *value,
            GError               **error)
{
  g_autofree char *columns = moked_sync_table_dup_columns (info, "e");
  g_autofree char *condition = moked_sync_scope_dup_condition (scope, info, "e", "$3");
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s e WHERE e.business_id = $1 AND %s "
                                          "AND e.deleted_at IS NULL%s%s %s",
                                          columns, moked_entity_info_get_table (info), where,
                                          condition != NULL ? " AND " : "", condition != NULL ? condition : "", tail);

  if (condition == NULL)
    return moked_session_query (session, error, sql, "t", value);
  return moked_session_query (session, error, sql, "tt", value, moked_sync_scope_get_user_id (scope));
}

static gboolean
add_page (MokedSession          *session,
          MokedSyncScope        *scope,
          const MokedEntityInfo *info,
          const char            *before_id,
          GString               *json,
          GError               **error)
{
  g_autofree char *tail = g_strdup_printf ("ORDER BY e.id DESC LIMIT %d", SNAPSHOT_ROWS);
  g_autoptr (MokedCursor) cursor =
      query_seen (session, scope, info, "e.id < $2", tail, before_id != NULL ? before_id : "~", error);
  g_autofree char *last = NULL;
  MokedSyncTable *table;
  gboolean done;

  if (cursor == NULL)
    return FALSE;
  g_string_append_c (json, ',');
  table = moked_sync_table_begin (info, json);
  done = moked_sync_table_add_all (table, cursor, SNAPSHOT_ROWS, &last, error);
  moked_sync_table_end (table);
  if (last != NULL)
    {
      g_string_append (json, ",\"next\":");
      moked_sync_table_add_text (json, last);
    }
  return done;
}

/**
 * moked_sync_server_snapshot:
 * @session: a business's session
 * @reader: who asks, with which rights in mind
 * @entity: the kind of record
 * @before_id: (nullable): where the last page ended; %NULL for the first
 * @error: %MOKED_ERROR_GONE when the rights are others
 *
 * Returns: (transfer full) (nullable): `{"epoch", "entity", "fields", "rows", "next"}`: living records, newest first
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
  g_autofree char *epoch = NULL;
  g_autoptr (MokedSyncScope) scope = NULL;
  g_autoptr (GString) json = NULL;

  if (info == NULL)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_NOT_FOUND, "There is no kind of record ‘%s’", entity);
      return NULL;
    }
  if (!check_reader (self, session, reader, &scope, error) || moked_change_log_get_head (session, &epoch, error) < 0)
    return NULL;
  json = begin_answer (epoch);
  if (!add_page (session, scope, info, before_id, json, error))
    return NULL;
  g_string_append_c (json, '}');
  return g_string_free (g_steal_pointer (&json), FALSE);
}

/* PostgreSQL counts no value as the largest, SQLite as the least. */
static gboolean
add_front (MokedSession          *session,
           MokedSyncScope        *scope,
           const MokedEntityInfo *info,
           const char            *order,
           GString               *json,
           GError               **error)
{
  g_autofree char *field = g_strndup (order, strcspn (order, " "));
  g_autofree char *where = g_strdup_printf ("e.id < $2 AND e.%s IS NOT NULL", field);
  g_autofree char *tail = g_strdup_printf ("ORDER BY e.%s LIMIT %d", order, FRONT_ROWS);
  g_autoptr (MokedCursor) cursor = query_seen (session, scope, info, where, tail, "~", error);
  MokedSyncTable *table;
  gboolean done;

  if (cursor == NULL)
    return FALSE;
  g_string_append (json, json->str[json->len - 1] == '[' ? "{" : ",{");
  table = moked_sync_table_begin (info, json);
  done = moked_sync_table_add_all (table, cursor, 0, NULL, error);
  moked_sync_table_end (table);
  g_string_append_c (json, '}');
  return done;
}

/**
 * moked_sync_server_front:
 * @session: a business's session
 * @reader: who asks, with which rights in mind
 * @error: %MOKED_ERROR_GONE when the rights are others
 *
 * Returns: (transfer full) (nullable): `{"epoch", "tables": [{"entity", "fields", "rows"}]}`: the records that people
 *   see first
 */
char *
moked_sync_server_front (MokedSyncServer       *self,
                         MokedSession          *session,
                         const MokedSyncReader *reader,
                         GError               **error)
{
  g_autofree char *epoch = NULL;
  g_autoptr (MokedSyncScope) scope = NULL;
  g_autoptr (GString) json = NULL;

  if (!check_reader (self, session, reader, &scope, error) || moked_change_log_get_head (session, &epoch, error) < 0)
    return NULL;
  json = begin_answer (epoch);
  g_string_append (json, ",\"tables\":[");
  for (guint p = 0; self->schema->parts[p] != NULL; p++)
    for (guint e = 0; self->schema->parts[p]->entities != NULL && self->schema->parts[p]->entities[e] != NULL; e++)
      {
        const MokedEntityInfo *info = self->schema->parts[p]->entities[e];

        for (const char *const *order = info->front; order != NULL && *order != NULL; order++)
          if (!add_front (session, scope, info, *order, json, error))
            return NULL;
      }
  g_string_append (json, "]}");
  return g_string_free (g_steal_pointer (&json), FALSE);
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
  MokedSyncReader reader = { user_id };

  if (values == NULL)
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "The question cannot be read");
      return NULL;
    }
  reader.scope = g_hash_table_lookup (values, "scope");
  if (g_str_has_prefix (path, "/api/sync/state"))
    return moked_sync_server_state (self, session, user_id, g_hash_table_lookup (values, "epoch"),
                                    get_number (values, "cursor"), error);
  if (g_str_has_prefix (path, "/api/sync/sums"))
    return moked_sync_server_sums (self, session, &reader, g_hash_table_lookup (values, "epoch"),
                                   get_number (values, "at"), error);
  if (g_str_has_prefix (path, "/api/sync/pull"))
    return moked_sync_server_pull (self, session, &reader, g_hash_table_lookup (values, "epoch"),
                                   get_number (values, "since"), error);
  if (g_str_has_prefix (path, "/api/sync/front"))
    return moked_sync_server_front (self, session, &reader, error);
  return moked_sync_server_snapshot (self, session, &reader, g_hash_table_lookup (values, "entity"),
                                     g_hash_table_lookup (values, "before"), error);
}
