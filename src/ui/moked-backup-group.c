/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "base/moked-text.h"
#include "base/moked-time.h"
#include "ui/moked-backup-group.h"
#include "ui/moked-service-request.h"

#define BACKUPS "/api/backups"

/* A copy takes from a moment to a minute; so often the service is asked whether it is ready. */
#define ASK_EVERY_MSEC 500

/* When the office was last copied, and a button that has it copied now. The service does both. */
struct _MokedBackupGroup
{
  AdwPreferencesGroup parent_instance;
  MokedUiContext     *context;
  AdwActionRow       *row;
  GtkWidget          *spinner;
  guint               timer;
  gboolean            ordered; /* somebody waits for a copy */
};

G_DEFINE_FINAL_TYPE (MokedBackupGroup, moked_backup_group, ADW_TYPE_PREFERENCES_GROUP)

static void on_answered (gpointer owner, yyjson_val *answer, const GError *error);

static gboolean
on_time (gpointer data)
{
  MokedBackupGroup *self = data;

  self->timer = 0;
  moked_service_request (self->context, "GET", BACKUPS, NULL, self, on_answered);
  return G_SOURCE_REMOVE;
}

static char *
dup_when (gint64 made_at)
{
  g_autofree char *date = moked_time_format_date (made_at);
  g_autofree char *clock = moked_time_format_clock (made_at);

  /* Translators: when the last backup was made: a date and a time of day. */
  return made_at > 0 ? g_strdup_printf (_("%1$s, %2$s"), date, clock) : g_strdup (_("None was made yet"));
}

static void
show (MokedBackupGroup *self,
      const char       *text,
      gboolean          announce)
{
  adw_action_row_set_subtitle (self->row, text);
  if (announce)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
show_outcome (MokedBackupGroup *self,
              yyjson_val       *answer)
{
  const char *problem = yyjson_get_str (yyjson_obj_get (answer, "problem"));
  g_autofree char *when = dup_when (yyjson_get_sint (yyjson_obj_get (answer, "made_at")));
  g_autofree char *reason = problem != NULL ? moked_text_isolate_ltr (problem) : NULL;
  g_autofree char *text = NULL;

  if (problem != NULL)
    /* Translators: what the service says, in English, and when the last good backup was made. */
    text = g_strdup_printf (_("The backup could not be made: %1$s. The last one: %2$s"), reason, when);
  else if (self->ordered)
    text = g_strdup_printf (_("The backup is ready: %s"), when);
  show (self, text != NULL ? text : when, self->ordered);
  self->ordered = FALSE;
}

static void
show_error (MokedBackupGroup *self,
            const GError     *error)
{
  g_autofree char *text = moked_service_error_dup (error);

  gtk_widget_set_visible (self->spinner, FALSE);
  /* Only owners have to do with it. */
  gtk_widget_set_visible (GTK_WIDGET (self), !g_error_matches (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN));
  show (self, text, self->ordered);
  self->ordered = FALSE;
}

static void
on_answered (gpointer      owner,
             yyjson_val   *answer,
             const GError *error)
{
  MokedBackupGroup *self = MOKED_BACKUP_GROUP (owner);
  gboolean running = yyjson_get_bool (yyjson_obj_get (answer, "running"));

  if (self->context == NULL)
    return;
  if (error != NULL)
    {
      show_error (self, error);
      return;
    }
  gtk_widget_set_visible (self->spinner, running);
  if (!running)
    show_outcome (self, answer);
  else if (self->timer == 0)
    {
      show (self, _("A backup is being made"), FALSE);
      self->timer = g_timeout_add (ASK_EVERY_MSEC, on_time, self);
    }
}

static void
on_back_up (MokedBackupGroup *self)
{
  /* The button stays sensitive: one that is greyed out under the keyboard loses it, and Escape with it. */
  if (self->ordered)
    return;
  self->ordered = TRUE;
  gtk_widget_set_visible (self->spinner, TRUE);
  moked_service_request (self->context, "POST", BACKUPS, NULL, self, on_answered);
}

static void
moked_backup_group_dispose (GObject *object)
{
  MokedBackupGroup *self = MOKED_BACKUP_GROUP (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_BACKUP_GROUP);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (moked_backup_group_parent_class)->dispose (object);
}

static void
moked_backup_group_class_init (MokedBackupGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_backup_group_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-backup-group.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedBackupGroup, row);
  gtk_widget_class_bind_template_child (widget_class, MokedBackupGroup, spinner);
  gtk_widget_class_bind_template_callback (widget_class, on_back_up);
}

static void
moked_backup_group_init (MokedBackupGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_backup_group_new:
 * @context: whose service makes the backups
 *
 * Returns: (transfer floating): a group of preferences, filled as soon as the service answers; hidden from those
 *   who are not owners
 */
GtkWidget *
moked_backup_group_new (MokedUiContext *context)
{
  MokedBackupGroup *self = g_object_new (MOKED_TYPE_BACKUP_GROUP, NULL);

  self->context = g_object_ref (context);
  moked_service_request (context, "GET", BACKUPS, NULL, self, on_answered);
  return GTK_WIDGET (self);
}
