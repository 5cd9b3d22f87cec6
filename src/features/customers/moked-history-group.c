/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-history-group.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-time.h"
#include "features/attachments/moked-attachment.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-field-text.h"
#include "features/customers/moked-history-restore.h"
#include "features/customers/moked-identity.h"
#include "features/customers/moked-note.h"

#define MAX_LINES 4

/**
 * MokedHistoryGroup:
 *
 * One action in the history of a person: who and when, and a row for each thing that it changed, with what
 * stood there before. A row of what is not as it was any more offers to bring that back.
 */
struct _MokedHistoryGroup
{
  GtkBox          parent_instance;
  MokedUiContext *context;
  char           *customer_id;
  GPtrArray      *entries; /* the whole history that is known, newest first */
  guint           first;
  guint           n;
  GPtrArray      *users;
  GtkListBox     *list;
};

G_DEFINE_FINAL_TYPE (MokedHistoryGroup, moked_history_group, GTK_TYPE_BOX)

static const struct
{
  const char *origin;
  const char *text;
} origins[] = {
  { "device", N_("From a desktop") },
  { "api", N_("Through the API") },
  { "webhook", N_("From a channel") },
  { "job", N_("Done by the service") },
  { "demo", N_("Demo data") },
  { "undo", N_("An undo") },
  { "recover", N_("From a desktop's copy, after a restore from a backup") },
};

/* What is known */

static const MokedHistoryEntry *
get_entry (MokedHistoryGroup *self,
           guint              i)
{
  return self->entries->pdata[self->first + i];
}

/* The newest change of a record tells whether it lives. */
static const MokedHistoryEntry *
find_newest (MokedHistoryGroup *self,
             const char        *id)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const MokedHistoryEntry *entry = self->entries->pdata[i];

      if (g_str_equal (entry->id, id))
        return entry;
    }
  return NULL;
}

static gboolean
is_deleted (MokedHistoryGroup *self,
            const char        *id)
{
  const MokedHistoryEntry *newest = find_newest (self, id);

  return newest != NULL && moked_history_entry_is (newest, "delete");
}

/* What a field of a record holds now, or held when it was deleted. */
static const char *
find_now (MokedHistoryGroup *self,
          const char        *id,
          const MokedField  *field)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const MokedHistoryEntry *entry = self->entries->pdata[i];

      for (guint v = 0; g_str_equal (entry->id, id) && v < entry->values->len; v++)
        if (((MokedHistoryValue *) entry->values->pdata[v])->field == field)
          return ((MokedHistoryValue *) entry->values->pdata[v])->new;
    }
  return NULL;
}

static gboolean
has_identities (MokedHistoryGroup *self)
{
  for (guint i = 0; i < self->n; i++)
    if (get_entry (self, i)->info == &moked_identity_info)
      return TRUE;
  return FALSE;
}

static gboolean
is_first_contact (const MokedHistoryEntry *entry,
                  const MokedHistoryValue *value)
{
  return entry->info == &moked_customer_info &&
         (g_str_equal (value->field->name, "phone") || g_str_equal (value->field->name, "email"));
}

/* The customer's side of a removed number, where it was the one that the customer showed. */
static gboolean
find_companion (MokedHistoryGroup        *self,
                const char               *text,
                const MokedHistoryEntry **out_entry,
                const MokedHistoryValue **out_value)
{
  for (guint i = 0; i < self->n; i++)
    for (guint v = 0; v < get_entry (self, i)->values->len; v++)
      {
        const MokedHistoryValue *value = get_entry (self, i)->values->pdata[v];

        if (!is_first_contact (get_entry (self, i), value) || g_strcmp0 (value->old, text) != 0 || text == NULL)
          continue;
        *out_entry = get_entry (self, i);
        *out_value = value;
        return TRUE;
      }
  return FALSE;
}

/* Words */

static const char *
get_contact_label (const char *value)
{
  MokedIdentityKind kind = value != NULL && strchr (value, '@') != NULL ? MOKED_IDENTITY_EMAIL : MOKED_IDENTITY_PHONE;

  if (value == NULL || (*value != '+' && kind != MOKED_IDENTITY_EMAIL))
    return _("Contact detail");
  return _ (moked_enum_get_label (moked_identity_kinds, (int) kind));
}

static const char *
get_main_name (const MokedEntityInfo *info)
{
  return info == &moked_identity_info ? "value" : info == &moked_note_info ? "body" : "name";
}

static const char *
get_record_label (const MokedEntityInfo *info,
                  const char            *text)
{
  if (info == &moked_customer_info)
    return _("Customer");
  if (info == &moked_attachment_info)
    return _("File");
  return info == &moked_identity_info ? get_contact_label (text) : _("Note");
}

