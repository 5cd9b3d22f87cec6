/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-identity-group.h"

#include <glib/gi18n-lib.h>

#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "base/moked-ulid.h"
#include "features/customers/moked-customer.h"
#include "features/customers/moked-identity-holder.h"
#include "ui/widgets/moked-entry-row.h"

/**
 * MokedIdentityGroup:
 *
 * The phone numbers, or the e-mail addresses, of a customer in the editor: a field for each, checked and
 * brought to its usual form when the keyboard leaves it. A number that somebody else has is pointed out.
 */
struct _MokedIdentityGroup
{
  AdwBin            parent_instance;
  MokedUiContext   *context;
  char             *customer_id;
  MokedIdentityKind kind;
  GPtrArray        *rows;    /* MokedEntryRow; the identity of a stored one is its data "identity" */
  GPtrArray        *removed; /* MokedIdentity */
  GtkListBox       *list;
  GtkWidget        *add_row;
};

typedef struct
{
  MokedIdentityGroup *group;
  GtkWidget          *row;
} Lookup;

enum
{
  OPEN_OTHER,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedIdentityGroup, moked_identity_group, ADW_TYPE_BIN)

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  g_object_unref (lookup->group);
  g_object_unref (lookup->row);
  g_free (lookup);
}

/* Who else has it */

static void
hide_other (MokedIdentityGroup *self,
            GtkWidget          *row)
{
  GtkWidget *other = g_object_get_data (G_OBJECT (row), "other");

  if (other != NULL)
    gtk_list_box_remove (self->list, other);
  g_object_set_data (G_OBJECT (row), "other", NULL);
}

static void
on_open_other (GtkWidget          *button,
               MokedIdentityGroup *self)
{
  g_signal_emit (self, signals[OPEN_OTHER], 0, g_object_get_data (G_OBJECT (button), "id"));
}

static void
show_other (MokedIdentityGroup *self,
            GtkWidget          *row,
            MokedCustomer      *holder)
{
  GtkWidget *other = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Open Customer"));
  g_autofree char *title = NULL;

  if (self->kind == MOKED_IDENTITY_PHONE)
    /* Translators: %s is a customer */
    title = g_strdup_printf (_("%s has this number, too"), holder->name);
  else
    /* Translators: %s is a customer */
    title = g_strdup_printf (_("%s has this address, too"), holder->name);
  hide_other (self, row);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (other), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (other), title);
  gtk_widget_add_css_class (other, "warning");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "id", g_strdup (moked_entity_get_id (holder)), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_open_other), self, G_CONNECT_DEFAULT);
  adw_action_row_add_suffix (ADW_ACTION_ROW (other), button);
  gtk_list_box_insert (self->list, other, gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) + 1);
  g_object_set_data (G_OBJECT (row), "other", other);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), title, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static DexFuture *
on_looked_up (DexFuture *future,
              gpointer   user_data)
{
  Lookup *lookup = user_data;
  const GValue *value = dex_future_get_value (future, NULL);

  if (lookup->group->list == NULL || !g_ptr_array_find (lookup->group->rows, lookup->row, NULL))
    return NULL;
  if (G_VALUE_HOLDS (value, MOKED_TYPE_CUSTOMER))
    show_other (lookup->group, lookup->row, g_value_get_object (value));
  else
    hide_other (lookup->group, lookup->row);
  return NULL;
}

static void
look_up (MokedIdentityGroup *self,
         GtkWidget          *row,
         const char         *value)
{
  MokedCache *cache = moked_ui_context_get_cache (self->context);
  gpointer holder = moked_identity_holder_new (self->kind, value, self->customer_id);
  Lookup *lookup = g_new (Lookup, 1);

  *lookup = (Lookup) { g_object_ref (self), g_object_ref (row) };
  dex_future_disown (
      dex_future_then (moked_cache_read (cache, moked_identity_holder_read, holder, moked_identity_holder_free),
                       on_looked_up, lookup, lookup_free));
}

/* Fields */

