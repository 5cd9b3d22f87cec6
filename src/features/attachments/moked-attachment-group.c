/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/attachments/moked-attachment-group.h"

#include <glib/gi18n-lib.h>

#include "features/attachments/moked-attachment-adding.h"
#include "features/attachments/moked-attachment-desk.h"
#include "features/attachments/moked-attachment-range.h"
#include "features/attachments/moked-attachment-row.h"

#define FEW 4
#define MANY 500

/**
 * MokedAttachmentGroup:
 *
 * The files of a person in the panel of details: the newest, and all of them on request.
 */
struct _MokedAttachmentGroup
{
  AdwBin          parent_instance;
  MokedUiContext *context;
  char           *customer_id;
  guint           generation;
  gboolean        shows_all;
  GtkWidget      *spinner;
  GtkWidget      *empty;
  GtkBox         *rows;
  GtkWidget      *all;
};

typedef struct
{
  MokedAttachmentGroup *group;
  guint                 generation;
} Load;

G_DEFINE_FINAL_TYPE (MokedAttachmentGroup, moked_attachment_group, ADW_TYPE_BIN)

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->group);
  g_free (load);
}

static MokedAttachmentRow *
find_row (MokedAttachmentGroup *self,
          const char           *id)
{
  for (GtkWidget *i = gtk_widget_get_first_child (GTK_WIDGET (self->rows)); i != NULL;
       i = gtk_widget_get_next_sibling (i))
    if (g_str_equal (moked_attachment_row_get_id (MOKED_ATTACHMENT_ROW (i)), id))
      return MOKED_ATTACHMENT_ROW (i);
  return NULL;
}

/* Rows that stay keep the keyboard and what is going on in them. */
static void
fill (MokedAttachmentGroup *self,
      GPtrArray            *attachments,
      guint                 n)
{
  GtkWidget *before = NULL;
  GtkWidget *rest;

  for (guint i = 0; i < n; i++)
    {
      MokedAttachmentRow *row = find_row (self, moked_entity_get_id (attachments->pdata[i]));
      GtkWidget *widget = row != NULL ? GTK_WIDGET (row)
                                      : moked_attachment_row_new (self->context, attachments->pdata[i]);

      if (row == NULL)
        gtk_box_insert_child_after (self->rows, widget, before);
      else
        {
          moked_attachment_row_show (row, attachments->pdata[i]);
          gtk_box_reorder_child_after (self->rows, widget, before);
        }
      before = widget;
    }
  while ((rest = before != NULL ? gtk_widget_get_next_sibling (before)
                                : gtk_widget_get_first_child (GTK_WIDGET (self->rows))) != NULL)
    gtk_box_remove (self->rows, rest);
}

static void
show_all_button (MokedAttachmentGroup *self,
                 guint                 n)
{
  g_autofree char *label = NULL;

  gtk_widget_set_visible (self->all, n > FEW && !self->shows_all);
  if (n > FEW)
    {
      label = g_strdup_printf (ngettext ("All the Files (%u)", "All the Files (%u)", n), n);
      gtk_button_set_label (GTK_BUTTON (self->all), label);
    }
}

static void
show_spinner (MokedAttachmentGroup *self)
{
  gtk_widget_set_visible (self->spinner, moked_attachment_get_n_adding (self->context, self->customer_id) > 0);
}

static DexFuture *
on_read (DexFuture *future,
         gpointer   user_data)
{
  Load *load = user_data;
  MokedAttachmentGroup *self = load->group;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  GPtrArray *found;

  if (load->generation != self->generation || self->rows == NULL)
    return NULL;
  if (value == NULL)
    {
      g_warning ("The files were not read: %s", error->message);
      return NULL;
    }
  found = g_value_get_boxed (value);
  fill (self, found, self->shows_all ? found->len : MIN (found->len, FEW));
  show_all_button (self, found->len);
  gtk_widget_set_visible (self->empty, found->len == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->rows), found->len > 0);
  return NULL;
}

static void
reload (MokedAttachmentGroup *self)
{
  gpointer range = moked_attachment_range_new (self->customer_id, G_MAXINT64, MANY,
                                               moked_attachment_desk_get_files (self->context));
  Load *load = g_new (Load, 1);

  *load = (Load) { g_object_ref (self), ++self->generation };
  dex_future_disown (dex_future_finally (moked_cache_read (moked_ui_context_get_cache (self->context),
                                                           moked_attachment_range_read, range,
                                                           moked_attachment_range_free),
                                         on_read, load, load_free));
}

static void
on_changed (MokedAttachmentGroup *self,
            const char *const    *entities)
{
  if (g_strv_contains (entities, "attachment") || g_strv_contains (entities, "user"))
    reload (self);
}

static void
on_queue_changed (MokedAttachmentGroup *self)
{
  if (self->context != NULL)
    show_spinner (self);
}

static void
on_attach (MokedAttachmentGroup *self)
{
  moked_attachment_choose (self->context, self->customer_id);
}

static void
on_all (MokedAttachmentGroup *self)
{
  self->shows_all = TRUE;
  reload (self);
}

static void
moked_attachment_group_dispose (GObject *object)
{
  MokedAttachmentGroup *self = MOKED_ATTACHMENT_GROUP (object);

  adw_bin_set_child (ADW_BIN (object), NULL); /* AdwBin must hear that its child goes */
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_ATTACHMENT_GROUP);
  g_clear_object (&self->context);
  g_clear_pointer (&self->customer_id, g_free);
  G_OBJECT_CLASS (moked_attachment_group_parent_class)->dispose (object);
}

static void
moked_attachment_group_class_init (MokedAttachmentGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_attachment_group_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/moked_crm/Moked/ui/moked-attachment-group.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentGroup, spinner);
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentGroup, empty);
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentGroup, rows);
  gtk_widget_class_bind_template_child (widget_class, MokedAttachmentGroup, all);
  gtk_widget_class_bind_template_callback (widget_class, on_attach);
  gtk_widget_class_bind_template_callback (widget_class, on_all);
}

static void
moked_attachment_group_init (MokedAttachmentGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_attachment_group_new:
 * @context: of the window
 * @customer_id: whose files
 *
 * Returns: (transfer floating): the group
 */
GtkWidget *
moked_attachment_group_new (MokedUiContext *context,
                            const char     *customer_id)
{
  MokedAttachmentGroup *self = g_object_new (MOKED_TYPE_ATTACHMENT_GROUP, NULL);

  self->context = g_object_ref (context);
  self->customer_id = g_strdup (customer_id);
  g_signal_connect_object (moked_ui_context_get_cache (context), "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (moked_attachment_desk_get_queue (context), "changed", G_CALLBACK (on_queue_changed), self,
                           G_CONNECT_SWAPPED);
  show_spinner (self);
  reload (self);
  return GTK_WIDGET (self);
}
