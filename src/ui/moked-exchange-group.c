/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "base/moked-text.h"
#include "base/moked-time.h"
#include "ui/moked-exchange-group.h"
#include "ui/moked-office-job.h"
#include "ui/moked-service-request.h"

#define LIST "/api/backups/list"

/* The office as one thing: made into a file, made of a file, put back to an earlier time. The service does all of it.
 * What is under way goes on when the dialog is closed, and ends in a toast. */
struct _MokedExchangeGroup
{
  AdwPreferencesGroup parent_instance;
  MokedUiContext     *context;
  AdwActionRow       *progress_row;
  GtkProgressBar     *bar;
  GtkWidget          *cancel;
  GtkWidget          *export;
  GtkWidget          *import;
  AdwExpanderRow     *backups;
  GPtrArray          *rows; /* of backups */
  MokedOfficeJob     *job;  /* (nullable): what is under way */
};

G_DEFINE_FINAL_TYPE (MokedExchangeGroup, moked_exchange_group, ADW_TYPE_PREFERENCES_GROUP)

typedef enum
{
  EXPORT,
  IMPORT,
  RESTORE,
} Kind;

typedef struct
{
  GWeakRef        group;
  MokedUiContext *context;
  MokedOfficeJob *job;
  Kind            kind;
} Run;

static void load_backups (MokedExchangeGroup *self);

/* What is under way ---------------------------------------------------------------------------------------- */

static void
free_weak (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static const char *
get_step_text (MokedOfficeStep step)
{
  switch (step)
    {
    case MOKED_OFFICE_STEP_MAKE:
      return _("Making the file");
    case MOKED_OFFICE_STEP_FETCH:
      return _("Saving the file");
    case MOKED_OFFICE_STEP_BRING:
      return _("Sending the file to the service");
    case MOKED_OFFICE_STEP_REPLACE:
    default:
      return _("Checking, and putting it in place");
    }
}

static void
on_progress (MokedOfficeStep step,
             double          fraction,
             gpointer        data)
{
  g_autoptr (MokedExchangeGroup) self = g_weak_ref_get (data);

  if (self == NULL || self->context == NULL)
    return;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->progress_row), get_step_text (step));
  gtk_widget_set_visible (self->cancel, step != MOKED_OFFICE_STEP_REPLACE);
  if (fraction < 0)
    gtk_progress_bar_pulse (self->bar);
  else
    gtk_progress_bar_set_fraction (self->bar, fraction);
}

static void
set_job (MokedExchangeGroup *self,
         MokedOfficeJob     *job)
{
  g_clear_pointer (&self->job, moked_office_job_unref);
  self->job = job != NULL ? moked_office_job_ref (job) : NULL;
  gtk_progress_bar_set_fraction (self->bar, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_row), job != NULL);
}

static void
free_run (gpointer data)
{
  Run *run = data;

  g_weak_ref_clear (&run->group);
  g_object_unref (run->context);
  moked_office_job_unref (run->job);
  g_free (run);
}

static const char *
get_success_text (Kind kind)
{
  switch (kind)
    {
    case EXPORT:
      return _("The office was exported");
    case IMPORT:
      return _("The office was imported");
    case RESTORE:
    default:
      return _("The office was restored");
    }
}

static const char *
get_failure_text (Kind kind)
{
  switch (kind)
    {
    case EXPORT:
      return _("The Office Was Not Exported");
    case IMPORT:
      return _("The Office Was Not Imported");
    case RESTORE:
    default:
      return _("The Office Was Not Restored");
    }
}

/* What the service says is English and exact; what it means is the first sentence. */
static char *
dup_reason (const GError *error,
            Kind          kind)
{
  g_autofree char *detail = NULL;

  if (!g_error_matches (error, MOKED_ERROR, MOKED_ERROR_REJECTED))
    return moked_service_error_dup (error);
  detail = moked_text_isolate_ltr (error->message);
  if (kind == EXPORT)
    /* Translators: %s is what the service says, in English. */
    return g_strdup_printf (_("The service could not make the file: %s"), detail);
  /* Translators: %s is what the service says, in English. */
  return g_strdup_printf (_("Nothing in the office was changed. The service says: %s"), detail);
}

