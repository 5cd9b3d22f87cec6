/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/attachments/moked-attachment-actions.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "base/moked-text.h"
#include "features/attachments/moked-attachment-desk.h"
#include "files/moked-file-name.h"
#include "ui/moked-record-change.h"

/* A copy for somebody else: another program, or a folder of the person's. */
typedef struct
{
  MokedUiContext *context;
  MokedFileStore *files;
  char           *area;
  char           *sha256;
  GFile          *target;
  gboolean        open;
  gatomicrefcount ref_count;
} Copy;

static void
copy_unref (gpointer data)
{
  Copy *copy = data;

  if (!g_atomic_ref_count_dec (&copy->ref_count))
    return;
  g_object_unref (copy->context);
  g_object_unref (copy->files);
  g_object_unref (copy->target);
  g_free (copy->area);
  g_free (copy->sha256);
  g_free (copy);
}

static DexFuture *
copy_out (gpointer data)
{
  Copy *copy = data;
  g_autofree char *path = g_file_get_path (copy->target);
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  GError *error = NULL;

  if (copy->open && folder != NULL)
    g_mkdir_with_parents (folder, 0700);
  if (!moked_file_store_copy_out (copy->files, copy->area, copy->sha256, copy->target, NULL, &error))
    return dex_future_new_for_error (error);
  /* What another program changes here would be lost: it should ask where to save it. */
  if (copy->open && path != NULL)
    g_chmod (path, 0400);
  return dex_future_new_true ();
}

static void
on_launched (GObject      *launcher,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (MokedUiContext) context = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_file_launcher_launch_finish (GTK_FILE_LAUNCHER (launcher), result, &error) &&
      !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    moked_ui_context_toast (context, _("No program on this computer opens this kind of file"));
}

static void
launch (Copy *copy)
{
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (copy->target);
  GtkWidget *root = moked_ui_context_get_root (copy->context);

  gtk_file_launcher_launch (launcher, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, on_launched,
                            g_object_ref (copy->context));
}

static DexFuture *
on_copied (DexFuture *future,
           gpointer   user_data)
{
  Copy *copy = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    moked_ui_context_show_error (copy->context, copy->open ? _("The file was not opened") : _("The file was not saved"),
                                 error);
  else if (copy->open)
    launch (copy);
  else
    moked_ui_context_toast (copy->context, _("The file was saved"));
  return NULL;
}

static void
start_copy (MokedUiContext  *context,
            MokedAttachment *attachment,
            GFile           *target,
            gboolean         open)
{
  Copy *copy = g_new0 (Copy, 1);

  g_atomic_ref_count_init (&copy->ref_count);
  g_atomic_ref_count_inc (&copy->ref_count);
  copy->context = g_object_ref (context);
  copy->files = g_object_ref (moked_attachment_desk_get_files (context));
  copy->area = g_strdup (moked_cache_get_business (moked_ui_context_get_cache (context)));
  copy->sha256 = g_strdup (attachment->sha256);
  copy->target = g_object_ref (target);
  copy->open = open;
  dex_future_disown (
      dex_future_finally (moked_file_store_run (copy->files, copy_out, copy, copy_unref), on_copied, copy, copy_unref));
}

/**
 * moked_attachment_open:
 * @attachment: one whose content is here
 *
 * Opens a copy of it with the program that the computer has for its kind; nothing that would run.
 */
void
moked_attachment_open (MokedUiContext  *context,
                       MokedAttachment *attachment)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GFile) target = NULL;

  if (moked_file_name_is_program (attachment->name, attachment->media_type))
    {
      moked_ui_context_toast (context, _("Programs are not opened from here; the file can be saved"));
      return;
    }
  folder = moked_attachment_desk_dup_folder (context);
  path = g_build_filename (folder, moked_entity_get_id (attachment), attachment->name, NULL);
  target = g_file_new_for_path (path);
  start_copy (context, attachment, target, TRUE);
}

