/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/messages/moked-conversation.h"
#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_COMPOSER (moked_composer_get_type ())
G_DECLARE_FINAL_TYPE (MokedComposer, moked_composer, MOKED, COMPOSER, AdwBin)

GtkWidget *moked_composer_new              (MokedUiContext    *context);
void       moked_composer_set_context      (MokedComposer     *self,
                                            MokedUiContext    *context);
void       moked_composer_set_conversation (MokedComposer     *self,
                                            MokedConversation *conversation,
                                            const char        *draft);
void       moked_composer_focus            (MokedComposer     *self);

G_END_DECLS
