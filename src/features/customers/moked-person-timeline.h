/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_PERSON_TIMELINE (moked_person_timeline_get_type ())
G_DECLARE_FINAL_TYPE (MokedPersonTimeline, moked_person_timeline, MOKED, PERSON_TIMELINE, AdwBin)

void moked_person_timeline_set_context (MokedPersonTimeline *self,
                                        MokedUiContext      *context);
void moked_person_timeline_show        (MokedPersonTimeline *self,
                                        const char          *customer_id);

G_END_DECLS
