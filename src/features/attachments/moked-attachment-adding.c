/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/attachments/moked-attachment-adding.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "features/attachments/moked-attachment-desk.h"
#include "features/attachments/moked-attachment.h"
#include "files/moked-file-name.h"
#include "ui/moked-record-change.h"

/* Taking files in: copied and hashed off the main thread, then written down as one step that one Ctrl+Z takes back. */

typedef struct
{
  MokedUiContext *context;
  MokedFileStore *files;
  char           *area;
  char           *customer_id;
  GPtrArray      *sources; /* GFile */
  GdkTexture     *picture; /* or this */
  GPtrArray      *found;   /* MokedAttachment, one for each that was taken in */
  GError         *error;   /* of the first that was not */
  char           *failed;  /* its name */
  gatomicrefcount ref_count;
} Adding;

static void
adding_unref (gpointer data)
{
  Adding *adding = data;

  if (!g_atomic_ref_count_dec (&adding->ref_count))
    return;
  g_object_unref (adding->context);
  g_object_unref (adding->files);
  g_free (adding->area);
  g_free (adding->customer_id);
  g_clear_pointer (&adding->sources, g_ptr_array_unref);
  g_clear_object (&adding->picture);
  g_ptr_array_unref (adding->found);
  g_clear_error (&adding->error);
  g_free (adding->failed);
  g_free (adding);
}

/* On a thread of the files */

static char *
dup_name (GFile *source)
{
  g_autoptr (GFileInfo) info = g_file_query_info (source, G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME,
                                                  G_FILE_QUERY_INFO_NONE, NULL, NULL);
  g_autofree char *base = g_file_get_basename (source);

  return moked_file_name_clean (info != NULL ? g_file_info_get_display_name (info) : base != NULL ? base : "");
}

static char *
dup_media_type (const char *name,
                GBytes     *head)
{
  gsize length;
  const guchar *bytes = g_bytes_get_data (head, &length);
  g_autofree char *content_type = g_content_type_guess (name, bytes, length, NULL);

  return g_content_type_get_mime_type (content_type);
}

static void
note_failure (Adding *adding,
              char   *name,
              GError *error)
{
  if (adding->error == NULL)
    {
      adding->error = error;
      adding->failed = name;
      return;
    }
  g_error_free (error);
  g_free (name);
}

static void
take_in (Adding *adding,
         GFile  *source,
         char   *name)
{
  g_auto (MokedStoredFile) file = { 0 };
  g_autofree char *id = moked_ulid_new (moked_ui_context_get_clock (adding->context));
  GError *error = NULL;
  MokedAttachment *attachment;

  if (!moked_file_store_import (adding->files, adding->area, source, NULL, &file, &error))
    {
      note_failure (adding, name, error);
      return;
    }
  attachment = MOKED_ATTACHMENT (moked_entity_new (&moked_attachment_info, id));
  attachment->media_type = dup_media_type (name, file.head);
  attachment->name = name;
  attachment->size = file.size;
  attachment->sha256 = g_steal_pointer (&file.sha256);
  attachment->customer_id = g_strdup (adding->customer_id);
  attachment->entity = g_strdup ("customer");
  attachment->entity_id = g_strdup (adding->customer_id);
  g_ptr_array_add (adding->found, attachment);
}

static void
take_in_picture (Adding *adding)
{
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  int fd = g_file_open_tmp ("moked-XXXXXX.png", &path, NULL);

  if (fd < 0)
    return;
  close (fd);
  file = g_file_new_for_path (path);
  /* Translators: the name of a file, a picture that was pasted */
  if (gdk_texture_save_to_png (adding->picture, path))
    take_in (adding, file, g_strdup (_("Picture.png")));
  g_file_delete (file, NULL, NULL);
}

static DexFuture *
take_in_all (gpointer data)
{
  Adding *adding = data;

  for (guint i = 0; adding->sources != NULL && i < adding->sources->len; i++)
    take_in (adding, adding->sources->pdata[i], dup_name (adding->sources->pdata[i]));
  if (adding->picture != NULL)
    take_in_picture (adding);
  return dex_future_new_true ();
}

/* How many are under way, for whom */

static char *
dup_key (const char *customer_id)
{
  return g_strconcat ("moked-adding-", customer_id, NULL);
}

/**
 * moked_attachment_get_n_adding:
 *
 * Returns: how many files are being taken in for a customer
 */
guint
moked_attachment_get_n_adding (MokedUiContext *context,
                               const char     *customer_id)
{
  g_autofree char *key = dup_key (customer_id);

  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (context), key));
}

static void
change_n_adding (Adding *adding,
                 int     difference)
{
  g_autofree char *key = dup_key (adding->customer_id);
  guint n = moked_attachment_get_n_adding (adding->context, adding->customer_id) + difference;

  g_object_set_data (G_OBJECT (adding->context), key, GUINT_TO_POINTER (n));
  g_signal_emit_by_name (moked_attachment_desk_get_queue (adding->context), "changed", "");
}

