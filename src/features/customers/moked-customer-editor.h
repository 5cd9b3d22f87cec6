/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

#define MOKED_TYPE_CUSTOMER_EDITOR (moked_customer_editor_get_type ())
G_DECLARE_FINAL_TYPE (MokedCustomerEditor, moked_customer_editor, MOKED, CUSTOMER_EDITOR, AdwDialog)

void moked_customer_editor_present (MokedUiContext *context,
                                    const char     *customer_id);

G_END_DECLS
