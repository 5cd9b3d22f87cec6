/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

#define MOKED_TYPE_OFFICE (moked_office_get_type ())
G_DECLARE_FINAL_TYPE (MokedOffice, moked_office, MOKED, OFFICE, MokedEntity)

/**
 * MokedOffice:
 * @number: the business number (ח״פ or עוסק), nine digits
 * @phone: what customers call and write to, E.164
 * @greeting: what callers hear; %NULL for the usual one
 *
 * The business itself: one record in each business.
 */
struct _MokedOffice
{
  MokedEntity parent_instance;
  char       *name;
  char       *number;
  char       *phone;
  char       *greeting;
};

extern const MokedEntityInfo moked_office_info;

G_END_DECLS
