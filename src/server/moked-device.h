/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _MokedDevice MokedDevice;

/**
 * MokedDevice:
 *
 * A desktop (or program) that was paired with one business on behalf of one user.
 */
struct _MokedDevice
{
  char *id;
  char *business;
  char *user_id;
};

#define MOKED_TYPE_DEVICE (moked_device_get_type ())

GType        moked_device_get_type (void);
MokedDevice *moked_device_new   (const char  *id,
                                 const char  *business,
                                 const char  *user_id);
MokedDevice *moked_device_ref   (MokedDevice *self);
void         moked_device_unref (MokedDevice *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedDevice, moked_device_unref)

G_END_DECLS
