/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CONVERSATION_VIEW (moked_conversation_view_get_type ())
G_DECLARE_FINAL_TYPE (MokedConversationView, moked_conversation_view, MOKED, CONVERSATION_VIEW, AdwNavigationPage)

MokedConversationView *moked_conversation_view_new    (MokedUiContext        *context);
void                   moked_conversation_view_open   (MokedConversationView *self,
                                                       const char            *id);
const char            *moked_conversation_view_get_id (MokedConversationView *self);
void                   moked_conversation_view_look   (MokedConversationView *self);
void                   moked_conversation_view_focus  (MokedConversationView *self);

G_END_DECLS