static const char *
get_value_label (const MokedHistoryEntry *entry,
                 const MokedHistoryValue *value)
{
  if (entry->info == &moked_identity_info && g_str_equal (value->field->name, "value"))
    return get_contact_label (value->new);
  return _ (value->field->label);
}

static char *
dup_record_title (const MokedHistoryEntry *entry,
                  const char              *text)
{
  const char *label = get_record_label (entry->info, text);

  if (moked_history_entry_is (entry, "create"))
    /* Translators: in the history of a person; %s is "Note", "Phone" and the like */
    return g_strdup_printf (_("Added: %s"), label);
  if (moked_history_entry_is (entry, "delete"))
    /* Translators: in the history of a person; %s is "Note", "Phone" and the like */
    return g_strdup_printf (_("Deleted: %s"), label);
  /* Translators: in the history of a person; %s is "Note", "Phone" and the like */
  return g_strdup_printf (_("Restored: %s"), label);
}

static char *
dup_when (const MokedHistoryEntry *entry)
{
  g_autofree char *day = moked_time_format_day_header (entry->at, g_get_real_time ());
  g_autofree char *clock = moked_time_format_clock (entry->at);

  for (guint i = 0; i < G_N_ELEMENTS (origins); i++)
    if (g_str_equal (origins[i].origin, entry->origin))
      return g_strdup_printf ("%s, %s · %s", day, clock, _ (origins[i].text));
  return g_strdup_printf ("%s, %s", day, clock);
}

/* Rows */

static GtkWidget *
add_row (MokedHistoryGroup *self,
         const char        *title,
         const char        *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), MAX_LINES);
  gtk_list_box_append (self->list, row);
  return row;
}

static GtkWidget *
add_button (GtkWidget  *row,
            const char *what)
{
  GtkWidget *button = gtk_button_new_with_label (_("Restore"));
  g_autofree char *name = g_strdup_printf ("%s: %s", _("Restore"), what);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  /* All say the same to the eye, from where they stand; told apart by name. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return button;
}

static void
on_restore_value (GtkWidget         *button,
                  MokedHistoryGroup *self)
{
  moked_history_restore_value (self->context, self->customer_id, g_object_get_data (G_OBJECT (button), "entry"),
                               g_object_get_data (G_OBJECT (button), "value"));
}

static void
offer_value (MokedHistoryGroup       *self,
             GtkWidget               *row,
             const char              *what,
             const MokedHistoryEntry *entry,
             const MokedHistoryValue *value)
{
  GtkWidget *button = add_button (row, what);

  g_object_set_data (G_OBJECT (button), "entry", (gpointer) entry);
  g_object_set_data (G_OBJECT (button), "value", (gpointer) value);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_restore_value), self, G_CONNECT_DEFAULT);
}

/* A customer comes back with the numbers and the files that went with them. */
static void
on_restore_record (GtkWidget         *button,
                   MokedHistoryGroup *self)
{
  gpointer entry = g_object_get_data (G_OBJECT (button), "entry");
  g_autoptr (GPtrArray) records = g_ptr_array_new ();

  g_ptr_array_add (records, entry);
  for (guint i = 0; ((MokedHistoryEntry *) entry)->info == &moked_customer_info && i < self->n; i++)
    if (get_entry (self, i) != entry && moked_history_entry_is (get_entry (self, i), "delete") &&
        is_deleted (self, get_entry (self, i)->id))
      g_ptr_array_add (records, (gpointer) get_entry (self, i));
  moked_history_restore_records (self->context, records);
}

static gboolean
goes_with_customer (MokedHistoryGroup       *self,
                    const MokedHistoryEntry *entry)
{
  return entry->info != &moked_customer_info && is_deleted (self, self->customer_id);
}

static gboolean
may_restore (MokedHistoryGroup       *self,
             const MokedHistoryEntry *entry,
             const MokedHistoryValue *value)
{
  const char *now = find_now (self, entry->id, value->field);

  if (!moked_history_entry_is (entry, "update") || entry->info == &moked_note_info ||
      entry->info == &moked_attachment_info || is_deleted (self, entry->id) ||
      is_deleted (self, self->customer_id))
    return FALSE;
  if (value->old == NULL && ((value->field->flags & MOKED_FIELD_REQUIRED) || is_first_contact (entry, value)))
    return FALSE;
  return g_strcmp0 (now != NULL ? now : "", value->old != NULL ? value->old : "") != 0;
}

static void
add_record (MokedHistoryGroup       *self,
            const MokedHistoryEntry *entry)
{
  const MokedField *field = moked_entity_info_find_field (entry->info, get_main_name (entry->info));
  const char *text = moked_history_entry_get_new (entry, field);
  g_autofree char *shown = NULL;
  g_autofree char *title = NULL;
  const MokedHistoryEntry *with;
  const MokedHistoryValue *value;
  GtkWidget *row, *button;

  if (text == NULL)
    text = find_now (self, entry->id, field);
  title = dup_record_title (entry, text);
  shown = text != NULL ? moked_field_text_dup (field, text, self->users) : g_strdup ("");
  row = add_row (self, title, shown);
  if (find_newest (self, entry->id) != entry || !moked_history_entry_is (entry, "delete") ||
      goes_with_customer (self, entry))
    return;
  if (find_companion (self, text, &with, &value))
    {
      if (may_restore (self, with, value))
        offer_value (self, row, shown, with, value);
      return;
    }
  button = add_button (row, shown);
  g_object_set_data (G_OBJECT (button), "entry", (gpointer) entry);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_restore_record), self, G_CONNECT_DEFAULT);
}

