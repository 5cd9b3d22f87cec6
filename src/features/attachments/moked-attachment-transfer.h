/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "files/moked-file-store.h"
#include "sync/moked-http-transport.h"

G_BEGIN_DECLS

typedef struct _MokedAttachmentTransfer MokedAttachmentTransfer;

/**
 * MokedAttachmentTransfer:
 * @area: the business
 * @done: bytes that have arrived
 * @piece: how many bytes to send at once; follows the line
 * @cancelled: set by whoever wants it to end
 * @moved: called when @done has grown
 *
 * One content on its way, in a fiber.
 */
struct _MokedAttachmentTransfer
{
  MokedFileStore     *files;
  MokedHttpTransport *way;
  const char         *area;
  const char         *sha256;
  gint64              size;
  gint64              done;
  gsize               piece;
  gboolean            cancelled;
  void              (*moved) (MokedAttachmentTransfer *self,
                              gpointer                 user_data);
  gpointer            user_data;
};

gboolean moked_attachment_transfer_send  (MokedAttachmentTransfer *self,
                                          GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean moked_attachment_transfer_fetch (MokedAttachmentTransfer *self,
                                          GError                 **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
