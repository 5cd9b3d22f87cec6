/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-text.h"
#include "sync/moked-http-transport.h"
#include "ui/moked-backup-group.h"
#include "ui/moked-exchange-group.h"
#include "ui/moked-preferences-dialog.h"
#include "ui/moked-service-request.h"
#include "ui/moked-twilio-group.h"
#include "ui/moked-ui-feature.h"
#include "ui/widgets/moked-entry-row.h"

/* The program's settings, the way to the service, and what the features add. */
struct _MokedPreferencesDialog
{
  AdwPreferencesDialog parent_instance;
  MokedUiContext      *context;
  AdwPreferencesPage  *page;
  AdwPreferencesGroup *data;
  AdwComboRow         *language;
  AdwComboRow         *appearance;
  AdwActionRow        *data_row;
  MokedEntryRow       *address;
  GtkWidget           *token;
  AdwActionRow        *check_row;
  GtkWidget           *check_spinner;
};

G_DEFINE_FINAL_TYPE (MokedPreferencesDialog, moked_preferences_dialog, ADW_TYPE_PREFERENCES_DIALOG)

static void
on_open_folder (MokedPreferencesDialog *self)
{
  g_autoptr (GFile) folder = g_file_new_for_path (moked_ui_context_get_data_dir (self->context));
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (folder);

  gtk_file_launcher_launch (launcher, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, NULL, NULL);
}

static gboolean
is_address (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
         (g_str_equal (g_uri_get_scheme (uri), "https") || g_str_equal (g_uri_get_scheme (uri), "http"));
}

static void
on_address_applied (MokedPreferencesDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->address));

  if (*text != '\0' && !is_address (text))
    moked_entry_row_set_problem (self->address, _("An address that begins with https://"));
  else
    g_settings_set_string (moked_ui_context_get_settings (self->context), "service-address", text);
}

static void
on_token_applied (MokedPreferencesDialog *self)
{
  g_autofree char *token = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->token))));

  gtk_editable_set_text (GTK_EDITABLE (self->token), "");
  if (*token != '\0')
    moked_ui_context_pair (self->context, token);
}

static void
show_check (MokedPreferencesDialog *self,
            const char             *text)
{
  gtk_widget_set_visible (self->check_spinner, FALSE);
  adw_action_row_set_subtitle (self->check_row, text);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static DexFuture *
on_checked (DexFuture *future,
            gpointer   user_data)
{
  MokedPreferencesDialog *self = MOKED_PREFERENCES_DIALOG (user_data);
  g_autoptr (GError) error = NULL;

  if (self->context == NULL)
    return NULL;
  if (dex_future_get_value (future, &error) != NULL)
    show_check (self, _("The service answers"));
  else
    {
      g_autofree char *text = moked_service_error_dup (error);

      show_check (self, text);
    }
  return NULL;
}

/* What is typed is checked, before it is applied; without an address the service that is in use. */
static MokedSyncTransport *
get_checked_transport (MokedPreferencesDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->address));
  MokedSyncTransport *transport = moked_ui_context_get_transport (self->context);

  if (*text != '\0')
    return MOKED_SYNC_TRANSPORT (moked_http_transport_new (text, NULL));
  return transport != NULL ? g_object_ref (transport) : NULL;
}

static void
on_check (MokedPreferencesDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->address));
  g_autoptr (MokedSyncTransport) transport = NULL;

  if (*text != '\0' && !is_address (text))
    {
      moked_entry_row_set_problem (self->address, _("An address that begins with https://"));
      return;
    }
  if ((transport = get_checked_transport (self)) == NULL)
    {
      show_check (self, _("The service on this computer is still starting"));
      return;
    }
  gtk_widget_set_visible (self->check_spinner, TRUE);
  dex_future_disown (dex_future_finally (moked_sync_transport_get (transport, "/healthz"), on_checked,
                                         g_object_ref (self), g_object_unref));
}

