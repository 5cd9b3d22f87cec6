/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/attachments/moked-attachment-row.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "base/moked-time.h"
#include "features/attachments/moked-attachment-actions.h"
#include "features/attachments/moked-attachment-desk.h"
#include "features/attachments/moked-attachment-picture.h"
#include "features/attachments/moked-attachment-range.h"
#include "ui/moked-error-text.h"

#define THUMBNAIL 96

/**
 * MokedAttachmentRow:
 *
 * One file: what it looks like, its name, how it stands with its bytes, and what can be done with it. A click opens it,
 * and brings it first where it is not on this computer.
 *
 * Keyboard: the file, the button of what is under way, and the menu are stops of Tab.
 */
struct _MokedAttachmentRow
{
  AdwBin              parent_instance;
  MokedUiContext     *context;
  MokedAttachment    *attachment;
  GSimpleActionGroup *actions;
  MokedAttachmentStep step;
  gboolean            failed;
  gboolean            open_when_here;
  char               *pictured; /* the content that the thumbnail shows or will show */
  GtkWidget          *open;
  GtkStack           *picture;
  GtkImage           *icon;
  GtkPicture         *thumbnail;
  GtkLabel           *name;
  GtkLabel           *detail;
  GtkProgressBar     *progress;
  GtkWidget          *action;
  GtkWidget          *menu_button;
};

G_DEFINE_FINAL_TYPE (MokedAttachmentRow, moked_attachment_row, ADW_TYPE_BIN)

static MokedAttachmentQueue *
get_queue (MokedAttachmentRow *self)
{
  return moked_attachment_desk_get_queue (self->context);
}

/* Pictures */

typedef struct
{
  MokedAttachmentRow *row;
  char               *sha256;
} Picture;

static void
picture_free (gpointer data)
{
  Picture *picture = data;

  g_object_unref (picture->row);
  g_free (picture->sha256);
  g_free (picture);
}

static DexFuture *
on_picture (DexFuture *future,
            gpointer   user_data)
{
  Picture *picture = user_data;
  MokedAttachmentRow *self = picture->row;
  const GValue *value = dex_future_get_value (future, NULL);

  if (value == NULL || self->picture == NULL || g_strcmp0 (self->pictured, picture->sha256) != 0)
    return NULL;
  gtk_picture_set_paintable (self->thumbnail, g_value_get_object (value));
  gtk_stack_set_visible_child (self->picture, GTK_WIDGET (self->thumbnail));
  return NULL;
}

static void
show_picture (MokedAttachmentRow *self)
{
  Picture *picture;

  gtk_image_set_from_icon_name (self->icon, moked_attachment_picture_get_icon (self->attachment));
  if (!moked_attachment_range_is_here (self->attachment) || !moked_attachment_picture_is_one (self->attachment) ||
      !g_set_str (&self->pictured, self->attachment->sha256))
    return;
  picture = g_new (Picture, 1);
  *picture = (Picture) { g_object_ref (self), g_strdup (self->attachment->sha256) };
  dex_future_disown (dex_future_finally (moked_attachment_picture_load (self->context, self->attachment, THUMBNAIL),
                                         on_picture, picture, picture_free));
}

/* How it stands */

static int
get_percent (const MokedAttachmentProgress *progress)
{
  return progress->size > 0 ? (int) (progress->done * 100 / progress->size) : 0;
}

static char *
dup_state (MokedAttachmentRow            *self,
           const MokedAttachmentProgress *progress)
{
  gboolean here = moked_attachment_range_is_here (self->attachment);

  if (progress->step == MOKED_ATTACHMENT_SENDING)
    /* Translators: a file on its way to the service; %d is a percentage */
    return g_strdup_printf (_("Being sent, %d%%"), get_percent (progress));
  if (progress->step == MOKED_ATTACHMENT_FETCHING)
    /* Translators: a file on its way to this computer; %d is a percentage */
    return g_strdup_printf (_("Being received, %d%%"), get_percent (progress));
  if (progress->error != NULL && (!here || !moked_attachment_is_stored (self->attachment)))
    return moked_error_text_dup (progress->error);
  if (progress->step == MOKED_ATTACHMENT_WAITING && !here)
    return g_strdup (_("Waits for a connection"));
  if (!moked_attachment_is_stored (self->attachment))
    return g_strdup (here ? _("Waiting to be sent") : _("Not here yet; it is still on the computer that attached it"));
  return here ? NULL : g_strdup (_("Not on this computer; a click brings it"));
}

