/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_PREFERENCES_DIALOG (moked_preferences_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MokedPreferencesDialog, moked_preferences_dialog, MOKED, PREFERENCES_DIALOG, AdwPreferencesDialog)

AdwDialog *moked_preferences_dialog_new (MokedUiContext *context);

G_END_DECLS
