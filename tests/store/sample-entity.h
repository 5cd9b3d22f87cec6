/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"
#include "store/moked-schema.h"

G_BEGIN_DECLS

/* A record with a field of each kind, for tests of the kernel: it belongs to no feature. */
MOKED_DECLARE_ENTITY (Sample, sample)

struct _Sample
{
  MokedEntity parent_instance;
  char       *title;
  char       *tags;
  char       *owner_id;
  gint64      amount;
  gboolean    urgent;
  gint64      due_at;
  int         colour;
  char       *title_lower;
};

enum
{
  SAMPLE_RED,
  SAMPLE_GREEN,
};

extern const MokedEntityInfo sample_info;
extern const MokedSchema sample_schema;

Sample *sample_new (const char *id,
                    const char *title);

G_END_DECLS
