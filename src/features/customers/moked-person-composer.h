/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_PERSON_COMPOSER (moked_person_composer_get_type ())
G_DECLARE_FINAL_TYPE (MokedPersonComposer, moked_person_composer, MOKED, PERSON_COMPOSER, AdwBin)

void moked_person_composer_show       (MokedPersonComposer *self,
                                       MokedUiContext      *context,
                                       const char          *customer_id);
void moked_person_composer_focus_note (MokedPersonComposer *self);

G_END_DECLS
