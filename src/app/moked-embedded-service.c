/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include <libdex.h>
#include <signal.h>
#include <yyjson.h>

#include "app/moked-embedded-service.h"
#include "app/moked-service-program.h"
#include "base/moked-async.h"
#include "base/moked-error.h"
#include "sync/moked-http-transport.h"

#define BUS_NAME "io.github.moked_crm.Moked.Service"
#define ANSWER_MSEC 1500
#define START_MSEC 15000
#define LOOK_MSEC 100
#define WATCH_MSEC 3000
#define FIRST_PAUSE_MSEC 500
#define LONGEST_PAUSE_MSEC 30000

/* What a service's process ends with when its database is damaged. */
#define STATUS_DAMAGED 4

/* Watches over the service of this computer: uses the one that runs, else asks D-Bus for one (which
 * then outlives the window), else runs one as its own child. When it ends it is started again, after
 * a pause that doubles while it keeps ending at once. */
struct _MokedEmbeddedService
{
  GObject       parent_instance;
  MokedDataDir *data_dir;
  char         *address;
  GSubprocess  *process;
  gboolean      damaged;
  DexPromise   *stopped;
};

enum
{
  PROP_0,
  PROP_ADDRESS,
  PROP_DAMAGED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MokedEmbeddedService, moked_embedded_service, G_TYPE_OBJECT)

static void
set_address (MokedEmbeddedService *self,
             const char           *address)
{
  if (g_set_str (&self->address, address))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ADDRESS]);
}

static void
set_damaged (MokedEmbeddedService *self,
             gboolean              damaged)
{
  if (self->damaged == damaged)
    return;
  self->damaged = damaged;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DAMAGED]);
}

static gboolean
is_stopped (MokedEmbeddedService *self)
{
  return !dex_future_is_pending (DEX_FUTURE (self->stopped));
}

/* Waits for @future or until the watching is over, whatever comes of it. */
static void
await_or_stop (MokedEmbeddedService *self,
               DexFuture            *future)
{
  dex_await (dex_future_first (future, dex_ref (DEX_FUTURE (self->stopped)), NULL), NULL);
}

static gboolean
answers (const char *address)
{
  g_autoptr (MokedHttpTransport) transport = moked_http_transport_new (address, NULL);
  DexFuture *health = moked_http_transport_request (transport, "GET", "/healthz", NULL);

  return dex_await (moked_async_with_timeout (health, ANSWER_MSEC), NULL);
}

static char *
find_running (MokedEmbeddedService *self)
{
  g_autofree char *address = moked_data_dir_dup_listen (self->data_dir);

  return address != NULL && answers (address) ? g_steal_pointer (&address) : NULL;
}

static gboolean
ask_bus (void)
{
  g_autoptr (GDBusConnection) bus = dex_await_object (dex_bus_get (G_BUS_TYPE_SESSION), NULL);
  g_autoptr (GVariant) reply = NULL;

  if (bus == NULL)
    return FALSE;
  reply = dex_await_variant (dex_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                                       "org.freedesktop.DBus", "StartServiceByName",
                                                       g_variant_new ("(su)", BUS_NAME, 0), NULL,
                                                       G_DBUS_CALL_FLAGS_NONE, START_MSEC),
                             NULL);
  return reply != NULL;
}

/* D-Bus knows one service, that of the usual folder. */
static char *
activate (MokedEmbeddedService *self)
{
  gint64 deadline;
  char *address = NULL;

  if (!moked_data_dir_is_default (self->data_dir) || !ask_bus ())
    return NULL;
  deadline = g_get_monotonic_time () + START_MSEC * G_TIME_SPAN_MILLISECOND;
  while (!is_stopped (self) && (address = find_running (self)) == NULL && g_get_monotonic_time () < deadline)
    await_or_stop (self, dex_timeout_new_msec (LOOK_MSEC));
  return address;
}

static char *
read_ready_line (GSubprocess *process)
{
  g_autoptr (GDataInputStream) output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  yyjson_doc *doc;
  char *address;

  /* The pipe stays open for the life of the process, which says nothing more on it. */
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  line = dex_await_string (moked_async_with_timeout (moked_async_read_line (output), START_MSEC), &error);
  if (line == NULL)
    {
      g_warning ("The service did not start: %s", error->message);
      return NULL;
    }
  doc = yyjson_read (line, strlen (line), 0);
  address = g_strdup (yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "listen")));
  yyjson_doc_free (doc);
  return address;
}

static char *
spawn (MokedEmbeddedService *self)
{
  const char *arguments[] = { "--embedded", "--data-dir", moked_data_dir_get_service_path (self->data_dir), NULL };
  g_autoptr (GError) error = NULL;
  char *address;

  self->process = moked_service_program_spawn (arguments, &error);
  if (self->process == NULL)
    {
      g_warning ("The service could not be started: %s", error->message);
      return NULL;
    }
  address = read_ready_line (self->process);
  if (address == NULL)
    {
      g_subprocess_send_signal (self->process, SIGTERM);
      dex_await (dex_subprocess_wait_check (self->process), NULL);
      set_damaged (self, g_subprocess_get_if_exited (self->process) &&
                             g_subprocess_get_exit_status (self->process) == STATUS_DAMAGED);
      g_clear_object (&self->process);
    }
  return address;
}

