/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-transfer-command.h"

#include <stdio.h>
#include <yyjson.h>

#include "base/moked-error.h"
#include "service/moked-office-files.h"
#include "service/moked-office-import.h"
#include "service/moked-service-store.h"
#include "store/postgres/moked-postgres-url.h"
#include "transfer/moked-export.h"
#include "transfer/moked-transfer-state.h"

/* What the command line does to carry an office elsewhere. */

gboolean
moked_transfer_command_is (const char *const *words)
{
  static const char *const commands[] = { "migrate-to", "export", "import", NULL };

  return words != NULL && words[0] != NULL && g_strv_contains (commands, words[0]);
}

/**
 * moked_transfer_command_check:
 * @words: (array zero-terminated=1): a command that carries an office
 * @replace: whether `--replace` was given
 * @error: %MOKED_ERROR_INVALID
 *
 * Returns: whether it is `migrate-to URL`, `export FILE` or `import FILE`
 */
gboolean
moked_transfer_command_check (const char *const *words,
                              gboolean           replace,
                              GError           **error)
{
  gboolean has_password;

  if (replace && !g_str_equal (words[0], "import"))
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "--replace belongs to import");
  else if (g_strv_length ((char **) words) != 2)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID,
                         "There are migrate-to URL, export FILE and import FILE");
  else if (g_str_equal (words[0], "migrate-to") && !moked_postgres_url_is (words[1]))
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, "migrate-to wants postgresql://…");
  else if (g_str_equal (words[0], "migrate-to") && !moked_postgres_url_check (words[1], &has_password, error))
    return FALSE;
  else if (g_str_equal (words[0], "migrate-to") && has_password)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID,
                         "The address must not have a password, which everybody on this machine could read. Put it into "
                         "~/.pgpass or into the secret [server] database-password.");
  else
    return TRUE;
  return FALSE;
}

static char *
write_line (yyjson_mut_doc *doc)
{
  char *json = yyjson_mut_write (doc, 0, NULL);
  char *line = g_strdup (json);

  free (json);
  yyjson_mut_doc_free (doc);
  return line;
}

static yyjson_mut_doc *
new_line (const char *member,
          const char *value)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_strcpy (doc, root, member, value);
  return doc;
}

static void
print_progress (gint64   done,
                gint64   total,
                gpointer data)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (number, sizeof number, "%.3f", total > 0 ? CLAMP ((double) done / (double) total, 0, 1) : 1.0);
  /* Standard output has the one line with the result. */
  g_printerr ("{\"progress\":%s,\"rows\":%" G_GINT64_FORMAT "}\n", number, done);
}

/* migrate-to ---------------------------------------------------------------------------------------------- */

static gboolean
is_there (MokedService *service,
          const char   *where)
{
  g_autofree char *present = moked_service_config_dup (moked_service_get_config (service), "server", "database");

  return g_strcmp0 (present, where) == 0;
}

static gboolean
move_to (MokedService        *service,
         MokedStore          *target,
         const char          *where,
         MokedTransferCounts *counts,
         GError             **error)
{
  MokedStore *store = moked_service_get_store (service);
  g_autofree char *id = moked_transfer_state_leave (store, where, error);
  const MokedTransferOptions options = { .id = id, .progress = print_progress };

  /* In this order: ended in between, the office is nowhere twice, and the next start does the rest. */
  return id != NULL &&
         moked_transfer_run (store, target, moked_service_get_schema (service), &options, counts, error) &&
         moked_transfer_state_left (store, error) &&
         moked_service_config_save (moked_service_get_config (service), "server", "database", where, error);
}

static MokedStore *
open_postgres (MokedService *service,
               const char   *url,
               GError      **error)
{
  g_autoptr (MokedStore) store = moked_service_store_new_postgres (moked_service_get_config (service), url,
                                                                   moked_service_get_clock (service), error);

  if (store == NULL || !dex_await (moked_store_open (store, moked_service_get_schema (service)), error))
    return NULL;
  return g_steal_pointer (&store);
}

static gboolean
migrate (MokedService        *service,
         const char          *url,
         MokedTransferCounts *counts,
         GError             **error)
{
  MokedStore *target;
  gboolean moved;

  if (!moked_service_open_to_leave (service, error))
    return FALSE;
  target = open_postgres (service, url, error);
  moved = target != NULL && move_to (service, target, url, counts, error);
  if (target != NULL)
    dex_await (moked_store_close (target), NULL);
  g_clear_object (&target);
  moked_service_close (service);
  return moved;
}

