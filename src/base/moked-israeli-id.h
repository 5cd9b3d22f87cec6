/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean moked_israeli_id_validate         (const char  *id,
                                            GError     **error);
gboolean moked_israeli_company_id_validate (const char  *id,
                                            GError     **error);
char    *moked_israeli_id_normalize        (const char  *id);

G_END_DECLS
