/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/moked-outbox-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/moked-error.h"
#include "base/moked-json.h"

/* What people did and the service has not confirmed, once more, in a file of its own: the rest of the cache can be
 * brought again when its file is damaged, this cannot. A line for each mutation that was written or changed, and one
 * for each that is gone; each begins with a checksum, so that a torn or damaged line is known and the others count.
 * The database is what is true while it can be read: after each of its commits the file follows, before whoever
 * wrote is told. When nothing is left the file is cut. */

#define SUM_LENGTH 16
#define COMPACT_BYTES (1024 * 1024)

struct _MokedOutboxJournal
{
  char       *path;
  char       *owner;   /* JSON: of whose copy the file is */
  GHashTable *known;   /* id → checksum of the line that the file has */
  GString    *pending; /* to append */
  GString    *all;     /* everything that is to be in the file, where it must be written anew */
  gsize       size;    /* of the file */
  gsize       live;    /* bytes of it that still count */
  gboolean    unsure;  /* nobody knows what the file has */
};

/**
 * moked_outbox_journal_new:
 * @path: the file; it need not be there
 *
 * Returns: (transfer full): a journal that is used by one thread at a time
 */
MokedOutboxJournal *
moked_outbox_journal_new (const char *path)
{
  MokedOutboxJournal *self = g_new0 (MokedOutboxJournal, 1);

  self->path = g_strdup (path);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->pending = g_string_new (NULL);
  self->all = g_string_new (NULL);
  self->unsure = TRUE;
  return self;
}

void
moked_outbox_journal_free (MokedOutboxJournal *self)
{
  g_free (self->path);
  g_free (self->owner);
  g_hash_table_unref (self->known);
  g_string_free (self->pending, TRUE);
  g_string_free (self->all, TRUE);
  g_free (self);
}

static char *
dup_sum (const char *json,
         gssize      length)
{
  char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, json, length);

  sum[SUM_LENGTH] = '\0';
  return sum;
}

static void
add_line (GString    *to,
          const char *member,
          const char *json)
{
  g_autofree char *line = g_strdup_printf ("{\"%s\":%s}", member, json);
  g_autofree char *sum = dup_sum (line, -1);

  g_string_append_printf (to, "%s %s\n", sum, line);
}

/* --- following the database --- */

static char *
dup_owner (const MokedCacheState *state)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  g_autofree char *text = NULL;
  char *malloced;

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "business", state->business);
  yyjson_mut_obj_add_str (doc, root, "user", state->user_id);
  yyjson_mut_obj_add_str (doc, root, "client", state->client);
  malloced = yyjson_mut_write (doc, YYJSON_WRITE_NOFLAG, NULL);
  text = g_strdup (malloced);
  free (malloced);
  yyjson_mut_doc_free (doc);
  return g_steal_pointer (&text);
}

static char *
dup_query (MokedSession *session,
           GError      **error)
{
  g_auto (GStrv) columns = moked_session_list_columns (session, "outbox", error);
  g_autoptr (GString) sql = g_string_new ("SELECT id, json_object (");

  if (columns == NULL)
    return NULL;
  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (sql, "%s'%s', %s", i > 0 ? ", " : "", columns[i], columns[i]);
  g_string_append (sql, ") FROM outbox WHERE business_id = $1 ORDER BY position");
  return g_string_free (g_steal_pointer (&sql), FALSE);
}

static void
compare_row (MokedOutboxJournal *self,
             GHashTable         *seen,
             const char         *id,
             const char         *json)
{
  gsize before = self->all->len;
  char *sum;

  add_line (self->all, "put", json);
  sum = g_strndup (self->all->str + before, SUM_LENGTH);
  if (g_strcmp0 (g_hash_table_lookup (self->known, id), sum) != 0)
    g_string_append_len (self->pending, self->all->str + before, (gssize) (self->all->len - before));
  g_hash_table_insert (seen, g_strdup (id), sum);
}

static void
drop_others (MokedOutboxJournal *self,
             GHashTable         *seen)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (seen, id))
      {
        g_autofree char *json = g_strdup_printf ("\"%s\"", (const char *) id);

        add_line (self->pending, "drop", json);
      }
}

/**
 * moked_outbox_journal_compare:
 * @session: a session of the cache
 * @state: whose copy it is
 *
 * Finds out what the file lacks; moked_outbox_journal_write() brings it there.
 */
gboolean
moked_outbox_journal_compare (MokedOutboxJournal    *self,
                              MokedSession          *session,
                              const MokedCacheState *state,
                              GError               **error)
{
  g_autofree char *sql = dup_query (session, error);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (MokedCursor) cursor = sql != NULL ? moked_session_query (session, error, sql, "") : NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *owner = dup_owner (state);

  if (cursor == NULL)
    return FALSE;
  g_string_truncate (self->pending, 0);
  g_string_truncate (self->all, 0);
  self->unsure = self->unsure || g_strcmp0 (owner, self->owner) != 0;
  g_set_str (&self->owner, owner);
  add_line (self->all, "owner", owner);
  while (moked_cursor_next (cursor, &local_error))
    compare_row (self, seen, moked_cursor_get_text (cursor, 0), moked_cursor_get_text (cursor, 1));
  if (local_error != NULL)
    {
      self->unsure = TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  drop_others (self, seen);
  g_hash_table_unref (self->known);
  self->known = g_steal_pointer (&seen);
  return TRUE;
}

/* --- the file --- */

static gboolean
fail (MokedOutboxJournal *self,
      GError            **error)
{
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", self->path, g_strerror (errno));
  self->unsure = TRUE;
  return FALSE;
}

static gboolean
write_all (MokedOutboxJournal *self,
           const char         *text,
           gsize               length,
           GError            **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!g_file_set_contents_full (self->path, text, (gssize) length,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &local_error))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_STORAGE, local_error->message);
      self->unsure = TRUE;
      return FALSE;
    }
  self->size = self->live = length;
  self->unsure = FALSE;
  return TRUE;
}

