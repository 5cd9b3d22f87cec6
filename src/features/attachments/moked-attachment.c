/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/attachments/moked-attachment.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "files/moked-file-name.h"
#include "files/moked-file-store.h"

#define HASH_LENGTH 64
#define MAX_MEDIA_TYPE 127
#define MAX_ENTITY 40
#define MAX_SIZE (G_GINT64_CONSTANT (1) << 40)

static const MokedField fields[] = {
  MOKED_TEXT (MokedAttachment, name, N_("Name"), MOKED_FILE_NAME_MAX, MOKED_FIELD_REQUIRED),
  MOKED_TEXT (MokedAttachment, media_type, NULL, MAX_MEDIA_TYPE, MOKED_FIELD_NONE),
  MOKED_INT (MokedAttachment, size, NULL, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedAttachment, sha256, NULL, HASH_LENGTH, MOKED_FIELD_REQUIRED),
  MOKED_REF (MokedAttachment, customer_id, N_("Customer"), MOKED_FIELD_REQUIRED | MOKED_FIELD_PART_OF),
  MOKED_TEXT (MokedAttachment, entity, NULL, MAX_ENTITY, MOKED_FIELD_REQUIRED),
  MOKED_REF (MokedAttachment, entity_id, NULL, MOKED_FIELD_REQUIRED),
  MOKED_REF (MokedAttachment, author_id, N_("Author"), MOKED_FIELD_NONE),
  MOKED_TEXT (MokedAttachment, stored, NULL, HASH_LENGTH, MOKED_FIELD_SERVICE),
};

/* What a device claims is looked at here; its bytes are looked at when they come. */
static gboolean
validate (MokedEntity *entity,
          GError     **error)
{
  MokedAttachment *self = MOKED_ATTACHMENT (entity);
  const char *why = NULL;

  if (!moked_file_name_is_clean (self->name))
    why = "A file's name has characters that it must not have";
  else if (!moked_file_store_is_hash (self->sha256))
    why = "‘sha256’ is 64 hexadecimal digits";
  else if (self->size < 0 || self->size > MAX_SIZE)
    why = "‘size’ is no size of a file";
  else if (g_strcmp0 (self->entity, "customer") == 0 && g_strcmp0 (self->entity_id, self->customer_id) != 0)
    why = "‘customer_id’ says who sees a customer's file";
  if (why != NULL)
    g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, why);
  return why == NULL;
}

/**
 * moked_attachment_is_stored:
 *
 * Returns: whether the service has its content
 */
gboolean
moked_attachment_is_stored (MokedAttachment *self)
{
  return g_strcmp0 (self->stored, self->sha256) == 0;
}

const MokedEntityInfo moked_attachment_info = {
  "attachment", moked_attachment_get_type, fields, G_N_ELEMENTS (fields), validate, NULL,
};

MOKED_DEFINE_ENTITY (MokedAttachment, moked_attachment, &moked_attachment_info)