static void
show_failure (MokedUiContext *context,
              Kind            kind,
              const GError   *error)
{
  g_autofree char *reason = dup_reason (error, kind);
  AdwDialog *dialog = adw_alert_dialog_new (get_failure_text (kind), reason);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  moked_ui_context_present (context, dialog);
}

static DexFuture *
on_done (DexFuture *future,
         gpointer   data)
{
  Run *run = data;
  g_autoptr (MokedExchangeGroup) self = g_weak_ref_get (&run->group);
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  if (self != NULL && self->context != NULL)
    {
      set_job (self, NULL);
      load_backups (self);
    }
  if (error == NULL)
    moked_ui_context_toast (run->context, get_success_text (run->kind));
  else if (g_error_matches (error, MOKED_ERROR, MOKED_ERROR_CANCELLED))
    moked_ui_context_toast (run->context, _("Cancelled. Nothing was changed"));
  else
    show_failure (run->context, run->kind, error);
  return dex_future_new_true ();
}

static void
start (MokedExchangeGroup *self,
       Kind                kind,
       GFile              *file,
       const char         *backup)
{
  MokedSyncTransport *transport = moked_ui_context_get_transport (self->context);
  g_autoptr (MokedOfficeJob) job = NULL;
  GWeakRef *weak;
  DexFuture *future;
  Run *run;

  if (self->job != NULL || !MOKED_IS_HTTP_TRANSPORT (transport))
    return;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  job = moked_office_job_new (MOKED_HTTP_TRANSPORT (transport), on_progress, weak, free_weak);
  run = g_new0 (Run, 1);
  g_weak_ref_init (&run->group, self);
  run->context = g_object_ref (self->context);
  run->job = moked_office_job_ref (job);
  run->kind = kind;
  set_job (self, job);
  if (kind == EXPORT)
    future = moked_office_job_export (job, file);
  else if (kind == IMPORT)
    future = moked_office_job_import (job, file);
  else
    future = moked_office_job_restore (job, backup);
  dex_future_disown (dex_future_finally (future, on_done, run, free_run));
}

static void
on_cancel (MokedExchangeGroup *self)
{
  if (self->job != NULL)
    moked_office_job_cancel (self->job);
}

/* Export --------------------------------------------------------------------------------------------------- */

static GtkFileDialog *
new_file_dialog (const char *title)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  GtkFileDialog *dialog = gtk_file_dialog_new ();

  gtk_file_filter_set_name (filter, _("Exports of an office"));
  gtk_file_filter_add_suffix (filter, "zip");
  gtk_file_dialog_set_default_filter (dialog, filter);
  gtk_file_dialog_set_title (dialog, title);
  return dialog;
}

static GtkWindow *
get_window (MokedExchangeGroup *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
on_target_chosen (GObject      *dialog,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (MokedExchangeGroup) self = data;
  g_autoptr (GFile) target = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (dialog), result, NULL);

  if (target != NULL && self->context != NULL)
    start (self, EXPORT, target, NULL);
}

static void
on_export (MokedExchangeGroup *self)
{
  g_autoptr (GtkFileDialog) dialog = NULL;
  g_autoptr (GDateTime) now = moked_time_to_local (g_get_real_time ());
  g_autofree char *name = g_date_time_format (now, "moked-%F.zip");

  if (self->job != NULL)
    return;
  dialog = new_file_dialog (_("Export Everything"));
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_save (dialog, get_window (self), NULL, on_target_chosen, g_object_ref (self));
}

/* Import and restore --------------------------------------------------------------------------------------- */