static gboolean
append_to (int         fd,
           const char *text,
           gsize       length)
{
  while (length > 0)
    {
      gssize n = write (fd, text, length);

      if (n < 0 && errno != EINTR)
        return FALSE;
      text += MAX (n, 0);
      length -= (gsize) MAX (n, 0);
    }
  return fdatasync (fd) == 0;
}

static gboolean
append_pending (MokedOutboxJournal *self,
                GError            **error)
{
  int fd = g_open (self->path, O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  gboolean done = fd >= 0 && append_to (fd, self->pending->str, self->pending->len);
  int saved = errno;

  if (fd >= 0)
    close (fd);
  errno = saved;
  if (!done)
    return fail (self, error);
  self->size += self->pending->len;
  return TRUE;
}

/* That nothing is left need not be durable: what comes back was sent and is known by its id. */
static gboolean
cut (MokedOutboxJournal *self,
     GError            **error)
{
  if (truncate (self->path, (off_t) self->all->len) != 0)
    return fail (self, error);
  self->size = self->all->len;
  return TRUE;
}

/**
 * moked_outbox_journal_write:
 *
 * Blocks until what was found is on the disk. When it fails the next one writes everything.
 */
gboolean
moked_outbox_journal_write (MokedOutboxJournal *self,
                            GError            **error)
{
  self->live = self->all->len;
  if (self->unsure || self->size > MAX (COMPACT_BYTES, 4 * self->live))
    return write_all (self, self->all->str, self->all->len, error);
  if (self->pending->len == 0)
    return TRUE;
  return g_hash_table_size (self->known) == 0 ? cut (self, error) : append_pending (self, error);
}

/* --- when the database is damaged --- */

static void
read_line (const char *line,
           GHashTable *rows,
           GHashTable *dropped,
           char      **owner)
{
  g_autofree char *sum = strlen (line) > SUM_LENGTH + 1 ? dup_sum (line + SUM_LENGTH + 1, -1) : NULL;
  g_autoptr (yyjson_doc) doc = NULL;
  yyjson_val *root;
  const char *id;

  if (sum == NULL || strncmp (sum, line, SUM_LENGTH) != 0)
    return;
  doc = yyjson_read (line + SUM_LENGTH + 1, strlen (line + SUM_LENGTH + 1), 0);
  root = yyjson_doc_get_root (doc);
  if ((id = yyjson_get_str (yyjson_obj_get (root, "drop"))) != NULL)
    {
      g_hash_table_remove (rows, id);
      g_hash_table_add (dropped, g_strdup (id));
    }
  else if ((id = yyjson_get_str (yyjson_obj_get (yyjson_obj_get (root, "put"), "id"))) != NULL)
    {
      char *json = yyjson_val_write (yyjson_obj_get (root, "put"), YYJSON_WRITE_NOFLAG, NULL);

      g_hash_table_remove (dropped, id);
      g_hash_table_insert (rows, g_strdup (id), g_strdup (json));
      free (json);
    }
  else if (yyjson_is_obj (yyjson_obj_get (root, "owner")))
    {
      char *json = yyjson_val_write (yyjson_obj_get (root, "owner"), YYJSON_WRITE_NOFLAG, NULL);

      g_set_str (owner, json);
      free (json);
    }
}

/**
 * moked_outbox_journal_read:
 * @out_dropped: (out) (transfer full): ids of what was there and is not any more
 * @out_owner: (out) (transfer full) (nullable): whose copy it was, `{"business", "user", "client"}`
 *
 * Returns: (transfer full) (element-type utf8 utf8): ids and rows of the outbox as JSON; none where there is no file
 */
GHashTable *
moked_outbox_journal_read (MokedOutboxJournal *self,
                           GHashTable        **out_dropped,
                           char              **out_owner)
{
  GHashTable *rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  *out_dropped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  *out_owner = NULL;
  if (!g_file_get_contents (self->path, &text, NULL, NULL))
    return rows;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    read_line (lines[i], rows, *out_dropped, out_owner);
  return rows;
}

/**
 * moked_outbox_journal_replace:
 * @owner: (nullable): whose copy it was, as JSON
 * @rows: (element-type utf8): rows of the outbox as JSON
 *
 * Writes the file anew, durably; for when the database is put aside.
 */
gboolean
moked_outbox_journal_replace (MokedOutboxJournal *self,
                              const char         *owner,
                              GPtrArray          *rows,
                              GError            **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean written;

  if (owner != NULL)
    add_line (text, "owner", owner);
  for (guint i = 0; i < rows->len; i++)
    add_line (text, "put", g_ptr_array_index (rows, i));
  written = write_all (self, text->str, text->len, error);
  self->unsure = TRUE;
  return written;
}
