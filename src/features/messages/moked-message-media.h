/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/messages/moked-message.h"

G_BEGIN_DECLS

char *moked_message_media_dup_title   (MokedMessageKind  kind,
                                       const char       *media);
char *moked_message_media_dup_map_url (const char       *media);
char *moked_message_dup_markup        (const char       *body);

G_END_DECLS
