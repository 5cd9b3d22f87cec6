/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/moked-demo.h"
#include "server/moked-webhook.h"
#include "store/moked-schema.h"

G_BEGIN_DECLS

/* The tables of this folder, which moked-calls-feature.c puts together. */
extern const MokedSchemaPart moked_calls_schema;
extern const MokedWebhook moked_calls_webhooks[];

gboolean moked_calls_demo (MokedDemo  *demo,
                           GError    **error);

#define MOKED_CALLS_RECORDING_PATH "/webhook/call_recording"

G_END_DECLS
