/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "app/moked-damage-notice.h"
#include "backup/moked-backup-folder.h"

/* What a person is told of data that turned out to be damaged. */

static void
tell (MokedUiContext *context,
      const char     *heading,
      const char     *body)
{
  AdwDialog *dialog = adw_alert_dialog_new (heading, body);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  moked_ui_context_present (context, dialog);
}

/**
 * moked_damage_notice_of_cache:
 *
 * This computer's copy was put aside and is brought again.
 */
void
moked_damage_notice_of_cache (MokedUiContext *context)
{
  tell (context, _("The Copy on This Computer Was Damaged"),
        _("The office is being fetched from the service again, and everything that waited to be sent was kept."));
}

/* Returns (transfer full) (nullable) the day and hour of the newest copy. */
static char *
dup_newest (MokedDataDir *data_dir)
{
  const char *service = moked_data_dir_get_service_path (data_dir);
  g_autofree char *folder = g_build_filename (service, "backups", NULL);
  g_autofree char *database = g_build_filename (service, "moked.db", NULL);
  g_autoptr (GPtrArray) backups = moked_backup_folder_list (folder, database);
  gint64 newest = 0;
  g_autoptr (GDateTime) utc = NULL, local = NULL;

  for (guint i = 0; i < backups->len; i++)
    newest = MAX (newest, ((MokedBackup *) g_ptr_array_index (backups, i))->made_at);
  if (newest == 0)
    return NULL;
  utc = g_date_time_new_from_unix_utc (newest / G_USEC_PER_SEC);
  local = g_date_time_to_local (utc);
  return g_date_time_format (local, "%d.%m.%Y %H:%M");
}

/**
 * moked_damage_notice_of_service:
 * @data_dir: with the service of this computer
 *
 * The office's own database cannot be read; the copies beside it can.
 */
void
moked_damage_notice_of_service (MokedUiContext *context,
                                MokedDataDir   *data_dir)
{
  g_autofree char *newest = dup_newest (data_dir);
  g_autofree char *body = NULL;

  if (newest != NULL)
    /* Translators: %s is a day and an hour, such as "21.11.2026 08:00" */
    body = g_strdup_printf (_("The office's database on this computer cannot be read. The newest backup is of %s, and what was done on this computer since then is kept here and will be sent when it was restored."),
                            newest);
  else
    body = g_strdup (_("The office's database on this computer cannot be read, and there is no backup beside it. Please restore one from where your copies are kept."));
  tell (context, _("The Office's Data Is Damaged"), body);
}
