/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../store/sample-entity.h"
#include "sync/moked-sync-scope.h"

G_BEGIN_DECLS

/* Two kinds of parts of a sample: who sees the sample sees them. */
MOKED_DECLARE_ENTITY (Remark, remark)
MOKED_DECLARE_ENTITY (Reply, reply)

struct _Remark
{
  MokedEntity parent_instance;
  char       *sample_id;
  char       *text;
};

struct _Reply
{
  MokedEntity parent_instance;
  char       *sample_id;
  char       *text;
};

extern const MokedEntityInfo remark_info;
extern const MokedEntityInfo reply_info;

/* Samples with remarks and replies. */
extern const MokedSchema remark_schema;

/* What the users of an office see is in its database: everything, unless a row of `sight` says otherwise. */
extern const MokedSchemaPart sight_schema;

MokedSyncScope *sight_load (MokedSession *session,
                            const char   *user_id,
                            GError      **error);

Remark         *remark_new (const char   *sample_id,
                            const char   *text);
Reply          *reply_new  (const char   *sample_id,
                            const char   *text);

G_END_DECLS