static void
add_value (MokedHistoryGroup       *self,
           const MokedHistoryEntry *entry,
           const MokedHistoryValue *value)
{
  const char *label = get_value_label (entry, value);
  g_autofree char *old = moked_field_text_dup (value->field, value->old, self->users);
  g_autofree char *new = moked_field_text_dup (value->field, value->new, self->users);
  g_autofree char *shown = NULL;
  g_autofree char *what = g_strdup_printf ("%s, %s", label, old);
  GtkWidget *row;

  if (moked_history_entry_is (entry, "create"))
    shown = g_steal_pointer (&new);
  else
    /* Translators: what a field held before and what it holds since then; the arrow points in reading direction */
    shown = g_strdup_printf (_("%s → %s"), old, new);
  row = add_row (self, label, shown);
  if (may_restore (self, entry, value))
    offer_value (self, row, what, entry, value);
}

static void
add_entry (MokedHistoryGroup       *self,
           const MokedHistoryEntry *entry)
{
  gboolean is_record = !moked_history_entry_is (entry, "update");

  if (is_record)
    add_record (self, entry);
  for (guint i = 0; i < entry->values->len; i++)
    {
      const MokedHistoryValue *value = entry->values->pdata[i];

      if ((is_first_contact (entry, value) && has_identities (self)) ||
          (is_record && g_str_equal (value->field->name, get_main_name (entry->info))))
        continue;
      add_value (self, entry, value);
    }
}

static void
moked_history_group_dispose (GObject *object)
{
  MokedHistoryGroup *self = MOKED_HISTORY_GROUP (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->customer_id, g_free);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->users, g_ptr_array_unref);
  G_OBJECT_CLASS (moked_history_group_parent_class)->dispose (object);
}

static void
moked_history_group_class_init (MokedHistoryGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_history_group_dispose;
}

static void
moked_history_group_init (MokedHistoryGroup *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 3);
}

static void
add_label (MokedHistoryGroup *self,
           const char        *text,
           const char        *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (self), label);
}

static void
fill (MokedHistoryGroup *self)
{
  const MokedHistoryEntry *entry = get_entry (self, 0);
  const char *who = entry->name != NULL ? entry->name : _("The service");
  g_autofree char *when = dup_when (entry);
  g_autofree char *name = g_strdup_printf ("%s, %s", who, when);

  add_label (self, who, "heading");
  add_label (self, when, "dim-label");
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_set_margin_top (GTK_WIDGET (self->list), 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->list));
  for (guint i = 0; i < self->n; i++)
    add_entry (self, get_entry (self, i));
}

/**
 * moked_history_group_new:
 * @context: of the window
 * @customer_id: whose history it is
 * @entries: (element-type MokedHistoryEntry): what is known of it, newest first; not changed any more
 * @first: where the action begins in it
 * @n: of how many changes it is
 * @users: (element-type MokedUser): who works in the office
 *
 * Returns: (transfer floating): a widget
 */
GtkWidget *
moked_history_group_new (MokedUiContext *context,
                         const char     *customer_id,
                         GPtrArray      *entries,
                         guint           first,
                         guint           n,
                         GPtrArray      *users)
{
  MokedHistoryGroup *self = g_object_new (MOKED_TYPE_HISTORY_GROUP, NULL);

  self->context = g_object_ref (context);
  self->customer_id = g_strdup (customer_id);
  self->entries = g_ptr_array_ref (entries);
  self->first = first;
  self->n = n;
  self->users = g_ptr_array_ref (users);
  fill (self);
  return GTK_WIDGET (self);
}
