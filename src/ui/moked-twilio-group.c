/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-phone.h"
#include "ui/moked-service-request.h"
#include "ui/moked-twilio-group.h"
#include "ui/widgets/moked-entry-row.h"

#define SETTINGS "/api/settings/twilio"

/* The office's account at Twilio. The service keeps it; the desktop only hands it over. */
struct _MokedTwilioGroup
{
  AdwPreferencesGroup parent_instance;
  MokedUiContext     *context;
  MokedEntryRow      *account_sid;
  GtkWidget          *auth_token;
  MokedEntryRow      *number;
  MokedEntryRow      *public_url;
  AdwActionRow       *status;
  GtkWidget          *spinner;
  gboolean            busy;
};

G_DEFINE_FINAL_TYPE (MokedTwilioGroup, moked_twilio_group, ADW_TYPE_PREFERENCES_GROUP)

static void
set_busy (MokedTwilioGroup *self,
          gboolean          busy)
{
  /* The buttons stay sensitive: one that is greyed out under the keyboard loses it, and Escape with it. */
  self->busy = busy;
  gtk_widget_set_visible (self->spinner, busy);
}

static void
set_status (MokedTwilioGroup *self,
            const char       *text)
{
  adw_action_row_set_subtitle (self->status, text);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
set_error (MokedTwilioGroup *self,
           const GError     *error)
{
  g_autofree char *text = moked_service_error_dup (error);

  set_status (self, text);
}

static const char *
get_text (gpointer row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static void
set_text (gpointer    row,
          yyjson_val *object,
          const char *key)
{
  const char *text = yyjson_get_str (yyjson_obj_get (object, key));

  gtk_editable_set_text (GTK_EDITABLE (row), text != NULL ? text : "");
}

static void
on_loaded (gpointer      owner,
           yyjson_val   *answer,
           const GError *error)
{
  MokedTwilioGroup *self = MOKED_TWILIO_GROUP (owner);

  set_busy (self, FALSE);
  if (error != NULL)
    {
      set_error (self, error);
      return;
    }
  set_text (self->account_sid, answer, "account_sid");
  set_text (self->number, answer, "number");
  set_text (self->public_url, answer, "public_url");
  adw_action_row_set_subtitle (self->status, yyjson_get_bool (yyjson_obj_get (answer, "has_token"))
                                                 ? _("A token is kept")
                                                 : _("Not set up yet"));
}

static void
on_checked (gpointer      owner,
            yyjson_val   *answer,
            const GError *error)
{
  MokedTwilioGroup *self = MOKED_TWILIO_GROUP (owner);

  set_busy (self, FALSE);
  if (error != NULL)
    set_error (self, error);
  else if (yyjson_get_bool (yyjson_obj_get (answer, "ok")))
    set_status (self, _("The account answers and the token is right"));
  else
    set_status (self, _("Twilio did not accept the account or the token. Please compare them with Twilio's console."));
}

static yyjson_mut_doc *
write_account (MokedTwilioGroup *self)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (doc);

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_strcpy (doc, root, "account_sid", get_text (self->account_sid));
  /* An empty token leaves the kept one alone. */
  if (*get_text (self->auth_token) != '\0')
    yyjson_mut_obj_add_strcpy (doc, root, "auth_token", get_text (self->auth_token));
  return doc;
}

/* What is typed is tried, before it is saved. */
static void
on_check (MokedTwilioGroup *self)
{
  yyjson_mut_doc *doc;

  if (self->busy)
    return;
  doc = write_account (self);
  set_busy (self, TRUE);
  moked_service_request (self->context, "POST", SETTINGS "/check", doc, self, on_checked);
  yyjson_mut_doc_free (doc);
}

static void
on_saved (gpointer      owner,
          yyjson_val   *answer,
          const GError *error)
{
  MokedTwilioGroup *self = MOKED_TWILIO_GROUP (owner);

  set_busy (self, FALSE);
  if (error != NULL)
    {
      set_error (self, error);
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->auth_token), "");
  set_status (self, _("Saved"));
  on_check (self);
}

static gboolean
validate (MokedTwilioGroup *self)
{
  g_autoptr (GUri) uri = g_uri_parse (get_text (self->public_url), G_URI_FLAGS_NONE, NULL);
  g_autofree char *number = moked_phone_normalize (get_text (self->number), NULL);
  gboolean sid = g_str_has_prefix (get_text (self->account_sid), "AC") && strlen (get_text (self->account_sid)) == 34;

  if (!sid)
    moked_entry_row_set_problem (self->account_sid, _("AC and 32 letters and digits"));
  if (number == NULL)
    moked_entry_row_set_problem (self->number, _("Not a phone number"));
  if (uri == NULL || g_strcmp0 (g_uri_get_scheme (uri), "https") != 0)
    moked_entry_row_set_problem (self->public_url, _("An address that begins with https://"));
  return sid && number != NULL && uri != NULL && g_strcmp0 (g_uri_get_scheme (uri), "https") == 0;
}

static void
on_save (MokedTwilioGroup *self)
{
  yyjson_mut_doc *doc;
  yyjson_mut_val *root;
  g_autofree char *number = NULL;

  if (self->busy || !validate (self))
    return;

  number = moked_phone_normalize (get_text (self->number), NULL);
  doc = write_account (self);
  root = yyjson_mut_doc_get_root (doc);
  yyjson_mut_obj_add_str (doc, root, "number", number);
  yyjson_mut_obj_add_str (doc, root, "public_url", get_text (self->public_url));

  set_busy (self, TRUE);
  moked_service_request (self->context, "PUT", SETTINGS, doc, self, on_saved);
  yyjson_mut_doc_free (doc);
}

static void
moked_twilio_group_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_TWILIO_GROUP);
  g_clear_object (&MOKED_TWILIO_GROUP (object)->context);
  G_OBJECT_CLASS (moked_twilio_group_parent_class)->dispose (object);
}

static void
moked_twilio_group_class_init (MokedTwilioGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_twilio_group_dispose;
  g_type_ensure (MOKED_TYPE_ENTRY_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-twilio-group.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedTwilioGroup, account_sid);
  gtk_widget_class_bind_template_child (widget_class, MokedTwilioGroup, auth_token);
  gtk_widget_class_bind_template_child (widget_class, MokedTwilioGroup, number);
  gtk_widget_class_bind_template_child (widget_class, MokedTwilioGroup, public_url);
  gtk_widget_class_bind_template_child (widget_class, MokedTwilioGroup, status);
  gtk_widget_class_bind_template_child (widget_class, MokedTwilioGroup, spinner);
  gtk_widget_class_bind_template_callback (widget_class, on_check);
  gtk_widget_class_bind_template_callback (widget_class, on_save);
}

static void
moked_twilio_group_init (MokedTwilioGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_twilio_group_new:
 * @context: whose service keeps the account
 *
 * Returns: (transfer floating): a group of preferences, filled as soon as the service answers
 */
GtkWidget *
moked_twilio_group_new (MokedUiContext *context)
{
  MokedTwilioGroup *self = g_object_new (MOKED_TYPE_TWILIO_GROUP, NULL);

  self->context = g_object_ref (context);
  set_busy (self, TRUE);
  moked_service_request (context, "GET", SETTINGS, NULL, self, on_loaded);
  return GTK_WIDGET (self);
}
