/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-note.h"

#include <glib/gi18n-lib.h>

#define MAX_BODY 20000

static const MokedField fields[] = {
  MOKED_REF (MokedNote, customer_id, N_("Customer"), MOKED_FIELD_REQUIRED | MOKED_FIELD_PART_OF),
  MOKED_REF (MokedNote, author_id, N_("Author"), MOKED_FIELD_NONE),
  MOKED_TEXT (MokedNote, body, N_("Note"), MAX_BODY, MOKED_FIELD_REQUIRED),
};

const MokedEntityInfo moked_note_info = {
  "note", moked_note_get_type, fields, G_N_ELEMENTS (fields), NULL, NULL,
};

/**
 * MokedNote:
 *
 * What somebody of the office wrote down about a person.
 */
MOKED_DEFINE_ENTITY (MokedNote, moked_note, &moked_note_info)
