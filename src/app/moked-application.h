/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define MOKED_TYPE_APPLICATION (moked_application_get_type ())
G_DECLARE_FINAL_TYPE (MokedApplication, moked_application, MOKED, APPLICATION, AdwApplication)

MokedApplication *moked_application_new (GSettings *settings);

G_END_DECLS