typedef struct
{
  MokedExchangeGroup *group;
  GFile              *file;   /* (nullable) */
  char               *backup; /* (nullable) */
} Question;

static void
free_question (Question *question)
{
  g_object_unref (question->group);
  g_clear_object (&question->file);
  g_free (question->backup);
  g_free (question);
}

static void
on_answered (AdwAlertDialog *dialog,
             const char     *response,
             Question       *question)
{
  MokedExchangeGroup *self = question->group;

  if (g_str_equal (response, "replace") && self->context != NULL)
    start (self, question->file != NULL ? IMPORT : RESTORE, question->file, question->backup);
  free_question (question);
}

static void
confirm (MokedExchangeGroup *self,
         const char         *heading,
         const char         *back,
         const char         *label,
         GFile              *file,
         const char         *backup)
{
  g_autofree char *text = g_strdup_printf (
      "%s %s", back,
      _("What was done since comes back from the computers that have it; what no computer has is lost, and so is who "
        "changed what since then. Work that was not sent yet stays on its computer. The present data is kept beside the "
        "restored one."));
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, text));
  Question *question = g_new0 (Question, 1);

  question->group = g_object_ref (self);
  question->file = file != NULL ? g_object_ref (file) : NULL;
  question->backup = g_strdup (backup);
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "replace", label, NULL);
  adw_alert_dialog_set_response_appearance (dialog, "replace", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (dialog, "cancel");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (on_answered), question);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
on_source_chosen (GObject      *dialog,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (MokedExchangeGroup) self = data;
  g_autoptr (GFile) source = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autofree char *name = source != NULL ? g_file_get_basename (source) : NULL;
  g_autofree char *isolated = name != NULL ? moked_text_isolate_ltr (name) : NULL;
  g_autofree char *back = NULL;

  if (source == NULL || self->context == NULL)
    return;
  /* Translators: %s is the name of a file. */
  back = g_strdup_printf (_("The office goes back to how it was when %s was made."), isolated);
  confirm (self, _("Replace the Office?"), back, _("_Replace"), source, NULL);
}

static void
on_import (MokedExchangeGroup *self)
{
  g_autoptr (GtkFileDialog) dialog = NULL;

  if (self->job != NULL)
    return;
  dialog = new_file_dialog (_("Import an Export"));
  gtk_file_dialog_open (dialog, get_window (self), NULL, on_source_chosen, g_object_ref (self));
}

static char *
dup_when (gint64 made_at)
{
  g_autofree char *date = moked_time_format_date (made_at);
  g_autofree char *clock = moked_time_format_clock (made_at);

  /* Translators: when the last backup was made: a date and a time of day. */
  return g_strdup_printf (_("%1$s, %2$s"), date, clock);
}

static void
on_restore (GtkButton *button,
            gpointer   data)
{
  MokedExchangeGroup *self = MOKED_EXCHANGE_GROUP (data);
  const char *when = g_object_get_data (G_OBJECT (button), "moked-when");
  g_autofree char *back = NULL;

  if (self->job != NULL)
    return;
  /* Translators: %s is a date and a time of day. */
  back = g_strdup_printf (_("The office goes back to how it was on %s."), when);
  confirm (self, _("Restore the Office?"), back, _("_Restore"), NULL,
           g_object_get_data (G_OBJECT (button), "moked-backup"));
}

