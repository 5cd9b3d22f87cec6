/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-tags-editor.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "model/moked-field.h"

/**
 * MokedTagsEditor:
 *
 * Tags as pills, each with a button that takes it away, and a field for one more. Enter adds what the
 * field holds.
 */
struct _MokedTagsEditor
{
  AdwBin      parent_instance;
  char       *tags;
  AdwWrapBox *pills;
  GtkWidget  *entry;
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedTagsEditor, moked_tags_editor, ADW_TYPE_BIN)

static void show_tags (MokedTagsEditor *self);

static void
change (MokedTagsEditor *self,
        const char      *added,
        const char      *removed)
{
  g_autofree char *tags = moked_set_merge (self->tags, added, removed);

  if (!g_set_str (&self->tags, tags))
    return;
  show_tags (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_remove (GtkWidget       *button,
           MokedTagsEditor *self)
{
  g_autofree char *tag = g_strdup (g_object_get_data (G_OBJECT (button), "tag"));

  gtk_widget_grab_focus (self->entry);
  change (self, NULL, tag);
}

static void
on_add (MokedTagsEditor *self)
{
  g_autofree char *tag = moked_text_strip_controls (gtk_editable_get_text (GTK_EDITABLE (self->entry)));

  g_strdelimit (tag, "\n\t", ' ');
  g_strstrip (tag);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  if (*tag != '\0')
    change (self, tag, NULL);
}

static GtkWidget *
create_pill (MokedTagsEditor *self,
             const char      *tag)
{
  GtkWidget *pill = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  /* Translators: %s is a tag of a customer */
  g_autofree char *name = g_strdup_printf (_("Remove the tag “%s”"), tag);

  gtk_widget_add_css_class (pill, "moked-tag");
  gtk_widget_add_css_class (pill, "editable");
  gtk_box_append (GTK_BOX (pill), gtk_label_new (tag));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, name);
  g_object_set_data_full (G_OBJECT (button), "tag", g_strdup (tag), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_remove), self, G_CONNECT_DEFAULT);
  gtk_box_append (GTK_BOX (pill), button);
  return pill;
}

static void
show_tags (MokedTagsEditor *self)
{
  g_auto (GStrv) tags = g_strsplit (self->tags != NULL ? self->tags : "", "\n", -1);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->pills))) != self->entry)
    adw_wrap_box_remove (self->pills, child);
  for (guint i = 0; tags[i] != NULL; i++)
    if (*tags[i] != '\0')
      adw_wrap_box_insert_child_after (self->pills, create_pill (self, tags[i]),
                                       gtk_widget_get_prev_sibling (self->entry));
}

static void
moked_tags_editor_finalize (GObject *object)
{
  g_free (MOKED_TAGS_EDITOR (object)->tags);
  G_OBJECT_CLASS (moked_tags_editor_parent_class)->finalize (object);
}

static void
moked_tags_editor_class_init (MokedTagsEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_tags_editor_finalize;

  /**
   * MokedTagsEditor::changed:
   *
   * Somebody added a tag or took one away.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
moked_tags_editor_init (MokedTagsEditor *self)
{
  self->pills = ADW_WRAP_BOX (adw_wrap_box_new ());
  adw_wrap_box_set_child_spacing (self->pills, 6);
  adw_wrap_box_set_line_spacing (self->pills, 6);
  self->entry = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), _("Add a tag"));
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 10);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), 14);
  gtk_widget_add_css_class (self->entry, "moked-tag-entry");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Add a tag"), -1);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (on_add), self, G_CONNECT_SWAPPED);
  adw_wrap_box_append (self->pills, self->entry);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->pills));
}

/**
 * moked_tags_editor_get_tags:
 *
 * Returns: (transfer none) (nullable): one per line, with what the field holds
 */
const char *
moked_tags_editor_get_tags (MokedTagsEditor *self)
{
  g_return_val_if_fail (MOKED_IS_TAGS_EDITOR (self), NULL);

  if (!moked_text_is_blank (gtk_editable_get_text (GTK_EDITABLE (self->entry))))
    on_add (self);
  return self->tags;
}

/**
 * moked_tags_editor_set_tags:
 * @tags: (nullable): one per line
 *
 * Does not emit [signal@TagsEditor::changed].
 */
void
moked_tags_editor_set_tags (MokedTagsEditor *self,
                            const char      *tags)
{
  g_return_if_fail (MOKED_IS_TAGS_EDITOR (self));

  if (g_set_str (&self->tags, tags))
    show_tags (self);
}

/**
 * moked_tag_label_new:
 * @tag: a tag
 *
 * Returns: (transfer floating): a pill that only shows it
 */
GtkWidget *
moked_tag_label_new (const char *tag)
{
  GtkWidget *label = gtk_label_new (tag);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "moked-tag");
  return label;
}