static const char *
get_text (gpointer row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static char *
dup_shown (MokedIdentityGroup *self,
           const char         *value)
{
  return self->kind == MOKED_IDENTITY_PHONE ? moked_phone_format (value) : g_strdup (value);
}

/* Brings a field to its usual form, or says what is wrong with it. NULL for an empty or a wrong one. */
static char *
check_row (MokedIdentityGroup *self,
           GtkWidget          *row)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;
  g_autofree char *shown = NULL;

  if (moked_text_is_blank (get_text (row)))
    return NULL;
  value = moked_identity_normalize (self->kind, get_text (row), &error);
  if (value == NULL)
    {
      moked_entry_row_set_problem (MOKED_ENTRY_ROW (row), error->message);
      return NULL;
    }
  shown = dup_shown (self, value);
  if (!g_str_equal (shown, get_text (row)))
    gtk_editable_set_text (GTK_EDITABLE (row), shown);
  return g_steal_pointer (&value);
}

static void
on_leave (GtkEventController *controller,
          MokedIdentityGroup *self)
{
  GtkWidget *row = gtk_event_controller_get_widget (controller);
  g_autofree char *value = check_row (self, row);

  if (value != NULL)
    look_up (self, row, value);
}

static void
on_remove (GtkWidget          *button,
           MokedIdentityGroup *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, MOKED_TYPE_ENTRY_ROW);
  MokedIdentity *identity = g_object_get_data (G_OBJECT (row), "identity");

  if (identity != NULL)
    g_ptr_array_add (self->removed, g_object_ref (identity));
  hide_other (self, row);
  gtk_widget_grab_focus (self->add_row);
  g_ptr_array_remove (self->rows, row);
  gtk_list_box_remove (self->list, row);
}

static GtkWidget *
create_remove_button (MokedIdentityGroup *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");

  gtk_widget_set_tooltip_text (button, self->kind == MOKED_IDENTITY_PHONE ? _("Remove the Number")
                                                                          : _("Remove the Address"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_remove), self, G_CONNECT_DEFAULT);
  return button;
}

static GtkWidget *
add_row (MokedIdentityGroup *self,
         MokedIdentity      *identity)
{
  GtkWidget *row = moked_entry_row_new (self->kind == MOKED_IDENTITY_PHONE ? _("_Phone") : _("E-_mail"));
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (row));
  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_autofree char *shown = identity != NULL ? dup_shown (self, identity->value) : NULL;

  /* Numbers and addresses run from left to right, at the end where the rest of the form begins. */
  gtk_widget_set_direction (GTK_WIDGET (text), GTK_TEXT_DIR_LTR);
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    gtk_editable_set_alignment (text, 1);
  adw_entry_row_set_input_purpose (ADW_ENTRY_ROW (row), self->kind == MOKED_IDENTITY_PHONE ? GTK_INPUT_PURPOSE_PHONE
                                                                                          : GTK_INPUT_PURPOSE_EMAIL);
  if (identity != NULL)
    {
      gtk_editable_set_text (GTK_EDITABLE (row), shown);
      g_object_set_data_full (G_OBJECT (row), "identity", g_object_ref (identity), g_object_unref);
    }
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), create_remove_button (self));
  g_signal_connect_object (focus, "leave", G_CALLBACK (on_leave), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (row, focus);
  gtk_list_box_insert (self->list, row, gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (self->add_row)));
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
on_add (MokedIdentityGroup *self)
{
  gtk_widget_grab_focus (add_row (self, NULL));
}

static void
moked_identity_group_dispose (GObject *object)
{
  MokedIdentityGroup *self = MOKED_IDENTITY_GROUP (object);

  self->list = NULL;
  g_ptr_array_set_size (self->rows, 0);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (moked_identity_group_parent_class)->dispose (object);
}

static void
moked_identity_group_finalize (GObject *object)
{
  MokedIdentityGroup *self = MOKED_IDENTITY_GROUP (object);

  g_free (self->customer_id);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->removed);
  G_OBJECT_CLASS (moked_identity_group_parent_class)->finalize (object);
}

