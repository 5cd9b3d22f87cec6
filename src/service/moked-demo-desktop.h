/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/moked-office-command.h"

G_BEGIN_DECLS

gboolean moked_demo_desktop_make (const char      *dir,
                                  MokedService    *service,
                                  MokedNewOffice  *office,
                                  GError         **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
