/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <yyjson.h>

#include "ui/moked-ui-context.h"

G_BEGIN_DECLS

/**
 * MokedServiceAnswer:
 * @owner: the widget that asked; still there
 * @answer: (nullable): root of the JSON answer; %NULL on an error and for an answer without a body
 * @error: (nullable): what went wrong
 */
typedef void (*MokedServiceAnswer) (gpointer      owner,
                                    yyjson_val   *answer,
                                    const GError *error);

void  moked_service_request   (MokedUiContext    *context,
                               const char        *method,
                               const char        *path,
                               yyjson_mut_doc    *body,
                               gpointer           owner,
                               MokedServiceAnswer answered);
char *moked_service_error_dup (const GError      *error);

G_END_DECLS