static void
moked_identity_group_class_init (MokedIdentityGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_identity_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = moked_identity_group_finalize;

  /**
   * MokedIdentityGroup::open-other:
   * @id: a customer who has the same number
   */
  signals[OPEN_OTHER] = g_signal_new ("open-other", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
moked_identity_group_init (MokedIdentityGroup *self)
{
  self->rows = g_ptr_array_new ();
  self->removed = g_ptr_array_new_with_free_func (g_object_unref);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  self->add_row = adw_button_row_new ();
  adw_button_row_set_start_icon_name (ADW_BUTTON_ROW (self->add_row), "list-add-symbolic");
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (self->add_row), TRUE);
  g_signal_connect_object (self->add_row, "activated", G_CALLBACK (on_add), self, G_CONNECT_SWAPPED);
  gtk_list_box_append (self->list, self->add_row);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
}

/**
 * moked_identity_group_start:
 * @context: of the window
 * @customer_id: whose
 * @kind: phone numbers or e-mail addresses
 * @identities: (element-type MokedIdentity): what is stored, of any kind
 */
void
moked_identity_group_start (MokedIdentityGroup *self,
                            MokedUiContext     *context,
                            const char         *customer_id,
                            MokedIdentityKind   kind,
                            GPtrArray          *identities)
{
  gboolean phones = kind == MOKED_IDENTITY_PHONE;

  g_return_if_fail (MOKED_IS_IDENTITY_GROUP (self));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  self->customer_id = g_strdup (customer_id);
  self->kind = kind;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->add_row), phones ? _("Add Phone") : _("Add E-mail"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  phones ? _("Phones") : _("E-mail addresses"), -1);
  for (guint i = 0; i < identities->len; i++)
    if (MOKED_IDENTITY (identities->pdata[i])->kind == (int) kind)
      add_row (self, identities->pdata[i]);
  if (self->rows->len == 0)
    add_row (self, NULL);
}

/**
 * moked_identity_group_validate:
 *
 * Returns: whether all fields are right or empty; if not, the first wrong one has the keyboard
 */
gboolean
moked_identity_group_validate (MokedIdentityGroup *self)
{
  GtkWidget *wrong = NULL;

  g_return_val_if_fail (MOKED_IS_IDENTITY_GROUP (self), FALSE);

  for (guint i = 0; i < self->rows->len; i++)
    {
      g_autofree char *value = check_row (self, self->rows->pdata[i]);

      if (value == NULL && wrong == NULL && !moked_text_is_blank (get_text (self->rows->pdata[i])))
        wrong = self->rows->pdata[i];
    }
  if (wrong != NULL)
    gtk_widget_grab_focus (wrong);
  return wrong == NULL;
}

/**
 * moked_identity_group_dup_first:
 *
 * Returns: (transfer full) (nullable): the stored form of the first one
 */
char *
moked_identity_group_dup_first (MokedIdentityGroup *self)
{
  g_return_val_if_fail (MOKED_IS_IDENTITY_GROUP (self), NULL);

  for (guint i = 0; i < self->rows->len; i++)
    {
      char *value = check_row (self, self->rows->pdata[i]);

      if (value != NULL)
        return value;
    }
  return NULL;
}

static void
save_row (MokedIdentityGroup *self,
          GtkWidget          *row,
          MokedRecordChange  *change)
{
  MokedIdentity *stored = g_object_get_data (G_OBJECT (row), "identity");
  g_autofree char *value = check_row (self, row);
  g_autofree char *id = NULL;
  g_autoptr (MokedIdentity) identity = NULL;

  if (value == NULL && stored != NULL)
    moked_record_change_add (change, stored, NULL);
  if (value == NULL || (stored != NULL && g_str_equal (stored->value, value)))
    return;
  id = stored != NULL ? NULL : moked_ulid_new (moked_ui_context_get_clock (self->context));
  identity = stored != NULL ? moked_entity_copy (stored) : MOKED_IDENTITY (moked_entity_new (&moked_identity_info, id));
  identity->kind = self->kind;
  g_set_str (&identity->customer_id, self->customer_id);
  g_set_str (&identity->value, value);
  moked_record_change_add (change, stored, identity);
}

/**
 * moked_identity_group_save:
 * @change: gets what is new, changed or removed
 */
void
moked_identity_group_save (MokedIdentityGroup *self,
                           MokedRecordChange  *change)
{
  g_return_if_fail (MOKED_IS_IDENTITY_GROUP (self));

  for (guint i = 0; i < self->removed->len; i++)
    moked_record_change_add (change, self->removed->pdata[i], NULL);
  for (guint i = 0; i < self->rows->len; i++)
    save_row (self, self->rows->pdata[i], change);
}
