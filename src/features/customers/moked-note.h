/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

#define MOKED_TYPE_NOTE (moked_note_get_type ())
G_DECLARE_FINAL_TYPE (MokedNote, moked_note, MOKED, NOTE, MokedEntity)

struct _MokedNote
{
  MokedEntity parent_instance;
  char       *customer_id;
  char       *author_id;
  char       *body;
};

extern const MokedEntityInfo moked_note_info;

G_END_DECLS