static guint
get_n (Adding *adding)
{
  return adding->sources != NULL ? adding->sources->len : 1;
}

/* Writing down */

static void
commit (Adding *adding)
{
  guint n = adding->found->len;
  g_autofree char *label = g_strdup_printf (ngettext ("Attaching a file", "Attaching %u files", n), n);
  g_autofree char *done = g_strdup_printf (ngettext ("The file was attached", "%u files were attached", n), n);
  MokedRecordChange *change = moked_record_change_new (label);

  for (guint i = 0; i < n; i++)
    {
      MokedAttachment *attachment = adding->found->pdata[i];

      g_set_str (&attachment->author_id, moked_ui_context_get_user_id (adding->context));
      moked_record_change_add (change, NULL, attachment);
    }
  moked_record_change_commit (change, adding->context, done, _("The files were not attached"));
}

static void
tell_failure (Adding *adding)
{
  /* Translators: %s is a file */
  g_autofree char *what = g_strdup_printf (_("%s was not attached"), adding->failed);

  if (g_error_matches (adding->error, MOKED_ERROR, MOKED_ERROR_INVALID))
    moked_ui_context_toast (adding->context, _("A folder cannot be attached, only the files in it"));
  else
    moked_ui_context_show_error (adding->context, what, adding->error);
}

static DexFuture *
on_taken_in (DexFuture *future,
             gpointer   user_data)
{
  Adding *adding = user_data;

  change_n_adding (adding, -(int) get_n (adding));
  if (adding->found->len > 0)
    commit (adding);
  if (adding->error != NULL)
    tell_failure (adding);
  return NULL;
}

static void
start (MokedUiContext *context,
       const char     *customer_id,
       GPtrArray      *sources,
       GdkTexture     *picture)
{
  const char *business = moked_cache_get_business (moked_ui_context_get_cache (context));
  Adding *adding;

  if (business == NULL)
    return;
  adding = g_new0 (Adding, 1);
  g_atomic_ref_count_init (&adding->ref_count);
  g_atomic_ref_count_inc (&adding->ref_count);
  adding->context = g_object_ref (context);
  adding->files = g_object_ref (moked_attachment_desk_get_files (context));
  adding->area = g_strdup (business);
  adding->customer_id = g_strdup (customer_id);
  adding->sources = sources != NULL ? g_ptr_array_ref (sources) : NULL;
  adding->picture = picture != NULL ? g_object_ref (picture) : NULL;
  adding->found = g_ptr_array_new_with_free_func (g_object_unref);
  change_n_adding (adding, (int) get_n (adding));
  dex_future_disown (dex_future_finally (moked_file_store_run (adding->files, take_in_all, adding, adding_unref),
                                         on_taken_in, adding, adding_unref));
}

/**
 * moked_attachment_add_files:
 * @files: (element-type GFile): what was dropped, pasted or chosen
 *
 * Attaches files to a customer, as one step.
 */
void
moked_attachment_add_files (MokedUiContext *context,
                            const char     *customer_id,
                            GPtrArray      *files)
{
  if (files->len > 0)
    start (context, customer_id, files, NULL);
}

/**
 * moked_attachment_add_picture:
 * @picture: what was pasted
 */
void
moked_attachment_add_picture (MokedUiContext *context,
                              const char     *customer_id,
                              GdkTexture     *picture)
{
  start (context, customer_id, NULL, picture);
}

typedef struct
{
  MokedUiContext *context;
  char           *customer_id;
} Choice;

static void
on_chosen (GObject      *dialog,
           GAsyncResult *result,
           gpointer      user_data)
{
  Choice *choice = user_data;
  g_autoptr (GListModel) list = gtk_file_dialog_open_multiple_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; list != NULL && i < g_list_model_get_n_items (list); i++)
    g_ptr_array_add (files, g_list_model_get_item (list, i));
  moked_attachment_add_files (choice->context, choice->customer_id, files);
  g_object_unref (choice->context);
  g_free (choice->customer_id);
  g_free (choice);
}

/**
 * moked_attachment_choose:
 * @customer_id: whose page is open
 *
 * Asks which files to attach.
 */
void
moked_attachment_choose (MokedUiContext *context,
                         const char     *customer_id)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  GtkWidget *root = moked_ui_context_get_root (context);
  Choice *choice = g_new (Choice, 1);

  *choice = (Choice) { g_object_ref (context), g_strdup (customer_id) };
  gtk_file_dialog_set_title (dialog, _("Attach Files"));
  gtk_file_dialog_set_accept_label (dialog, _("_Attach"));
  gtk_file_dialog_open_multiple (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, on_chosen, choice);
}
