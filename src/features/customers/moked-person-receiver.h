/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

void moked_person_receiver_install (GtkWidget         *page,
                                    MokedUiContext    *context,
                                    const char *const *customer_id);

G_END_DECLS
