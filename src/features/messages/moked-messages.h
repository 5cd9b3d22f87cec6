/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/moked-demo.h"
#include "jobs/moked-job-queue.h"
#include "server/moked-router.h"
#include "server/moked-webhook.h"
#include "store/moked-schema.h"
#include "sync/moked-command.h"

G_BEGIN_DECLS

/* The tables of this folder, which moked-messages-feature.c puts together. */
extern const MokedSchemaPart moked_messages_schema;
extern const MokedRoute moked_messages_routes[];
extern const MokedWebhook moked_messages_webhooks[];
extern const MokedCommand moked_messages_commands[];
extern const MokedJobKind moked_messages_jobs[];

gboolean moked_messages_demo (MokedDemo  *demo,
                              GError    **error);

#define MOKED_MESSAGES_SEND_JOB "message.send"
#define MOKED_MESSAGES_STATUS_PATH "/webhook/whatsapp_status"

G_END_DECLS
