/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/widgets/moked-entry-row.h"

/* An entry row whose title also says what is wrong with the text: "Phone: at least 9 digits". The
 * message goes away when the text is changed. Screen readers hear it as the entry's name, and that
 * the entry is invalid. */
struct _MokedEntryRow
{
  AdwEntryRow parent_instance;
  char       *label;
  char       *problem;
  char       *stored; /* NULL unless it is edited in place */
};

enum
{
  PROP_0,
  PROP_LABEL,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MokedEntryRow, moked_entry_row, ADW_TYPE_ENTRY_ROW)

static void
update (MokedEntryRow *self)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (self));
  const char *label = self->label != NULL ? self->label : "";
  g_autofree char *title = NULL;

  /* Translators: a field of a form and what is wrong with it */
  title = self->problem != NULL ? g_strdup_printf (_("%s: %s"), label, self->problem) : g_strdup (label);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), self->problem);
  if (self->problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");

  gtk_accessible_update_state (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_STATE_INVALID,
                               self->problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
on_changed (MokedEntryRow *self)
{
  moked_entry_row_set_problem (self, NULL);
}

static void
moked_entry_row_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  MokedEntryRow *self = MOKED_ENTRY_ROW (object);

  switch (id)
    {
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
moked_entry_row_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  MokedEntryRow *self = MOKED_ENTRY_ROW (object);

  switch (id)
    {
    case PROP_LABEL:
      moked_entry_row_set_label (self, g_value_get_string (value));
      break;
    case PROP_PROBLEM:
      moked_entry_row_set_problem (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
moked_entry_row_finalize (GObject *object)
{
  MokedEntryRow *self = MOKED_ENTRY_ROW (object);

  g_free (self->label);
  g_free (self->problem);
  g_free (self->stored);
  G_OBJECT_CLASS (moked_entry_row_parent_class)->finalize (object);
}

static void
moked_entry_row_class_init (MokedEntryRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = moked_entry_row_get_property;
  object_class->set_property = moked_entry_row_set_property;
  object_class->finalize = moked_entry_row_finalize;
  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
moked_entry_row_init (MokedEntryRow *self)
{
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (self), TRUE);
  g_signal_connect (self, "changed", G_CALLBACK (on_changed), NULL);
}

/**
 * moked_entry_row_new:
 * @label: name of the field, with a mnemonic
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
moked_entry_row_new (const char *label)
{
  return g_object_new (MOKED_TYPE_ENTRY_ROW, "label", label, NULL);
}

/**
 * moked_entry_row_get_label:
 *
 * Returns: (transfer none) (nullable): name of the field
 */
const char *
moked_entry_row_get_label (MokedEntryRow *self)
{
  g_return_val_if_fail (MOKED_IS_ENTRY_ROW (self), NULL);

  return self->label;
}

/**
 * moked_entry_row_set_label:
 * @label: name of the field, with a mnemonic
 */
void
moked_entry_row_set_label (MokedEntryRow *self,
                           const char    *label)
{
  g_return_if_fail (MOKED_IS_ENTRY_ROW (self));

  if (!g_set_str (&self->label, label))
    return;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LABEL]);
}

/**
 * moked_entry_row_get_problem:
 *
 * Returns: (transfer none) (nullable): what is wrong with the text
 */
const char *
moked_entry_row_get_problem (MokedEntryRow *self)
{
  g_return_val_if_fail (MOKED_IS_ENTRY_ROW (self), NULL);

  return self->problem;
}

/**
 * moked_entry_row_set_problem:
 * @problem: (nullable): what is wrong with the text, a few words
 */
void
moked_entry_row_set_problem (MokedEntryRow *self,
                             const char    *problem)
{
  g_return_if_fail (MOKED_IS_ENTRY_ROW (self));

  if (!g_set_str (&self->problem, problem))
    return;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

/**
 * moked_entry_row_check_length:
 * @max_length: in characters
 *
 * Says so, and takes the keyboard there, when the text is longer.
 *
 * Returns: whether the text fits
 */
gboolean
moked_entry_row_check_length (MokedEntryRow *self,
                              gsize          max_length)
{
  g_autofree char *problem = NULL;

  g_return_val_if_fail (MOKED_IS_ENTRY_ROW (self), FALSE);

  if ((gsize) g_utf8_strlen (gtk_editable_get_text (GTK_EDITABLE (self)), -1) <= max_length)
    return TRUE;
  /* Translators: what is wrong with the text of a field */
  problem = g_strdup_printf (_("up to %u characters"), (guint) max_length);
  moked_entry_row_set_problem (self, problem);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  return FALSE;
}

/* Shows @text as nothing that somebody wrote. */
static void
show_stored (MokedEntryRow *self)
{
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self), FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self), self->stored);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self), TRUE);
  moked_entry_row_set_problem (self, NULL);
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        state,
        MokedEntryRow         *self)
{
  if (keyval != GDK_KEY_Escape || g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self)), self->stored))
    return GDK_EVENT_PROPAGATE;
  show_stored (self);
  return GDK_EVENT_STOP;
}

static void
edit_in_place (MokedEntryRow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->stored = g_strdup ("");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self), TRUE);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * moked_entry_row_set_stored:
 * @self: an entry row
 * @text: (nullable): what is stored
 *
 * Makes it a field that is edited in place: Enter or its button emits [signal@Adw.EntryRow::apply], Escape brings
 * @text back. What somebody has written there since stays.
 */
void
moked_entry_row_set_stored (MokedEntryRow *self,
                            const char    *text)
{
  const char *written;
  gboolean untouched;

  g_return_if_fail (MOKED_IS_ENTRY_ROW (self));

  if (self->stored == NULL)
    edit_in_place (self);
  written = gtk_editable_get_text (GTK_EDITABLE (self));
  untouched = g_str_equal (written, self->stored);
  g_set_str (&self->stored, text != NULL ? text : "");
  if (untouched || g_str_equal (written, self->stored))
    show_stored (self);
}