static GtkWidget *
new_restore_button (MokedExchangeGroup *self,
                    const char         *name,
                    const char         *when)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Restore…"));
  /* Translators: for screen readers; %s is when the backup was made. */
  g_autofree char *label = g_strdup_printf (_("Restore the backup of %s"), when);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "moked-backup", g_strdup (name), g_free);
  g_object_set_data_full (G_OBJECT (button), "moked-when", g_strdup (when), g_free);
  /* Its own label says less, and would go before. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_restore), self, G_CONNECT_DEFAULT);
  return button;
}

static void
add_backup (MokedExchangeGroup *self,
            yyjson_val         *item)
{
  g_autofree char *when = dup_when (yyjson_get_sint (yyjson_obj_get (item, "made_at")));
  g_autofree char *size = g_format_size ((guint64) yyjson_get_sint (yyjson_obj_get (item, "size")));
  gboolean before = yyjson_get_bool (yyjson_obj_get (item, "before_migration"));
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *subtitle = NULL;

  /* Translators: %s is a size such as "12.4 MB". */
  subtitle = before ? g_strdup_printf (_("%s, made before an update of the program"), size) : g_strdup (size);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), when);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             new_restore_button (self, yyjson_get_str (yyjson_obj_get (item, "name")), when));
  adw_expander_row_add_row (self->backups, row);
  g_ptr_array_add (self->rows, row);
}

static void
on_backups (gpointer      owner,
            yyjson_val   *answer,
            const GError *error)
{
  MokedExchangeGroup *self = MOKED_EXCHANGE_GROUP (owner);
  yyjson_val *items = yyjson_obj_get (answer, "items"), *item;
  g_autofree char *text = NULL;
  size_t i, n;

  if (self->context == NULL)
    return;
  gtk_widget_set_visible (GTK_WIDGET (self), !g_error_matches (error, MOKED_ERROR, MOKED_ERROR_FORBIDDEN));
  while (self->rows->len > 0)
    adw_expander_row_remove (self->backups, g_ptr_array_steal_index (self->rows, self->rows->len - 1));
  yyjson_arr_foreach (items, i, n, item) add_backup (self, item);
  n = self->rows->len;
  if (error != NULL)
    text = moked_service_error_dup (error);
  else if (n > 0)
    text = g_strdup_printf (ngettext ("One backup", "%u backups", n), (guint) n);
  else
    text = g_strdup (_("There is no backup yet"));
  adw_expander_row_set_subtitle (self->backups, text);
}

static void
load_backups (MokedExchangeGroup *self)
{
  moked_service_request (self->context, "GET", LIST, NULL, self, on_backups);
}

/* There may be more by now. */
static void
on_expanded (MokedExchangeGroup *self)
{
  if (self->context != NULL && adw_expander_row_get_expanded (self->backups))
    load_backups (self);
}

static void
moked_exchange_group_dispose (GObject *object)
{
  MokedExchangeGroup *self = MOKED_EXCHANGE_GROUP (object);

  g_clear_pointer (&self->job, moked_office_job_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_EXCHANGE_GROUP);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (moked_exchange_group_parent_class)->dispose (object);
}

static void
moked_exchange_group_class_init (MokedExchangeGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_exchange_group_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/moked_crm/Moked/ui/moked-exchange-group.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedExchangeGroup, progress_row);
  gtk_widget_class_bind_template_child (widget_class, MokedExchangeGroup, bar);
  gtk_widget_class_bind_template_child (widget_class, MokedExchangeGroup, cancel);
  gtk_widget_class_bind_template_child (widget_class, MokedExchangeGroup, export);
  gtk_widget_class_bind_template_child (widget_class, MokedExchangeGroup, import);
  gtk_widget_class_bind_template_child (widget_class, MokedExchangeGroup, backups);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_expanded);
  gtk_widget_class_bind_template_callback (widget_class, on_export);
  gtk_widget_class_bind_template_callback (widget_class, on_import);
}

static void
moked_exchange_group_init (MokedExchangeGroup *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * moked_exchange_group_new:
 * @context: whose service has the office
 *
 * Returns: (transfer floating): a group of preferences, filled as soon as the service answers; hidden from those
 *   who are not owners
 */
GtkWidget *
moked_exchange_group_new (MokedUiContext *context)
{
  MokedExchangeGroup *self = g_object_new (MOKED_TYPE_EXCHANGE_GROUP, NULL);

  self->context = g_object_ref (context);
  load_backups (self);
  return GTK_WIDGET (self);
}
