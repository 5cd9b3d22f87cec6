/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "base/moked-israeli-id.h"
#include "base/moked-text.h"
#include "ui/moked-error-text.h"
#include "ui/moked-first-run-window.h"
#include "ui/widgets/moked-entry-row.h"

#define MAX_NAME 200 /* of an office or a user */

/* The first thing that a new user sees: a new office, or a look around in the demo office. It only
 * asks; the application does. */
struct _MokedFirstRunWindow
{
  AdwApplicationWindow parent_instance;
  AdwNavigationView   *pages;
  MokedEntryRow       *name;
  MokedEntryRow       *number;
  MokedEntryRow       *user;
  MokedEntryRow       *address;
  GtkWidget           *token;
  AdwStatusPage       *work_page;
  AdwStatusPage       *error_page;
  GtkWidget           *open_button;
};

enum
{
  OFFICE_WANTED,
  DEMO_WANTED,
  JOIN_WANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MokedFirstRunWindow, moked_first_run_window, ADW_TYPE_APPLICATION_WINDOW)

static char *
dup_text (MokedEntryRow *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

/* A company's number begins with 5; a self-employed person's is their identity number. */
static gboolean
check_number (const char *number,
              GError    **error)
{
  if (*number == '5')
    return moked_israeli_company_id_validate (number, error);
  return moked_israeli_id_validate (number, error);
}

static gboolean
require (MokedEntryRow *row,
         const char    *problem)
{
  if (!moked_text_is_blank (gtk_editable_get_text (GTK_EDITABLE (row))))
    return moked_entry_row_check_length (row, MAX_NAME);
  moked_entry_row_set_problem (row, problem);
  return FALSE;
}

static gboolean
validate (MokedFirstRunWindow *self)
{
  g_autofree char *number = dup_text (self->number);
  g_autoptr (GError) error = NULL;
  gboolean name_valid = require (self->name, _("needed"));
  gboolean user_valid = require (self->user, _("needed"));
  gboolean number_valid = *number == '\0' || check_number (number, &error);

  if (!number_valid)
    moked_entry_row_set_problem (self->number, error->message);
  if (!name_valid)
    gtk_widget_grab_focus (GTK_WIDGET (self->name));
  else if (!number_valid)
    gtk_widget_grab_focus (GTK_WIDGET (self->number));
  else if (!user_valid)
    gtk_widget_grab_focus (GTK_WIDGET (self->user));
  return name_valid && user_valid && number_valid;
}

static void
on_create (MokedFirstRunWindow *self)
{
  g_autofree char *name = dup_text (self->name);
  g_autofree char *typed = dup_text (self->number);
  g_autofree char *number = moked_israeli_id_normalize (typed);
  g_autofree char *user = dup_text (self->user);

  if (validate (self))
    g_signal_emit (self, signals[OFFICE_WANTED], 0, name, number, user);
}

static void
on_demo (MokedFirstRunWindow *self)
{
  g_signal_emit (self, signals[DEMO_WANTED], 0);
}

static gboolean
is_address (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
         (g_str_equal (g_uri_get_scheme (uri), "https") || g_str_equal (g_uri_get_scheme (uri), "http"));
}

static void
on_join (MokedFirstRunWindow *self)
{
  g_autofree char *address = dup_text (self->address);
  g_autofree char *token = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->token))));

  if (!is_address (address))
    {
      moked_entry_row_set_problem (self->address, _("An address that begins with https://"));
      gtk_widget_grab_focus (GTK_WIDGET (self->address));
    }
  else if (*token == '\0')
    gtk_widget_grab_focus (self->token);
  else
    g_signal_emit (self, signals[JOIN_WANTED], 0, address, token);
}

static void
moked_first_run_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MOKED_TYPE_FIRST_RUN_WINDOW);
  G_OBJECT_CLASS (moked_first_run_window_parent_class)->dispose (object);
}

static void
install_signals (MokedFirstRunWindowClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  /**
   * MokedFirstRunWindow::office-wanted:
   * @name: of the office
   * @number: (nullable): its business number, nine digits
   * @user: name of the first user
   */
  signals[OFFICE_WANTED] = g_signal_new ("office-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                         G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * MokedFirstRunWindow::demo-wanted:
   */
  signals[DEMO_WANTED] = g_signal_new ("demo-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * MokedFirstRunWindow::join-wanted:
   * @address: of the office's service
   * @token: of this computer
   */
  signals[JOIN_WANTED] = g_signal_new ("join-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                       G_TYPE_STRING, G_TYPE_STRING);
}

static void
moked_first_run_window_class_init (MokedFirstRunWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = moked_first_run_window_dispose;
  install_signals (klass);

  g_type_ensure (MOKED_TYPE_ENTRY_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/moked_crm/Moked/ui/moked-first-run-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MokedFirstRunWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, MokedFirstRunWindow, name);
  gtk_widget_class_bind_template_child (widget_class, MokedFirstRunWindow, number);
  gtk_widget_class_bind_template_child (widget_class, MokedFirstRunWindow, user);
  gtk_widget_class_bind_template_child (widget_class, MokedFirstRunWindow, address);
  gtk_widget_class_bind_template_child (widget_class, MokedFirstRunWindow, token);
  gtk_widget_class_bind_template_child (widget_class, MokedFirstRunWindow, work_page);
  gtk_widget_class_bind_template_child (widget_class, MokedFirstRunWindow, error_page);
  gtk_widget_class_bind_template_child (widget_class, MokedFirstRunWindow, open_button);
  gtk_widget_class_bind_template_callback (widget_class, on_create);
  gtk_widget_class_bind_template_callback (widget_class, on_demo);
  gtk_widget_class_bind_template_callback (widget_class, on_join);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}

static void
moked_first_run_window_init (MokedFirstRunWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_focus (GTK_WINDOW (self), self->open_button);
}

/**
 * moked_first_run_window_new:
 * @application: whose window it is
 *
 * Returns: (transfer floating): a window that welcomes
 */
GtkWidget *
moked_first_run_window_new (GtkApplication *application)
{
  return g_object_new (MOKED_TYPE_FIRST_RUN_WINDOW, "application", application, NULL);
}

/**
 * moked_first_run_window_show_work:
 * @title: what goes on
 * @description: (nullable): how long it may take
 *
 * Shows that the office is being made. There is no way back from here but an error.
 */
void
moked_first_run_window_show_work (MokedFirstRunWindow *self,
                                  const char          *title,
                                  const char          *description)
{
  g_return_if_fail (MOKED_IS_FIRST_RUN_WINDOW (self));

  adw_status_page_set_title (self->work_page, title);
  adw_status_page_set_description (self->work_page, description);
  adw_navigation_view_push_by_tag (self->pages, "work");
  gtk_accessible_announce (GTK_ACCESSIBLE (self), title, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/**
 * moked_first_run_window_show_error:
 * @what: what did not happen
 * @error: why
 *
 * Says what went wrong; "back" leads to where it was begun.
 */
void
moked_first_run_window_show_error (MokedFirstRunWindow *self,
                                   const char          *what,
                                   const GError        *error)
{
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;

  g_return_if_fail (MOKED_IS_FIRST_RUN_WINDOW (self));

  text = moked_error_text_dup (error);
  markup = g_markup_escape_text (text, -1);
  g_warning ("%s: %s", what, error->message);
  adw_status_page_set_title (self->error_page, what);
  adw_status_page_set_description (self->error_page, markup);
  adw_navigation_view_pop (self->pages);
  adw_navigation_view_push_by_tag (self->pages, "error");
}
