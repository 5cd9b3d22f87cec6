/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer/moked-export.h"

#include <glib/gstdio.h>

#include "backup/moked-backup-file.h"
#include "base/moked-error.h"
#include "base/moked-time.h"
#include "base/moked-ulid.h"
#include "base/moked-worker.h"
#include "moked-config.h"
#include "store/sqlite/moked-sqlite-copy.h"
#include "store/sqlite/moked-sqlite-store.h"
#include "transfer/moked-export-csv.h"
#include "transfer/moked-transfer-table.h"

/* First the office is copied, from whatever database it is in, as it is at one moment: into a SQLite file beside the
 * export. Then everything is made of that file, while the office goes on. */

typedef struct
{
  const MokedSchema          *schema;
  MokedClock                 *clock;
  GPtrArray                  *files;
  const MokedTransferOptions *options;
  char                       *part;
  char                       *database;
  const char                 *path;
  MokedStore                 *copy;
  MokedExportWriter          *writer;
  yyjson_mut_doc             *manifest;
  MokedExportCounts          *counts;
} Export;

void
moked_export_file_free (MokedExportFile *file)
{
  g_free (file->area);
  g_free (file->sha256);
  g_free (file->path);
  g_free (file);
}

static DexFuture *
result_of (gboolean done,
           GError  *error)
{
  return done ? dex_future_new_true () : dex_future_new_for_error (error);
}

static gboolean
count_table (Export       *self,
             MokedSession *session,
             const char   *table,
             GError      **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", table);
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "");
  yyjson_mut_val *counts = yyjson_mut_obj_get (yyjson_mut_doc_get_root (self->manifest), "rows");

  if (cursor == NULL || !moked_cursor_next (cursor, error))
    return FALSE;
  yyjson_mut_obj_add (counts, yyjson_mut_strcpy (self->manifest, table),
                      yyjson_mut_sint (self->manifest, moked_cursor_get_int (cursor, 0)));
  return TRUE;
}

static gboolean
count_tables (Export       *self,
              MokedSession *session,
              GError      **error)
{
  g_autoptr (GPtrArray) tables = moked_transfer_table_list (session, self->schema, FALSE, error);

  for (guint i = 0; tables != NULL && i < tables->len; i++)
    if (!count_table (self, session, ((MokedTransferTable *) g_ptr_array_index (tables, i))->name, error))
      return FALSE;
  return tables != NULL;
}

static gboolean
add_csv (Export       *self,
         MokedSession *session,
         GError      **error)
{
  gint64 rows;

  for (guint p = 0; self->schema->parts[p] != NULL; p++)
    for (guint e = 0; self->schema->parts[p]->entities != NULL && self->schema->parts[p]->entities[e] != NULL; e++)
      if (!moked_export_csv_add (self->writer, session, self->schema->parts[p]->entities[e], &rows, error))
        return FALSE;
  return TRUE;
}

static void
begin_manifest (Export *self)
{
  g_autofree char *schema = moked_schema_dup_fingerprint (self->schema);
  g_autofree char *now = moked_time_format_rfc3339 (moked_clock_get_real (self->clock));
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "format", MOKED_EXPORT_FORMAT);
  yyjson_mut_obj_add_int (doc, root, "version", MOKED_EXPORT_VERSION);
  yyjson_mut_obj_add_str (doc, root, "program", MOKED_VERSION);
  yyjson_mut_obj_add_strcpy (doc, root, "schema", schema);
  yyjson_mut_obj_add_strcpy (doc, root, "made_at", now);
  yyjson_mut_obj_add_obj (doc, root, "rows");
  self->manifest = doc;
}

/* On a thread of the copy's store. */
static DexFuture *
write_tables_in_session (MokedSession *session,
                         gpointer      data)
{
  Export *self = data;
  GError *error = NULL;
  gboolean written;

  begin_manifest (self);
  written = count_tables (self, session, &error) && add_csv (self, session, &error);
  return result_of (written, error);
}

