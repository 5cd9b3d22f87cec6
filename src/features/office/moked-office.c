/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/office/moked-office.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-israeli-id.h"
#include "base/moked-text.h"

static const MokedField fields[] = {
  MOKED_TEXT (MokedOffice, name, N_("Name of the office"), 200, MOKED_FIELD_REQUIRED),
  MOKED_TEXT (MokedOffice, number, N_("Business number"), 9, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedOffice, phone, N_("Phone"), 16, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedOffice, greeting, N_("Greeting"), 1000, MOKED_FIELD_NONE),
};

/* A company has a company number; a self-employed person trades under their own identity number. */
static gboolean
validate (MokedEntity *entity,
          GError     **error)
{
  MokedOffice *self = MOKED_OFFICE (entity);

  if (moked_text_is_blank (self->number) || moked_israeli_company_id_validate (self->number, NULL))
    return TRUE;
  return moked_israeli_id_validate (self->number, error);
}

const MokedEntityInfo moked_office_info = {
  "office", moked_office_get_type, fields, G_N_ELEMENTS (fields), validate, NULL, TRUE,
};

MOKED_DEFINE_ENTITY (MokedOffice, moked_office, &moked_office_info)