typedef struct
{
  MokedUiContext  *context;
  MokedAttachment *attachment;
} Wish;

static Wish *
wish_new (MokedUiContext  *context,
          MokedAttachment *attachment)
{
  Wish *wish = g_new (Wish, 1);

  *wish = (Wish) { g_object_ref (context), g_object_ref (attachment) };
  return wish;
}

static void
wish_free (Wish *wish)
{
  g_object_unref (wish->context);
  g_object_unref (wish->attachment);
  g_free (wish);
}

static void
on_place_chosen (GObject      *dialog,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  Wish *wish = user_data;
  g_autoptr (GFile) target = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (dialog), result, NULL);

  if (target != NULL)
    start_copy (wish->context, wish->attachment, target, FALSE);
  wish_free (wish);
}

/**
 * moked_attachment_save_as:
 * @attachment: one whose content is here
 *
 * Asks where to and puts a copy there.
 */
void
moked_attachment_save_as (MokedUiContext  *context,
                          MokedAttachment *attachment)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  GtkWidget *root = moked_ui_context_get_root (context);

  gtk_file_dialog_set_title (dialog, _("Save the File"));
  gtk_file_dialog_set_initial_name (dialog, attachment->name);
  gtk_file_dialog_save (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, on_place_chosen,
                        wish_new (context, attachment));
}

/* Renaming */

static void
save_name (Wish       *wish,
           const char *text)
{
  g_autofree char *name = moked_file_name_clean (text);
  g_autofree char *label = NULL;
  g_autoptr (MokedAttachment) changed = NULL;
  MokedRecordChange *change;

  if (moked_text_is_blank (text) || g_str_equal (name, wish->attachment->name))
    return;
  /* Translators: %s is a file */
  label = g_strdup_printf (_("Renaming %s"), wish->attachment->name);
  changed = moked_entity_copy (wish->attachment);
  g_set_str (&changed->name, name);
  change = moked_record_change_new (label);
  moked_record_change_add (change, wish->attachment, changed);
  moked_record_change_commit (change, wish->context, _("The file was renamed"), _("The file was not renamed"));
}

static void
on_name_chosen (AdwAlertDialog *dialog,
                const char     *response,
                Wish           *wish)
{
  if (g_str_equal (response, "rename"))
    save_name (wish, gtk_editable_get_text (GTK_EDITABLE (adw_alert_dialog_get_extra_child (dialog))));
  wish_free (wish);
}

/* The name without its ending, as whoever renames means it. */
static void
select_stem (GtkEditable *entry,
             const char  *name)
{
  const char *dot = strrchr (name, '.');

  gtk_editable_select_region (entry, 0, dot != NULL && dot != name ? (int) g_utf8_pointer_to_offset (name, dot) : -1);
}

/**
 * moked_attachment_rename:
 * @attachment: a file
 *
 * Asks for another name; a toast takes it back.
 */
void
moked_attachment_rename (MokedUiContext  *context,
                         MokedAttachment *attachment)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_("Rename the File"), NULL));
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (entry), attachment->name);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name of the file"), -1);
  adw_alert_dialog_set_extra_child (dialog, entry);
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "rename", _("_Rename"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "rename", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "rename");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (on_name_chosen), wish_new (context, attachment));
  moked_ui_context_present (context, ADW_DIALOG (dialog));
  gtk_widget_grab_focus (entry);
  select_stem (GTK_EDITABLE (entry), attachment->name);
}

/**
 * moked_attachment_delete:
 * @attachment: a file
 *
 * Deletes its record and offers to take that back.
 */
void
moked_attachment_delete (MokedUiContext  *context,
                         MokedAttachment *attachment)
{
  /* Translators: %s is a file */
  g_autofree char *label = g_strdup_printf (_("Deleting %s"), attachment->name);
  MokedRecordChange *change = moked_record_change_new (label);

  moked_record_change_add (change, attachment, NULL);
  moked_record_change_commit (change, context, _("The file was deleted"), _("The file was not deleted"));
}
