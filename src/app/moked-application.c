/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "app/moked-application.h"
#include "app/moked-office-setup.h"
#include "app/moked-desk.h"
#include "app/moked-memory.h"
#include "base/moked-locale.h"
#include "ui/moked-first-run-window.h"
#include "ui/moked-window.h"

#define PATIENCE_MSEC 200

/* The program: one instance for each data folder, its window, and the office behind it. */
struct _MokedApplication
{
  AdwApplication parent_instance;
  GSettings     *settings;
  MokedDataDir  *data_dir;
  MokedDesk     *office;
  GtkWindow     *first_run; /* until the office's window is there */
  guint          patience;
  gboolean       demo;
  gboolean       closing;
};

G_DEFINE_FINAL_TYPE (MokedApplication, moked_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Open the demo office, which has a data folder of its own"), NULL },
  { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Keep the data in DIR"), N_("DIR") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
  { NULL }
};

/* Behind the first frame: starting a process would hold it up. */
static gboolean
connect_service (gpointer user_data)
{
  moked_memory_give_back ();
  moked_desk_connect (MOKED_DESK (user_data));
  return G_SOURCE_REMOVE;
}

static GtkWindow *
get_window (MokedApplication *self)
{
  return GTK_WINDOW (moked_ui_context_get_root (moked_desk_get_context (self->office)));
}

/* The window of the first run stays until then: there is always one to see. */
static void
present_office (MokedApplication *self)
{
  GtkWindow *first_run = self->first_run;

  gtk_window_present (get_window (self));
  g_clear_weak_pointer (&self->first_run);
  if (first_run != NULL)
    gtk_window_destroy (first_run);
}

static DexFuture *
on_opened (DexFuture *future,
           gpointer   user_data)
{
  MokedApplication *self = MOKED_APPLICATION (user_data);
  g_autoptr (GError) error = NULL;

  if (self->office == NULL)
    return NULL;
  g_clear_handle_id (&self->patience, g_source_remove);
  if (dex_future_get_value (future, &error) != NULL)
    {
      moked_window_show_first_page (MOKED_WINDOW (get_window (self)));
      present_office (self);
      moked_desk_tell_damage (self->office);
      g_idle_add_full (G_PRIORITY_LOW, connect_service, g_object_ref (self->office), g_object_unref);
    }
  else
    {
      present_office (self);
      moked_ui_context_show_error (moked_desk_get_context (self->office),
                                   _("The office's data could not be opened"), error);
    }
  return NULL;
}

static gboolean
on_patience_ended (gpointer user_data)
{
  MokedApplication *self = user_data;

  self->patience = 0;
  present_office (self);
  return G_SOURCE_REMOVE;
}

/* The window comes up with its first page in it, drawn once: opening the cache takes less than making the
 * window. When it takes long, after an update or a crash, the window is there meanwhile. */
static void
open_office (MokedApplication *self)
{
  self->office = moked_desk_new (self->data_dir, self->settings);
  g_signal_connect_object (self->settings, "changed::service-address", G_CALLBACK (moked_desk_connect),
                           self->office, G_CONNECT_SWAPPED);
  dex_future_disown (dex_future_finally (moked_desk_open (self->office), on_opened,
                                         g_object_ref (self), g_object_unref));
  moked_window_new (GTK_APPLICATION (self), moked_desk_get_context (self->office));
  self->patience = g_timeout_add (PATIENCE_MSEC, on_patience_ended, self);
}

typedef struct
{
  MokedApplication    *application;
  MokedFirstRunWindow *window;
  char                *address; /* to keep in the settings; NULL: as it is */
} FirstRun;

static void
first_run_free (FirstRun *run)
{
  g_object_unref (run->application);
  g_object_unref (run->window);
  g_free (run->address);
  g_free (run);
}

static DexFuture *
on_set_up (DexFuture *future,
           gpointer   user_data)
{
  FirstRun *run = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    {
      moked_first_run_window_show_error (run->window, _("The Office Was Not Opened"), error);
      return NULL;
    }
  if (run->address != NULL)
    g_settings_set_string (run->application->settings, "service-address", run->address);
  g_set_weak_pointer (&run->application->first_run, GTK_WINDOW (run->window));
  open_office (run->application);
  return NULL;
}

static void
set_up (MokedApplication         *self,
        MokedFirstRunWindow      *window,
        const MokedOfficeDetails *details)
{
  FirstRun *run = g_new (FirstRun, 1);

  /* A new office is this computer's, wherever one from before was. */
  *run = (FirstRun) { g_object_ref (self), g_object_ref (window), details->name != NULL ? g_strdup ("") : NULL };
  if (details->name != NULL)
    moked_first_run_window_show_work (window, _("Opening the Office"), NULL);
  else
    moked_first_run_window_show_work (window, _("Preparing the Demo Office"),
                                      _("Fictional people and conversations are being written. This takes a few seconds."));
  dex_future_disown (dex_future_finally (moked_office_setup_run (self->data_dir, details), on_set_up,
                                         run, (GDestroyNotify) first_run_free));
}

static void
on_office_wanted (MokedFirstRunWindow *window,
                  const char          *name,
                  const char          *number,
                  const char          *user,
                  MokedApplication    *self)
{
  set_up (self, window, &(MokedOfficeDetails) { .name = name, .number = number, .user = user });
}

/* The demo office never mixes with a real one: it has a folder of its own, unless one was named. */
static void
on_demo_wanted (MokedFirstRunWindow *window,
                MokedApplication    *self)
{
  if (moked_data_dir_is_default (self->data_dir))
    {
      g_autoptr (MokedDataDir) demo = moked_data_dir_new (NULL, TRUE);

      g_set_object (&self->data_dir, demo);
    }
  set_up (self, window, &(MokedOfficeDetails) { 0 });
}

static void
on_join_wanted (MokedFirstRunWindow *window,
                const char          *address,
                const char          *token,
                MokedApplication    *self)
{
  FirstRun *run = g_new (FirstRun, 1);

  *run = (FirstRun) { g_object_ref (self), g_object_ref (window), g_strdup (address) };
  moked_first_run_window_show_work (window, _("Connecting…"), NULL);
  dex_future_disown (dex_future_finally (moked_office_setup_join (self->data_dir, address, token), on_set_up,
                                         run, (GDestroyNotify) first_run_free));
}

static gboolean
is_first_run (MokedApplication *self)
{
  g_autofree char *token = moked_data_dir_dup_token (self->data_dir);

  return token == NULL && !g_file_test (moked_data_dir_get_cache_path (self->data_dir), G_FILE_TEST_EXISTS);
}

static void
begin (MokedApplication *self)
{
  GtkWidget *window;

  if (!is_first_run (self))
    {
      open_office (self);
      return;
    }
  window = moked_first_run_window_new (GTK_APPLICATION (self));
  g_signal_connect_object (window, "office-wanted", G_CALLBACK (on_office_wanted), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (window, "join-wanted", G_CALLBACK (on_join_wanted), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (window, "demo-wanted", G_CALLBACK (on_demo_wanted), self, G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (window));
  if (self->demo)
    on_demo_wanted (MOKED_FIRST_RUN_WINDOW (window), self);
}

static void
moked_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window != NULL)
    gtk_window_present (window);
  else if (!MOKED_APPLICATION (application)->closing)
    begin (MOKED_APPLICATION (application));
}

/* A notification was pressed: "entity/id". */
static void
on_open_record (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  MokedApplication *self = MOKED_APPLICATION (user_data);
  g_auto (GStrv) parts = g_strsplit (g_variant_get_string (parameter, NULL), "/", 2);

  g_application_activate (G_APPLICATION (self));
  if (self->office != NULL && g_strv_length (parts) == 2)
    moked_ui_context_open (moked_desk_get_context (self->office), parts[0], parts[1]);
}

static DexFuture *
on_closed (DexFuture *future,
           gpointer   user_data)
{
  g_application_release (G_APPLICATION (user_data));
  return NULL;
}

/* The last window is gone: the program ends when the cache is safely closed. */
static void
moked_application_window_removed (GtkApplication *application,
                                  GtkWindow      *window)
{
  MokedApplication *self = MOKED_APPLICATION (application);

  if (MOKED_IS_WINDOW (window) && self->office != NULL)
    {
      g_autoptr (MokedDesk) office = g_steal_pointer (&self->office);

      self->closing = TRUE;
      g_clear_handle_id (&self->patience, g_source_remove);
      g_application_hold (G_APPLICATION (self));
      dex_future_disown (dex_future_finally (moked_desk_close (office), on_closed,
                                             g_object_ref (self), g_object_unref));
    }
  GTK_APPLICATION_CLASS (moked_application_parent_class)->window_removed (application, window);
}

/* With a dialog open a window does not close. A dialog that holds something unsaved is asked first, and
 * keeps the window open unless there is no time. */
static void
close_window (GtkWindow *window,
              gboolean   at_once)
{
  AdwDialog *dialog;

  while (ADW_IS_APPLICATION_WINDOW (window) &&
         (dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window))) != NULL)
    {
      if (!at_once && !adw_dialog_get_can_close (dialog))
        {
          adw_dialog_close (dialog);
          return;
        }
      adw_dialog_force_close (dialog);
    }
  gtk_window_close (window);
}

