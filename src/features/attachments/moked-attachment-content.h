/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/moked-session.h"

G_BEGIN_DECLS

/**
 * MokedAttachmentContent:
 * @named: a living record that the user sees names this content
 * @stored: such a record has it in the service
 * @everywhere: all such records have
 * @known: a record that the user sees or not, living or deleted, has it in the service
 *
 * What the records of a business say of one content.
 */
typedef struct
{
  gboolean named;
  gboolean stored;
  gboolean everywhere;
  gboolean known;
} MokedAttachmentContent;

gboolean   moked_attachment_content_read  (MokedSession           *session,
                                           const char             *user_id,
                                           const char             *sha256,
                                           gint64                  size,
                                           MokedAttachmentContent *out_content,
                                           GError                **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_attachment_content_mark  (MokedSession           *session,
                                           const char             *user_id,
                                           const char             *sha256,
                                           gint64                  size,
                                           GError                **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   moked_attachment_content_lost  (MokedSession           *session,
                                           const char             *sha256,
                                           GError                **error) G_GNUC_WARN_UNUSED_RESULT;
gint64     moked_attachment_content_used  (MokedSession           *session,
                                           GError                **error);
GPtrArray *moked_attachment_list_files    (MokedSession           *session,
                                           GError                **error);

G_END_DECLS