static char *
migrate_to (MokedService *service,
            const char   *url,
            GError      **error)
{
  MokedServiceConfig *config = moked_service_get_config (service);
  g_autofree char *kept = moked_service_config_dup_database_url (config);
  MokedTransferCounts counts = { 0 };
  yyjson_mut_doc *doc;

  if (is_there (service, url))
    {
      doc = new_line ("moved_to", url);
      yyjson_mut_obj_add_bool (doc, yyjson_mut_doc_get_root (doc), "already", TRUE);
      return write_line (doc);
    }
  if (kept == NULL)
    kept = moked_service_config_dup_database (config, error);
  if (kept == NULL || !migrate (service, url, &counts, error))
    return NULL;
  doc = new_line ("moved_to", url);
  yyjson_mut_obj_add_uint (doc, yyjson_mut_doc_get_root (doc), "tables", counts.tables);
  yyjson_mut_obj_add_sint (doc, yyjson_mut_doc_get_root (doc), "rows", counts.rows);
  yyjson_mut_obj_add_strcpy (doc, yyjson_mut_doc_get_root (doc), "kept", kept);
  return write_line (doc);
}

/* export and import --------------------------------------------------------------------------------------- */

static char *export (MokedService *service,
                     const char *file,
                     GError **error)
{
  g_autofree char *path = g_canonicalize_filename (file, NULL);
  const MokedTransferOptions options = { .progress = print_progress };
  g_autoptr (GPtrArray) files = NULL;
  MokedExportCounts counts;
  yyjson_mut_doc *doc;
  gboolean made;

  if (!moked_service_open (service, error))
    return NULL;
  files = moked_office_files_list (service, error);
  made = files != NULL && moked_export_make (moked_service_get_store (service), moked_service_get_schema (service),
                                             moked_service_get_clock (service), files, path, &options, &counts, error);
  moked_service_close (service);
  if (!made)
    return NULL;
  doc = new_line ("file", path);
  yyjson_mut_obj_add_sint (doc, yyjson_mut_doc_get_root (doc), "size", counts.size);
  yyjson_mut_obj_add_sint (doc, yyjson_mut_doc_get_root (doc), "rows", counts.rows);
  yyjson_mut_obj_add_sint (doc, yyjson_mut_doc_get_root (doc), "attachments", counts.files);
  return write_line (doc);
}

static char *
import (MokedService *service,
        const char   *file,
        gboolean      replace,
        GError      **error)
{
  g_autofree char *path = g_canonicalize_filename (file, NULL);
  g_auto (MokedImportOutcome) outcome = { 0 };
  yyjson_mut_doc *doc;
  yyjson_mut_val *root;

  if (!moked_office_import (service, path, replace, &outcome, error))
    return NULL;
  doc = new_line ("imported", path);
  root = yyjson_mut_doc_get_root (doc);
  yyjson_mut_obj_add_val (doc, root, "made_at", yyjson_mut_strcpy (doc, outcome.made_at));
  yyjson_mut_obj_add_sint (doc, root, "offices", outcome.content.offices);
  yyjson_mut_obj_add_sint (doc, root, "changes", outcome.content.changes);
  yyjson_mut_obj_add_uint (doc, root, "attachments", outcome.files);
  yyjson_mut_obj_add_val (doc, root, "kept",
                          outcome.kept != NULL ? yyjson_mut_strcpy (doc, outcome.kept) : yyjson_mut_null (doc));
  return write_line (doc);
}

/**
 * moked_transfer_command_dup_run:
 * @service: one that is not open
 * @words: (array zero-terminated=1): checked
 * @replace: whether an import may take the place of the present office
 * @error: %MOKED_ERROR_BUSY when a service has the data
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable): a line of JSON
 */
char *
moked_transfer_command_dup_run (MokedService      *service,
                                const char *const *words,
                                gboolean           replace,
                                GError           **error)
{
  if (g_str_equal (words[0], "migrate-to"))
    return migrate_to (service, words[1], error);
  if (g_str_equal (words[0], "export"))
    return export (service, words[1], error);
  return import (service, words[1], replace, error);
}