static void
close_windows (MokedApplication *self,
               gboolean          at_once)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self)));

  for (GList *i = windows; i != NULL; i = i->next)
    close_window (i->data, at_once);
}

static void
on_quit (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  close_windows (MOKED_APPLICATION (user_data), FALSE);
}

/* The session ends, or somebody at a terminal has enough. */
static gboolean
on_signal (gpointer user_data)
{
  close_windows (MOKED_APPLICATION (user_data), TRUE);
  return G_SOURCE_CONTINUE;
}

static void
apply_appearance (MokedApplication *self)
{
  static const AdwColorScheme schemes[] = {
    ADW_COLOR_SCHEME_DEFAULT,
    ADW_COLOR_SCHEME_FORCE_LIGHT,
    ADW_COLOR_SCHEME_FORCE_DARK,
  };
  guint appearance = g_settings_get_enum (self->settings, "appearance");

  if (appearance < G_N_ELEMENTS (schemes))
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), schemes[appearance]);
}

static void
moked_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "open", .activate = on_open_record, .parameter_type = "s" },
    { .name = "quit", .activate = on_quit },
  };
  MokedApplication *self = MOKED_APPLICATION (application);

  G_APPLICATION_CLASS (moked_application_parent_class)->startup (application);

  /* GTK took the direction from the catalogue of its own texts, which may not be installed. */
  gtk_widget_set_default_direction (moked_locale_is_rtl () ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
  gtk_window_set_default_icon_name (MOKED_APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", (const char *[]) { "<Ctrl>q", NULL });
  g_signal_connect_object (self->settings, "changed::appearance", G_CALLBACK (apply_appearance), self,
                           G_CONNECT_SWAPPED);
  apply_appearance (self);
  g_unix_signal_add (SIGTERM, on_signal, self);
  g_unix_signal_add (SIGINT, on_signal, self);
}

/* Each data folder has an instance of its own, so that no two programs write one cache. */
static void
set_id_for_folder (MokedApplication *self,
                   const char       *path)
{
  g_autofree char *id = NULL;

  if (path != NULL)
    {
      g_autofree char *canonical = g_canonicalize_filename (path, NULL);

      id = g_strdup_printf ("%s.Folder%x", MOKED_APP_ID, g_str_hash (canonical));
    }
  else if (self->demo)
    id = g_strconcat (MOKED_APP_ID, ".Demo", NULL);
  if (id != NULL)
    g_application_set_application_id (G_APPLICATION (self), id);
}

static int
moked_application_handle_local_options (GApplication *application,
                                        GVariantDict *dict)
{
  MokedApplication *self = MOKED_APPLICATION (application);
  const char *path = NULL;

  if (g_variant_dict_contains (dict, "version"))
    {
      g_print ("moked %s\n", MOKED_VERSION);
      return EXIT_SUCCESS;
    }
  self->demo = g_variant_dict_contains (dict, "demo");
  g_variant_dict_lookup (dict, "data-dir", "^&ay", &path);
  self->data_dir = moked_data_dir_new (path, self->demo);
  set_id_for_folder (self, path);
  return -1;
}

static void
moked_application_finalize (GObject *object)
{
  MokedApplication *self = MOKED_APPLICATION (object);

  g_clear_handle_id (&self->patience, g_source_remove);
  g_clear_weak_pointer (&self->first_run);
  g_clear_object (&self->office);
  g_clear_object (&self->data_dir);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (moked_application_parent_class)->finalize (object);
}

static void
moked_application_class_init (MokedApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = moked_application_finalize;
  GTK_APPLICATION_CLASS (klass)->window_removed = moked_application_window_removed;
  application_class->handle_local_options = moked_application_handle_local_options;
  application_class->startup = moked_application_startup;
  application_class->activate = moked_application_activate;
}

static void
moked_application_init (MokedApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_summary (G_APPLICATION (self), _("Calls, conversations and customers of the office in one place"));
}

/**
 * moked_application_new:
 * @settings: the program's settings
 *
 * Returns: (transfer full): the program
 */
MokedApplication *
moked_application_new (GSettings *settings)
{
  MokedApplication *self = g_object_new (MOKED_TYPE_APPLICATION,
                                         "application-id", MOKED_APP_ID,
                                         "resource-base-path", "/io/github/moked_crm/Moked",
                                         NULL);

  self->settings = g_object_ref (settings);
  return self;
}
