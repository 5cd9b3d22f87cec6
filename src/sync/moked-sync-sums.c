/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "base/moked-json.h"
#include "sync/moked-sync-server-private.h"
#include "sync/moked-sync-sum.h"

/* The service's side of the comparison: the sums of all kinds of records at one point of the log. All desktops of an
 * office that is quiet ask for the same point, so the last answer is kept; while the log grows they are made anew no
 * more often than now and then, and whoever asks in between is told to come later. */

#define PAUSE_USEC (30 * G_USEC_PER_SEC)

typedef struct
{
  char  *epoch;
  gint64 head;
  gint64 made_at;
  char  *answer;
} Sums;

static void
free_sums (gpointer data)
{
  Sums *sums = data;

  g_free (sums->epoch);
  g_free (sums->answer);
  g_free (sums);
}

void
moked_sync_server_init_sums (MokedSyncServer *self)
{
  g_mutex_init (&self->sums_lock);
  self->sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_sums);
}

void
moked_sync_server_clear_sums (MokedSyncServer *self)
{
  g_mutex_clear (&self->sums_lock);
  g_hash_table_unref (self->sums);
}

/* Returns (transfer full) (nullable) the answer that is known, or that there is none now. */
static char *
find_known (MokedSyncServer *self,
            MokedSession    *session,
            const char      *epoch,
            gint64           head)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->sums_lock);
  Sums *sums = g_hash_table_lookup (self->sums, moked_session_get_business (session));

  if (sums == NULL)
    return NULL;
  if (sums->head == head && g_strcmp0 (sums->epoch, epoch) == 0)
    return g_strdup (sums->answer);
  return ABS (moked_session_get_now (session) - sums->made_at) < PAUSE_USEC ? g_strdup ("{}") : NULL;
}

static void
keep (MokedSyncServer *self,
      MokedSession    *session,
      const char      *epoch,
      gint64           head,
      const char      *answer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->sums_lock);
  Sums *sums = g_new (Sums, 1);

  *sums = (Sums) { g_strdup (epoch), head, moked_session_get_now (session), g_strdup (answer) };
  g_hash_table_replace (self->sums, g_strdup (moked_session_get_business (session)), sums);
}

static gboolean
add_sums (MokedSyncServer *self,
          MokedSession    *session,
          yyjson_mut_doc  *doc,
          yyjson_mut_val  *sums,
          GError         **error)
{
  const MokedSchemaPart *const *parts = self->schema->parts;

  for (guint p = 0; parts[p] != NULL; p++)
    for (guint e = 0; parts[p]->entities != NULL && parts[p]->entities[e] != NULL; e++)
      {
        g_autofree char *text = NULL;
        guint64 sum;

        if (!moked_sync_sum_table (session, parts[p]->entities[e], &sum, error))
          return FALSE;
        text = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", sum);
        yyjson_mut_obj_add_strcpy (doc, sums, parts[p]->entities[e]->name, text);
      }
  return TRUE;
}

/**
 * moked_sync_server_sums:
 * @session: a business's session
 * @reader: who asks
 * @epoch: the life of the log that the desktop has
 * @at: where it stands
 *
 * Returns: (transfer full) (nullable): `{"sums": {"customer": "0f3c…"}}`, or `{}` when it cannot be said now: the log
 *   goes on, or the user does not see all
 */
char *
moked_sync_server_sums (MokedSyncServer       *self,
                        MokedSession          *session,
                        const MokedSyncReader *reader,
                        const char            *epoch,
                        gint64                 at,
                        GError               **error)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  g_autoptr (MokedSyncScope) scope = NULL;
  g_autofree char *found = NULL, *known = NULL;
  gint64 head = moked_change_log_get_head (session, &found, error);
  char *answer;

  if (head < 0 || !moked_sync_server_read_scope (self, session, reader->user_id, &scope, error))
    return NULL;
  if (head != at || g_strcmp0 (epoch, found) != 0 || moked_sync_scope_is_narrow (scope))
    return g_strdup ("{}");
  known = find_known (self, session, found, head);
  if (known != NULL)
    return g_steal_pointer (&known);
  yyjson_mut_doc_set_root (doc, root);
  if (!add_sums (self, session, doc, yyjson_mut_obj_add_obj (doc, root, "sums"), error))
    return NULL;
  answer = moked_sync_server_write (doc, error);
  if (answer != NULL)
    keep (self, session, found, head, answer);
  return answer;
}