static gboolean
enum_to_index (GValue   *value,
               GVariant *variant,
               gpointer  user_data)
{
  const char *const *nicks = user_data;

  for (guint i = 0; nicks[i] != NULL; i++)
    if (g_str_equal (nicks[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
index_to_enum (const GValue       *value,
               const GVariantType *type,
               gpointer            user_data)
{
  const char *const *nicks = user_data;
  guint index = g_value_get_uint (value);

  return index < g_strv_length ((char **) nicks) ? g_variant_new_string (nicks[index]) : NULL;
}

static const char *const languages[] = { "he", "en", "system", NULL };
static const char *const appearances[] = { "system", "light", "dark", NULL };

static void
bind_settings (MokedPreferencesDialog *self)
{
  GSettings *settings = moked_ui_context_get_settings (self->context);
  g_autofree char *address = g_settings_get_string (settings, "service-address");
  g_autofree char *folder = NULL;

  g_settings_bind_with_mapping (settings, "language", self->language, "selected", G_SETTINGS_BIND_DEFAULT,
                                enum_to_index, index_to_enum, (gpointer) languages, NULL);
  g_settings_bind_with_mapping (settings, "appearance", self->appearance, "selected", G_SETTINGS_BIND_DEFAULT,
                                enum_to_index, index_to_enum, (gpointer) appearances, NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->address), address);

  folder = moked_text_isolate_ltr (moked_ui_context_get_data_dir (self->context));
  adw_action_row_set_subtitle (self->data_row, folder);
}

static void
add_groups (MokedPreferencesDialog *self)
{
  adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (moked_twilio_group_new (self->context)));
  for (const MokedUiFeature *const *i = moked_ui_features_get (); *i != NULL; i++)
    if ((*i)->create_preferences != NULL)
      adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP ((*i)->create_preferences (self->context)));

  adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (moked_backup_group_new (self->context)));
  adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (moked_exchange_group_new (self->context)));

  /* Last, where it is out of the way. */
  g_object_ref (self->data);
  adw_preferences_page_remove (self->page, self->data);
  adw_preferences_page_add (self->page, self->data);
  g_object_unref (self->data);
}

static void
moked_preferences_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_PREFERENCES_DIALOG);
  g_clear_object (&MOKED_PREFERENCES_DIALOG (object)->context);
  G_OBJECT_CLASS (moked_preferences_dialog_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/moked_crm/Moked/ui/moked-preferences-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedPreferencesDialog, page);
  gtk_widget_class_bind_template_child (widget_class, MokedPreferencesDialog, data);
  gtk_widget_class_bind_template_child (widget_class, MokedPreferencesDialog, language);
  gtk_widget_class_bind_template_child (widget_class, MokedPreferencesDialog, appearance);
  gtk_widget_class_bind_template_child (widget_class, MokedPreferencesDialog, data_row);
  gtk_widget_class_bind_template_child (widget_class, MokedPreferencesDialog, address);
  gtk_widget_class_bind_template_child (widget_class, MokedPreferencesDialog, token);
  gtk_widget_class_bind_template_child (widget_class, MokedPreferencesDialog, check_row);
  gtk_widget_class_bind_template_child (widget_class, MokedPreferencesDialog, check_spinner);
  gtk_widget_class_bind_template_callback (widget_class, on_open_folder);
  gtk_widget_class_bind_template_callback (widget_class, on_address_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_token_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_check);
}

static void
moked_preferences_dialog_class_init (MokedPreferencesDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = moked_preferences_dialog_dispose;
  g_type_ensure (MOKED_TYPE_ENTRY_ROW);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
moked_preferences_dialog_init (MokedPreferencesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_preferences_dialog_new:
 * @context: whose settings
 *
 * Returns: (transfer floating): a dialog; what is changed in it holds at once
 */
AdwDialog *
moked_preferences_dialog_new (MokedUiContext *context)
{
  MokedPreferencesDialog *self = g_object_new (MOKED_TYPE_PREFERENCES_DIALOG, NULL);

  self->context = g_object_ref (context);
  bind_settings (self);
  add_groups (self);
  return ADW_DIALOG (self);
}
