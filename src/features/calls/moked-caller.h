/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-session.h"

G_BEGIN_DECLS

typedef struct _MokedCaller MokedCaller;

/**
 * MokedCaller:
 * @phone: (nullable): E.164; %NULL when withheld
 * @customer_id: (nullable): %NULL for somebody unknown
 * @name: (nullable): %NULL also for somebody of whom only the number is known
 * @tags: (nullable): one a line
 * @last_activity: (nullable): the last thing that was said or written before this call; a call's is an
 *   English msgid
 * @last_activity_at: microseconds since 1970 UTC; 0 when there was none
 * @over: nobody is on the line any more
 *
 * What the desk knows of who calls.
 */
struct _MokedCaller
{
  char    *phone;
  char    *customer_id;
  char    *name;
  char    *tags;
  char    *last_activity;
  gint64   last_activity_at;
  gboolean over;
};

#define MOKED_TYPE_CALLER (moked_caller_get_type ())
GType        moked_caller_get_type (void);

MokedCaller *moked_caller_copy    (MokedCaller   *self);
void         moked_caller_free    (MokedCaller   *self);
MokedCaller *moked_caller_look_up (MokedSession  *session,
                                   const char    *phone,
                                   const char    *provider_id,
                                   GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedCaller, moked_caller_free)

G_END_DECLS
