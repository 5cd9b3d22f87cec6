/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "ui/moked-palette-row.h"

/* One thing that quick search found: a record, a page or an action. */
struct _MokedPaletteRow
{
  AdwActionRow    parent_instance;
  MokedSearchHit *hit;
  char           *action;
  GVariant       *parameter;
};

G_DEFINE_FINAL_TYPE (MokedPaletteRow, moked_palette_row, ADW_TYPE_ACTION_ROW)

static const MokedUiAction general_actions[] = {
  { "outbox", N_("_Waiting to Send"), "outbox-symbolic", NULL, NULL },
  { "sync-now", N_("_Sync Now"), "view-refresh-symbolic", "<Ctrl>r", NULL },
  { "preferences", N_("_Preferences"), "preferences-system-symbolic", "<Ctrl>comma", NULL },
  { "shortcuts", N_("_Keyboard Shortcuts"), "preferences-desktop-keyboard-shortcuts-symbolic", "F1", NULL },
  { "about", N_("_About Moked"), "help-about-symbolic", NULL, NULL },
  { NULL }
};

static void
moked_palette_row_finalize (GObject *object)
{
  MokedPaletteRow *self = MOKED_PALETTE_ROW (object);

  g_clear_object (&self->hit);
  g_clear_pointer (&self->parameter, g_variant_unref);
  g_free (self->action);
  G_OBJECT_CLASS (moked_palette_row_parent_class)->finalize (object);
}

static void
moked_palette_row_class_init (MokedPaletteRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = moked_palette_row_finalize;
}

static void
moked_palette_row_init (MokedPaletteRow *self)
{
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
}

static void
add_icon (MokedPaletteRow *self,
          const char      *icon_name)
{
  GtkWidget *icon;

  if (icon_name == NULL)
    return;
  icon = g_object_new (GTK_TYPE_IMAGE,
                       "icon-name", icon_name,
                       "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                       NULL);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), icon);
}

static MokedPaletteRow *
create (const char *title,
        const char *icon_name)
{
  MokedPaletteRow *self = g_object_new (MOKED_TYPE_PALETTE_ROW, NULL);
  g_autofree char *plain = moked_ui_dup_plain_label (title);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), plain);
  add_icon (self, icon_name);
  return self;
}

static void
add_accel (MokedPaletteRow *self,
           const char      *accel)
{
  g_autofree char *text = NULL;
  GtkWidget *label;
  GdkModifierType modifiers;
  guint key;

  if (accel == NULL || !gtk_accelerator_parse (accel, &key, &modifiers))
    return;
  text = gtk_accelerator_get_label (key, modifiers);
  label = gtk_label_new (text);
  gtk_widget_add_css_class (label, "dimmed");
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), label);
}

/**
 * moked_palette_get_general_actions:
 *
 * Returns: (transfer none): the window's own actions that quick search offers, ended by a zero entry
 */
const MokedUiAction *
moked_palette_get_general_actions (void)
{
  return general_actions;
}

/**
 * moked_palette_row_new_for_hit:
 * @hit: a record
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
moked_palette_row_new_for_hit (MokedSearchHit *hit)
{
  MokedPaletteRow *self = g_object_new (MOKED_TYPE_PALETTE_ROW, NULL);

  self->hit = g_object_ref (hit);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), moked_search_hit_get_title (hit));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), moked_search_hit_get_subtitle (hit));
  add_icon (self, moked_search_hit_get_icon_name (hit));
  return GTK_WIDGET (self);
}

/**
 * moked_palette_row_new_for_page:
 * @feature: whose page
 * @number: its place in the sidebar, from 1
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
moked_palette_row_new_for_page (const MokedUiFeature *feature,
                                guint                 number)
{
  MokedPaletteRow *self = create (_ (feature->title), feature->icon_name);
  g_autofree char *accel = g_strdup_printf ("<Ctrl>%u", number);

  self->action = g_strdup ("win.page");
  self->parameter = g_variant_ref_sink (g_variant_new_int32 (number));
  if (number < 10)
    add_accel (self, accel);
  return GTK_WIDGET (self);
}

/**
 * moked_palette_row_new_for_action:
 * @action: of a feature or of the window
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
moked_palette_row_new_for_action (const MokedUiAction *action)
{
  MokedPaletteRow *self = create (_ (action->label), action->icon_name);

  self->action = g_strconcat ("win.", action->name, NULL);
  add_accel (self, action->accel);
  return GTK_WIDGET (self);
}

/**
 * moked_palette_row_run:
 * @context: where the record opens or the action runs
 *
 * Does what the row offers.
 */
void
moked_palette_row_run (MokedPaletteRow *self,
                       MokedUiContext  *context)
{
  g_return_if_fail (MOKED_IS_PALETTE_ROW (self));

  if (self->hit != NULL)
    moked_ui_context_open (context, moked_search_hit_get_entity (self->hit), moked_search_hit_get_id (self->hit));
  else if (moked_ui_context_get_root (context) != NULL)
    gtk_widget_activate_action_variant (moked_ui_context_get_root (context), self->action, self->parameter);
}
