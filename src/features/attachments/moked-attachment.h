/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

#define MOKED_TYPE_ATTACHMENT (moked_attachment_get_type ())
G_DECLARE_FINAL_TYPE (MokedAttachment, moked_attachment, MOKED, ATTACHMENT, MokedEntity)

/**
 * MokedAttachment:
 * @name: what people call it; clean as moked_file_name_clean() makes it
 * @media_type: what its content was found to be
 * @size: bytes
 * @sha256: names its content
 * @customer_id: on whose page it is
 * @entity: the kind of record that it belongs to, such as `customer` or `message`
 * @entity_id: that record
 * @author_id: (nullable): who brought it
 * @stored: (nullable): the content that the service has for this record; @sha256 when all is there
 *
 * A file that belongs to a record. It travels as every record does and is good without its bytes, which have their
 * own way (docs/sync.md).
 */
struct _MokedAttachment
{
  MokedEntity parent_instance;
  char       *name;
  char       *media_type;
  gint64      size;
  char       *sha256;
  char       *customer_id;
  char       *entity;
  char       *entity_id;
  char       *author_id;
  char       *stored;
};

extern const MokedEntityInfo moked_attachment_info;

gboolean moked_attachment_is_stored (MokedAttachment *self);

G_END_DECLS
