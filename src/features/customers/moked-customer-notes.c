/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customer-notes.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "base/moked-time.h"
#include "base/moked-ulid.h"
#include "features/customers/moked-note.h"
#include "features/customers/moked-note-range.h"

/* What the office wrote down about a person, on their timeline. */

#define TOUCH_LENGTH 80

static DexFuture *
create_items (DexFuture *future,
              gpointer   user_data)
{
  GPtrArray *notes = g_value_get_boxed (dex_future_get_value (future, NULL));
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < notes->len; i++)
    g_ptr_array_add (items, moked_timeline_item_new (&moked_customer_notes, moked_entity_get_id (notes->pdata[i]),
                                                     moked_entity_get_created_at (notes->pdata[i]), notes->pdata[i]));
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, items);
}

static DexFuture *
list_notes (MokedUiContext *context,
            const char     *customer_id,
            gint64          before,
            guint           limit)
{
  MokedCache *cache = moked_ui_context_get_cache (context);
  gpointer range = moked_note_range_new (customer_id, before, limit);

  return dex_future_then (moked_cache_read (cache, moked_note_range_read, range, moked_note_range_free), create_items,
                          NULL, NULL);
}

static void
restore_note (MokedUiContext *context,
              gpointer        id)
{
  MokedEdit *edit = moked_edit_new (_("Restoring a note"));

  moked_edit_restore (edit, &moked_note_info, id);
  moked_ui_context_commit_undo (context, edit, _("The note was not restored"));
}

static void
on_delete (GtkWidget      *button,
           MokedUiContext *context)
{
  MokedNote *note = g_object_get_data (G_OBJECT (button), "note");
  MokedEdit *edit = moked_edit_new (_("Deleting a note"));
  g_autofree char *id = g_strdup (moked_entity_get_id (note));

  moked_edit_delete (edit, &moked_note_info, id);
  moked_ui_context_commit (context, edit, _("The note was not deleted"));
  moked_ui_context_toast_undo (context, _("The note was deleted"), restore_note, g_steal_pointer (&id), g_free);
}

static GtkWidget *
create_label (const char *text,
              const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
create_head (MokedUiContext    *context,
             MokedTimelineItem *item)
{
  MokedNote *note = moked_timeline_item_get_record (item);
  const char *author = moked_note_range_get_author (note);
  g_autofree char *clock = moked_time_format_clock (moked_timeline_item_get_time (item));
  g_autofree char *who = author != NULL ? g_strjoin (" · ", _("Note"), author, clock, NULL)
                                        : g_strjoin (" · ", _("Note"), clock, NULL);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = create_label (who, "caption");
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  gtk_box_append (GTK_BOX (head), g_object_new (GTK_TYPE_IMAGE, "icon-name", "note-symbolic", "accessible-role",
                                                GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (head), label);
  gtk_widget_set_tooltip_text (button, _("Delete the Note"));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "moked-note-delete");
  g_object_set_data_full (G_OBJECT (button), "note", g_object_ref (note), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_delete), context, G_CONNECT_DEFAULT);
  gtk_box_append (GTK_BOX (head), button);
  return head;
}

static GtkWidget *
create_widget (MokedUiContext    *context,
               MokedTimelineItem *item)
{
  MokedNote *note = moked_timeline_item_get_record (item);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *body = create_label (note->body, NULL);

  gtk_label_set_selectable (GTK_LABEL (body), TRUE);
  gtk_widget_set_focusable (body, FALSE);
  gtk_widget_add_css_class (box, "moked-note");
  gtk_box_append (GTK_BOX (box), create_head (context, item));
  gtk_box_append (GTK_BOX (box), body);
  return box;
}

static char *
dup_touch_args (const char *customer_id,
                const char *body)
{
  g_autofree char *start = g_utf8_substring (body, 0, MIN (TOUCH_LENGTH, g_utf8_strlen (body, -1)));
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);
  g_autofree char *json = NULL;
  char *raw;

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "customer_id", customer_id);
  yyjson_mut_obj_add_str (doc, root, "what", start);
  raw = yyjson_mut_write (doc, 0, NULL);
  json = g_strdup (raw);
  free (raw);
  yyjson_mut_doc_free (doc);
  return g_steal_pointer (&json);
}

/**
 * moked_customer_notes_add:
 * @context: of the window
 * @customer_id: about whom
 * @body: what somebody wrote; not blank
 *
 * Writes a note in the name of whoever works here.
 */
void
moked_customer_notes_add (MokedUiContext *context,
                          const char     *customer_id,
                          const char     *body)
{
  g_autofree char *id = NULL;
  g_autofree char *args = NULL;
  g_autofree char *clean = NULL;
  g_autoptr (MokedNote) note = NULL;
  MokedEdit *edit;

  g_return_if_fail (!moked_text_is_blank (body));

  id = moked_ulid_new (moked_ui_context_get_clock (context));
  clean = g_strstrip (moked_text_strip_controls (body));
  note = MOKED_NOTE (moked_entity_new (&moked_note_info, id));
  g_set_str (&note->customer_id, customer_id);
  g_set_str (&note->author_id, moked_ui_context_get_user_id (context));
  g_set_str (&note->body, clean);
  args = dup_touch_args (customer_id, clean);

  edit = moked_edit_new (_("Adding a note"));
  moked_edit_save (edit, note);
  moked_edit_command (edit, "customer.touch", args);
  moked_ui_context_commit (context, edit, _("The note was not saved"));
}

static const char *const entities[] = { "note", "user", NULL };

const MokedPersonPart moked_customer_notes = {
  .entities = entities,
  .list = list_notes,
  .create_widget = create_widget,
};
