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
  GHashTable *known;   /* id → Line that the file has */
  GString    *pending; /* to append, or everything */
  gboolean    anew;    /* @pending is everything */
  gsize       size;    /* of the file */
  gsize       live;    /* bytes of it that still count */
  gboolean    unsure;  /* nobody knows what the file has */
};

typedef struct
{
  char *sum;    /* of what may change in a mutation */
  gsize length;
} Line;

static void
free_line (gpointer data)
{
  Line *line = data;

  g_free (line->sum);
  g_free (line);
}

static GHashTable *
new_lines (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_line);
}

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
  self->known = new_lines ();
  self->pending = g_string_new (NULL);
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

/* The rows as JSON, or what may change of them. What was sent is not told from what waits: nobody knows whether it
 * arrived. Operations never change under the id of their mutation. */
static char *
dup_query (MokedSession *session,
           gboolean      whole,
           GError      **error)
{
  static const char *const passing[] = { "n", "ops", "base", NULL };
  g_auto (GStrv) columns = moked_session_list_columns (session, "outbox", error);
  g_autoptr (GString) members = g_string_new (NULL);

  if (columns == NULL)
    return NULL;
  for (guint i = 0; columns[i] != NULL; i++)
    if (whole || !g_strv_contains (passing, columns[i]))
      g_string_append_printf (members, "%s'%s', %s", members->len > 0 ? ", " : "", columns[i],
                              strcmp (columns[i], "state") == 0 ? "replace (state, 'sending', 'waiting')" : columns[i]);
  if (whole)
    return g_strdup_printf ("SELECT json_object (%s) FROM outbox WHERE business_id = $1 AND id = $2", members->str);
  return g_strdup_printf ("SELECT id, json_object (%s) FROM outbox WHERE business_id = $1 ORDER BY position",
                          members->str);
}

/* Returns the length of the line, 0 with an error. */
static gsize
add_mutation (MokedOutboxJournal *self,
              MokedSession       *session,
              const char         *whole,
              const char         *id,
              GError            **error)
{
  gsize before = self->pending->len;
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, whole, "t", id);

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return 0;
  add_line (self->pending, "put", moked_cursor_get_text (cursor, 0));
  return self->pending->len - before;
}

static gboolean
compare_row (MokedOutboxJournal *self,
             MokedSession       *session,
             const char         *whole,
             MokedCursor        *row,
             GHashTable         *seen,
             GError            **error)
{
  const char *id = moked_cursor_get_text (row, 0);
  Line *line = g_new (Line, 1), *known = g_hash_table_lookup (self->known, id);

  *line = (Line) { dup_sum (moked_cursor_get_text (row, 1), -1), known != NULL ? known->length : 0 };
  if (self->anew || known == NULL || strcmp (known->sum, line->sum) != 0)
    line->length = add_mutation (self, session, whole, id, error);
  self->live += line->length;
  g_hash_table_insert (seen, g_strdup (id), line);
  return line->length > 0;
}

static void
drop_others (MokedOutboxJournal *self,
             GHashTable         *seen)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->known);
  while (!self->anew && g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (seen, id))
      {
        g_autofree char *json = g_strdup_printf ("\"%s\"", (const char *) id);

        add_line (self->pending, "drop", json);
      }
}

static void
begin (MokedOutboxJournal *self,
       const char         *owner)
{
  self->anew =
      self->unsure || g_strcmp0 (owner, self->owner) != 0 || self->size > MAX (COMPACT_BYTES, 4 * self->live);
  g_set_str (&self->owner, owner);
  g_string_truncate (self->pending, 0);
  self->live = 0;
  if (self->anew)
    add_line (self->pending, "owner", owner);
}

static gboolean
compare (MokedOutboxJournal *self,
         MokedSession       *session,
         GHashTable         *seen,
         GError            **error)
{
  g_autofree char *whole = dup_query (session, TRUE, error);
  g_autofree char *sql = whole != NULL ? dup_query (session, FALSE, error) : NULL;
  g_autoptr (MokedCursor) cursor = sql != NULL ? moked_session_query (session, error, sql, "") : NULL;
  g_autoptr (GError) local_error = NULL;

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    if (!compare_row (self, session, whole, cursor, seen, error))
      return FALSE;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
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
  g_autoptr (GHashTable) seen = new_lines ();
  g_autofree char *owner = dup_owner (state);

  begin (self, owner);
  if (!compare (self, session, seen, error))
    {
      self->unsure = TRUE;
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
  self->size = length;
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
  g_autoptr (GString) text = g_string_new (NULL);

  add_line (text, "owner", self->owner);
  if (truncate (self->path, (off_t) text->len) != 0)
    return fail (self, error);
  self->size = text->len;
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
  if (self->anew)
    return write_all (self, self->pending->str, self->pending->len, error);
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