static gboolean
add_files (Export  *self,
           GError **error)
{
  for (guint i = 0; self->files != NULL && i < self->files->len; i++)
    {
      const MokedExportFile *file = g_ptr_array_index (self->files, i);
      g_autofree char *name = g_strdup_printf (MOKED_EXPORT_ATTACHMENTS "%s/%s", file->area, file->sha256);

      if (!moked_export_writer_add_file (self->writer, name, file->path, error))
        return FALSE;
      self->counts->files++;
    }
  return TRUE;
}

static DexFuture *
finish_on_thread (gpointer data)
{
  Export *self = data;
  GStatBuf status;
  GError *error = NULL;
  gboolean done = moked_sqlite_copy_mark (self->database, &error) &&
                  moked_export_writer_add_file (self->writer, MOKED_EXPORT_DATABASE, self->database, &error) &&
                  add_files (self, &error) && moked_export_writer_finish (self->writer, self->manifest, &error) &&
                  moked_backup_file_publish (self->part, self->path, &error);

  if (done && g_stat (self->path, &status) == 0)
    self->counts->size = status.st_size;
  return result_of (done, error);
}

static gboolean
copy_office (Export     *self,
             MokedStore *store,
             GError    **error)
{
  g_autofree char *id = moked_ulid_new (NULL);
  MokedTransferOptions options = *self->options;
  MokedTransferCounts counts;

  options.id = id;
  options.without_secrets = TRUE;
  if (!moked_transfer_run (store, self->copy, self->schema, &options, &counts, error))
    return FALSE;
  self->counts->rows = counts.rows;
  return dex_await (moked_store_read (self->copy, NULL, write_tables_in_session, self, NULL), error);
}

static gboolean
make (Export     *self,
      MokedStore *store,
      GError    **error)
{
  g_autoptr (MokedWorker) worker = moked_worker_new ("export", 1);
  gboolean copied;

  self->copy = moked_sqlite_store_new (self->database, 1, self->clock);
  if (!dex_await (moked_store_open (self->copy, self->schema), error))
    return FALSE;
  copied = copy_office (self, store, error);
  if (!dex_await (moked_store_close (self->copy), copied ? error : NULL) || !copied)
    return FALSE;
  return dex_await (moked_worker_run (worker, finish_on_thread, self, NULL), error);
}

static void
clear (Export *self)
{
  g_autofree char *lock = g_strconcat (self->database, ".lock", NULL);

  g_clear_object (&self->copy);
  g_clear_pointer (&self->writer, moked_export_writer_free);
  g_clear_pointer (&self->manifest, yyjson_mut_doc_free);
  moked_backup_file_remove (self->database);
  g_unlink (lock);
  g_unlink (self->part);
  g_free (self->database);
  g_free (self->part);
}

/**
 * moked_export_make:
 * @store: where the office is; it may be written meanwhile
 * @schema: the service's
 * @files: (nullable) (element-type MokedExportFile): the attachments
 * @path: the export; takes the place of a file that is there. What it needs meanwhile is beside it
 * @options: how; its id does not matter
 * @out_counts: what is in it
 * @error: %MOKED_ERROR_CANCELLED, %MOKED_ERROR_STORAGE; the stores'
 *
 * In a fiber. Writes all of the office into one file, without what only this installation may have.
 */
gboolean
moked_export_make (MokedStore                 *store,
                   const MokedSchema          *schema,
                   MokedClock                 *clock,
                   GPtrArray                  *files,
                   const char                 *path,
                   const MokedTransferOptions *options,
                   MokedExportCounts          *out_counts,
                   GError                    **error)
{
  Export self = { schema, clock, files, options };
  gboolean done;

  *out_counts = (MokedExportCounts) { 0 };
  self.path = path;
  self.part = g_strconcat (path, ".part", NULL);
  self.database = g_strconcat (path, ".part-db", NULL);
  self.counts = out_counts;
  moked_backup_file_remove (self.database);
  g_unlink (self.part);
  self.writer = moked_export_writer_new (self.part, options->cancellable, error);
  done = self.writer != NULL && make (&self, store, error);
  clear (&self);
  return done;
}