static char *
dup_detail (MokedAttachmentRow            *self,
            const MokedAttachmentProgress *progress)
{
  const char *author = moked_attachment_range_get_author (self->attachment);
  gint64 at = moked_entity_get_created_at (self->attachment);
  g_autofree char *size = g_format_size (self->attachment->size);
  g_autofree char *isolated = moked_text_isolate_ltr (size);
  g_autofree char *when = moked_time_format_relative (at, g_get_real_time ());
  g_autofree char *state = dup_state (self, progress);
  g_autofree char *facts = author != NULL ? g_strjoin (" · ", isolated, author, when, NULL)
                                          : g_strjoin (" · ", isolated, when, NULL);

  return state != NULL ? g_strjoin ("\n", facts, state, NULL) : g_steal_pointer (&facts);
}

static void
set_button (GtkWidget  *button,
            const char *icon_name,
            const char *label)
{
  gtk_button_set_icon_name (GTK_BUTTON (button), icon_name);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
show_action (MokedAttachmentRow *self)
{
  gboolean here = moked_attachment_range_is_here (self->attachment);
  gboolean stored = moked_attachment_is_stored (self->attachment);

  if (self->step == MOKED_ATTACHMENT_FETCHING || (self->step == MOKED_ATTACHMENT_WAITING && !here))
    set_button (self->action, "process-stop-symbolic", _("Stop Receiving"));
  else if (self->failed && (!here || !stored))
    set_button (self->action, "view-refresh-symbolic", _("Try Again"));
  else if (!here && stored)
    set_button (self->action, "folder-download-symbolic", _("Receive the File"));
  gtk_widget_set_visible (self->action, self->step == MOKED_ATTACHMENT_FETCHING || (!here && stored) ||
                                            (self->failed && !stored));
}

static void
name_parts (MokedAttachmentRow *self,
            const char         *detail)
{
  const char *name = self->attachment->name;
  /* Translators: %s is a file */
  g_autofree char *more = g_strdup_printf (_("Actions for %s"), name);

  gtk_widget_set_tooltip_text (self->open, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->open), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, detail, -1);
  gtk_widget_set_tooltip_text (self->menu_button, more);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, more, -1);
}

static void
set_action_enabled (MokedAttachmentRow *self,
                    const char         *name,
                    gboolean            enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)),
                               enabled);
}

static void
refresh (MokedAttachmentRow *self)
{
  MokedAttachmentProgress progress;
  g_autofree char *detail = NULL;
  gboolean here = moked_attachment_range_is_here (self->attachment);

  moked_attachment_queue_look (get_queue (self), self->attachment->sha256, &progress);
  self->step = progress.step;
  self->failed = progress.error != NULL;
  detail = dup_detail (self, &progress);
  gtk_label_set_text (self->name, self->attachment->name);
  gtk_label_set_text (self->detail, detail);
  gtk_progress_bar_set_fraction (self->progress,
                                 progress.size > 0 ? (double) progress.done / (double) progress.size : 0);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), self->step >= MOKED_ATTACHMENT_SENDING);
  show_action (self);
  name_parts (self, detail);
  set_action_enabled (self, "save", here);
  show_picture (self);
}

static void
on_queue_changed (MokedAttachmentRow *self,
                  const char         *sha256)
{
  const char *business;

  if (self->attachment == NULL || g_strcmp0 (self->attachment->sha256, sha256) != 0)
    return;
  business = moked_cache_get_business (moked_ui_context_get_cache (self->context));
  moked_attachment_range_set_here (self->attachment,
                                   business != NULL &&
                                       moked_file_store_has (moked_attachment_desk_get_files (self->context), business,
                                                             sha256, NULL));
  refresh (self);
  if (!self->open_when_here || !moked_attachment_range_is_here (self->attachment))
    return;
  self->open_when_here = FALSE;
  moked_attachment_open (self->context, self->attachment);
}

/* What is done with it */