static char *
get_service (MokedEmbeddedService *self)
{
  char *address = find_running (self);

  if (address == NULL && !is_stopped (self))
    address = activate (self);
  if (address == NULL && !is_stopped (self))
    address = spawn (self);
  return address;
}

static void
wait_for_end (MokedEmbeddedService *self,
              const char           *address)
{
  if (self->process != NULL)
    {
      await_or_stop (self, dex_subprocess_wait_check (self->process));
      if (is_stopped (self))
        g_subprocess_send_signal (self->process, SIGTERM);
      g_clear_object (&self->process);
      return;
    }
  do
    await_or_stop (self, dex_timeout_new_msec (WATCH_MSEC));
  while (!is_stopped (self) && answers (address));
}

static DexFuture *
watch_fiber (gpointer user_data)
{
  MokedEmbeddedService *self = user_data;
  guint pause = FIRST_PAUSE_MSEC;

  while (!is_stopped (self))
    {
      gint64 begun = g_get_monotonic_time ();
      g_autofree char *address = get_service (self);

      if (address != NULL)
        {
          set_damaged (self, FALSE);
          set_address (self, address);
          wait_for_end (self, address);
          set_address (self, NULL);
        }
      if (g_get_monotonic_time () - begun > LONGEST_PAUSE_MSEC * G_TIME_SPAN_MILLISECOND)
        pause = FIRST_PAUSE_MSEC;
      if (!is_stopped (self))
        await_or_stop (self, dex_timeout_new_msec (pause));
      pause = MIN (pause * 2, LONGEST_PAUSE_MSEC);
    }
  return dex_future_new_true ();
}

static void
moked_embedded_service_get_property (GObject    *object,
                                     guint       id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ADDRESS:
      g_value_set_string (value, MOKED_EMBEDDED_SERVICE (object)->address);
      break;
    case PROP_DAMAGED:
      g_value_set_boolean (value, MOKED_EMBEDDED_SERVICE (object)->damaged);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
moked_embedded_service_finalize (GObject *object)
{
  MokedEmbeddedService *self = MOKED_EMBEDDED_SERVICE (object);

  dex_clear (&self->stopped);
  g_clear_object (&self->process);
  g_clear_object (&self->data_dir);
  g_free (self->address);
  G_OBJECT_CLASS (moked_embedded_service_parent_class)->finalize (object);
}

static void
moked_embedded_service_class_init (MokedEmbeddedServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = moked_embedded_service_get_property;
  object_class->finalize = moked_embedded_service_finalize;

  /**
   * MokedEmbeddedService:address: (nullable)
   *
   * Where the service answers; %NULL while there is none.
   */
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * MokedEmbeddedService:damaged:
   *
   * Whether it cannot be started because its database is damaged.
   */
  properties[PROP_DAMAGED] = g_param_spec_boolean ("damaged", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
moked_embedded_service_init (MokedEmbeddedService *self)
{
  self->stopped = dex_promise_new ();
}

/**
 * moked_embedded_service_new:
 * @data_dir: whose service
 *
 * Returns: (transfer full): a watcher that does nothing before [method@EmbeddedService.start]
 */
MokedEmbeddedService *
moked_embedded_service_new (MokedDataDir *data_dir)
{
  MokedEmbeddedService *self = g_object_new (MOKED_TYPE_EMBEDDED_SERVICE, NULL);

  self->data_dir = g_object_ref (data_dir);
  return self;
}

/**
 * moked_embedded_service_start:
 *
 * Finds or starts the service, and keeps it running. To be called once.
 */
void
moked_embedded_service_start (MokedEmbeddedService *self)
{
  g_return_if_fail (MOKED_IS_EMBEDDED_SERVICE (self));

  dex_future_disown (dex_scheduler_spawn (NULL, 0, watch_fiber, g_object_ref (self), g_object_unref));
}

/**
 * moked_embedded_service_stop:
 *
 * Ends the watching, and the service if it is our own child. One that D-Bus started goes on.
 */
void
moked_embedded_service_stop (MokedEmbeddedService *self)
{
  g_return_if_fail (MOKED_IS_EMBEDDED_SERVICE (self));

  if (is_stopped (self))
    return;
  if (self->process != NULL)
    g_subprocess_send_signal (self->process, SIGTERM);
  dex_promise_resolve_boolean (self->stopped, TRUE);
}

/**
 * moked_embedded_service_get_address:
 *
 * Returns: (transfer none) (nullable): where the service answers
 */
const char *
moked_embedded_service_get_address (MokedEmbeddedService *self)
{
  g_return_val_if_fail (MOKED_IS_EMBEDDED_SERVICE (self), NULL);

  return self->address;
}

/**
 * moked_embedded_service_get_damaged:
 *
 * Returns: whether it cannot be started because its database is damaged
 */
gboolean
moked_embedded_service_get_damaged (MokedEmbeddedService *self)
{
  g_return_val_if_fail (MOKED_IS_EMBEDDED_SERVICE (self), FALSE);

  return self->damaged;
}
