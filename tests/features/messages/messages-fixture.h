/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../support/office-fixture.h"
#include "features/messages/moked-message-service.h"

G_BEGIN_DECLS

#define HOUR G_TIME_SPAN_HOUR
#define NOA "+972501234567"

/* One message that comes in. */
typedef struct
{
  MokedIncomingMessage message;
  gint64               at;
  MokedReceived        received;
} Arrival;

gboolean           receive              (MokedSession  *session,
                                         gpointer       arrival,
                                         GError       **error);
Arrival            arrival_of           (OfficeFixture *f,
                                         const char    *provider_id,
                                         const char    *body);
MokedConversation *the_conversation     (OfficeFixture *f);

G_END_DECLS