static void
open_or_fetch (MokedAttachmentRow *self)
{
  if (moked_attachment_range_is_here (self->attachment))
    moked_attachment_open (self->context, self->attachment);
  else if (moked_attachment_is_stored (self->attachment))
    {
      self->open_when_here = TRUE;
      moked_attachment_queue_fetch (get_queue (self), self->attachment->sha256, self->attachment->size);
    }
  else
    moked_ui_context_toast (self->context, _("The file has not been sent yet by the computer that attached it"));
}

static void
on_open (MokedAttachmentRow *self)
{
  open_or_fetch (self);
}

static void
on_action (MokedAttachmentRow *self)
{
  const char *sha256 = self->attachment->sha256;

  self->open_when_here = FALSE;
  if (self->step == MOKED_ATTACHMENT_FETCHING || self->step == MOKED_ATTACHMENT_WAITING)
    moked_attachment_queue_cancel (get_queue (self), sha256);
  else if (moked_attachment_range_is_here (self->attachment))
    moked_attachment_queue_retry (get_queue (self), sha256);
  else
    moked_attachment_queue_fetch (get_queue (self), sha256, self->attachment->size);
}

static void
activate_open (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  open_or_fetch (user_data);
}

static void
activate_save (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  MokedAttachmentRow *self = user_data;

  moked_attachment_save_as (self->context, self->attachment);
}

static void
activate_rename (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  MokedAttachmentRow *self = user_data;

  moked_attachment_rename (self->context, self->attachment);
}

static void
activate_delete (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  MokedAttachmentRow *self = user_data;

  moked_attachment_delete (self->context, self->attachment);
}

static const GActionEntry row_actions[] = {
  { "open", activate_open },
  { "save", activate_save },
  { "rename", activate_rename },
  { "delete", activate_delete },
};

static void
moked_attachment_row_dispose (GObject *object)
{
  MokedAttachmentRow *self = MOKED_ATTACHMENT_ROW (object);

  adw_bin_set_child (ADW_BIN (object), NULL); /* AdwBin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_ATTACHMENT_ROW);
  g_clear_object (&self->actions);
  g_clear_object (&self->attachment);
  g_clear_object (&self->context);
  g_clear_pointer (&self->pictured, g_free);
  G_OBJECT_CLASS (moked_attachment_row_parent_class)->dispose (object);
}

static void
moked_attachment_row_class_init (MokedAttachmentRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_attachment_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-attachment-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentRow, open);
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentRow, picture);
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentRow, icon);
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentRow, thumbnail);
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentRow, name);
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentRow, detail);
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentRow, progress);
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentRow, action);
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentRow, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, on_open);
  gtk_widget_class_bind_template_callback (widget_class, on_action);
}

static void
moked_attachment_row_init (MokedAttachmentRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), row_actions, G_N_ELEMENTS (row_actions), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "file", G_ACTION_GROUP (self->actions));
}

/**
 * moked_attachment_row_new:
 * @context: of the window
 * @attachment: from moked_attachment_range_read()
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
moked_attachment_row_new (MokedUiContext  *context,
                          MokedAttachment *attachment)
{
  MokedAttachmentRow *self = g_object_new (MOKED_TYPE_ATTACHMENT_ROW, NULL);

  self->context = g_object_ref (context);
  g_signal_connect_object (get_queue (self), "changed", G_CALLBACK (on_queue_changed), self, G_CONNECT_SWAPPED);
  moked_attachment_row_show (self, attachment);
  return GTK_WIDGET (self);
}

/**
 * moked_attachment_row_show:
 * @attachment: as it is now
 */
void
moked_attachment_row_show (MokedAttachmentRow *self,
                           MokedAttachment    *attachment)
{
  g_return_if_fail (MOKED_IS_ATTACHMENT_ROW (self));

  g_set_object (&self->attachment, attachment);
  refresh (self);
}

/**
 * moked_attachment_row_get_id:
 *
 * Returns: (transfer none): of the file's record
 */
const char *
moked_attachment_row_get_id (MokedAttachmentRow *self)
{
  g_return_val_if_fail (MOKED_IS_ATTACHMENT_ROW (self), NULL);

  return moked_entity_get_id (self->attachment);
}
