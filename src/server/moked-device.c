/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-device.h"

G_DEFINE_BOXED_TYPE (MokedDevice, moked_device, moked_device_ref, moked_device_unref)

MokedDevice *
moked_device_new (const char *id,
                  const char *business,
                  const char *user_id)
{
  MokedDevice *self = g_atomic_rc_box_new0 (MokedDevice);

  self->id = g_strdup (id);
  self->business = g_strdup (business);
  self->user_id = g_strdup (user_id);
  return self;
}

MokedDevice *
moked_device_ref (MokedDevice *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  MokedDevice *self = data;

  g_free (self->id);
  g_free (self->business);
  g_free (self->user_id);
}

void
moked_device_unref (MokedDevice *self)
{
  g_atomic_rc_box_release_full (self, clear);
}
